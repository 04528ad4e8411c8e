// SPDX-License-Identifier: Apache-2.0
// The second statistic: a worm with a list of live hosts never fails, but it hurries.
#ifndef DETECT_BURST_H
#define DETECT_BURST_H
#include "model/finding.h"

enum { BURST_PEERS = 30, BURST_MS = 60000 };

/** What was sent, coarse enough for a repetition, fine enough for other messages to differ. */
static inline uint32_t burst_signature(const struct contact *c)
{
	return (uint32_t)c->packets << 16 | c->size;
}

/** Whether a contact can be one of a burst: TCP, answered, with a size told. */
static inline bool burst_counts(const struct contact *c)
{
	return c->proto == PROTO_TCP && c->saw & SAW_OPEN && c->saw & (SAW_ANSWER | SAW_LARGE) &&
	       !(c->saw & (SAW_LISTED | SAW_SAMPLED | SAW_AS_REPLY)) && c->size && c->packets > 3;
}

/**
 * The most new peers in any BURST_MS that were sent the same message.
 *
 * x  of one source and port, in order of time
 */
size_t burst_peers(const struct exhibit *x, size_t n);
#endif
