// SPDX-License-Identifier: Apache-2.0
// Lists of the API: what a request asks for, and pages that end with where the next one begins.
#ifndef APP_API_LIST_H
#define APP_API_LIST_H
#include "app/api.h"
#include "model/signature.h"

enum { PAGE_USUAL = 100, PAGE_MOST = 1000 };

/** Parameters of lists: PARAMETER(name, text). A list takes those that it names. */
#define PARAMETERS(PARAMETER) \
	PARAMETER(CURSOR, "cursor") \
	PARAMETER(LIMIT, "limit") \
	PARAMETER(ORDER, "order") /* "oldest" or "newest" first */ \
	PARAMETER(STATUS, "status") \
	PARAMETER(ASSIGNEE, "assignee") \
	PARAMETER(CAUSE, "cause") \
	PARAMETER(STATE, "state") \
	PARAMETER(OPEN, "open") \
	PARAMETER(INCIDENT, "incident") \
	PARAMETER(HOST, "host") \
	PARAMETER(KIND, "kind") \
	PARAMETER(ADDRESS, "address") \
	PARAMETER(WITH, "with") \
	PARAMETER(NAME, "name") \
	PARAMETER(SINCE, "since_ms") \
	PARAMETER(FROM, "from") \
	PARAMETER(TO, "to") \
	PARAMETER(POINTS, "points") \
	PARAMETER(PREFIX, "prefix") \
	PARAMETER(CELLS, "cells") \
	PARAMETER(UNDER, "under") \
	PARAMETER(SUBNET, "subnet") \
	PARAMETER(OTHERS, "others") \
	PARAMETER(LANG, "lang") \
	PARAMETER(WORDS, "q") \
	PARAMETER(TLP, "tlp")

#define AS_PARAMETER(name, text) LIST_##name,
enum parameter { PARAMETERS(AS_PARAMETER) N_PARAMETERS };
#undef AS_PARAMETER

#define PAGING (1u << LIST_CURSOR | 1u << LIST_LIMIT | 1u << LIST_ORDER)

struct list {
	const char *text[N_PARAMETERS]; // NULL: not given
	uint64_t cursor;                // 0: from the begin
	size_t limit;
	bool is_newest;
	struct api_page page;
	size_t n;
	uint64_t last; // cursor behind what was written
	bool has_more;
};

/**
 * Read the parameters.
 *
 * takes  set of 1 << enum parameter; others are a problem, for a filter that is not heeded misleads
 *
 * Returns false after a problem was filled in.
 */
bool list_parse(
	const struct http_request *q, unsigned takes, struct list *out, struct http_answer *answer);

/** A parameter that is a time, a whole number, a prefix, a language: fills `out` where it is given, else leaves it. */
bool list_time(const struct list *l, enum parameter p, uint64_t *out, struct http_answer *answer);
bool list_number(const struct list *l, enum parameter p, uint64_t least, uint64_t most,
	uint64_t *out, struct http_answer *answer);
bool list_prefix(
	const struct list *l, enum parameter p, struct prefix *out, struct http_answer *answer);
bool list_lang(const struct list *l, enum lang *out, struct http_answer *answer);

/** Begin the page. Returns false after a problem. */
bool list_begin(struct list *l, struct http_answer *answer);

/** Whether one more item fits; if not, there is more. `cursor` of the item that would be written. */
bool list_takes(struct list *l, uint64_t cursor);

/** End the page and make it the answer. */
void list_end(struct list *l, struct http_answer *answer);
#endif
