// SPDX-License-Identifier: Apache-2.0
// Well-formed UTF-8 (RFC 3629), told sequence by sequence.
#ifndef BASE_UTF8_H
#define BASE_UTF8_H
#include <stdbool.h>

/** Length of the sequence at `p`, which ends with a NUL; 0 when it is none. */
int utf8_length(const unsigned char *p);

/** Whether a whole text is well-formed. */
bool utf8_is(const char *text);
#endif
