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

/** A phrase in two parts, its last word apart, as that is what tells most phrases from the text. */
struct phrase {
	const char *words, *last;
};

/**
 * Whether the words up to and including the first one ahead end with the phrase. Its words have
 * blanks between them; `#` is a number, `%` a number with a point, `~` any word. A phrase of one
 * word may hang on a prompt ("Router#show"). Fills `hit` only then.
 */
bool phrase_ends_at(const struct phrase *phrase, const struct view *v, struct phrase_hit *hit);
#endif
