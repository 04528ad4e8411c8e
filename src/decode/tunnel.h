// SPDX-License-Identifier: Apache-2.0
// Packets inside packets: IP in IP, GRE, VXLAN, Geneve.
#ifndef DECODE_TUNNEL_H
#define DECODE_TUNNEL_H
#include "decode/packet.h"

/** Tunnels in UDP, by the port they are sent to: TUNNEL(port, name). */
#define TUNNELS(TUNNEL) \
	TUNNEL(4789, vxlan) \
	TUNNEL(6081, geneve)

static inline bool is_tunnel_port(uint16_t port)
{
#define IS_IT(number, name) port == (number) ||
	return TUNNELS(IS_IT) false;
#undef IS_IT
}

/**
 * Enter what a packet carries.
 *
 * r  at the payload of `p`; moved only when it is a tunnel
 *
 * Returns the Ethernet type of the inner packet, ETHERTYPE_NONE when there is none.
 */
uint16_t tunnel_enter(struct reader *r, const struct packet *p);
#endif
