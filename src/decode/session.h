// SPDX-License-Identifier: Apache-2.0
// Ordinary packets become flows: each connection gives one flow a direction.
#ifndef DECODE_SESSION_H
#define DECODE_SESSION_H
#include "decode/packet.h"
#include "model/flow.h"

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

/** The hash of the packet's connection: keyed, and the same for both directions. */
uint64_t sessions_hash(const struct sessions *s, const struct packet *p);

/**
 * Have memory fetched before it is needed: first where the connection is to be looked up, some packets
 * later what is found there. Nothing but the time it takes depends on it.
 */
void sessions_seek(const struct sessions *s, uint64_t hash);
void sessions_fetch(const struct sessions *s, uint64_t hash);

/** Count one packet into its connection. */
void sessions_put(
	struct sessions *s, const struct packet *p, uint64_t hash, uint64_t time_ms, place at);

/** Hand on all connections, in the order in which they began; not flushed. */
void sessions_flush(struct sessions *s);

/** Connections so far: distinct pairs of address and port, TCP, UDP, and those that ICMP errors quote. */
uint64_t sessions_count(const struct sessions *s);

/** Connections that sessions_flush would hand on. */
uint64_t sessions_held(const struct sessions *s);
#endif
