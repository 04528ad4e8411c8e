// SPDX-License-Identifier: Apache-2.0
// A line of the spool of alerts: a checksum, a blank, a notice as JSON, an end of line.
#ifndef MODEL_SPOOL_H
#define MODEL_SPOOL_H
#include "base/bytes.h"
#include "model/notice.h"

enum { SPOOL_LINE_BYTES = 16 << 10, SPOOL_SUM_CHARS = 16 };

enum spool_line {
	SPOOL_PART,    // no whole line is left
	SPOOL_NOTICE,  // a notice
	SPOOL_DAMAGED, // a line that is none, or whose checksum is wrong
};

/**
 * Take the first line off `rest`.
 *
 * Returns what it is; `out` is filled for a notice only. A line that is longer than SPOOL_LINE_BYTES is
 * damaged, and so are the first SPOOL_LINE_BYTES of one without an end.
 */
enum spool_line spool_line_next(struct str *rest, struct notice *out);

/** Put the checksum and its blank in front of a notice's JSON: SPOOL_SUM_CHARS + 1 bytes. */
void spool_line_seal(struct str json, char room[static SPOOL_SUM_CHARS + 2]);
#endif
