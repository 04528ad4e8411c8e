// SPDX-License-Identifier: Apache-2.0
// How a daemon tells its service manager where it stands: the protocol of sd_notify(3), by hand.
#ifndef NET_NOTIFY_H
#define NET_NOTIFY_H
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct notify {
	int fd;               // connected to the manager's socket; -1: nobody wants to know
	uint64_t watchdog_ms; // without a sign of life for so long we are killed; 0: never
};

/** What the manager put into the environment (sd_notify(3), sd_watchdog_enabled(3)); NULL: not there. */
struct notify_wish {
	const char *socket;        // NOTIFY_SOCKET: a path, or "@" and an abstract name
	const char *watchdog_usec; // WATCHDOG_USEC
	const char *watchdog_pid;  // WATCHDOG_PID: whom it means; NULL: everybody
};

/**
 * Open the way to the manager. Without a manager it is open and silent, and true.
 *
 * Returns false with `e` when the socket cannot be reached; `out` is silent then. Close with notify_close.
 */
bool notify_open(const struct notify_wish *wish, struct notify *out, struct err *e);
void notify_close(struct notify *n);

/** Send a state, "READY=1" or several lines of that sort. Never waits; a manager that is busy misses it. */
void notify_send(const struct notify *n, const char *state);
#endif
