// SPDX-License-Identifier: Apache-2.0
// The sender: what the keeper wrote into the spool of alerts goes to each target, in order.
#ifndef APP_SENDER_H
#define APP_SENDER_H
#include <stdint.h>

#include "model/settings.h"

/**
 * What is counted of each target: SENT(name, key, about). Members of struct sender_tally, of "targets" in
 * status.json, and metrics cordon_alert_KEY_total with the label "target".
 */
#define SENDER_COUNTERS(SENT) \
	SENT(n_sent, "sent", "alerts that a target took") \
	SENT(n_failures, "retries", \
		"times that a target did not take one, and it was tried again") \
	SENT(n_held, "held_back", "alerts that a target got as a number, for there were too many")

/** Why an alert never came to a target: DROPPED(name, reason, about). */
#define SENDER_DROPS(DROPPED) \
	DROPPED(n_lost, "lost", "gone from the spool before the target took it") \
	DROPPED(n_damaged, "damaged", "a line of the spool that cannot be read") \
	DROPPED(n_refused, "refused", "refused by the target again and again")

/** How a target stands; kept in shared memory, over deaths of the sender. */
struct sender_tally {
#define AS_MEMBER(name, key, about) _Atomic uint64_t name;
	SENDER_COUNTERS(AS_MEMBER)
	SENDER_DROPS(AS_MEMBER)
#undef AS_MEMBER
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
