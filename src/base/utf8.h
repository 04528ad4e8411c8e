// SPDX-License-Identifier: Apache-2.0
// Well-formed UTF-8 (RFC 3629), told sequence by sequence.
#ifndef BASE_UTF8_H
#define BASE_UTF8_H
#include <stdbool.h>
#include <stddef.h>

/** Length of the sequence at `p`, which ends with a NUL; 0 when it is none. */
int utf8_length(const unsigned char *p);

/**
 * Put as much of a text as has room behind the `at` bytes that stand in `room` of `size` bytes, in whole letters.
 *
 * len  of the text, which ends with a NUL there or later; what is no UTF-8 is put byte by byte
 *
 * Returns the new end, where a NUL stands.
 */
size_t utf8_add(char *room, size_t size, size_t at, const char *text, size_t len);

/** Columns that a well-formed text takes on a terminal: letters of East Asia take two (Unicode, UAX 11). */
size_t utf8_columns(const char *text);

/** Whether a whole text is well-formed. */
bool utf8_is(const char *text);
#endif
