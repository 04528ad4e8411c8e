// SPDX-License-Identifier: Apache-2.0
// Numbers, sizes and durations as people write them: 4096, 512M, 24h.
#ifndef BASE_QUANTITY_H
#define BASE_QUANTITY_H
#include "base/bytes.h"

enum { QUANTITY_TEXT_BYTES = 24 };

#define SIZE_UNITS "K, M, G, T"
#define DURATION_UNITS "ms, s, min, h, d"

/**
 * Read decimal digits, at most 19 and without zeroes in front: 010, 0x10, 1_000 and 1e3 mean
 * different things to different readers.
 *
 * Returns whether the whole of `text` was that, and fills `out` only then; so do the others.
 */
bool number_parse(struct str text, uint64_t *out);

/** Read a number of bytes: digits, and a unit of 1024, its square and so on, or none for bytes. */
bool size_parse(struct str text, uint64_t *bytes);

/** Read a duration: digits and one of DURATION_UNITS; 0 needs no unit. */
bool duration_parse(struct str text, uint64_t *ms);

/** Write in the largest unit that keeps the number whole; gives `room` back. */
const char *size_format(uint64_t bytes, char room[static QUANTITY_TEXT_BYTES]);
const char *duration_format(uint64_t ms, char room[static QUANTITY_TEXT_BYTES]);
#endif
