// SPDX-License-Identifier: Apache-2.0
// Where a record stands in the input, so that a finding can quote its evidence.
#ifndef MODEL_PLACE_H
#define MODEL_PLACE_H
#include <stdint.h>

/** Source (index of the input, 16 bits) and position in it: a line or a packet number, from 1. */
typedef uint64_t place;

enum { PLACE_POSITION_BITS = 48 };
#define PLACE_NONE UINT64_MAX

static inline place place_at(uint16_t source, uint64_t position)
{
	return (uint64_t)source << PLACE_POSITION_BITS | position;
}

static inline uint16_t place_source(place p)
{
	return (uint16_t)(p >> PLACE_POSITION_BITS);
}

static inline uint64_t place_position(place p)
{
	return p & ((UINT64_C(1) << PLACE_POSITION_BITS) - 1);
}
#endif
