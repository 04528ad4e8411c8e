// SPDX-License-Identifier: Apache-2.0
// A text as a terminal would show it: what only steers a terminal is taken out, lines keep their
// numbers.
#ifndef AUDIT_PAPER_H
#define AUDIT_PAPER_H
#include "base/bytes.h"

enum { PAPER_MAX = 256 << 20 };

struct paper {
	char *text; // lines end with \n; a tab is a space, nothing stands at the end of a line
	size_t len;
	size_t *start; // of each line; one more behind the last
	size_t n_lines;
	uint32_t *
		pager; // of each line: the column behind which a pager stood last, plus 1; 0: none did
};

/**
 * Read a text, at most PAPER_MAX of it: carriage returns, backspaces with what they delete, escape
 * sequences, `--More--` and a byte order mark go, and so does what stands before each line in the log of a terminal
 * or a mail. UTF-16 becomes UTF-8.
 *
 * Returns false when there is no memory. Free with paper_fini.
 */
bool paper_init(struct paper *p, struct bytes raw);
void paper_fini(struct paper *p);

/**
 * Whether a pager was the last that was shown before an offset: whoever left it there, with q or Ctrl-C,
 * did not see the rest of the output.
 *
 * line  that holds the offset, from 1
 */
bool paper_is_paged(const struct paper *p, size_t line, size_t at);

/** Put the `n` lines behind a line at its end, without what separates them; they stay, empty. */
void paper_join(struct paper *p, size_t line, size_t n);

/** A line, from 1, without its end. */
struct str paper_line(const struct paper *p, size_t line);
#endif
