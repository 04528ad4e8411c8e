// SPDX-License-Identifier: Apache-2.0
// What an exporter makes of a scene: one row per view.
#ifndef QUALITY_SIGHT_H
#define QUALITY_SIGHT_H
#include <stddef.h>

#include "model/flow.h"

enum { CLEAR_PROBES = 400 };

struct view {
	const char *name;
	uint32_t sampling; // 1 of so many packets; 0: all
	bool no_flags, one_way, is_list, has_inventory;
	bool is_packets; // each sampled packet is told for itself
};

/** A contact as the resident opened it, and how it went as far as one can see. */
struct attempt {
	uint32_t flow;
	uint16_t resident;
	bool is_failed, is_probe;
};

struct sight {
	struct flow *flow; // in no order
	size_t n, room;
	struct attempt *attempt;
	size_t n_attempts, attempt_room;
};

struct scene;

/** See a scene through a view; replaces what was in `out`. Unsampled: CLEAR_PROBES of each worm. */
void sight_take(struct sight *out, const struct scene *s, const struct view *view);
/** What an exporter of a view tells of a flow. */
void sight_tell(struct flow *f, const struct view *view);
void sight_fini(struct sight *s);
#endif
