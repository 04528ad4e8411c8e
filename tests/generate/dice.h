// SPDX-License-Identifier: Apache-2.0
// Chance that is the same on every machine: splitmix64 from a seed (Steele, Lea, Flood, 2014).
#ifndef GENERATE_DICE_H
#define GENERATE_DICE_H
#include <stdbool.h>
#include <stdint.h>

struct dice {
	uint64_t state;
};

/** Spread the bits of `x`: equal in, equal out, and near in is far out. */
static inline uint64_t dice_mix(uint64_t x)
{
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

/** A number fixed by the seed and two more numbers: what does not change within one world. */
static inline uint64_t dice_fixed(uint64_t seed, uint32_t a, uint32_t b)
{
	return dice_mix(dice_mix(seed + 1) ^ ((uint64_t)a << 32 | b));
}

static inline uint64_t dice_u64(struct dice *d)
{
	return dice_mix(d->state += UINT64_C(0x9e3779b97f4a7c15));
}

/** 0 to n - 1. */
static inline uint32_t dice_below(struct dice *d, uint32_t n)
{
	return (uint32_t)((dice_u64(d) >> 32) * n >> 32);
}

/** `low` to `high`, both possible. */
static inline uint32_t dice_between(struct dice *d, uint32_t low, uint32_t high)
{
	return low + dice_below(d, high - low + 1);
}

static inline bool dice_chance(struct dice *d, unsigned percent)
{
	return dice_below(d, 100) < percent;
}
#endif
