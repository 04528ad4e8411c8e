// SPDX-License-Identifier: Apache-2.0
// The keeper's side of alerts: what is told goes into the spool, before it counts as told.
#ifndef APP_HERALD_H
#define APP_HERALD_H
#include "app/alerts.h"
#include "app/keeper.h"
#include "incident/board.h"
#include "model/notice.h"
#include "output/json.h"

struct herald;

/** Returns NULL when there is no memory; free with herald_free, NULL is fine. */
struct herald *herald_new(void);
void herald_free(struct herald *h);

/**
 * Take the targets of the settings: new ones get what is told from here on. Without any, nothing is kept.
 *
 * What stands in the spool already was told, so that a keeper that died before it could keep that does not
 * tell it again: it goes into `alerts`, as far as it is not older than `before_ms`.
 */
void herald_admit(
	struct herald *h, const struct settings *s, struct alerts *alerts, uint64_t before_ms);

/**
 * Tell of a finding. It waits, bounded, for herald_settle.
 *
 * b  says which incident of it is open, where there is one already
 */
void herald_tell(struct herald *h, const struct board *b, const struct finding *f,
	enum notice_kind kind, uint64_t now_ms);

/**
 * Tell which hosts of the board are over since `before_ms`: recovered, false positives, closed. Each once an
 * episode, by `alerts`. Returns whether there was one.
 */
bool herald_tell_over(struct herald *h, const struct board *b, struct alerts *alerts,
	uint64_t before_ms, uint64_t now_ms);

/** Write what waits, and wait until it is on the disk. Returns whether it is. */
bool herald_settle(struct herald *h);

/** What is counted of the spool. */
struct herald_health {
	uint64_t number;    // of the last alert in it; 0: none yet
	uint64_t n_waiting; // for the disk
	uint64_t n_beyond;  // that found no room to wait for it, and are lost for all targets
};

struct herald_health herald_health(const struct herald *h);

/** How many alerts a target has not got yet. */
uint64_t herald_waiting(const struct herald *h, const struct sender_tally *t);

/** The member "alerts" of status.json. */
void herald_write(const struct herald *h, const struct settings *s,
	const struct watch_shared *shared, struct json *j);
#endif
