// SPDX-License-Identifier: Apache-2.0
// A relay: contacts go from the thread that decodes to one that joins them, in order, in loads.
#ifndef DETECT_RELAY_H
#define DETECT_RELAY_H
#include "model/contact.h"

enum { RELAY_CONTACTS = 1024 }; // a load

struct relay;

/**
 * Begin a thread that takes loads.
 *
 * take  is called there, with one load after the other
 *
 * Returns NULL when there is no memory or no thread to be had; free with relay_free.
 */
struct relay *relay_new(void (*take)(void *ctx, const struct contact *c, size_t n), void *ctx);

/** Room for the next load; waits while all loads are on their way. */
struct contact *relay_room(struct relay *r);

/** Hand on the room that was given last, with `n` contacts in it. */
void relay_send(struct relay *r, size_t n);

/** Wait until every load was taken, and end the thread. */
void relay_free(struct relay *r);
#endif
