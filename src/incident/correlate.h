// SPDX-License-Identifier: Apache-2.0
// Correlation: what findings change on the board, as events.
#ifndef INCIDENT_CORRELATE_H
#define INCIDENT_CORRELATE_H
#include "incident/board.h"

enum {
	CAMPAIGN_GAP_MS =
		24 * 60 * 60 * 1000,        // a cause that was quiet for longer is another campaign
	EVIDENCE_AGAIN_MS = 60 * 60 * 1000, // an attack that goes on is told again after that
};

/**
 * Say what findings change.
 *
 * finding  all that stand now, in any order; those of hosts that are not ours to clean are left out
 *          by the caller. A finding that is not here is not withdrawn: its contacts may have aged out.
 * now_ms   time of findings that have none
 * skew_ms  by how much clocks of exporters may differ
 * out      room for `room` events, 8 at least; without ids, which the store gives
 *
 * Returns how many. Apply them and call again until it gives 0: what the board has is not told twice.
 * 0 also when there is no memory.
 */
size_t correlate(const struct board *b, const struct finding *finding, size_t n, uint64_t now_ms,
	uint64_t skew_ms, struct event *out, size_t room);

/**
 * Take back what a source said of a host about a cause ("tcp/445"), because later evidence clears it.
 *
 * Returns the number of events in `out`, 2 at most: WITHDRAWN, and back to suspected when nothing
 * else holds the host for infected.
 */
size_t correlate_withdraw(const struct board *b, const struct addr *host, const char *cause,
	enum evidence_source source, const char *why, uint64_t at_ms, struct event out[static 2]);
#endif
