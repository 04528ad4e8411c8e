// SPDX-License-Identifier: Apache-2.0
// An errand: the alerts of the spool on their way to one target, in a thread of its own.
#ifndef APP_ERRAND_H
#define APP_ERRAND_H
#include <pthread.h>

#include "app/courier.h"
#include "app/pace.h"
#include "app/sender.h"
#include "app/spool.h"

struct errand {
	const struct alert_target *target;
	struct sender_tally *tally;
	const _Atomic uint64_t *stop_ms; // when it is to end, by the steady clock; 0: not yet
	_Atomic bool *has_failed;        // set when all have to begin anew
	struct courier courier;
	struct spool_reader spool;
	struct pace pace;
	pthread_t thread;
	bool has_thread;
	uint64_t retry_ms;
	unsigned n_refused; // how often the target refused the notice that is next
};

/** Make ready, before there are threads and a sandbox; false with `e`. End with errand_end. */
bool errand_init(struct errand *x, const struct settings *s, struct err *e);

/**
 * Begin the thread. Asked to end, it goes on as long as all goes well, and time allows; what it holds is told.
 *
 * Returns whether there is one.
 */
bool errand_begin(struct errand *x);

/** Wait for the thread, and free what it had. */
void errand_end(struct errand *x);
#endif
