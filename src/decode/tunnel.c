// SPDX-License-Identifier: Apache-2.0
// Tunnels; those in UDP are a table by port, and have to look like what their port says.
#include "decode/tunnel.h"

#include "decode/link.h"
#include "model/flow.h"

enum { IP_IN_IP = 4, IPV6_IN_IP = 41, GRE = 47, BRIDGED = 0x6558 };

/* GRE (RFC 2784, 2890): its optional words, then a packet. */
static uint16_t gre(struct reader *r)
{
	uint16_t flags = rd_u16(r);
	uint16_t type = rd_u16(r);
	rd_bytes(r, (flags >> 15 & 1) * 4u + (flags >> 13 & 1) * 4u + (flags >> 12 & 1) * 4u);
	return type;
}

/* VXLAN (RFC 7348): a network number, and no other bit set; then an Ethernet frame. */
static uint16_t vxlan(struct reader *r)
{
	uint32_t flags = rd_u32(r);
	uint32_t network = rd_u32(r);
	return flags == 0x08000000 && (network & 0xff) == 0 ? ethernet_enter(r) : ETHERTYPE_NONE;
}

/* Geneve (RFC 8926), version 0: options, then an Ethernet frame or a packet. */
static uint16_t geneve(struct reader *r)
{
	uint8_t version = rd_u8(r);
	rd_u8(r);
	uint16_t type = rd_u16(r);
	uint32_t network = rd_u32(r);
	rd_bytes(r, (version & 0x3f) * 4u);
	if (version >> 6 || (network & 0xff))
		return ETHERTYPE_NONE;
	return type == BRIDGED ? ethernet_enter(r) : type;
}

static const struct {
	uint16_t port;
	uint16_t (*read)(struct reader *r);
} tunnels[] = {
#define AS_ROW(number, name) { number, name },
	TUNNELS(AS_ROW)
#undef AS_ROW
};

/* The type of what UDP carries: ETHERTYPE_NONE when no tunnel is sent to that port. */
static uint16_t tunnel_in_udp(struct reader *r)
{
	rd_u16(r);
	uint16_t port = rd_u16(r);
	rd_u32(r);
	for (size_t i = 0; i < countof(tunnels); i++)
		if (tunnels[i].port == port)
			return tunnels[i].read(r);
	return ETHERTYPE_NONE;
}

/* The version that an inner packet begins with must be that of its type: a port proves little. */
static bool is_version(const struct reader *r, uint16_t type)
{
	return rd_left(r) && r->at[0] >> 4 == (type == ETHERTYPE_IPV4 ? 4 : 6);
}

/* IP in IP is RFC 2003, of IPv6 RFC 2473. */
uint16_t tunnel_enter(struct reader *r, const struct packet *p)
{
	struct reader inner = *r;
	uint16_t type = ETHERTYPE_NONE;
	if (p->fragment_at)
		return ETHERTYPE_NONE;
	if (p->proto == IP_IN_IP || p->proto == IPV6_IN_IP)
		return p->proto == IP_IN_IP ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
	if (p->proto == GRE)
		type = gre(&inner);
	else if (p->proto == PROTO_UDP && !p->has_more)
		type = tunnel_in_udp(&inner);
	if (inner.is_short || (type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6))
		return ETHERTYPE_NONE;
	if (p->proto == PROTO_UDP && !is_version(&inner, type))
		return ETHERTYPE_NONE;
	*r = inner;
	return type;
}
