// SPDX-License-Identifier: Apache-2.0
// The canonical order of a few contacts, sorted by what was noted of them instead of by themselves.
#ifndef DETECT_ORDER_H
#define DETECT_ORDER_H
#include "detect/census.h"
#include "detect/evidence.h"

enum { ORDER_TIME_BITS = 40 };

/**
 * What decides nearly always among contacts of one source: protocol, port, time. A time that is too early or too
 * late for the bits is equal to others like it: then all is compared.
 */
static inline uint64_t order_rest(uint64_t proto, uint64_t port, uint64_t first_ms)
{
	const int64_t base_ms = INT64_C(946684800000); // 2000-01-01; order needs no more
	const int64_t most_ms = (INT64_C(1) << ORDER_TIME_BITS) - 1;
	int64_t ms = (int64_t)first_ms - base_ms;
	ms = ms > 0 ? ms : 0;
	return proto << 56 | port << ORDER_TIME_BITS | (uint64_t)(ms < most_ms ? ms : most_ms);
}

static inline uint8_t order_proto(uint64_t rest)
{
	return (uint8_t)(rest >> 56);
}

static inline uint16_t order_port(uint64_t rest)
{
	return (uint16_t)(rest >> ORDER_TIME_BITS);
}

/** In ms, from some time on; too early and too late ones are alike. */
static inline uint64_t order_time(uint64_t rest)
{
	return rest & ((UINT64_C(1) << ORDER_TIME_BITS) - 1);
}

/**
 * Sort: by source in some order, then as contact_cmp.
 *
 * room  for as many more
 *
 * Returns where they are sorted: `count` or `room`.
 */
struct count *order_sort(
	struct count *count, struct count *room, size_t n, const struct evidence *e);
#endif
