// SPDX-License-Identifier: Apache-2.0
// IP, its extensions and what it carries, for every frame there is.
#include "decode/packet.h"

#include "decode/link.h"
#include "decode/plain.h"
#include "decode/tunnel.h"
#include "model/flow.h"

enum { FRAGMENT_BITS = 0x1fff, MORE_BIT = 0x2000, FRAGMENT6_BITS = 0xfff8, MORE6_BIT = 1 };
enum { EXTENSIONS_MAX = 8, TUNNELS_MAX = 2 };
enum { HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, AUTHENTICATION = 51, DESTINATION = 60 };

/* IPv4 (RFC 791). Leaves `r` at the payload, cut to the length the header tells. */
static void ipv4(struct reader *r, struct packet *out)
{
	const uint8_t *start = r->at;
	size_t header = (rd_u8(r) & 0x0f) * 4u;
	rd_u8(r);
	uint16_t total = rd_u16(r);
	out->fragment_id = rd_u16(r);
	uint16_t fragment = rd_u16(r);
	rd_u8(r);
	out->proto = rd_u8(r);
	rd_u16(r);
	out->src = addr_v4(rd_u32(r));
	out->dst = addr_v4(rd_u32(r));
	rd_bytes(r,
		header < 20 ? SIZE_MAX : header - 20); // too small a header turns the cursor short
	if (r->is_short)
		return;
	size_t held = (size_t)(r->end - start);
	out->bytes = total >= header ? total : (uint32_t)held; // 0: the card cuts it up later
	out->is_cut = out->bytes > held;
	if (out->bytes < held) // Ethernet pads short frames
		r->end = start + out->bytes;
	out->fragment_at = (uint16_t)((fragment & FRAGMENT_BITS) * 8);
	out->has_more = fragment & MORE_BIT;
}

/* One extension header of IPv6. Returns whether it was one. */
static bool extension(struct reader *r, struct packet *out)
{
	uint8_t sort = out->proto;
	if (sort != HOP_BY_HOP && sort != ROUTING && sort != FRAGMENT && sort != AUTHENTICATION &&
		sort != DESTINATION)
		return false;
	out->proto = rd_u8(r);
	uint8_t units = rd_u8(r);
	if (sort == FRAGMENT) {
		uint16_t fragment = rd_u16(r);
		out->fragment_at = fragment & FRAGMENT6_BITS;
		out->has_more = fragment & MORE6_BIT;
		out->fragment_id = rd_u32(r);
	} else {
		rd_bytes(r, sort == AUTHENTICATION ? units * 4u + 6 : units * 8u + 6);
	}
	return true;
}

/* IPv6 with extension headers (RFC 8200). */
static void ipv6(struct reader *r, struct packet *out)
{
	rd_u32(r);
	uint16_t length = rd_u16(r);
	out->proto = rd_u8(r);
	rd_u8(r);
	out->src = addr_v6(rd_bytes(r, 16));
	out->dst = addr_v6(rd_bytes(r, 16));
	if (r->is_short)
		return;
	out->bytes = 40 + (length ? length : (uint32_t)rd_left(r));
	out->is_cut = length > rd_left(r);
	if (length && length < rd_left(r))
		r->end = r->at + length;
	for (int i = 0; i < EXTENSIONS_MAX && !r->is_short; i++)
		if (out->fragment_at || !extension(r, out))
			return;
}

enum packet_sort packet_parse_any(int link_type, struct bytes frame, struct packet *out)
{
	struct reader r = reader_of(frame);
	if (!link_type_known(link_type))
		return PACKET_UNLINKED;
	uint16_t type = link_enter(link_type, &r);
	if (r.is_short || rd_left(&r) == 0)
		return PACKET_DAMAGED;
	if (type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6)
		return PACKET_OTHER;
	for (int depth = 0; depth <= TUNNELS_MAX && type != ETHERTYPE_NONE; depth++) {
		struct packet inner = {};
		struct reader before = r;
		if (type == ETHERTYPE_IPV4)
			ipv4(&r, &inner);
		else
			ipv6(&r, &inner);
		if (r.is_short && depth == 0)
			return PACKET_DAMAGED;
		if (r.is_short) { // the tunnel's inside is cut: its outside is still a packet
			r = before;
			break;
		}
		*out = inner;
		out->ip_payload = (struct bytes){ r.at, rd_left(&r) };
		type = tunnel_enter(&r, out);
	}
	packet_transport(out);
	return PACKET_IP;
}

enum packet_sort packet_parse(int link_type, struct bytes frame, struct packet *out)
{
	if (link_type == LINK_ETHERNET && plain_parse(frame, out))
		return PACKET_IP;
	return packet_parse_any(link_type, frame, out);
}

void packet_transport(struct packet *p)
{
	struct reader r = reader_of(p->ip_payload);
	p->payload = p->ip_payload;
	if (p->fragment_at)
		return;
	if (p->proto == PROTO_ICMP || p->proto == PROTO_ICMP6) {
		p->dst_port = rd_u16(&r);
	} else if (p->proto == PROTO_TCP || p->proto == PROTO_UDP || p->proto == PROTO_SCTP) {
		p->src_port = rd_u16(&r);
		p->dst_port = rd_u16(&r);
	} else {
		return;
	}
	p->has_ports = !r.is_short;
	if (p->proto == PROTO_TCP) {
		rd_bytes(&r, 9);
		p->tcp_flags = rd_u8(&r) & 0x3f;
	}
	if (p->proto == PROTO_UDP)
		rd_bytes(&r, 4);
	p->payload = r.is_short ? (struct bytes){} : (struct bytes){ r.at, rd_left(&r) };
}

/* The length of UDP counts from its own header; what is behind it is padding. */
enum fault packet_to_udp(const struct packet *p, struct udp *out)
{
	if (p->proto != PROTO_UDP)
		return FAULT_NO_EXPORT;
	if (p->fragment_at || p->has_more)
		return FAULT_FRAGMENT;
	struct reader r = reader_of(p->ip_payload);
	*out = (struct udp){ .src = p->src, .dst = p->dst };
	out->src_port = rd_u16(&r);
	out->dst_port = rd_u16(&r);
	uint16_t length = rd_u16(&r);
	rd_u16(&r);
	if (r.is_short || length < 8)
		return FAULT_SHORT;
	size_t wanted = length - 8u;
	out->is_cut = wanted > rd_left(&r);
	out->payload = rd_bytes(&r, out->is_cut ? rd_left(&r) : wanted);
	return FAULT_NONE;
}

enum fault packet_udp(int link_type, struct bytes frame, struct udp *out)
{
	struct packet p;
	if (!link_type_known(link_type))
		return FAULT_LINK_TYPE;
	enum packet_sort sort = packet_parse(link_type, frame, &p);
	if (sort != PACKET_IP)
		return sort == PACKET_OTHER ? FAULT_NO_EXPORT : FAULT_SHORT;
	return packet_to_udp(&p, out);
}
