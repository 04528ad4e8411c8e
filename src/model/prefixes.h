// SPDX-License-Identifier: Apache-2.0
// A set of prefixes with a value each; the longest that holds an address is found by one binary
// search and a few steps outwards.
#ifndef MODEL_PREFIXES_H
#define MODEL_PREFIXES_H
#include <stddef.h>

#include "base/err.h"
#include "model/addr.h"

enum { NO_SLOT = -1 };

/** A prefix and what is said of it. */
struct slot {
	struct prefix where;
	int32_t around;    // index of the longest other prefix that holds this one, or NO_SLOT
	uint32_t value;    // a role, a rate, the index of a scanner
	int node;          // where it stands in the file
	uint64_t until_ms; // of equal ones, the last counts
};

/** Prefixes, sorted by address, the wider first; each once. */
struct prefixes {
	struct slot *slot;
	size_t n, cap;
};

static inline bool prefix_eq(const struct prefix *a, const struct prefix *b)
{
	return a->bits == b->bits && addr_eq(&a->addr, &b->addr);
}

/** Room for one more element; NULL, with the array as it was, when there is no memory. */
void *array_grown(void *array, size_t size, size_t n, size_t *cap);

/** Append what is said of a prefix. Returns false, with `e` filled, when there is no memory. */
bool prefixes_put(struct prefixes *p, const struct slot *slot, struct err *e);

/** Bring them in order; to be called once all are there. */
void prefixes_sort(struct prefixes *p);

/** Of equal ones keep the first, with the value of the last; sorted before. */
void prefixes_fold(struct prefixes *p);

/** Link each to the one around it; folded before. From then on lookups work. */
void prefixes_link(struct prefixes *p);

/** The longest prefix that holds an address, or NULL. */
const struct slot *prefixes_get(const struct prefixes *p, const struct addr *a);

/** The next longer-reaching prefix around a slot, or NULL. */
const struct slot *slot_around(const struct prefixes *p, const struct slot *slot);
#endif
