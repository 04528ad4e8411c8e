// SPDX-License-Identifier: Apache-2.0
// Why a host is where it is, and what leads on: as members of an answer and in one sentence.
#ifndef APP_API_REASON_H
#define APP_API_REASON_H
#include "app/api.h"
#include "incident/lifecycle.h"
#include "model/phrase.h"

enum { SENTENCE_BYTES = 512 };

/** What accuses a host most, and who probably infected it. */
struct reason {
	const struct charge *charge; // NULL: nothing stands
	uint32_t n_more;             // other charges that stand
	bool was_withdrawn;          // there were some
	uint64_t from;               // host; 0: not known
	double from_probability;
};

struct reason reason_of(const struct board *b, const struct member *m);

/** The reason in one sentence; gives `room` back. */
const char *reason_format(const struct board *b, const struct member *m, enum lang lang,
	char room[static SENTENCE_BYTES]);

/** What leads on towards recovery. */
struct next_step {
	bool has_way; // false: nothing is left to do
	enum state to;
	bool may;
	uint32_t needs; // set of guards
	enum phrase phrase;
};

struct next_step next_step_of(const struct board *b, const struct member *m, uint64_t now_ms);
const char *next_step_format(
	const struct next_step *n, enum lang lang, char room[static SENTENCE_BYTES]);

/** A member "next" of an answer. */
void api_write_next(struct json *j, const struct next_step *n, enum lang lang);
#endif
