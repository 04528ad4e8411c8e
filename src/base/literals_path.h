// SPDX-License-Identifier: Apache-2.0
// How the search for literals is done on a processor: for literals.c, its tests and its bench.
#ifndef BASE_LITERALS_PATH_H
#define BASE_LITERALS_PATH_H
#include "base/literals.h"

/** Bytes of a literal that are looked for first, and starting places a scan looks at in one step. */
enum { LITERALS_WINDOW = 4, LITERALS_STEP = 32 };

/**
 * What the windows of all literals are, in 8 buckets, a bit each. A byte belongs to a bucket at a
 * place of the window when both its nibbles do; a text may hold a literal of a bucket where the
 * bytes at all places of the window belong to it.
 */
struct literals_window {
	uint8_t low[LITERALS_WINDOW][16], high[LITERALS_WINDOW][16]; // buckets by nibble
	uint8_t whole[LITERALS_WINDOW][256];                         // the same, by byte
};

/** One way to scan. */
struct literals_path {
	const char *name;
	bool (*is_there)(void); // whether this processor can do it

	/**
	 * The first of `n` places at which a window may stand, `n` when there is none.
	 *
	 * text  n + LITERALS_WINDOW - 1 bytes, all of which may be read
	 * n     a multiple of LITERALS_STEP
	 */
	size_t (*scan)(const struct literals_window *w, const uint8_t *text, size_t n);
};

extern const struct literals_path literals_avx2, literals_ssse3, literals_neon, literals_scalar;

/** The nth path this program was built with, fastest first; NULL behind the last. */
const struct literals_path *literals_path(size_t nth);

/** literals_next on a path, which must be there. */
bool literals_next_by(const struct literals_path *path, const struct literals *l, struct bytes text,
	size_t from, struct literal_hit *hit);
#endif
