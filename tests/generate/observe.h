// SPDX-License-Identifier: Apache-2.0
// What a router's flow cache, or a switch that samples, makes of the traffic, and when it tells.
#ifndef GENERATE_OBSERVE_H
#define GENERATE_OBSERVE_H
#include "generate/world.h"

struct view {
	uint64_t seed;
	uint32_t sampling; // 1 of so many packets; 0: all
	bool is_one_way;   // only what comes from inside
	bool has_flags;
	bool is_packets;  // a trace for each packet that is sampled, told at once
	bool is_snapshot; // only what is in the cache at one moment, while worms probe
};

/**
 * Replace the traffic by what is exported: sampled, cut at the active timeout, in order of expiry.
 *
 * Packets and bytes are those sampled, not multiplied.
 */
void observe(struct traffic *t, const struct view *view);
#endif
