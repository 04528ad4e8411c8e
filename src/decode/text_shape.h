// SPDX-License-Identifier: Apache-2.0
// The shape of a row: its cells one after the other, and how they become a flow.
#ifndef DECODE_TEXT_SHAPE_H
#define DECODE_TEXT_SHAPE_H
#include "decode/text_row.h"

enum { SHAPE_CELLS = 18 };

struct shape {
	const char *about;
	enum kind kind;
	uint8_t n_cells;
	uint8_t key; // index of the cell after the output interface and its asterisk
	uint8_t cell[SHAPE_CELLS];
	/* Whether numbers make sense, and what stands before and after the row; NULL: anything. */
	enum fit (*judge)(const struct mode *mode, const struct view *v);
	void (*fill)(const struct shape *s, const struct token *cell, struct row *out);
};

/** The shapes, most telling first; NULL behind the last. */
const struct shape *shape_at(size_t i);
#endif
