// SPDX-License-Identifier: Apache-2.0
// A courier brings notices to one target: the daemon's sender and `cordon alert test` use the same.
#ifndef APP_COURIER_H
#define APP_COURIER_H
#include "model/notice.h"
#include "model/settings.h"
#include "net/syslog.h"
#include "net/webhook.h"

struct courier {
	const struct alert_target *target;
	struct syslog_peer peer;
	struct webhook *webhook; // made when it is needed
	char host[256];          // name of this machine
};

void courier_init(struct courier *c, const struct alert_target *target);
void courier_fini(struct courier *c);

/**
 * Bring one. Waits some seconds at most.
 *
 * Returns whether the target has it; else `e` says why, and the next call tries again.
 */
bool courier_bring(struct courier *c, const struct notice *n, struct err *e);

/** Whether the target wants it: its class is bad enough. */
bool courier_is_wanted(const struct courier *c, const struct notice *n);
#endif
