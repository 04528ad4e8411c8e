// SPDX-License-Identifier: Apache-2.0
// The neighbours of ExaBGP: what is announced to each, and whether it hears it.
#ifndef CONTAIN_HEARER_H
#define CONTAIN_HEARER_H
#include "contain/policy.h"

enum { HEARER_NAME_BYTES = 64, HEARERS_MAX = 1024 };

/** Whether a neighbour hears rules of a family: HEARING(name, text); the text is of what is wrong there. */
#define HEARINGS(HEARING) \
	HEARING(YES, "") \
	HEARING(UNASKED, "whether it hears was not told") \
	HEARING(UNTOLD, "whether it is to hear FlowSpec was not told") \
	HEARING(KEPT, "it has no session; it may keep for a while what it heard") \
	HEARING(DOWN, "it has no session") \
	HEARING(DEAF, "it takes no FlowSpec of that family") \
	HEARING(OTHER, "it is not to hear FlowSpec of that family")

#define AS_HEARING(name, text) HEARING_##name,
enum hearing { HEARINGS(AS_HEARING) N_HEARINGS };
#undef AS_HEARING

const char *hearing_text(enum hearing h);

struct hearer {
	char name[HEARER_NAME_BYTES]; // its address, as ExaBGP prints it
	struct policy policy;         // what is announced to it
	bool is_detailed, is_listed;  // told of by show neighbor extensive; by summary
	bool is_up, is_graceful;
	bool has[N_FAMILIES], asked[N_FAMILIES],
		agreed[N_FAMILIES];       // rules; configured; negotiated
	enum hearing hearing[N_FAMILIES]; // once all is read
};

struct hearers {
	struct hearer *hearer;
	size_t n, cap;
	bool has_summary, has_details; // what was told of them
	bool is_summary;               // the reader stands in it
	size_t at;                     // or in the details of this one; SIZE_MAX: of none
};

/** The neighbour of that name, made if it is new; NULL, with `e` filled, for want of memory or of HEARERS_MAX. */
struct hearer *hearers_get(struct hearers *h, const char *name, struct err *e);

/** Take a line of show neighbor summary or extensive; others change nothing. False as hearers_get. */
bool hearers_row(struct hearers *h, const char *row, struct err *e);

/** Once all is read: who hears what; policies in order and indexed. False, with `e` filled, for want of memory. */
bool hearers_settle(struct hearers *h, struct err *e);

/** With how many there is a session by which they hear. */
size_t hearers_up(const struct hearers *h);

void hearers_fini(struct hearers *h);
#endif
