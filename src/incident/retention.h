// SPDX-License-Identifier: Apache-2.0
// Which evidence may go: what later evidence says again, so that a replay without it gives the same board.
#ifndef INCIDENT_RETENTION_H
#define INCIDENT_RETENTION_H
#include "model/incident.h"

struct retention;

/** Evidence of which nothing depends. */
struct removable {
	uint64_t id, arrived_ms;
	uint32_t n_findings; // 1, or 0 of another sort
};

/**
 * Begin a pass over the log.
 *
 * take  is told what may go, in no order of ids, as the pass comes to what says it again
 *
 * Returns NULL when there is no memory; free with retention_free.
 */
struct retention *retention_new(void (*take)(void *ctx, const struct removable *r), void *ctx);
void retention_free(struct retention *r);

/**
 * Take the next event of the log, from its first one on and in order.
 *
 * Evidence may go when later evidence of the same sort says the same thing at least as far (of a finding: the
 * same host, cause and source), and no transition, withdrawal, merge or split lies in between that might have
 * been judged by it. The first finding of each cause stays, and the last one: it is the verdict that stands.
 */
void retention_see(struct retention *r, const struct event *ev);
#endif
