// SPDX-License-Identifier: Apache-2.0
// Link layers are a table; IP and UDP are the same behind all of them.
#include "decode/packet.h"

#include "model/flow.h"

enum { ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd, ETHERTYPE_ANY = 0 };
enum { FRAGMENT_BITS = 0x3fff, FRAGMENT6_BITS = 0xfff9, TAGS_MAX = 4, EXTENSIONS_MAX = 8 };
enum { HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, DESTINATION = 60 };

/* Step over VLAN tags (IEEE 802.1Q, also stacked) to the type of what they carry. */
static uint16_t untagged(struct reader *r)
{
	uint16_t type = rd_u16(r);
	for (int i = 0; i < TAGS_MAX && (type == 0x8100 || type == 0x88a8 || type == 0x9100); i++) {
		rd_u16(r);
		type = rd_u16(r);
	}
	return type;
}

/* Each reads its header and gives the type of what follows; ETHERTYPE_ANY: look at the version. */
static uint16_t ethernet(struct reader *r)
{
	rd_bytes(r, 12);
	return untagged(r);
}

static uint16_t cooked(struct reader *r)
{
	rd_bytes(r, 14);
	return untagged(r);
}

static uint16_t cooked2(struct reader *r)
{
	uint16_t type = rd_u16(r);
	rd_bytes(r, 18);
	return type;
}

static uint16_t family_word(struct reader *r) // in the byte order of the capturing machine
{
	rd_u32(r);
	return ETHERTYPE_ANY;
}

static uint16_t raw(struct reader *r)
{
	(void)r;
	return ETHERTYPE_ANY;
}

static const struct {
	int link_type;
	uint16_t (*read)(struct reader *r);
} links[] = {
	{ LINK_ETHERNET, ethernet },
	{ LINK_RAW, raw },
	{ LINK_RAW_BSD, raw },
	{ LINK_RAW_OPENBSD, raw },
	{ LINK_IPV4, raw },
	{ LINK_IPV6, raw },
	{ LINK_SLL, cooked },
	{ LINK_SLL2, cooked2 },
	{ LINK_NULL, family_word },
	{ LINK_LOOP, family_word },
};

/* IPv4 (RFC 791). Leaves `r` at the payload, cut to the length the header tells. */
static enum fault ipv4(struct reader *r, struct udp *out, uint8_t *proto)
{
	const uint8_t *start = r->at;
	size_t header = (rd_u8(r) & 0x0f) * 4u;
	rd_u8(r);
	uint16_t total = rd_u16(r);
	rd_u16(r);
	uint16_t fragment = rd_u16(r) & FRAGMENT_BITS;
	rd_u8(r);
	*proto = rd_u8(r);
	rd_u16(r);
	out->src = addr_v4(rd_u32(r));
	out->dst = addr_v4(rd_u32(r));
	if (r->is_short || header < 20)
		return FAULT_SHORT;
	rd_bytes(r, header - 20);
	if (total >= header && total < (size_t)(r->end - start)) // Ethernet pads short frames
		r->end = start + total;
	return fragment ? FAULT_FRAGMENT : FAULT_NONE;
}

/* IPv6 with extension headers (RFC 8200). */
static enum fault ipv6(struct reader *r, struct udp *out, uint8_t *proto)
{
	rd_u32(r);
	uint16_t length = rd_u16(r);
	*proto = rd_u8(r);
	rd_u8(r);
	out->src = addr_v6(rd_bytes(r, 16));
	out->dst = addr_v6(rd_bytes(r, 16));
	if (length && length < rd_left(r))
		r->end = r->at + length;
	for (int i = 0; i < EXTENSIONS_MAX && !r->is_short; i++) {
		bool is_fragment = *proto == FRAGMENT;
		if (!is_fragment && *proto != HOP_BY_HOP && *proto != ROUTING &&
			*proto != DESTINATION)
			return FAULT_NONE;
		*proto = rd_u8(r);
		uint8_t eights = rd_u8(r);
		uint16_t fragment = rd_u16(r) & FRAGMENT6_BITS;
		rd_bytes(r, 4 + (is_fragment ? 0 : eights * 8u));
		if (is_fragment && fragment && !r->is_short)
			return FAULT_FRAGMENT;
	}
	return r->is_short ? FAULT_SHORT : FAULT_NONE;
}

static enum fault udp(struct reader *r, struct udp *out)
{
	out->src_port = rd_u16(r);
	out->dst_port = rd_u16(r);
	uint16_t length = rd_u16(r);
	rd_u16(r);
	if (r->is_short || length < 8)
		return FAULT_SHORT;
	size_t wanted = length - 8u;
	out->is_cut = wanted > rd_left(r);
	out->payload = rd_bytes(r, out->is_cut ? rd_left(r) : wanted);
	return FAULT_NONE;
}

static uint16_t (*link_reader(int link_type))(struct reader *r)
{
	for (size_t i = 0; i < countof(links); i++)
		if (links[i].link_type == link_type)
			return links[i].read;
	return NULL;
}

bool link_type_known(int link_type)
{
	return link_reader(link_type);
}

enum fault packet_udp(int link_type, struct bytes frame, struct udp *out)
{
	struct reader r = reader_of(frame);
	uint16_t (*read)(struct reader * r) = link_reader(link_type);
	if (!read)
		return FAULT_LINK_TYPE;
	uint16_t type = read(&r);
	if (r.is_short || rd_left(&r) == 0)
		return FAULT_SHORT;
	if (type == ETHERTYPE_ANY)
		type = r.at[0] >> 4 == 4   ? ETHERTYPE_IPV4
		       : r.at[0] >> 4 == 6 ? ETHERTYPE_IPV6
					   : ETHERTYPE_ANY;
	if (type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6)
		return FAULT_NO_EXPORT;

	uint8_t proto = 0;
	enum fault f = type == ETHERTYPE_IPV4 ? ipv4(&r, out, &proto) : ipv6(&r, out, &proto);
	if (f == FAULT_FRAGMENT && proto != PROTO_UDP)
		return FAULT_NO_EXPORT;
	if (f != FAULT_NONE)
		return f;
	return proto == PROTO_UDP ? udp(&r, out) : FAULT_NO_EXPORT;
}
