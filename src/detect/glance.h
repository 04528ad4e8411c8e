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

/** The bit of a ten-second window, counted from the epoch, in which a contact was tried. */
static inline uint32_t tries_in(uint32_t window)
{
	return UINT32_C(1) << window % TRIES_BITS * 11 % TRIES_BITS;
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

/**
 * Whether these are the ports of a UDP service whose answer does not come back to where it was sent from, or
 * never comes. Without a branch, for many at once.
 */
static inline uint32_t is_one_way(uint32_t src_port, uint32_t dst_port)
{
	uint32_t always = (dst_port == 9) |    // wake on LAN
			  (dst_port == 4341) | // LISP data
			  (dst_port == 4789) | // VXLAN: each way has a port of its own
			  (dst_port == 6081) | // Geneve
			  (dst_port == 8472);  // VXLAN of Linux
	uint32_t to_clients = ((dst_port == 68) & (src_port == 67)) | // DHCP, without addresses yet
			      ((dst_port == 546) & (src_port == 547)); // DHCPv6
	uint32_t to_many = (dst_port == 137) | // NetBIOS names, asked by broadcast
			   (dst_port == 138) | // NetBIOS datagrams
			   (dst_port == 5353); // mDNS, asked by multicast
	return always | to_clients | (to_many & (src_port == dst_port));
}
#endif
