// SPDX-License-Identifier: Apache-2.0
// cordon top: what it shows, apart from the terminal it is shown on.
#ifndef APP_TOP_H
#define APP_TOP_H
#include <cjson/cJSON.h>
#include <stdio.h>

#include "base/bytes.h"

enum { TOP_ROWS_MAX = 1000, TOP_WORD_BYTES = 64, TOP_MINUTES = 60 };

/** A host in the table. */
struct top_row {
	char address[TOP_WORD_BYTES], state[TOP_WORD_BYTES], cause[TOP_WORD_BYTES];
	char since[TOP_WORD_BYTES], last[TOP_WORD_BYTES];
	uint64_t incident, evidence, onset_ms;
	bool is_open;
};

/** Orders of the table: ORDER(name, title). */
#define TOP_ORDERS(ORDER) \
	ORDER(SINCE, "SINCE") \
	ORDER(LAST, "LAST ATTACK") \
	ORDER(ADDRESS, "ADDRESS") \
	ORDER(STATE, "STATE") \
	ORDER(INCIDENT, "INCIDENT") \
	ORDER(EVIDENCE, "EVIDENCE")

#define AS_ORDER(name, title) TOP_##name,
enum top_order { TOP_ORDERS(AS_ORDER) N_TOP_ORDERS };
#undef AS_ORDER

struct top {
	cJSON *status; // NULL: never answered
	bool is_lost;  // the daemon did not answer the last time
	uint64_t flows_before, asked_ms, flows_per_s;
	bool has_rate;
	struct top_row row[TOP_ROWS_MAX];
	size_t n;
	bool has_more; // there are older hosts than these
	unsigned
		onset[TOP_MINUTES]; // infections that began, by minute; the last is the present one
	size_t shown[TOP_ROWS_MAX]; // rows that the filter leaves, in order
	size_t n_shown, at;         // of them, the selected one
	enum top_order order;
	bool all; // closed ones too
	char filter[TOP_WORD_BYTES];
	bool is_typing; // the filter
};

/** Take answers: of /api/v1/status and a page of /api/v1/hosts; `status` is kept. */
void top_take(struct top *t, cJSON *status, const cJSON *hosts, uint64_t now_ms);

/** Choose and sort the rows anew; the selected host stays selected. */
void top_sort(struct top *t);

/** Put a text in lines of at most `columns` characters, broken at blanks where there are some. */
void top_wrap(const char *text, size_t columns, FILE *out);

/**
 * Draw a frame of `lines` lines, each cut to `columns`; 0: all of it, uncut. Where the terminal is too narrow for them,
 * times are told without year and seconds.
 */
void top_draw(const struct top *t, size_t lines, size_t columns, bool is_utf8, FILE *out);
#endif
