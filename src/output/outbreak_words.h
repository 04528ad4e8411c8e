// SPDX-License-Identifier: Apache-2.0
// Sentences of the report, for all its formats.
#ifndef OUTPUT_OUTBREAK_WORDS_H
#define OUTPUT_OUTBREAK_WORDS_H
#include "output/outbreak.h"

typedef char outbreak_text_room[OUTBREAK_TEXT_BYTES];

/** Each gives `room` back. */
const char *words_scope(const struct outbreak *o, outbreak_text_room room);
const char *words_made(const struct outbreak *o, outbreak_text_room room);
const char *words_incident(
	const struct outbreak *o, const cJSON *incident, outbreak_text_room room);
const char *words_hosts(const struct outbreak *o, outbreak_text_room room);
const char *words_courses(const struct outbreak *o, outbreak_text_room room);
const char *words_first(const struct outbreak *o, const cJSON *incident, outbreak_text_room room);
const char *words_growth(const struct outbreak *o, outbreak_text_room room);
const char *words_r(const struct outbreak *o, outbreak_text_room room);
const char *words_peak(const struct outbreak *o, outbreak_text_room room);
const char *words_help(const struct outbreak *o, outbreak_text_room room);
/** How it grew before anything was done, where that is told. */
const char *words_before(const struct outbreak *o, outbreak_text_room room);
const char *words_tree(const struct outbreak *o, outbreak_text_room room);
/** Who else may have infected a host: "or 10.1.2.3 12 %, or unseen 3 %"; "" where nobody told. */
const char *words_others(const struct outbreak *o, const cJSON *node, outbreak_text_room room);
/** That of so many hosts of the tree none is listed by itself; "" where all are. */
const char *words_folded(const struct outbreak *o, outbreak_text_room room);
const char *words_where(const struct outbreak *o, outbreak_text_room room);
const char *words_trust(const struct outbreak *o, outbreak_text_room room);
/** An exporter: who it is, which share of what it sent never came, its sampling, its clock. */
const char *words_exporter(const struct outbreak *o, const cJSON *e, outbreak_text_room room);
const char *words_lost(const cJSON *e, outbreak_text_room room);
const char *words_sampling(const struct outbreak *o, const cJSON *e, outbreak_text_room room);
const char *words_clock(const struct outbreak *o, const cJSON *e, outbreak_text_room room);

/** What a person decided: "h3: infected to contained. port is shut". */
const char *words_done(const struct outbreak *o, const cJSON *event, outbreak_text_room room);

/** "yes", "no", "not known" of a containment; and what it was. */
const char *words_effective(const struct outbreak *o, const cJSON *containment);
const char *words_what(const struct outbreak *o, const cJSON *containment, outbreak_text_room room);

/** How many of its hosts attacked later: none were seen to is only told where telemetry without a gap shows them. */
const char *words_attacked(
	const struct outbreak *o, const cJSON *containment, outbreak_text_room room);

/** What a state is called; its key stands in a member of an object. */
const char *words_state(const struct outbreak *o, const cJSON *object, const char *key);

/** A time to the second without its T, "-" where there is none. */
const char *words_time(const cJSON *object, const char *key, outbreak_text_room room);

/** When an event was so. */
const char *words_at(const cJSON *event, outbreak_text_room room);

/** What somebody else chose, for a line of text: no control characters, nothing that turns it about; cut. */
const char *words_plain(const cJSON *object, const char *key, outbreak_text_room room);

/** "and 7 more". */
const char *words_more(const struct outbreak *o, uint64_t n, outbreak_text_room room);

/** Incidents, the open ones first; NULL at the end. Set `outbreak`, leave the rest zero. */
struct incident_iter {
	const struct outbreak *outbreak;
	const cJSON *at;
	bool is_done;
};
const cJSON *incident_iter_next(struct incident_iter *it);

enum { INCIDENTS_SHOWN = 50, EXPORTERS_SHOWN = 100 };

/** How many hosts of the board are in a state. */
uint64_t count_state(const struct outbreak *o, const char *state);

/** What is to be done next, by states: set `outbreak`, leave the rest zero. */
struct next_iter {
	const struct outbreak *outbreak;
	const cJSON *at;
	uint64_t n;        // hosts that need it
	const char *state; // in which they are
	const cJSON *host; // one of them
};

/** The next thing to be done; false at the end. */
bool next_iter_next(struct next_iter *it);

/** Networks with how many of the hosts that are shown, most first. */
struct network_count {
	char prefix[64];
	const char *name; // NULL: none
	uint64_t n[4];    // infected, contained, recovered, suspected
};
enum { NETWORKS_SHOWN = 50 };
size_t networks_count(const struct outbreak *o, struct network_count out[static NETWORKS_SHOWN]);
#endif
