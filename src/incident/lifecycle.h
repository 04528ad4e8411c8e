// SPDX-License-Identifier: Apache-2.0
// From which state to which a host may go, and what must be proved for it.
#ifndef INCIDENT_LIFECYCLE_H
#define INCIDENT_LIFECYCLE_H
#include "incident/board.h"

/**
 * Guards: GUARD(name, key, is_sayable, what is missing). No instrument of cordon answers the sayable
 * ones yet: they are unknown until a person vouches for them, which is recorded as such.
 */
#define GUARDS(GUARD) \
	GUARD(OPERATOR, "operator", false, "a person who says so, with --reason") \
	GUARD(SECOND_SOURCE, "second-source", false, \
		"evidence of a second, independent source: flows and logs of servers") \
	GUARD(WORM, "worm-like", false, "a worm-like finding that stands") \
	GUARD(WITHDRAWN, "withdrawn", false, "later evidence that takes the findings back") \
	GUARD(LATER, "later-evidence", false, "attack evidence later than this state") \
	GUARD(CONTAINED, "containment-verified", true, \
		"proof that the worm no longer leaves the host: cordon contain verify --incident") \
	GUARD(GONE, "link-gone", true, "proof that its link or MAC address is gone") \
	GUARD(REBUILD, "rebuild-decided", true, "the decision to install it from scratch") \
	GUARD(TASKS, "tasks-done", true, "the tasks of its clean-up, all done or waived") \
	GUARD(RESCAN, "rescan-clean", true, "a clean scan of every address, later than the tasks") \
	GUARD(IOC, "ioc-clean", true, "a clean search of its disks for traces of the worm") \
	GUARD(PATCHED, "not-vulnerable", true, "proof that the hole is closed") \
	GUARD(ROLE, "role-kept", true, "proof that the services of its role are as they must be") \
	GUARD(LIFTED, "containment-lifted", true, \
		"containment that is lifted, or silence measured before it") \
	GUARD(SILENCE, "silence", false, \
		"silence long enough, in telemetry without a gap that shows the host alive") \
	GUARD(ALL_DONE, "all-done", false, "an incident without open hosts, quiet for a day")

#define AS_GUARD(name, key, is_sayable, missing) GUARD_##name,
enum guard { GUARDS(AS_GUARD) N_GUARDS };
#undef AS_GUARD

enum {
	CONTAINED_FOR_MS = 60 * 60 * 1000,    // how long a look at containment counts
	QUIET_LEAST_MS = 24 * 60 * 60 * 1000, // before an incident is closed
	GUARD_TEXT_BYTES = 240,
};

/** What is wanted, and by whom. */
struct wish {
	enum state to;
	bool is_operator, has_reason;
	uint32_t said; // guards that a person vouches for, 1 << enum guard
	uint64_t at_ms, skew_ms;
	uint64_t silence_ms; // more than silence_of() asks for; 0: that is enough
};

struct ruling {
	bool may;
	bool is_way;              // false: there is no such transition at all
	uint32_t proved, said;    // guards that hold, by evidence or by word
	uint32_t missing, any_of; // all of `missing` are needed, and one of `any_of`
};

/** Ask whether a member may go to a state; unknown is never yes. */
struct ruling lifecycle_ask(const struct board *b, const struct member *m, const struct wish *wish);

/** Keys of a set of guards, "silence,rescan-clean"; gives `room` back. */
const char *guards_format(uint32_t set, char room[static GUARD_TEXT_BYTES]);

/** Read what guards_format wrote; unknown keys are passed over. */
uint32_t guards_parse(const char *text);

const char *guard_key(enum guard g);
const char *guard_missing(enum guard g);
uint32_t guards_sayable(void);

/** States that can be reached from one, as a set of 1 << enum state. */
uint32_t lifecycle_ways(enum state from);
#endif
