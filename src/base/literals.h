// SPDX-License-Identifier: Apache-2.0
// Search for any of many literals at once, without regard to ASCII case, at the speed of memory.
#ifndef BASE_LITERALS_H
#define BASE_LITERALS_H
#include "base/bytes.h"

enum { LITERALS_MAX = 256, LITERAL_MIN_BYTES = 3, LITERAL_MAX_BYTES = 64 };

/** A compiled set; constant after literals_new, so threads may share it. */
struct literals;

/** Where a literal stands: its index in the set, and the offset of its first byte. */
struct literal_hit {
	size_t at;
	unsigned index;
};

/**
 * Compile a set of literals, each of LITERAL_MIN_BYTES to LITERAL_MAX_BYTES; copied.
 *
 * Returns NULL when there is no memory, or for a set or a length out of bounds.
 * Free with literals_free.
 */
struct literals *literals_new(const struct str *literal, size_t n);
void literals_free(struct literals *l);

/**
 * Find the first place, from `from` on, where any literal stands; of several there the lowest index.
 *
 * Reads nothing outside `text`. The answer is the same on every path of the processor.
 */
bool literals_next(
	const struct literals *l, struct bytes text, size_t from, struct literal_hit *hit);
#endif
