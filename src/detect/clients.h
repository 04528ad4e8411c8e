// SPDX-License-Identifier: Apache-2.0
// How many requests each client sent: every line of every log ends here, so it is bounded and quick.
#ifndef DETECT_CLIENTS_H
#define DETECT_CLIENTS_H
#include "model/request.h"

struct clients;

/**
 * Room for at most `max` clients; memory grows with them, by doubling, up to there.
 *
 * key  of the hash; instances that are to be merged share it
 *
 * When there are more, the one with the fewest requests among neighbours leaves, and is counted.
 * Returns NULL when there is no memory. Free with clients_free; NULL is fine.
 */
struct clients *clients_new(size_t max, uint64_t key);
void clients_free(struct clients *c);

/** Count requests, each with its client if it has one. */
void clients_observe(struct clients *c, const struct request *request, size_t n);

/** Add the counts of `from`. */
void clients_merge(struct clients *into, const struct clients *from);

/** The requests of a client; 0 when it was never seen, or left. */
uint64_t clients_get(const struct clients *c, const struct addr *a);

/** How many clients there are, and how many left to make room. */
size_t clients_count(const struct clients *c);
uint64_t clients_lost(const struct clients *c);
#endif
