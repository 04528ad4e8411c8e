// SPDX-License-Identifier: Apache-2.0
// States of sd_notify(3).
#include "app/manager.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/clock.h"
#include "app/say.h"
#include "model/contact.h"

enum { ASK_MS = 1000, BEGIN_LOOK_MS = 20, BEGIN_INTERVALS = 10, STATE_BYTES = 64 };

void manager_open(struct manager *m)
{
	struct notify_wish wish = { getenv("NOTIFY_SOCKET"), getenv("WATCHDOG_USEC"),
		getenv("WATCHDOG_PID") };
	struct err e = {};
	*m = (struct manager){};
	if (!notify_open(&wish, &m->notify, &e))
		say(LOG_WARNING, "%s", e.text);
}

void manager_close(struct manager *m)
{
	notify_close(&m->notify);
}

uint64_t manager_watchdog_ms(const struct manager *m)
{
	return m->notify.watchdog_ms;
}

/* While it reads again what it remembered it shows less often that it goes on. */
static bool keeper_goes_on(
	struct manager *m, const struct watch_shared *shared, bool is_ending, uint64_t now)
{
	uint64_t shown_ms = shared->keeper_alive_ms, silent_ms = now - LEAST(now, shown_ms);
	uint64_t most_ms = m->notify.watchdog_ms * (shared->keeper_is_ready ? 1 : BEGIN_INTERVALS);
	bool is_hung = !is_ending && silent_ms > most_ms;
	if (is_hung && !m->is_hung)
		say(LOG_ERR,
			"the keeper (process %d) has not gone on for %" PRIu64
			" ms: until it does, the service manager is not told that we live "
			"(WatchdogSec), and will end us",
			(int)shared->keeper, silent_ms);
	if (!is_hung && m->is_hung)
		say(LOG_NOTICE, "the keeper goes on");
	m->is_hung = is_hung;
	return !is_hung;
}

/* Twice as often as it has to be. */
static uint64_t tell_alive(
	struct manager *m, const struct watch_shared *shared, bool is_ending, uint64_t now)
{
	uint64_t every_ms = m->notify.watchdog_ms / 2;
	if (every_ms == 0)
		return UINT64_MAX;
	if (now - m->alive_ms >= every_ms) {
		if (keeper_goes_on(m, shared, is_ending, now))
			notify_send(&m->notify, "WATCHDOG=1");
		m->alive_ms = now;
	}
	return m->alive_ms + every_ms - now;
}

/* What comes from then on is judged, now or after a restart. Until then the manager is asked for time. */
static uint64_t tell_ready(struct manager *m, const struct watch_shared *shared, uint64_t now)
{
	if (m->notify.fd < 0 || m->is_ready)
		return UINT64_MAX;
	if (shared->keeper_is_ready) {
		m->is_ready = true;
		notify_send(&m->notify, "STATUS=");
		notify_send(&m->notify, "READY=1");
		return UINT64_MAX;
	}
	if (shared->keeper && now - m->asked_ms >= ASK_MS) {
		m->asked_ms = now;
		notify_send(&m->notify, "STATUS=reads what it remembered again\n"
					"EXTEND_TIMEOUT_USEC=60000000");
	}
	return BEGIN_LOOK_MS;
}

uint64_t manager_tell(struct manager *m, const struct watch_shared *shared, bool is_ending)
{
	uint64_t now = steady_ms(), ready_ms = is_ending ? UINT64_MAX : tell_ready(m, shared, now);
	uint64_t alive_ms = tell_alive(m, shared, is_ending, now);
	return LEAST(ready_ms, alive_ms);
}

void manager_reloading(const struct manager *m)
{
	char state[STATE_BYTES]; // the time lets it tell this reload from the one before
	snprintf(state, sizeof state, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64, steady_ms() * 1000);
	notify_send(&m->notify, state);
}

void manager_reloaded(const struct manager *m)
{
	if (m->is_ready)
		notify_send(&m->notify, "READY=1");
}

void manager_stopping(const struct manager *m)
{
	notify_send(&m->notify, "STOPPING=1");
}
