// SPDX-License-Identifier: Apache-2.0
// A contact as it is kept: between IPv4 addresses in 40 bytes, else as it is, in a cache line.
#ifndef DETECT_SLOT_H
#define DETECT_SLOT_H
#include <endian.h>

#include "base/hash.h"
#include "model/contact.h"

enum family { FAMILY_NARROW, FAMILY_WIDE, N_FAMILIES }; // between IPv4 addresses; all others

/** A contact between IPv4 addresses, which are in network order. */
struct narrow {
	uint32_t src, dst;
	struct trace trace;
};
static_assert(sizeof(struct narrow) == 40);

static inline enum family family_of(const struct contact *c)
{
	return addr_is_v4(&c->src) && addr_is_v4(&c->dst) ? FAMILY_NARROW : FAMILY_WIDE;
}

/** Keyed hashes of source, peer, protocol and port. */
static inline uint64_t narrow_hash(uint64_t pair, uint8_t proto, uint16_t port, uint64_t key)
{
	uint64_t all[2] = { pair, (uint64_t)proto << 16 | port };
	return hash_bytes(all, sizeof all, key);
}

static inline uint64_t wide_hash(const struct contact *c, uint64_t key)
{
	uint64_t service = (uint64_t)c->proto << 16 | c->port;
	return hash_bytes(c, 32, key ^ service * UINT64_C(0x9e3779b97f4a7c15));
}

/** Both addresses as one number: of a slot, of a contact. */
static inline uint64_t narrow_pair(const struct narrow *s)
{
	uint64_t pair;
	memcpy(&pair, s, sizeof pair);
	return pair;
}

static inline struct narrow narrow_of(const struct contact *c)
{
	struct narrow s = { .trace = c->trace };
	memcpy(&s.src, c->src.octet + 12, sizeof s.src);
	memcpy(&s.dst, c->dst.octet + 12, sizeof s.dst);
	return s;
}

/* Written by halves: a hash reads it so, and would wait for bytes that were written one by one. */
static inline struct addr addr_of_net32(uint32_t ip)
{
	struct addr a;
	uint64_t half[2] = { 0, htobe64(UINT64_C(0xffff) << 32 | be32toh(ip)) };
	memcpy(&a, half, sizeof a);
	return a;
}

static inline void narrow_unpack(const struct narrow *s, struct contact *out)
{
	out->trace = s->trace;
	out->src = addr_of_net32(s->src);
	out->dst = addr_of_net32(s->dst);
}

enum { LOAD_CONTACTS = 256, LOAD_BEHIND = 3 };

/** Contacts of both families with their hashes, on their way into the tables. */
struct load {
	size_t n[N_FAMILIES];
	struct narrow narrow[LOAD_CONTACTS + LOAD_BEHIND]; // rows of no meaning are written there
	struct contact wide[LOAD_CONTACTS];
	uint64_t hash[N_FAMILIES][LOAD_CONTACTS];
};

static inline void load_clear(struct load *l)
{
	l->n[FAMILY_NARROW] = l->n[FAMILY_WIDE] = 0;
}

static inline bool load_is_empty(const struct load *l)
{
	return l->n[FAMILY_NARROW] + l->n[FAMILY_WIDE] == 0;
}

/** Append a contact; there is room. */
static inline void load_put(struct load *l, const struct contact *c, uint64_t key)
{
	enum family f = family_of(c);
	size_t i = l->n[f]++;
	if (f == FAMILY_WIDE) {
		l->wide[i] = *c;
		l->hash[f][i] = wide_hash(c, key);
	} else {
		l->narrow[i] = narrow_of(c);
		l->hash[f][i] = narrow_hash(narrow_pair(&l->narrow[i]), c->proto, c->port, key);
	}
}
#endif
