// SPDX-License-Identifier: Apache-2.0
// The search for literals on 64-bit Arm, where NEON is always there: 16 places a step.
#if defined(__aarch64__)
#include <arm_neon.h>

#include "base/literals_path.h"

static bool is_there(void)
{
	return true;
}

/* Buckets of the bytes from `text` on, at a place of the window with these tables. */
static inline uint8x16_t buckets(const uint8_t *text, uint8x16_t low, uint8x16_t high)
{
	uint8x16_t bytes = vld1q_u8(text);
	uint8x16_t lows = vandq_u8(bytes, vdupq_n_u8(15)), highs = vshrq_n_u8(bytes, 4);
	return vandq_u8(vqtbl1q_u8(low, lows), vqtbl1q_u8(high, highs));
}

static size_t scan(const struct literals_window *w, const uint8_t *text, size_t n)
{
	uint8x16_t low0 = vld1q_u8(w->low[0]), high0 = vld1q_u8(w->high[0]);
	uint8x16_t low1 = vld1q_u8(w->low[1]), high1 = vld1q_u8(w->high[1]);
	uint8x16_t low2 = vld1q_u8(w->low[2]), high2 = vld1q_u8(w->high[2]);
	uint8x16_t low3 = vld1q_u8(w->low[3]), high3 = vld1q_u8(w->high[3]);
	for (size_t i = 0; i < n; i += sizeof(uint8x16_t)) {
		uint8x16_t front = vandq_u8(
			buckets(text + i, low0, high0), buckets(text + i + 1, low1, high1));
		uint8x16_t back = vandq_u8(
			buckets(text + i + 2, low2, high2), buckets(text + i + 3, low3, high3));
		// four bits a place: NEON has no mask of the upper bits of bytes
		uint16x8_t some = vreinterpretq_u16_u8(vtstq_u8(front, back));
		uint64_t mask = vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(some, 4)), 0);
		if (mask)
			return i + (size_t)__builtin_ctzll(mask) / 4;
	}
	return n;
}

const struct literals_path literals_neon = { .name = "NEON", .is_there = is_there, .scan = scan };
#endif
