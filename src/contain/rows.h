// SPDX-License-Identifier: Apache-2.0
// A text that a device printed, line by line.
#ifndef CONTAIN_ROWS_H
#define CONTAIN_ROWS_H
#include "base/bytes.h"

enum { ROW_BYTES = 1024 };

/** Begin with `left` as the whole text, all else zero. */
struct rows {
	struct str left;
	uint32_t line;       // of the text, from 1
	bool is_cut;         // the line was longer than fits, or held a NUL
	char row[ROW_BYTES]; // without its end, with a NUL behind; for the reader to cut up
};

/** Turn to the next line. Returns false behind the last. */
bool rows_next(struct rows *r);
#endif
