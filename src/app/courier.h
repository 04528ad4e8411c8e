// SPDX-License-Identifier: Apache-2.0
// A courier brings notices to one target: the daemon's sender and `cordon alert test` use the same.
#ifndef APP_COURIER_H
#define APP_COURIER_H
#include "app/mailer.h"
#include "model/notice.h"
#include "model/settings.h"
#include "net/syslog.h"
#include "net/webhook.h"

struct courier {
	const struct alert_target *target;
	struct syslog_peer peer;
	struct webhook *webhook; // made when it is needed
	struct outline *outline; // read when it is needed
	struct webhook_answer answer;
	struct mailer mailer;
	char host[256];             // name of this machine
	char name[ADDR_TEXT_BYTES]; // of the server, where the target says none
};

/**
 * Make ready; what mail needs is begun, so before the caller has threads or a sandbox.
 *
 * Returns false with `e`; it may be used all the same, and fails then. End with courier_fini.
 */
bool courier_init(struct courier *c, const struct alert_target *target, struct err *e);
void courier_fini(struct courier *c);

/**
 * Bring one. Waits some seconds at most, of mail MAIL_TRY_MS.
 *
 * Returns whether the target has it; else `e` says why, `answer` what else it said, and the next call tries again.
 */
bool courier_bring(struct courier *c, const struct notice *n, struct err *e);

/** As courier_bring, of several in one message, which mail alone has; `n_more` are told as a number. */
bool courier_bring_all(struct courier *c, const struct notice *notice, size_t n_notices,
	uint64_t n_more, struct err *e);

/** Whether its alerts are handed to sendmail. */
bool courier_needs_mailer(const struct alert_target *target);

/** Whether the target wants it: its class is bad enough. */
bool courier_is_wanted(const struct courier *c, const struct notice *n);
#endif
