// SPDX-License-Identifier: Apache-2.0
// Bytes into lines, in place: CR, LF and CRLF, byte order marks, UTF-16, NULs, lines without end.
#ifndef DECODE_WEBLOG_LINES_H
#define DECODE_WEBLOG_LINES_H
#include "base/literals.h"
#include "decode/weblog.h"

enum { UNITS_BYTES = 4096 }; // of UTF-16, turned into bytes at a time

struct log_line {
	struct str text;         // without its end
	uint64_t number;         // from 1
	uint64_t offset;         // of its first byte in the input
	bool is_marked;          // one of the literals stands in it
	bool is_long;            // longer than WEBLOG_LINE_MAX: `text` is empty
	bool is_nul, is_unended; // nothing but NULs; the last one, without a line end
};

/** Members are the splitter's own, except the first four; zero for the rest is the beginning. */
struct splitter {
	void (*emit)(void *ctx, const struct log_line *line);
	void (*release)(void *ctx); // texts of lines given so far end here
	void *ctx;
	const struct literals *marks; // NULL: every line is marked

	uint64_t offset;      // of the next byte
	uint64_t line_offset; // of the line that is open
	uint64_t n_lines, n_nuls;
	size_t n_carried;
	uint8_t encoding, n_head, head[3], half;
	bool has_half, is_long, is_open, after_cr;
	char carried[WEBLOG_LINE_MAX];
};

/** Begin where `n_lines` lines and `offset` bytes stand before; `head` is the beginning of the input. */
void splitter_resume(struct splitter *s, struct bytes head, uint64_t offset, uint64_t n_lines);

void splitter_feed(struct splitter *s, struct bytes chunk);
void splitter_end(struct splitter *s);
#endif
