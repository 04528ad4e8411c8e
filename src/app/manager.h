// SPDX-License-Identifier: Apache-2.0
// What the service manager (systemd) is told: that we are ready, live, read our settings again, and end.
#ifndef APP_MANAGER_H
#define APP_MANAGER_H
#include "app/keeper.h"
#include "net/notify.h"

struct manager {
	struct notify notify;
	uint64_t alive_ms; // when it was told last that we live, by the steady clock
	uint64_t asked_ms; // when it was asked last for time to begin
	bool is_ready;     // and that was told
	bool is_hung;      // the keeper, and that was said
};

/** The environment says how to reach it; one that does not answer is told, and we go on. */
void manager_open(struct manager *m);
void manager_close(struct manager *m);

/** Without a sign of life for so long we are killed; 0: never. */
uint64_t manager_watchdog_ms(const struct manager *m);

/**
 * Tell what is due. We are ready once the keeper has read again all that it remembered, and live while it goes on;
 * a keeper that hangs is said, and lets the watchdog bite.
 *
 * is_ending  then we live as long as we do: whoever is asked to end has its own time
 *
 * Returns in how many ms there is more to tell.
 */
uint64_t manager_tell(struct manager *m, const struct watch_shared *shared, bool is_ending);

void manager_reloading(const struct manager *m);
void manager_reloaded(const struct manager *m);
void manager_stopping(const struct manager *m);
#endif
