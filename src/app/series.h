// SPDX-License-Identifier: Apache-2.0
// Counters over time: a ring of readings, in memory, for curves.
#ifndef APP_SERIES_H
#define APP_SERIES_H
#include "app/counters.h"

enum { SERIES_STEP_MS = 10 * 1000 };

struct counter_reading {
	uint64_t at_ms; // since the Unix epoch
	uint64_t value[COUNTERS_MAX];
};

struct series {
	struct counter_reading *reading; // a ring
	size_t room;
	uint64_t n;     // readings that were taken; the last `room` of them are here
	uint64_t first; // number of one that is here after the room was changed; none before it is
};

/**
 * Give the ring room for so long a time, in so many bytes at most; one reading at least. The latest readings stay.
 *
 * Returns false when there is no memory; it is then as before. series_fini frees it.
 */
bool series_resize(struct series *s, uint64_t keep_ms, size_t max_bytes);
void series_fini(struct series *s);

/** Take a reading; the oldest goes when there is no room. */
void series_put(struct series *s, const struct keeper *k, uint64_t at_ms);
#endif
