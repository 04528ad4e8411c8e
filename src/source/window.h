// SPDX-License-Identifier: Apache-2.0
// A stream read in large blocks, as a view that moves on: what is looked at is never copied again.
#ifndef SOURCE_WINDOW_H
#define SOURCE_WINDOW_H
#include <stdio.h>

#include "base/bytes.h"

struct window {
	FILE *file;
	uint8_t *byte;
	size_t at, n, room; // bytes at to n are read and not yet passed
	uint64_t passed;    // bytes of the stream in front of byte[0]
	bool is_over;       // the caller's: no more is to be read
};

/** Begin at the file's position; the file stays the caller's. False when there is no memory. */
bool window_init(struct window *w, FILE *file);
void window_fini(struct window *w);

/**
 * Have at least `n` bytes in view; what was in view may move.
 *
 * Returns false, with all that is left in view, when the stream ends before, or memory does.
 */
bool window_fill(struct window *w, size_t n);

/** Bytes in view. */
static inline size_t window_left(const struct window *w)
{
	return w->n - w->at;
}

/** Where the view begins, in the stream. */
static inline uint64_t window_offset(const struct window *w)
{
	return w->passed + w->at;
}
#endif
