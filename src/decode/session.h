// SPDX-License-Identifier: Apache-2.0
// Ordinary packets become flows: each connection gives one flow a direction.
#ifndef DECODE_SESSION_H
#define DECODE_SESSION_H
#include "decode/packet.h"
#include "model/flow.h"

struct sessions;

/**
 * Room for at most `max` connections at a time; memory grows with them up to there. When it is
 * full, all are handed on as they stand, and begin anew.
 *
 * exporter  identity that the flows carry
 * out       gets the flows: of TCP and UDP when the connection is handed on, of others at once
 *
 * Returns NULL when there is no memory.
 */
struct sessions *sessions_new(size_t max, uint32_t exporter, struct batch *out);
void sessions_free(struct sessions *s);

/** Count one packet into its connection. */
void sessions_put(struct sessions *s, const struct packet *p, uint64_t time_ms, place at);

/** Hand on all connections; not flushed. */
void sessions_flush(struct sessions *s);

/** Connections so far: distinct pairs of address and port, TCP, UDP, and those that ICMP errors quote. */
uint64_t sessions_count(const struct sessions *s);
#endif
