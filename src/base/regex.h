// SPDX-License-Identifier: Apache-2.0
// Regular expressions (PCRE2) that bad text cannot make slow: every match has limits.
#ifndef BASE_REGEX_H
#define BASE_REGEX_H
#include "base/bytes.h"
#include "base/err.h"

enum { REGEX_MAX_BYTES = 1024 };

/** A compiled expression; constant, so threads may share it. */
struct regex;

/** What a match needs beside the expression: one for each thread. */
struct regex_room;

enum regex_answer { REGEX_NO, REGEX_YES, REGEX_LIMIT };

/**
 * Compile an expression, at most REGEX_MAX_BYTES; it ignores the case of ASCII letters, a dot is any
 * byte, `$` is the end alone, and only groups with a name catch.
 *
 * Returns NULL, `e` saying what is wrong at which byte. Free with regex_free; NULL is fine.
 */
struct regex *regex_new(const char *pattern, struct err *e);
void regex_free(struct regex *r);

/** Returns NULL when there is no memory. Free with regex_room_free; NULL is fine. */
struct regex_room *regex_room_new(void);
void regex_room_free(struct regex_room *room);

/**
 * Whether an expression matches anywhere in a text; REGEX_LIMIT when that would take too long.
 *
 * group  filled on REGEX_YES with what the group `name` caught, empty when it caught nothing; both
 *        may be NULL
 */
enum regex_answer regex_match(const struct regex *r, struct regex_room *room, struct str text,
	const char *name, struct str *group);
#endif
