// SPDX-License-Identifier: Apache-2.0
// Cutting the exhibits of a source by protocol and port, and looking at them together.
#include <stdlib.h>

#include "detect/case.h"
#include "detect/scatter.h"
#include "detect/silent.h"
#include "detect/weigh.h"

enum { TFTP = 69, HTTPS = 443, SERVICE_PORTS = 1024 };

bool key_next(const struct suspect *s, size_t *at, struct key_slice *out)
{
	size_t i = *at, j = i;
	if (i == s->n)
		return false;
	const struct contact *first = s->exhibit[i].contact;
	while (j < s->n && s->exhibit[j].contact->proto == first->proto &&
		s->exhibit[j].contact->port == first->port)
		j++;
	*out = (struct key_slice){ s->exhibit + i, j - i };
	*at = j;
	return true;
}

/* Whether an exhibit stands before a key in canonical order. */
static bool is_before(const struct exhibit *x, uint8_t proto, uint16_t port)
{
	return x->contact->proto != proto ? x->contact->proto < proto : x->contact->port < port;
}

bool key_find(const struct suspect *s, uint8_t proto, uint16_t port, struct key_slice *out)
{
	size_t low = 0, high = s->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (is_before(&s->exhibit[middle], proto, port))
			low = middle + 1;
		else
			high = middle;
	}
	return key_next(s, &low, out) && out->exhibit[0].contact->proto == proto &&
	       out->exhibit[0].contact->port == port;
}

static int by_address(const void *a, const void *b)
{
	return addr_cmp(a, b);
}

/* Contacts of a slice that were not answered, to peers which are known to live, become another sign. */
static void weigh_alive(const struct key_slice *k, struct addr *alive, size_t n, enum sign sign)
{
	if (n)
		qsort(alive, n, sizeof *alive, by_address);
	for (size_t i = 0; n && i < k->n; i++)
		if (k->exhibit[i].sign != SIGN_ANSWERED &&
			bsearch(&k->exhibit[i].contact->dst, alive, n, sizeof *alive, by_address))
			k->exhibit[i].sign = sign;
}

/*
 * A peer that answers on the same port over TCP lives: a filter took the UDP. So do enterprises with
 * QUIC, and every browser falls back.
 */
static void weigh_fallback(const struct suspect *s)
{
	struct key_slice udp, tcp;
	if (!key_find(s, PROTO_UDP, HTTPS, &udp) || !key_find(s, PROTO_TCP, HTTPS, &tcp))
		return;
	size_t n = 0;
	struct addr *alive = malloc(tcp.n * sizeof *alive);
	for (size_t i = 0; alive && i < tcp.n; i++)
		if (tcp.exhibit[i].sign == SIGN_ANSWERED)
			alive[n++] = tcp.exhibit[i].contact->dst;
	weigh_alive(&udp, alive, n, SIGN_UNKNOWN);
	free(alive);
}

/* Whether something came back from a port that a transfer may have. */
static bool is_transfer(const struct contact *c)
{
	return c->proto == PROTO_UDP && c->port >= SERVICE_PORTS && c->saw & SAW_REVERSE;
}

/*
 * Who is asked for a file by TFTP answers from a new port (RFC 1350, section 4), so nothing ever comes back from
 * the one that was asked: the peer decides.
 */
static void weigh_transfers(const struct suspect *s)
{
	struct key_slice asked;
	size_t n = 0, n_put = 0;
	if (!key_find(s, PROTO_UDP, TFTP, &asked))
		return;
	for (size_t i = 0; i < s->n_contacts; i++)
		n += is_transfer(&s->contact[i]);
	struct addr *alive = malloc((n + 1) * sizeof *alive);
	for (size_t i = 0; alive && i < s->n_contacts; i++)
		if (is_transfer(&s->contact[i]))
			alive[n_put++] = s->contact[i].dst;
	weigh_alive(&asked, alive, n_put, SIGN_ANSWERED);
	free(alive);
}

void weigh_source(const struct suspect *s)
{
	struct key_slice k;
	weigh_fallback(s);
	weigh_transfers(s);
	for (size_t at = 0; key_next(s, &at, &k);) {
		weigh_together(k.exhibit, k.n);
		silent_weigh(s, &k);
	}
	scatter_weigh(s);
}
