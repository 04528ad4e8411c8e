// SPDX-License-Identifier: Apache-2.0
// Ordinary packets become flows: each connection gives one flow a direction.
#ifndef DECODE_SESSION_H
#define DECODE_SESSION_H
#include "decode/packet.h"
#include "model/batch.h"

struct sessions;

/**
 * Room for at most `max` connections at a time, less than 2^32; memory is used as they come. When
 * it is full, all are handed on as they stand, and begin anew.
 *
 * exporter  identity that the flows carry
 * out       gets the flows: of TCP and UDP when the connection is handed on, of others at once
 *
 * Returns NULL when there is no memory.
 */
struct sessions *sessions_new(size_t max, uint32_t exporter, struct batch *out);
void sessions_free(struct sessions *s);

/**
 * Begin to look for the packet's connection: memory is fetched. Returns its hash, which is keyed and
 * the same for both directions.
 */
uint64_t sessions_seek(const struct sessions *s, const struct packet *p);

/** Some packets later, go on: fetch what is found there. Nothing but time depends on it. */
void sessions_fetch(const struct sessions *s, uint64_t hash);

/** Count one packet into its connection; `hash` is of sessions_seek, and only of TCP and UDP with ports. */
void sessions_put(
	struct sessions *s, const struct packet *p, uint64_t hash, uint64_t time_ms, place at);

/**
 * Hand on all connections, in the order in which they began, as no more packets come; `out` is not flushed. Questions
 * of the last second, which nobody answered yet, are FLOW_PENDING, unless there was no second before.
 */
void sessions_flush(struct sessions *s);

/**
 * For who listens without an end: hand on the connections that changed since they were handed on, once
 * they are quiet for a second or going on for ten, and forget those that are quiet for two minutes.
 *
 * A connection is handed on as a whole each time; with evidence that changes nothing. Within a second
 * an answer has come, or the question is repeated (RFC 6298, 2.1).
 */
void sessions_tell(struct sessions *s, uint64_t now_ms);

/** Connections so far: distinct pairs of address and port, TCP, UDP, and those that ICMP errors quote. */
uint64_t sessions_count(const struct sessions *s);

/** Connections that sessions_flush would hand on. */
uint64_t sessions_held(const struct sessions *s);
#endif
