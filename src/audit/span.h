// SPDX-License-Identifier: Apache-2.0
// How far a cell of a pattern reaches.
#ifndef AUDIT_SPAN_H
#define AUDIT_SPAN_H
#include <stdbool.h>

#include "base/bytes.h"

/** Bytes that a cell takes at an offset within the text; 0 when it does not fit there. */
typedef size_t span_fn(struct str text, size_t at);

/** The span of a cell of CELLS; a letter that is none is a mistake of ours, and asserted. */
span_fn *span_of(char cell);

/** Space, and when asked the end of one line: what a terminal wrapped goes on in the next. */
size_t span_space(struct str text, size_t at, bool over_line);

/** A word, up to space. */
size_t span_any(struct str text, size_t at);

/** The rest of the line, without space at its end. */
size_t span_line(struct str text, size_t at);
#endif
