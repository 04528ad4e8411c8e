// SPDX-License-Identifier: Apache-2.0
// How fast alerts go to one target: at once, at most so many a minute, or, of mail, together.
#ifndef APP_PACE_H
#define APP_PACE_H
#include "model/alert_target.h"
#include "model/notice.h"

enum { PACE_LISTED = 64, PACE_INCIDENTS = 64, PACE_MINUTE_MS = 60 * 1000 };
enum { PACE_GATHER_MS = 2000, PACE_URGENT_MAX = 4 };

/**
 * What was passed over is held, to be told in one message: of a target that takes `per_minute` when a minute is
 * over, and that is one notice about the worst of them; of mail after `interval_ms`, all of them listed.
 *
 * Times are ms of the steady clock.
 */
struct pace {
	const struct alert_target *target;
	uint64_t level_ms, level_at_ms; // of the bucket: ms of refilling, a minute when it is full

	struct notice listed[PACE_LISTED]; // of mail, in order; the worst when there are more
	size_t n_listed;
	struct notice worst; // of all that are held
	uint64_t n_held, n_of_kind[N_NOTICES];
	uint64_t first_ms, due_ms; // since when, and when they are told

	bool has_told; // of mail: that there was one since we began
	uint64_t told_ms;
	unsigned n_urgent;                 // that went before their time, since a regular one
	uint64_t incident[PACE_INCIDENTS]; // that were told of, a ring
	size_t at;
};

void pace_init(struct pace *p, const struct alert_target *target, uint64_t now_ms);

/** Whether one may go by itself now; pace_sent when it did. */
bool pace_may_send(const struct pace *p, uint64_t now_ms);
void pace_sent(struct pace *p, uint64_t now_ms);

/**
 * Hold one. Of mail it is told PACE_GATHER_MS later when no mail went for `interval_ms`, or when it is the first of
 * its incident; but of the latter PACE_URGENT_MAX at most within the interval, so that nobody can make us flood.
 */
void pace_hold(struct pace *p, const struct notice *n, uint64_t now_ms);

/** Whether something is held, and whether it is time to tell it. */
bool pace_has_held(const struct pace *p);
bool pace_is_due(const struct pace *p, uint64_t now_ms);

/** One notice for all that are held. */
struct notice pace_summary(const struct pace *p, uint64_t now_ms);

/** They were told. */
void pace_told(struct pace *p, uint64_t now_ms);
#endif
