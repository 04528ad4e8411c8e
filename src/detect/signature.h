// SPDX-License-Identifier: Apache-2.0
// The set of signatures: those that come with the program, and those of the user.
#ifndef DETECT_SIGNATURE_H
#define DETECT_SIGNATURE_H
#include "base/err.h"
#include "model/request.h"
#include "model/signature.h"

/** Constant once all files are read, so threads may share it. */
struct signatures;

/** What a match needs beside the set: one for each thread. */
struct signature_room;

/**
 * The set that comes with the program.
 *
 * Returns NULL with `e` filled when there is no memory. Free with signatures_free; NULL is fine.
 */
struct signatures *signatures_new(struct err *e);
void signatures_free(struct signatures *s);

/**
 * Add a file of signatures, cordon-signatures(5). One with a known id takes the place of that one;
 * new ones stand, in their order, before all that were there.
 *
 * Returns false with `e` saying FILE:LINE:COL and what is wrong; the set is then only to be freed.
 */
bool signatures_load(struct signatures *s, const char *path, struct err *e);

/** As signatures_load, of text (not kept); `name` stands for the file in messages. */
bool signatures_parse(struct signatures *s, struct str text, const char *name, struct err *e);

size_t signatures_count(const struct signatures *s);
const struct signature *signatures_get(const struct signatures *s, size_t i);

/**
 * The literals of all signatures, each once, for the search that marks lines: without one of them
 * no signature fits. They live as long as the set. Returns how many, at most LITERALS_MAX.
 */
size_t signatures_literals(const struct signatures *s, struct str *literal);

/** What was found in a request. */
struct signature_match {
	const struct signature *signature;
	unsigned pattern;  // which of its patterns, from 0
	bool has_attacker; // the request names the attacker's address
	struct addr attacker;
};

struct signature_room *signature_room_new(void);
void signature_room_free(struct signature_room *room);

/** How many matches were given up because they would have taken too long. */
uint64_t signature_room_limits(const struct signature_room *room);

/**
 * Find the first signature that fits a request, in any view of the fields where it may stand.
 *
 * Returns false, with `match` untouched, when none does. Never allocates.
 */
bool signatures_match(const struct signatures *s, struct signature_room *room,
	const struct request *request, struct signature_match *match);
#endif
