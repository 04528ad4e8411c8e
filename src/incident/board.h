// SPDX-License-Identifier: Apache-2.0
// The board: all incidents and their hosts as they are now, made by replaying the events in order.
#ifndef INCIDENT_BOARD_H
#define INCIDENT_BOARD_H
#include "base/err.h"
#include "model/addr.h"
#include "model/incident.h"
#include "model/lease.h"

/** Where evidence comes from: SOURCE(name, key, group). Sources of one group see the same thing. */
#define EVIDENCE_SOURCES(SOURCE) \
	SOURCE(FLOWS, "flows", 0) \
	SOURCE(LIST, "router-list", 0) \
	SOURCE(WEB_LOG, "web-log", 1)

#define AS_SOURCE(name, key, group) EVIDENCE_##name,
enum evidence_source { EVIDENCE_SOURCES(AS_SOURCE) N_EVIDENCE_SOURCES };
#undef AS_SOURCE

const char *evidence_source_key(enum evidence_source s);
unsigned evidence_source_group(enum evidence_source s);

enum {
	INCIDENTS_MAX = 1 << 14,
	HOSTS_MAX = 1 << 17,
	MEMBERS_MAX = 1 << 18,
	CHARGES_MAX = 1 << 20,
	EDGES_MAX = 1 << 19,
	EDGES_OF_HOST_MAX = 16,
	STAYS_MAX = 1 << 20,
	CHECKS_MAX = 1 << 18,
	CHECK_TEXT_BYTES = 64,
	CAUSE_BYTES = 48,
	BOARD_BUCKETS = 1 << 15,
};

struct incident_row {
	uint64_t opened_ms, closed_into; // `closed_into`: the incident it was merged into; 0: none
	uint32_t first_member, last_member;
	uint32_t n_notes;
	char assignee[ACTOR_BYTES];
};

struct host_row {
	uint32_t first_member, first_address;
	uint32_t sampling;   // the coarsest of the exporters that show it, one packet in so many
	uint32_t n_logs;     // folders of web logs in their place; 0: exporters
	uint64_t alive_ms;   // when it was last seen alive, by any traffic; 0: never told
	struct span covered; // of the exporters that show it; never told: `covered` of the board
};

/** What a host was called, and from when to when. */
struct address_row {
	struct addr addr;
	uint64_t from_ms, until_ms; // until: UINT64_MAX while it lasts
	uint32_t host, next_of_host, next_in_bucket;
	struct mac mac;             // all zero: not told
	char name[HOST_NAME_BYTES]; // "": none told
};

/** A host in an incident. */
struct member {
	uint32_t incident, host; // their numbers
	enum state state;
	bool is_by_operator; // a person brought it to this state
	bool is_moved_away;  // to another incident, by merge or split: passed over
	uint64_t state_ms, joined_ms;
	uint64_t onset_ms; // of the present episode; 0: not known
	uint64_t seen_ms;  // since when the telemetry shows the host; 0: not known
	uint64_t last_ms;  // of the latest attack; 0: not known
	uint64_t
		contained_ms; // when containment was last seen to work; 0: never, or it failed since
	uint32_t episode;     // number of infections
	uint32_t n_evidence, n_withdrawn, n_edges;
	uint32_t first_charge, first_edge, next_of_host, next_of_incident;
	uint64_t told_ms;               // when it was written down that it joined
	uint32_t first_stay, last_stay; // what it went through, in the order it was told
	uint32_t first_check;           // the latest look at its containment
};

/** A state that a member came to, and from when on. */
struct stay {
	uint64_t from_ms; // of the first, and of a reinfection, its onset where that is known
	enum state state;
	bool is_vouched; // a person's word stood for evidence
	bool is_dated;   // from_ms is an onset
	uint32_t next;
};

/** What a look at the containment of a member found, where that is news. */
struct check {
	uint64_t at_ms;
	bool works;
	char what[CHECK_TEXT_BYTES]; // the plan, as it was told
	uint32_t next;               // the one before
};

/** What one source says of a member about one cause; the latest of it. */
struct charge {
	char cause[CAUSE_BYTES];
	uint64_t onset_ms, last_ms;
	uint64_t event; // that told it last
	uint32_t contacted;
	uint32_t scanned;  // of them, in the attack itself; 0: not told
	uint32_t sampling; // of the exporters that told it; 0: every packet, or not told
	uint32_t size;     // bytes of each message; 0: they differ
	uint8_t verdict, source, confidence_pct;
	bool is_withdrawn;
	uint32_t next;
};

/** A contact by which one member may have infected another. */
struct edge {
	uint32_t from, to; // members, rows plus one
	uint64_t contact_ms, onset_ms;
	bool is_answered;
	uint32_t next;
};

struct table {
	void *row;
	uint32_t n, room;
};

/** Read by all; changed by board_apply alone. A reference to a row is its index plus one; 0: none. */
struct board {
	struct table incident, host, address, member, charge, edge, stay, check;
	uint32_t bucket[BOARD_BUCKETS]; // addresses
	uint64_t last_id;               // of the last event
	struct span covered;            // of all exporters
	uint64_t n_taken;   // events, so that who follows the board sees that it changed
	uint64_t n_refused; // events that say what cannot be, or that found no room
	bool is_full;       // some of them for want of room
	struct err why;     // of the last that was refused
};

struct board *board_new(void);
void board_free(struct board *b);

/**
 * Take the next event. One that was taken already is passed over.
 *
 * A transition is judged again as it was when it was made (lifecycle.h): a log that was tampered
 * with does not make a host recovered.
 *
 * Returns whether it was taken; else the board is as before, `n_refused` counts, `why` says why.
 */
bool board_apply(struct board *b, const struct event *ev);

/** Rows by number or reference; NULL when there is none. */
const struct incident_row *board_incident(const struct board *b, uint64_t incident);
const struct host_row *board_host(const struct board *b, uint64_t host);
const struct member *board_member(const struct board *b, uint32_t at);
const struct charge *board_charge(const struct board *b, uint32_t at);
const struct edge *board_edge(const struct board *b, uint32_t at);
const struct address_row *board_address(const struct board *b, uint32_t at);
const struct stay *board_stay(const struct board *b, uint32_t at);
const struct check *board_check(const struct board *b, uint32_t at);

/** The member of a host in an incident, 0 when it is none. */
uint32_t board_find(const struct board *b, uint64_t incident, uint64_t host);

/** The host that had an address at a time, or where no lease says so the one that has it; 0: none. */
uint64_t board_host_at(const struct board *b, const struct addr *a, uint64_t at_ms);

/** Who that is by, and until when: the row of the address; 0: none. */
uint32_t board_tenure_at(const struct board *b, const struct addr *a, uint64_t at_ms);

/** The host that had a MAC address last; 0: none. */
uint64_t board_host_of_mac(const struct board *b, const struct mac *mac);

/** Members of an incident in order of joining: set `board` and `incident`, leave the rest zero. */
struct member_iter {
	const struct board *board;
	uint64_t incident;
	uint32_t at, next;
	bool has_begun;
};
const struct member *member_next(struct member_iter *it);

/** How many hosts of an incident are in an open state. */
uint32_t board_open_hosts(const struct board *b, uint64_t incident);

/**
 * How likely one edge was the way of the infection.
 *
 * A candidate weighs 1 / (1 + minutes from the contact to the onset), half where the outcome of the
 * contact is not known; what nobody saw weighs BOARD_UNSEEN. So those of one host sum to less than 1.
 */
double board_edge_probability(const struct board *b, const struct edge *e);
#define BOARD_UNSEEN 0.1

enum first_why { FIRST_NAMED, FIRST_NO_TIMES, FIRST_INFECTED_INSIDE, FIRST_NOT_COVERED };

/**
 * The host an incident began with: the earliest onset, when no other host of it is a likely
 * infector, and when the telemetry shows it for BOARD_COVER_MS before.
 *
 * Returns NULL with the reason in `why`.
 */
const struct member *board_first(const struct board *b, uint64_t incident, enum first_why *why);
enum { BOARD_COVER_MS = 10 * 60 * 1000 };
const char *first_why_text(enum first_why why);
#endif
