// SPDX-License-Identifier: Apache-2.0
// A relay: contacts go from the thread that decodes to one that joins them, in order, in loads.
#ifndef DETECT_RELAY_H
#define DETECT_RELAY_H
#include "detect/slot.h"

struct relay;

/**
 * Begin a thread that takes loads.
 *
 * take  is called there, with one load after the other
 *
 * Returns NULL when there is no memory or no thread to be had; free with relay_free.
 */
struct relay *relay_new(void (*take)(void *ctx, const struct load *l), void *ctx);

/** The next load, to be filled; waits while all of them are on their way. */
struct load *relay_load(struct relay *r);

/** Hand on the load that was given last; it is not empty. */
void relay_send(struct relay *r);

/** Give back the load that was given last: it stayed empty. */
void relay_keep(struct relay *r);

/** Wait until every load was taken, and end the thread. */
void relay_free(struct relay *r);
#endif
