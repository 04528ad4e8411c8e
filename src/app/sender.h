// SPDX-License-Identifier: Apache-2.0
// The sender: what the keeper wrote into the spool of alerts goes to each target, in order.
#ifndef APP_SENDER_H
#define APP_SENDER_H
#include <stdint.h>

#include "model/settings.h"

/** How a target stands; kept in shared memory, over deaths of the sender. */
struct sender_tally {
	_Atomic uint64_t n_sent, n_failures, n_lost, n_damaged;
	_Atomic uint64_t number; // of the notice that it has got last, whether it was wanted or not
	_Atomic bool is_down;    // the last try failed
};

/**
 * Run until SIGTERM; then what waits is tried once more.
 *
 * tally  one for each target of the settings
 *
 * Returns an exit code.
 */
int sender_run(const struct settings *s, struct sender_tally *tally);
#endif
