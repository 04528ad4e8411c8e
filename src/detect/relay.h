// SPDX-License-Identifier: Apache-2.0
// A relay: what was seen goes from the thread that decodes to one that joins it, in order.
#ifndef DETECT_RELAY_H
#define DETECT_RELAY_H
#include "detect/slot.h"

struct relay;

/** What goes at once: contacts, or plain flows that are still to be observed. */
struct bundle {
	struct plains plain;
	struct load load;
};

/**
 * Begin a thread that takes bundles.
 *
 * take  is called there, with one bundle after the other; it may work in it
 *
 * Returns NULL when there is no memory or no thread to be had; free with relay_free.
 */
struct relay *relay_new(void (*take)(void *ctx, struct bundle *b), void *ctx);

/** The next bundle, empty, to be filled; waits while all of them are on their way. */
struct bundle *relay_bundle(struct relay *r);

/** Whether the other thread has less to do than this one, and may be given more. */
bool relay_has_time(struct relay *r);

/** Hand on the bundle that was given last; it is given again if it stayed empty. */
void relay_send(struct relay *r);

/** Wait until every bundle was taken, and end the thread. */
void relay_free(struct relay *r);
#endif
