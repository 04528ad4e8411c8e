// SPDX-License-Identifier: Apache-2.0
// The canonical order of a few contacts, sorted by short keys instead of by themselves.
#ifndef DETECT_ORDER_H
#define DETECT_ORDER_H
#include "detect/evidence.h"

/** What decides nearly always: the source, then protocol, port and time. */
struct order_key {
	uint64_t source, rest;
	uint32_t slot;
};

/** All zero is empty. */
struct order {
	struct order_key *key, *other; // `other` is room for the merging
	size_t n, room;
};

/** Make room for `n` contacts; false when there is no memory. Free with order_fini. */
bool order_reserve(struct order *o, size_t n);
void order_fini(struct order *o);

/** Note a contact and its number in the evidence. */
void order_put(struct order *o, const struct contact *c, uint32_t slot);

/** Sort: by source in some order, then as contact_cmp. */
void order_sort(struct order *o, const struct evidence *e);

/** Forget all, keep the room. */
static inline void order_clear(struct order *o)
{
	o->n = 0;
}

/** Number in the evidence of the i-th contact. */
static inline uint32_t order_slot(const struct order *o, size_t i)
{
	return o->key[i].slot;
}

/** Whether the i-th and j-th contact are of one source. */
static inline bool order_same_source(const struct order *o, size_t i, size_t j)
{
	return o->key[i].source == o->key[j].source;
}
#endif
