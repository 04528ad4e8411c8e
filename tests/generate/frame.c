// SPDX-License-Identifier: Apache-2.0
// Ethernet, IP and the first bytes of what it carries; checksums are left out, for nobody looks.
#include "generate/frame.h"

enum { MAC_BYTES = 6, TTL = 63, TCP_BYTES = 20, PORTS_BYTES = 8 };

struct bytes frame_addr(const struct addr *a)
{
	return addr_is_v4(a) ? (struct bytes){ a->octet + 12, 4 } : (struct bytes){ a->octet, 16 };
}

static void put_ip(struct writer *w, const struct flow *f, size_t payload)
{
	bool is_v4 = addr_is_v4(&f->src);
	wr_u32(w, is_v4 ? 0x45000000 | (uint32_t)(20 + payload) : UINT32_C(6) << 28);
	if (is_v4) {
		wr_u32(w, 0x4000); // never cut up
		wr_u8(w, TTL);
		wr_u8(w, f->proto);
		wr_u16(w, 0); // the checksum: nobody looks
	} else {
		wr_u16(w, (uint16_t)payload);
		wr_u8(w, f->proto);
		wr_u8(w, TTL);
	}
	wr_bytes(w, frame_addr(&f->src));
	wr_bytes(w, frame_addr(&f->dst));
}

static void put_transport(struct writer *w, const struct flow *f, bool has_flags)
{
	bool is_icmp = f->proto == PROTO_ICMP;
	wr_u16(w, is_icmp ? f->dst_port : f->src_port);
	wr_u16(w, is_icmp ? 0 : f->dst_port);
	wr_u32(w, 0); // sequence, length and checksum
	if (f->proto != PROTO_TCP || !has_flags)
		return;
	wr_u32(w, 0);
	wr_u8(w, TCP_BYTES / 4 << 4);
	wr_u8(w, f->tcp_flags);
	wr_uint(w, 0, 6);
}

struct bytes frame_put(struct writer *w, const struct flow *f, bool has_flags, size_t *wire_bytes)
{
	static const uint8_t mac[2 * MAC_BYTES] = { 2, 0, 0, 0, 0, 3, 2, 0, 0, 0, 0, 4 };
	bool is_v4 = addr_is_v4(&f->src);
	size_t ip = is_v4 ? 20 : 40, least = f->proto == PROTO_TCP ? TCP_BYTES : PORTS_BYTES;
	size_t payload = f->bytes > ip + least ? f->bytes - ip : least;
	wr_bytes(w, (struct bytes){ mac, sizeof mac });
	wr_u16(w, is_v4 ? 0x0800 : 0x86dd);
	*wire_bytes = wr_done(w).len + ip + payload;
	put_ip(w, f, payload);
	put_transport(w, f, has_flags);
	return wr_done(w);
}
