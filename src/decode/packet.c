// SPDX-License-Identifier: Apache-2.0
// Link layers are a table; IP and UDP are the same behind all of them.
#include "decode/packet.h"

#include "model/flow.h"

enum { ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd, ETHERTYPE_ANY = 0 };
enum {
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_GROUP = 0x8848,
	ETHERTYPE_PPPOE = 0x8864,
	ETHERTYPE_BRIDGED = 0x6558
};
enum { ETHERTYPE_TAG = 0x8100, ETHERTYPE_TAG_OUTER = 0x88a8, ETHERTYPE_TAG_OLD = 0x9100 };
enum { ETHERNET_BYTES = 14, TAG_BYTES = 4, IPV4_BYTES = 20, IPV6_BYTES = 40, UDP_BYTES = 8 };
enum { TCP_READ_BYTES = 14 }; // up to its flags
enum { PPP_IPV4 = 0x0021, PPP_IPV6 = 0x0057 };
enum { FRAGMENT_BITS = 0x1fff, MORE_BIT = 0x2000, FRAGMENT6_BITS = 0xfff8, MORE6_BIT = 1 };
enum { TAGS_MAX = 4, LABELS_MAX = 8, EXTENSIONS_MAX = 8, TUNNELS_MAX = 2 };
enum { HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, AUTHENTICATION = 51, DESTINATION = 60 };
enum { IP_IN_IP = 4, IPV6_IN_IP = 41, GRE = 47 };

/* Step over VLAN tags (IEEE 802.1Q, also stacked) to the type of what they carry. */
static uint16_t untagged(struct reader *r)
{
	uint16_t type = rd_u16(r);
	for (int i = 0; i < TAGS_MAX && (type == ETHERTYPE_TAG || type == ETHERTYPE_TAG_OUTER ||
						type == ETHERTYPE_TAG_OLD);
		i++) {
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

/* Labels end with the one whose bottom bit is set (RFC 3032); the packet tells its own version. */
static uint16_t mpls(struct reader *r)
{
	for (int i = 0; i < LABELS_MAX && !r->is_short; i++)
		if (rd_u32(r) >> 8 & 1)
			break;
	return ETHERTYPE_ANY;
}

/* Session stage of PPPoE (RFC 2516). */
static uint16_t pppoe(struct reader *r)
{
	rd_bytes(r, 6);
	uint16_t protocol = rd_u16(r);
	return protocol == PPP_IPV4 ? ETHERTYPE_IPV4 : protocol == PPP_IPV6 ? ETHERTYPE_IPV6 : 1;
}

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
	return flags == 0x08000000 && (network & 0xff) == 0 ? ethernet(r) : 1;
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
		return 1;
	return type == ETHERTYPE_BRIDGED ? ethernet(r) : type;
}

/* Tunnels in UDP, by the port they are sent to. */
static const struct {
	uint16_t port;
	uint16_t (*read)(struct reader *r);
} tunnels[] = {
	{ 4789, vxlan },
	{ 6081, geneve },
};

static bool is_tunnel_port(uint16_t port)
{
	bool is_one = false;
	for (size_t i = 0; i < countof(tunnels); i++)
		is_one |= tunnels[i].port == port;
	return is_one;
}

/* The type of what UDP carries: 1 when no tunnel is sent to that port. */
static uint16_t tunnel_in_udp(struct reader *r)
{
	rd_u16(r);
	uint16_t port = rd_u16(r);
	rd_u32(r);
	for (size_t i = 0; i < countof(tunnels); i++)
		if (tunnels[i].port == port)
			return tunnels[i].read(r);
	return 1;
}

/* The version that an inner packet begins with must be that of its type: a port proves little. */
static bool is_version(const struct reader *r, uint16_t type)
{
	return rd_left(r) && r->at[0] >> 4 == (type == ETHERTYPE_IPV4 ? 4 : 6);
}

/* What a tunnel carries, as an Ethernet type; 1 when the packet is no tunnel (RFC 2003, 2473). */
static uint16_t tunnel(struct reader *r, const struct packet *p)
{
	struct reader inner = *r;
	uint16_t type = 1;
	if (p->fragment_at)
		return 1;
	if (p->proto == IP_IN_IP || p->proto == IPV6_IN_IP)
		return p->proto == IP_IN_IP ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
	if (p->proto == GRE)
		type = gre(&inner);
	else if (p->proto == PROTO_UDP && !p->has_more)
		type = tunnel_in_udp(&inner);
	if (inner.is_short || (type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6))
		return 1;
	if (p->proto == PROTO_UDP && !is_version(&inner, type))
		return 1;
	*r = inner;
	return type;
}

/* The type of an IP packet that nobody announced. */
static uint16_t by_version(const struct reader *r)
{
	uint8_t version = rd_left(r) ? r->at[0] >> 4 : 0;
	return version == 4 ? ETHERTYPE_IPV4 : version == 6 ? ETHERTYPE_IPV6 : 1;
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

/* Read the link layer and what may stand between it and IP. 1: no IP follows. */
static uint16_t link_layer(uint16_t (*read)(struct reader *r), struct reader *r)
{
	uint16_t type = read(r);
	if (type == ETHERTYPE_MPLS || type == ETHERTYPE_MPLS_GROUP)
		type = mpls(r);
	else if (type == ETHERTYPE_PPPOE)
		type = pppoe(r);
	return type == ETHERTYPE_ANY ? by_version(r) : type;
}

enum packet_sort packet_parse_any(int link_type, struct bytes frame, struct packet *out)
{
	struct reader r = reader_of(frame);
	uint16_t (*read)(struct reader * r) = link_reader(link_type);
	if (!read)
		return PACKET_UNLINKED;
	uint16_t type = link_layer(read, &r);
	if (r.is_short || rd_left(&r) == 0)
		return PACKET_DAMAGED;
	if (type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6)
		return PACKET_OTHER;
	for (int depth = 0; depth <= TUNNELS_MAX && type != 1; depth++) {
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
		type = tunnel(&r, out);
	}
	packet_transport(out);
	return PACKET_IP;
}

static uint16_t u16_at(const uint8_t *at)
{
	uint16_t v;
	memcpy(&v, at, sizeof v);
	return be16toh(v);
}

static struct addr v4_at(const uint8_t *at)
{
	uint32_t v;
	memcpy(&v, at, sizeof v);
	return addr_v4(be32toh(v));
}

/* Behind IP: a whole TCP or UDP header, and no tunnel. Completes `out` when it is one. */
static bool plain_transport(const uint8_t *at, size_t held, struct packet *out)
{
	size_t header = out->proto == PROTO_TCP ? TCP_READ_BYTES : UDP_BYTES;
	if (held < header || (out->proto == PROTO_UDP && is_tunnel_port(u16_at(at + 2))))
		return false;
	out->src_port = u16_at(at);
	out->dst_port = u16_at(at + 2);
	out->tcp_flags = out->proto == PROTO_TCP ? at[TCP_READ_BYTES - 1] & 0x3f : 0;
	out->has_ports = true;
	out->has_more = false;
	out->fragment_at = 0;
	out->ip_payload = (struct bytes){ at, held };
	out->payload = (struct bytes){ at + header, held - header };
	return true;
}

/* IPv4 without options that is no fragment. `held`: bytes of the frame from the IP header on. */
static bool plain_ipv4(const uint8_t *at, size_t held, struct packet *out)
{
	size_t total = u16_at(at + 2);
	unsigned fragment = u16_at(at + 6);
	out->proto = at[9];
	if (at[0] != 0x45 || (fragment & (FRAGMENT_BITS | MORE_BIT)) || total < IPV4_BYTES ||
		(out->proto != PROTO_TCP && out->proto != PROTO_UDP))
		return false;
	out->src = v4_at(at + 12);
	out->dst = v4_at(at + 16);
	out->fragment_id = u16_at(at + 4);
	out->bytes = (uint32_t)total;
	out->is_cut = total > held;
	held = total < held ? total : held;
	return plain_transport(at + IPV4_BYTES, held - IPV4_BYTES, out);
}

/* IPv6 without extension headers. */
static bool plain_ipv6(const uint8_t *at, size_t held, struct packet *out)
{
	size_t length = u16_at(at + 4);
	out->proto = at[6];
	if (length == 0 || (out->proto != PROTO_TCP && out->proto != PROTO_UDP))
		return false;
	out->src = addr_v6((struct bytes){ at + 8, 16 });
	out->dst = addr_v6((struct bytes){ at + 24, 16 });
	out->fragment_id = 0;
	out->bytes = (uint32_t)(IPV6_BYTES + length);
	held -= IPV6_BYTES;
	out->is_cut = length > held;
	return plain_transport(at + IPV6_BYTES, length < held ? length : held, out);
}

/* What most frames are, with all lengths asked for at once. False: look closer. */
static bool is_plain(struct bytes frame, struct packet *out)
{
	if (frame.len < ETHERNET_BYTES + TAG_BYTES + IPV6_BYTES)
		return frame.len >= ETHERNET_BYTES + IPV4_BYTES &&
		       u16_at(frame.ptr + 12) == ETHERTYPE_IPV4 &&
		       plain_ipv4(frame.ptr + ETHERNET_BYTES, frame.len - ETHERNET_BYTES, out);
	size_t header = ETHERNET_BYTES;
	uint16_t type = u16_at(frame.ptr + 12);
	if (type == ETHERTYPE_TAG) {
		header += TAG_BYTES;
		type = u16_at(frame.ptr + 16);
	}
	if (type == ETHERTYPE_IPV4)
		return plain_ipv4(frame.ptr + header, frame.len - header, out);
	return type == ETHERTYPE_IPV6 && plain_ipv6(frame.ptr + header, frame.len - header, out);
}

enum packet_sort packet_parse(int link_type, struct bytes frame, struct packet *out)
{
	if (link_type == LINK_ETHERNET && is_plain(frame, out))
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
