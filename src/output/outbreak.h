// SPDX-License-Identifier: Apache-2.0
// The report on an outbreak: what the API answers, put together for a reader who has minutes.
#ifndef OUTPUT_OUTBREAK_H
#define OUTPUT_OUTBREAK_H
#include <stdio.h>

#include "base/bytes.h"
#include "base/object.h"
#include "model/phrase.h"

enum { OUTBREAK_HOSTS_SHOWN = 1000, OUTBREAK_TEXT_BYTES = 1024 };

/** A script or style within the page, and its hash for the policy: "sha256-...". Empty: there is none. */
struct embedded {
	struct str text;
	const char *hash;
};

/** What is told. All but `incidents` may be NULL: not known, or not asked for. */
struct outbreak {
	enum lang lang;
	const char *made;        // when, RFC 3339
	const char *version;     // of cordon
	uint64_t incident;       // 0: all of them
	const char *from, *to;   // of the range that was asked for; NULL: none was
	const cJSON *incidents;  // array of Incident
	const cJSON *board;      // Board without its items
	const cJSON *hosts;      // array of Board_host, those that need somebody first
	uint64_t n_hosts_beyond; // that are not among them
	const cJSON *curve, *tree, *map;
	const cJSON *branches;  // Tree, more of it, with the others that may have infected each
	const cJSON *before;    // Growth, before anything was done to hold hosts
	const cJSON *exporters; // array
	const cJSON *done;      // array of Event: what people decided, the latest first
	uint64_t n_done_beyond;
	struct embedded sheet;         // of the page itself
	struct embedded script, style; // that draw and show more
};

/** Write it; the caller looks at ferror(). */
void outbreak_text(const struct outbreak *o, FILE *out);
void outbreak_html(const struct outbreak *o, FILE *out);
void outbreak_json(const struct outbreak *o, FILE *out);

/** One line a host, with a head: RFC 4180; what a spreadsheet would take for a formula is quoted by '. */
void outbreak_csv_head(FILE *out);
void outbreak_csv_host(const cJSON *host, FILE *out);

/** How much a host needs somebody, to sort by: infected ones first, those that are done last. */
int outbreak_rank(const cJSON *host);
#endif
