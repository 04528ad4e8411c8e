// SPDX-License-Identifier: Apache-2.0
// All lengths are asked for at once and fields read where they must be; what differs goes the long way.
#include "decode/plain.h"

#include "decode/link.h"
#include "decode/tunnel.h"
#include "model/flow.h"

enum { ETHERNET_BYTES = 14, TAG_BYTES = 4, IPV4_BYTES = 20, IPV6_BYTES = 40, UDP_BYTES = 8 };
enum { TCP_READ_BYTES = 14, FRAGMENT_BITS = 0x3fff }; // up to the flags of TCP; offset, and more

/* Behind IP: a whole TCP or UDP header, and no tunnel. Completes `out` when it is one. */
static bool plain_transport(const uint8_t *at, size_t held, struct packet *out)
{
	size_t header = out->proto == PROTO_TCP ? TCP_READ_BYTES : UDP_BYTES;
	if (held < header || (out->proto == PROTO_UDP && is_tunnel_port(load_u16(at + 2))))
		return false;
	out->src_port = load_u16(at);
	out->dst_port = load_u16(at + 2);
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
	size_t total = load_u16(at + 2);
	unsigned fragment = load_u16(at + 6);
	out->proto = at[9];
	if (at[0] != 0x45 || (fragment & FRAGMENT_BITS) || total < IPV4_BYTES ||
		(out->proto != PROTO_TCP && out->proto != PROTO_UDP))
		return false;
	out->src = addr_v4(load_u32(at + 12));
	out->dst = addr_v4(load_u32(at + 16));
	out->fragment_id = load_u16(at + 4);
	out->bytes = (uint32_t)total;
	out->is_cut = total > held;
	held = total < held ? total : held;
	return plain_transport(at + IPV4_BYTES, held - IPV4_BYTES, out);
}

/* IPv6 without extension headers. */
static bool plain_ipv6(const uint8_t *at, size_t held, struct packet *out)
{
	size_t length = load_u16(at + 4);
	out->proto = at[6];
	if (out->proto != PROTO_TCP && out->proto != PROTO_UDP)
		return false;
	out->src = addr_v6((struct bytes){ at + 8, 16 });
	out->dst = addr_v6((struct bytes){ at + 24, 16 });
	out->fragment_id = 0;
	out->bytes = (uint32_t)(IPV6_BYTES + length);
	held -= IPV6_BYTES;
	out->is_cut = length > held;
	return plain_transport(at + IPV6_BYTES, length < held ? length : held, out);
}

bool plain_parse(struct bytes frame, struct packet *out)
{
	if (frame.len < ETHERNET_BYTES + TAG_BYTES + IPV6_BYTES)
		return frame.len >= ETHERNET_BYTES + IPV4_BYTES &&
		       load_u16(frame.ptr + 12) == ETHERTYPE_IPV4 &&
		       plain_ipv4(frame.ptr + ETHERNET_BYTES, frame.len - ETHERNET_BYTES, out);
	size_t header = ETHERNET_BYTES;
	uint16_t type = load_u16(frame.ptr + 12);
	if (type == ETHERTYPE_TAG) {
		header += TAG_BYTES;
		type = load_u16(frame.ptr + 16);
	}
	if (type == ETHERTYPE_IPV4)
		return plain_ipv4(frame.ptr + header, frame.len - header, out);
	return type == ETHERTYPE_IPV6 && plain_ipv6(frame.ptr + header, frame.len - header, out);
}
