// SPDX-License-Identifier: Apache-2.0
// Tokens of clients, from files that only their owner can read (RFC 6750).
#ifndef HTTP_TOKENS_H
#define HTTP_TOKENS_H
#include "base/bytes.h"
#include "base/err.h"
#include "http/message.h"

enum { TOKENS_MAX = 256, TOKEN_BYTES = 128, TOKEN_LEAST = 16, TOKEN_NAME_BYTES = 48 };

struct token {
	enum http_role role;
	char name[TOKEN_NAME_BYTES]; // of the person or program, for the log of changes
	char text[TOKEN_BYTES];      // padded with NULs
};

struct tokens {
	struct token token[TOKENS_MAX];
	size_t n;
};

/**
 * Add the tokens of a file: one a line, with "NAME:" before it or none; "#" begins a comment.
 *
 * role  what they allow; also the name of those that have none
 *
 * Returns false with `e` naming file and line: when others than its owner may read the file, when it
 * belongs to neither root nor us, when a token is too short or stands twice, when there is none.
 */
bool tokens_load(struct tokens *t, const char *path, enum http_role role, struct err *e);

/** As tokens_load, of text; `path` stands for its file. */
bool tokens_parse(
	struct tokens *t, struct str text, const char *path, enum http_role role, struct err *e);

/** Find the token of an Authorization header; NULL when it has none that is known. Takes equally long. */
const struct token *tokens_find(const struct tokens *t, const char *authorization);
#endif
