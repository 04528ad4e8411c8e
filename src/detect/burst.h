// SPDX-License-Identifier: Apache-2.0
// The second statistic: a worm with a list of live hosts never fails, but it hurries.
#ifndef DETECT_BURST_H
#define DETECT_BURST_H
#include "model/finding.h"

enum {
	BURST_PEERS = 30,
	BURST_MS = 60000,
	BURST_PACKETS = 3, // with so few and fewer nothing was said
	RUSH_ROUNDS = 2,   // a peer that is come back to more often is work, not news
};

/** What was sent, coarse enough for a repetition, fine enough for other messages to differ. */
static inline uint32_t burst_signature(const struct contact *c)
{
	return (uint32_t)c->packets << 16 | c->size;
}

/** Whether a contact can be one of a burst: TCP, answered, with a size told. */
static inline bool burst_counts(const struct contact *c)
{
	return c->proto == PROTO_TCP && c->saw & SAW_OPEN && c->saw & (SAW_ANSWER | SAW_LARGE) &&
	       !(c->saw & (SAW_LISTED | SAW_SAMPLED | SAW_AS_REPLY)) && c->size &&
	       c->packets > BURST_PACKETS;
}

/**
 * The most new peers in any BURST_MS that were sent the same message.
 *
 * x  of one source and port, in order of time
 */
size_t burst_peers(const struct exhibit *x, size_t n);
/** Whether a contact can be one of a rush: TCP that was opened, and not again and again. */
static inline bool rush_counts(const struct contact *c)
{
	return c->proto == PROTO_TCP && c->saw & SAW_OPEN &&
	       !(c->saw & (SAW_LISTED | SAW_SAMPLED | SAW_AS_REPLY)) &&
	       __builtin_popcount(c->tries) <= RUSH_ROUNDS;
}

/** So many new peers within so long a window, whatever was sent to them; n is 0 where it is no rush. */
struct rush {
	size_t n, begin; // index of the exhibit with which it began
	uint32_t window_ms;
};

/** x  of one source and port, in order of time */
struct rush rush_find(const struct exhibit *x, size_t n);

/** Fewer contacts on a port than this are no rush, in none of the windows. */
size_t rush_least(uint16_t port);
#endif
