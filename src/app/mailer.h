// SPDX-License-Identifier: Apache-2.0
// The mailer: a process that only runs sendmail, for who may run nothing.
#ifndef APP_MAILER_H
#define APP_MAILER_H
#include "base/bytes.h"
#include "base/err.h"
#include "model/alert_target.h"

enum { MAIL_BYTES_MAX = 1 << 20, MAIL_TRY_MS = 60 * 1000 };

struct mailer {
	int fd; // to the process; -1: none
	int pid;
	unsigned try_ms;
	bool (*gives_up)(void); // asked while it waits; NULL: never
};

/**
 * Begin the process of a target of type mail. To be called before the caller goes into its sandbox, and while it
 * has one thread.
 *
 * Program, recipients and sender are those of the target; what is asked later is a message, and nothing else.
 *
 * try_ms  how long sendmail may take; then it is killed
 *
 * Returns false with `e`.
 */
bool mailer_begin(
	struct mailer *m, const struct alert_target *target, unsigned try_ms, struct err *e);

/** End it, and what it runs; one that was not begun is fine. */
void mailer_end(struct mailer *m);

/**
 * Hand a message to sendmail, and wait until that has ended: `try_ms` at most.
 *
 * Returns whether it took it (exit code 0); else `e` says what it said. When the process is gone, or the wait is
 * given up, `m->fd` is -1, and the message may have gone out.
 */
bool mailer_send(struct mailer *m, struct str message, struct err *e);
#endif
