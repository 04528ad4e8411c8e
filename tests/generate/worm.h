// SPDX-License-Identifier: Apache-2.0
// The worms a world may catch: how their probes look and whom they choose.
#ifndef GENERATE_WORM_H
#define GENERATE_WORM_H
#include "generate/world.h"

enum { WORM_PORTS = 2, MAX_PROBES = 400 };

struct worm {
	const char *name;
	const struct shape *shape;
	uint8_t proto;
	struct {
		uint16_t port;
		uint8_t percent;
	} port[WORM_PORTS];
	uint32_t rate_per_s;
	// whom: weights of anybody, of the own /8 and of the own /16; all 0: one address after the other
	uint8_t anybody, same_8, same_16;
	bool skips_edges; // no octet of 0 or 255
	uint8_t answered_percent, refused_percent;
};

/** The worm of that name, or NULL. */
const struct worm *worm_find(const char *name);

/** The name of the i-th worm; NULL after the last. */
const char *worm_name(size_t i);

/** Append the probes of an infected host, MAX_PROBES at most, until the world ends. */
void worm_run(struct world *w, const struct host *h);
#endif
