// SPDX-License-Identifier: Apache-2.0
// UTF-16, as editors and shells of Windows write it (RFC 2781).
#ifndef BASE_UTF16_H
#define BASE_UTF16_H
#include "base/bytes.h"

/** Whether UTF-16 begins here, by its mark. */
bool is_utf16(struct bytes raw);

/**
 * Put UTF-16 with its mark into UTF-8.
 *
 * room  of 3 bytes for 2 of `raw`
 *
 * Returns the bytes that were put. Half of a pair becomes a question mark.
 */
size_t utf16_to_utf8(struct bytes raw, uint8_t *room);
#endif
