// SPDX-License-Identifier: Apache-2.0
// Margins of lines.
#ifndef AUDIT_MARGIN_H
#define AUDIT_MARGIN_H
#include "base/bytes.h"

/** What stands before each line of a text: the time of a terminal's log, or the marks of a mail. */
enum margin { MARGIN_NONE, MARGIN_TIME, MARGIN_MAIL };

/** Told by the commands behind it: a text that only holds times of its own has no margin. */
enum margin margin_of(struct bytes raw);

/** Bytes of the margin of the line that begins at `at`; 0 when it has none. */
size_t margin_length(struct bytes raw, size_t at, enum margin m);

#endif
