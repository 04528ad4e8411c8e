// SPDX-License-Identifier: Apache-2.0
// Phrases between the rows: fixed words with numbers in between, read backwards from their end.
#ifndef DECODE_TEXT_PHRASE_H
#define DECODE_TEXT_PHRASE_H
#include "decode/text_row.h"

struct phrase_hit {
	uint64_t line; // of the phrase's first word
	uint64_t number[3];
	unsigned n_numbers, milli; // milli: of the last `%`, in thousandths
};

/**
 * Whether the words up to and including the first one ahead end with `phrase`: words with blanks
 * between them, `#` for a number, `%` for a number with a point, `~` for any word. A phrase of one
 * word may hang on a prompt ("Router#show"). Fills `hit` in any case.
 */
bool phrase_ends_at(const char *phrase, const struct view *v, struct phrase_hit *hit);
#endif
