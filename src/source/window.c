// SPDX-License-Identifier: Apache-2.0
// Blocks of a size that stays in the second-level cache between the copy and the look. A mapping gains nothing
// certain; and a file that is cut meanwhile merely ends here.
#include "source/window.h"

#include <stdlib.h>

enum { BLOCK_BYTES = 128 << 10, PAGE_BYTES = 4096 };

bool window_init(struct window *w, FILE *file)
{
	*w = (struct window){ .file = file, .byte = malloc(BLOCK_BYTES), .room = BLOCK_BYTES };
	return w->byte;
}

void window_fini(struct window *w)
{
	free(w->byte);
	*w = (struct window){};
}

static bool make_room(struct window *w, size_t n)
{
	if (n <= w->room)
		return true;
	uint8_t *byte = realloc(w->byte, n);
	if (!byte)
		return false;
	w->byte = byte;
	w->room = n;
	return true;
}

bool window_fill(struct window *w, size_t n)
{
	if (window_left(w) >= n)
		return true;
	memmove(w->byte, w->byte + w->at, window_left(w));
	w->passed += w->at;
	w->n -= w->at;
	w->at = 0;
	if (!make_room(w, n))
		return false;
	size_t len = w->room - w->n, whole = len - len % PAGE_BYTES;
	if (!w->is_over && !feof(w->file) &&
		!ferror(w->file)) // whole pages go around the stream's own buffer
		w->n += fread(w->byte + w->n, 1, w->n + whole >= n ? whole : len, w->file);
	return w->n >= n;
}
