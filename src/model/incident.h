// SPDX-License-Identifier: Apache-2.0
// Incidents and their hosts (NIST SP 800-61), derived by replay from events that are only ever added.
#ifndef MODEL_INCIDENT_H
#define MODEL_INCIDENT_H
#include "base/bytes.h"
#include "model/finding.h"

/** States of a host in an incident: STATE(name, key, is_open). */
#define STATES(STATE) \
	STATE(SUSPECTED, "suspected", true) \
	STATE(INFECTED, "infected", true) \
	STATE(CONTAINED, "contained", true) \
	STATE(REMEDIATING, "remediating", true) \
	STATE(REBUILDING, "rebuilding", true) \
	STATE(DISCONNECTED, "disconnected", true) \
	STATE(REMEDIATED, "remediated", true) \
	STATE(VERIFYING, "verifying", true) \
	STATE(RECOVERED, "recovered", false) \
	STATE(REINFECTED, "reinfected", true) \
	STATE(FALSE_POSITIVE, "false-positive", false) \
	STATE(CLOSED, "closed", false)

#define AS_STATE(name, key, is_open) STATE_##name,
enum state { STATES(AS_STATE) N_STATES };
#undef AS_STATE

/** What can happen: EVENT(name, key). */
#define EVENTS(EVENT) \
	EVENT(OPENED, "incident-opened") \
	EVENT(JOINED, "host-joined") /* a host becomes part of an incident: an episode begins */ \
	EVENT(EVIDENCE, "evidence")  /* a finding about a host, or a change of it */ \
	EVENT(MOVED, "state")        /* a transition; guarded */ \
	EVENT(ADDRESS, "address")    /* from when a host has an address, as DHCP moves them */ \
	EVENT(EDGE, "edge")          /* who may have infected whom */ \
	EVENT(NOTE, "note") \
	EVENT(ASSIGNED, "assigned") \
	EVENT(MERGED, "merged") \
	EVENT(SPLIT, "split") \
	EVENT(WITHDRAWN, "withdrawn") /* later evidence took a finding back */ \
	EVENT(REMOVED, "removed")     /* stands where evidence was that went by its age */ \
	EVENT(RETENTION, "retention") /* how much of it went */

#define AS_EVENT(name, key) EVENT_##name,
enum event_kind { EVENTS(AS_EVENT) N_EVENTS };
#undef AS_EVENT

/** A time without a gap in it; `until_ms` 0: none. */
struct span {
	uint64_t since_ms, until_ms;
};

enum { ACTOR_BYTES = 64, BODY_BYTES = 4096 };

/** One row of the log. `body` is a flat JSON object whose keys depend on the kind: incident/body.h. */
struct event {
	uint64_t id;                // from 1; gaps are in front of a REMOVED alone
	uint64_t at_ms, arrived_ms; // when it was so, by the telemetry; when it was written down
	enum event_kind kind;
	uint64_t incident, host; // numbers from 1, counted separately; 0: does not apply
	char actor[ACTOR_BYTES]; // "cordon", or who typed the command
	char body[BODY_BYTES];
};

const char *state_key(enum state s);
bool state_is_open(enum state s);
const char *event_key(enum event_kind k);

/** Find a state, or a kind of event, by its key; whether there is one, and `out` only then. */
bool state_parse(const char *key, enum state *out);
bool event_parse(const char *key, enum event_kind *out);
#endif
