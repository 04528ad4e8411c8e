// SPDX-License-Identifier: Apache-2.0
// Two clocks: the one on the wall, and one that never jumps.
#ifndef APP_CLOCK_H
#define APP_CLOCK_H
#include <stdint.h>
#include <time.h>

static inline uint64_t clock_ms(clockid_t id)
{
	struct timespec t = {};
	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/** Since the Unix epoch. */
static inline uint64_t wall_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

/** For spans. */
static inline uint64_t steady_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}
#endif
