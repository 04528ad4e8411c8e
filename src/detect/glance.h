// SPDX-License-Identifier: Apache-2.0
// The short way of plain flows, and what it shares with the long one that all others go.
#ifndef DETECT_GLANCE_H
#define DETECT_GLANCE_H
#include "detect/slot.h"

enum side { SIDE_NONE, SIDE_OPENS = 1, SIDE_ANSWERS = 2, SIDE_EITHER = 3 };

enum {
	SMALL_PACKETS = 3, // a SYN and two repetitions
	SERVICE_PORTS = 1024,
	WINDOW_MS = 10000,
};

/** The bit of the ten-second window in which a contact was tried. */
static inline uint32_t tries_of(uint64_t ms)
{
	return UINT32_C(1) << ms / WINDOW_MS * 11 % TRIES_BITS;
}

static inline uint16_t saturated(uint64_t v)
{
	return v < UINT16_MAX ? (uint16_t)v : UINT16_MAX;
}

/** Which side of a flow its source is. */
enum side observe_sides(const struct flow *f);

/** The contact that a flow opens, and the one that it answers. */
void observe_opened(const struct flow *f, enum side side, struct contact *c);
void observe_answered(const struct flow *f, struct contact *c);

/** Whether these are the ports of a UDP service that answers elsewhere, or never. */
bool observe_is_one_way(uint16_t src_port, uint16_t dst_port);
#endif
