// SPDX-License-Identifier: Apache-2.0
// Words of a pasted text: chunks of bytes in, tokens with their line out, in bounded memory.
#ifndef DECODE_TEXT_TOKEN_H
#define DECODE_TEXT_TOKEN_H
#include "model/addr.h"

enum { TOKEN_BYTES = 96 };

/** What a token is; only what every reader of it asks. */
enum token_is {
	TOKEN_NUMBER = 1 << 0, // decimal digits only, below 2^63; `number` holds it
	TOKEN_ADDR = 1 << 1,   // an address of either family; `addr` holds it
	TOKEN_FIRST = 1 << 2,  // the first of its line
	TOKEN_RULE = 1 << 3,   // "====": the rule under the heading of a table
};

struct token {
	uint64_t line; // from 1
	uint64_t number;
	struct addr addr;
	uint32_t col;    // of its first character, from 0, as a terminal would show it
	uint16_t commas; // between the token before it on this line and itself
	uint8_t len;
	uint8_t is;             // enum token_is
	char text[TOKEN_BYTES]; // as printed, NUL at the end
};

typedef void token_fn(void *ctx, const struct token *token);

/** Members are the tokeniser's own, except the first two; zero for the rest is the beginning. */
struct tokeniser {
	token_fn *emit;
	void *ctx;
	uint64_t n_long, first_long; // words that are too long: skipped; the line of the first

	uint16_t commas;
	uint32_t col, word_col;
	uint64_t line; // lines ended so far
	size_t len;    // of the word; may exceed what `text` keeps
	uint8_t encoding, escape, n_head;
	uint8_t head[3]; // first bytes of the text, until the byte order mark is known
	uint8_t half;    // first byte of a UTF-16 unit, or of a two-byte blank
	bool has_half, has_first, is_mixed;
	char text[TOKEN_BYTES];
};

/** Read on; `chunk` may begin and end inside a word or a character. */
void tokeniser_feed(struct tokeniser *t, struct bytes chunk);

/** The text is over: hand on what is open. */
void tokeniser_end(struct tokeniser *t);

/** Whether the token is `word`, letter case aside. */
bool token_is_word(const struct token *t, const char *word);
#endif
