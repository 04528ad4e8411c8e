// SPDX-License-Identifier: Apache-2.0
// Walks over members: those of an incident, or of all.
#ifndef INCIDENT_MEMBERS_H
#define INCIDENT_MEMBERS_H
#include "incident/board.h"

/** Set `board` and `incident`, 0 for all; leave the rest zero. `at` is the member that was given last. */
struct members {
	const struct board *board;
	uint64_t incident;
	uint32_t at;
	struct member_iter of;
};

/** The next member; those that moved away are passed over. NULL at the end. */
const struct member *members_next(struct members *it);
#endif
