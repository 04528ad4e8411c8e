// SPDX-License-Identifier: Apache-2.0
// A slot a network. Two in one slot share it: packets of the one that goes one way hide the other's
// answers, so that nothing is known of either.
#include "detect/returns.h"

#include <stdlib.h>

#include "detect/near.h"

enum { SLOTS = 1 << 16, SERVICE_PORTS = 1024, LEAST = 5, FAR_BITS = 16, FAR_BITS_6 = 48 };

struct returns {
	struct {
		uint32_t n_there, n_back; // contacts seen to carry data; of any, those answered
	} slot[SLOTS];
};

struct returns *returns_new(void)
{
	return calloc(1, sizeof(struct returns));
}

void returns_free(struct returns *r)
{
	free(r);
}

static size_t slot_of(const struct addr *host)
{
	return (near_hash(host, 1) - host->octet[15]) % SLOTS;
}

/* Addresses that are not routed on the internet: RFC 1918, and fc00::/7 of RFC 4193. */
static bool is_private(const struct addr *a)
{
	uint32_t ip = addr_low32(a);
	if (!addr_is_v4(a))
		return (a->octet[0] & 0xfe) == 0xfc;
	return ip >> 24 == 10 || ip >> 20 == 0xac1 || ip >> 16 == 0xc0a8;
}

/* Whether a peer is outside what is probably the own site. */
static bool is_far(const struct contact *c)
{
	if (is_private(&c->dst))
		return false;
	bool is_v4 = addr_is_v4(&c->src);
	size_t n = is_v4 ? sizeof c->src.octet - 4 + FAR_BITS / 8 : FAR_BITS_6 / 8;
	return memcmp(c->src.octet, c->dst.octet, n) != 0;
}

void returns_learn(struct returns *r, const struct contact *c)
{
	if (!(c->saw & SAW_SAMPLED) || c->proto != PROTO_TCP || c->port >= SERVICE_PORTS ||
		!is_far(c))
		return;
	bool carries = c->saw & SAW_OPEN && c->saw & (SAW_ANSWER | SAW_LARGE);
	r->slot[slot_of(&c->src)].n_there += carries;
	r->slot[slot_of(&c->src)].n_back += c->saw & SAW_REVERSE ? 1 : 0;
}

void returns_join(struct returns *r, const struct returns *from)
{
	for (size_t i = 0; i < SLOTS; i++) {
		r->slot[i].n_there += from->slot[i].n_there;
		r->slot[i].n_back += from->slot[i].n_back;
	}
}

bool returns_seen(const struct returns *r, const struct addr *host)
{
	size_t i = slot_of(host);
	return r->slot[i].n_back >= LEAST && r->slot[i].n_back >= r->slot[i].n_there / 2;
}
