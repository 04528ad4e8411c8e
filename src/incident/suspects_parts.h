// SPDX-License-Identifier: Apache-2.0
// What the files that make suspects share: items of findings, suspects of items, campaigns of suspects.
#ifndef INCIDENT_SUSPECTS_PARTS_H
#define INCIDENT_SUSPECTS_PARTS_H
#include "incident/suspects.h"

/** Order of two numbers, as memcmp. */
static inline int by_number(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/** A time of a contact or finding, 0 when it is not known. */
static inline uint64_t known(uint64_t ms)
{
	return ms == UINT64_MAX ? 0 : ms;
}

/** For bsearch of a suspect by its address. */
static inline int host_and_suspect(const void *key, const void *element)
{
	return addr_cmp(key, &((const struct suspect *)element)->host);
}

/** Fill `item` of suspects, in a total order. Returns false when there is no memory. */
bool items_init(struct suspects *out, const struct finding *finding, size_t n);

/** Put suspects together by their items and ways; then campaign_of names the first of each. */
bool campaigns_find(struct suspects *all);
size_t campaign_of(struct suspects *all, size_t i);

/** Messages of two sizes are of two worms; one whose size is not known may be of either. */
bool is_size_alike(uint32_t a, uint32_t b);
#endif
