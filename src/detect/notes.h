// SPDX-License-Identifier: Apache-2.0
// What is noted of contacts to count them: many at once, column by column, as nearly all are told alike.
#ifndef DETECT_NOTES_H
#define DETECT_NOTES_H
#include "detect/census.h"
#include "detect/evidence.h"
#include "detect/weigh.h"

/** What was said of contacts: of many most are alike, and say the same again. All zero is nothing. */
struct alike {
	uint32_t row[1024];
};

/** Who takes notes: of which contacts, and what is known of all before the first is weighed. */
struct notes {
	const struct evidence *evidence;
	const struct visibility *visibility; // settled
	const struct inventory *inventory;   // NULL: none
	uint64_t key; // by which sources other than of IPv4 are told apart, in all of a group
	struct alike alike;
	struct seen seen; // of those that were opened
};

/**
 * Note contacts, which are signs of something if their sources opened them.
 *
 * number  of `n` contacts
 * out     becomes what is noted of each; `is_unasked` of those that are an answer that nobody asked for
 */
void notes_take(struct notes *k, const uint32_t *number, size_t n, struct count *out);
#endif
