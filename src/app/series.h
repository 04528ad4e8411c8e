// SPDX-License-Identifier: Apache-2.0
// Counters over time: a ring of readings, in memory, for curves.
#ifndef APP_SERIES_H
#define APP_SERIES_H
#include "app/counters.h"

enum { SERIES_STEP_MS = 10 * 1000, SERIES_MAX = 6 * 60 * 6 }; // six hours

struct series {
	uint64_t at_ms[SERIES_MAX]; // when; since the Unix epoch
	uint64_t value[SERIES_MAX][COUNTERS_MAX];
	uint64_t n; // readings that were taken; the last SERIES_MAX of them are here
};

/** Take a reading; the oldest goes when there is no room. */
void series_put(struct series *s, const struct keeper *k, uint64_t at_ms);
#endif
