// SPDX-License-Identifier: Apache-2.0
// From a captured frame to the UDP payload: link layers, tags, extension headers, cuts.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "decode/packet.h"
#include "generate/wire.h"
#include "model/flow.h"

enum { SRC = 0x0a000001, DST = 0x0a000002, SRC_PORT = 50000, DST_PORT = 2055, PAYLOAD_BYTES = 12 };
enum { FRAME_MAX = 512, HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, NO_NEXT = 59, OPTIONS = 60 };

static uint8_t room[FRAME_MAX];

/* Look into a frame from a room that ends where it ends; `payload` of `out` is a view of `frame`. */
static enum fault look(int link_type, struct bytes frame, struct udp *out)
{
	uint8_t *exact = malloc(frame.len ? frame.len : 1);
	assert_non_null(exact);
	memcpy(exact, frame.ptr, frame.len);
	*out = (struct udp){};
	enum fault f = packet_udp(link_type, (struct bytes){ exact, frame.len }, out);
	if (f == FAULT_NONE && out->payload.len) {
		size_t at = (size_t)(out->payload.ptr - exact);
		assert_true(at + out->payload.len <= frame.len);
		out->payload.ptr = frame.ptr + at;
	}
	free(exact);
	return f;
}

static void put_udp(struct writer *w)
{
	wr_u16(w, SRC_PORT);
	wr_u16(w, DST_PORT);
	wr_u16(w, 8 + PAYLOAD_BYTES);
	wr_u16(w, 0);
	for (uint8_t i = 0; i < PAYLOAD_BYTES; i++)
		wr_u8(w, (uint8_t)(0xa0 + i));
}

struct v4 {
	uint8_t n_options; // words
	uint16_t fragment;
	uint8_t proto;
	int more; // what the total length tells too much
};

static void put_ipv4(struct writer *w, struct v4 v)
{
	wr_u8(w, (uint8_t)(0x45 + v.n_options));
	wr_u8(w, 0);
	wr_u16(w, (uint16_t)(20 + v.n_options * 4 + 8 + PAYLOAD_BYTES + v.more));
	wr_u16(w, 1);
	wr_u16(w, v.fragment);
	wr_u8(w, 64);
	wr_u8(w, v.proto ? v.proto : PROTO_UDP);
	wr_u16(w, 0);
	wr_u32(w, SRC);
	wr_u32(w, DST);
	for (uint8_t i = 0; i < v.n_options; i++)
		wr_u32(w, 0x01010101);
}

static void put_ipv6(struct writer *w, uint8_t next, size_t extensions)
{
	wr_u32(w, UINT32_C(6) << 28);
	wr_u16(w, (uint16_t)(extensions + 8 + PAYLOAD_BYTES));
	wr_u8(w, next);
	wr_u8(w, 64);
	for (int i = 0; i < 2; i++) {
		wr_uint(w, UINT64_C(0x20010db800000000), 8);
		wr_uint(w, (uint64_t)i + 1, 8);
	}
}

static void put_extension(struct writer *w, uint8_t next, uint8_t eights)
{
	wr_u8(w, next);
	wr_u8(w, eights);
	for (size_t i = 0; i < 6 + eights * (size_t)8; i++)
		wr_u8(w, 0xee);
}

static void assert_whole(const struct udp *u)
{
	assert_int_equal(u->src_port, SRC_PORT);
	assert_int_equal(u->dst_port, DST_PORT);
	assert_false(u->is_cut);
	assert_int_equal(u->payload.len, PAYLOAD_BYTES);
	assert_int_equal(u->payload.ptr[0], 0xa0);
	assert_int_equal(u->payload.ptr[PAYLOAD_BYTES - 1], 0xa0 + PAYLOAD_BYTES - 1);
}

static void assert_fault(enum fault got, enum fault expected)
{
	assert_string_equal(fault_metric(got), fault_metric(expected));
}

/* What stands before IP, as each link type has it, for both families. */
static const struct link {
	int type;
	size_t len;
	uint8_t v4[26], v6[26];
} links[] = {
	{ LINK_ETHERNET, 14, { [12] = 0x08, 0x00 }, { [12] = 0x86, 0xdd } },
	{ LINK_ETHERNET, 18, { [12] = 0x81, 0, 0, 7, 8, 0 }, { [12] = 0x81, 0, 0, 7, 0x86, 0xdd } },
	{ LINK_ETHERNET, 22, { [12] = 0x88, 0xa8, 0, 7, 0x81, 0, 0, 8, 8, 0 },
		{ [12] = 0x91, 0, 0, 7, 0x81, 0, 0, 8, 0x86, 0xdd } },
	{ LINK_ETHERNET, 26, { [12] = 0x91, 0, 0, 7, 0x92, 0, 0, 8, 0x81, 0, 0, 9, 8, 0 },
		{ [12] = 0x93, 0, 0, 7, 0x92, 0, 0, 8, 0x81, 0, 0, 9, 0x86, 0xdd } },
	{ LINK_ETHERNET, 22, { [12] = 0, 48, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0 },
		{ [12] = 0, 68, 0xaa, 0xaa, 3, 0, 0, 0xf8, 0x86, 0xdd } },
	{ LINK_RAW, 0, {}, {} },
	{ LINK_RAW_BSD, 0, {}, {} },
	{ LINK_RAW_OPENBSD, 0, {}, {} },
	{ LINK_SLL, 16, { [14] = 0x08, 0x00 }, { [14] = 0x86, 0xdd } },
	{ LINK_SLL, 20, { [14] = 0x81, 0, 0, 7, 8, 0 }, { [14] = 0x81, 0, 0, 7, 0x86, 0xdd } },
	{ LINK_SLL, 24, { [14] = 0, 4, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0 },
		{ [14] = 0, 4, 0xaa, 0xaa, 3, 0, 0, 0, 0x86, 0xdd } },
	{ LINK_SLL2, 20, { 0x08, 0x00 }, { 0x86, 0xdd } },
	{ LINK_NULL, 4, { 2, 0, 0, 0 }, { 10, 0, 0, 0 } },
	{ LINK_NULL, 4, { 0, 0, 0, 2 }, { 0, 0, 0, 30 } },
	{ LINK_LOOP, 4, { 0, 0, 0, 2 }, { 0, 0, 0, 24 } },
};

static const struct link *const raw = &links[5];

static struct bytes frame_v4(const struct link *link, struct v4 v)
{
	struct writer w = writer_of(room, sizeof room);
	wr_bytes(&w, (struct bytes){ link->v4, link->len });
	put_ipv4(&w, v);
	put_udp(&w);
	return wr_done(&w);
}

static struct bytes frame_v6(const struct link *link)
{
	struct writer w = writer_of(room, sizeof room);
	wr_bytes(&w, (struct bytes){ link->v6, link->len });
	put_ipv6(&w, PROTO_UDP, 0);
	put_udp(&w);
	return wr_done(&w);
}

static void every_link_type(void **state)
{
	(void)state;
	static const struct addr one = { { 0x20, 1, 0x0d, 0xb8, [15] = 1 } };
	static const struct addr two = { { 0x20, 1, 0x0d, 0xb8, [15] = 2 } };
	struct udp u;
	for (const struct link *l = links; l < links + countof(links); l++) {
		assert_true(link_type_known(l->type));
		assert_fault(look(l->type, frame_v4(l, (struct v4){}), &u), FAULT_NONE);
		assert_whole(&u);
		assert_true(addr_is_v4(&u.src) && addr_low32(&u.src) == SRC);
		assert_true(addr_is_v4(&u.dst) && addr_low32(&u.dst) == DST);
		assert_fault(look(l->type, frame_v6(l), &u), FAULT_NONE);
		assert_whole(&u);
		assert_true(addr_eq(&u.src, &one) && addr_eq(&u.dst, &two));
	}
	assert_fault(look(LINK_IPV4, frame_v4(raw, (struct v4){}), &u), FAULT_NONE);
	assert_fault(look(LINK_IPV6, frame_v6(raw), &u), FAULT_NONE);
}

static void unknown_link_type(void **state)
{
	(void)state;
	struct udp u;
	assert_false(link_type_known(127));
	assert_false(link_type_known(-1));
	assert_fault(look(127, frame_v4(&links[0], (struct v4){}), &u), FAULT_LINK_TYPE);
}

/* LLC without SNAP, SNAP of somebody's own: no IP, and no damage. */
static void other_frames_with_a_length_are_no_ip(void **state)
{
	(void)state;
	static const uint8_t rows[][22] = {
		{ [12] = 0, 48, 0xaa, 0xaa, 3, 0, 0, 0x0c, 8, 0 }, // of Cisco: CDP and the like
		{ [12] = 0, 48, 0xaa, 0xaa, 0, 0, 0, 0, 8, 0 },
		{ [12] = 0, 48, 0xff, 0xff, 0, 0, 0, 0, 8, 0 }, // IPX
		{ [12] = 0, 48, 0xaa, 0xaa, 3, 0, 0, 0, 0, 9 },
	};
	struct packet p;
	for (size_t i = 0; i < countof(rows); i++) {
		struct link l = { .len = sizeof rows[i] };
		memcpy(l.v4, rows[i], sizeof rows[i]);
		struct bytes frame = frame_v4(&l, (struct v4){});
		assert_int_equal(packet_parse(LINK_ETHERNET, frame, &p), PACKET_OTHER);
	}
}

static void what_is_no_udp(void **state)
{
	(void)state;
	static const uint8_t arp[] = { [12] = 0x08, 0x06, 0, 1 };
	static const uint8_t llc[] = { [12] = 0x00, 0x26, 0x42, 0x42, 3 };
	static const uint8_t tags[] = { [12] = 0x81,
		0,
		0,
		1,
		0x81,
		0,
		0,
		1,
		0x81,
		0,
		0,
		1,
		0x81,
		0,
		0,
		1,
		0x81,
		0,
		0,
		1,
		8,
		0,
		0x45 };
	static const uint8_t clns[] = { 0x81, 0, 0, 0 };
	struct udp u;
	assert_fault(look(LINK_ETHERNET, (struct bytes){ arp, sizeof arp }, &u), FAULT_NO_EXPORT);
	assert_fault(look(LINK_ETHERNET, (struct bytes){ llc, sizeof llc }, &u), FAULT_NO_EXPORT);
	assert_fault(look(LINK_ETHERNET, (struct bytes){ tags, sizeof tags }, &u), FAULT_NO_EXPORT);
	assert_fault(look(LINK_RAW, (struct bytes){ clns, sizeof clns }, &u), FAULT_NO_EXPORT);
	struct bytes tcp = frame_v4(&links[0], (struct v4){ .proto = PROTO_TCP });
	assert_fault(look(LINK_ETHERNET, tcp, &u), FAULT_NO_EXPORT);
}

static void ipv4_options(void **state)
{
	(void)state;
	struct udp u;
	for (uint8_t n = 0; n <= 10; n++) {
		struct bytes frame = frame_v4(&links[0], (struct v4){ .n_options = n });
		assert_fault(look(LINK_ETHERNET, frame, &u), FAULT_NONE);
		assert_whole(&u);
	}
	frame_v4(raw, (struct v4){});
	room[0] = 0x44; // a header of 16 bytes
	assert_fault(look(LINK_RAW, (struct bytes){ room, 40 }, &u), FAULT_SHORT);
}

static void padding_is_no_payload(void **state)
{
	(void)state;
	struct udp u;
	struct bytes frame = frame_v4(&links[0], (struct v4){});
	memset(room + frame.len, 0x55, 20);
	frame.len += 20;
	assert_fault(look(LINK_ETHERNET, frame, &u), FAULT_NONE);
	assert_whole(&u);
	frame = frame_v6(&links[0]);
	memset(room + frame.len, 0x55, 20);
	frame.len += 20;
	assert_fault(look(LINK_ETHERNET, frame, &u), FAULT_NONE);
	assert_whole(&u);
}

/* Segmentation offload leaves a total length of 0. */
static void no_total_length(void **state)
{
	(void)state;
	struct udp u;
	struct v4 v = { .more = -(20 + 8 + PAYLOAD_BYTES) };
	assert_fault(look(LINK_ETHERNET, frame_v4(&links[0], v), &u), FAULT_NONE);
	assert_whole(&u);
}

static void ipv4_fragments(void **state)
{
	(void)state;
	static const struct {
		uint16_t fragment;
		uint8_t proto;
		enum fault fault;
	} rows[] = {
		{ 0x4000, PROTO_UDP, FAULT_NONE }, // "don't fragment"
		{ 0x2000, PROTO_UDP, FAULT_FRAGMENT },
		{ 0x20b9, PROTO_UDP, FAULT_FRAGMENT },
		{ 0x00b9, PROTO_UDP, FAULT_FRAGMENT },
		{ 0x2000, PROTO_TCP, FAULT_NO_EXPORT }, // of no concern
		{ 0x00b9, PROTO_ICMP, FAULT_NO_EXPORT },
	};
	struct udp u;
	for (size_t i = 0; i < countof(rows); i++) {
		struct v4 v = { .fragment = rows[i].fragment, .proto = rows[i].proto };
		assert_fault(look(LINK_ETHERNET, frame_v4(&links[0], v), &u), rows[i].fault);
	}
}

static void ipv6_extension_headers(void **state)
{
	(void)state;
	struct udp u;
	struct writer w = writer_of(room, sizeof room);
	put_ipv6(&w, HOP_BY_HOP, 8 + 24 + 16);
	put_extension(&w, ROUTING, 0);
	put_extension(&w, OPTIONS, 2);
	put_extension(&w, PROTO_UDP, 1);
	put_udp(&w);
	struct bytes frame = wr_done(&w);
	assert_fault(look(LINK_RAW, frame, &u), FAULT_NONE);
	assert_whole(&u);
	for (size_t len = 40; len < 40 + 48 + 8; len++)
		assert_fault(look(LINK_RAW, (struct bytes){ frame.ptr, len }, &u), FAULT_SHORT);

	room[6] = NO_NEXT;
	assert_fault(look(LINK_RAW, frame, &u), FAULT_NO_EXPORT);
}

static void a_long_chain_of_extension_headers(void **state)
{
	(void)state;
	struct udp u;
	struct writer w = writer_of(room, sizeof room);
	put_ipv6(&w, OPTIONS, 320);
	for (int i = 0; i < 40; i++)
		put_extension(&w, i == 39 ? PROTO_UDP : OPTIONS, 0);
	put_udp(&w);
	assert_fault(look(LINK_RAW, wr_done(&w), &u), FAULT_NO_EXPORT);
}

static void ipv6_fragments(void **state)
{
	(void)state;
	static const struct {
		uint8_t next;
		uint16_t offset;
		enum fault fault;
	} rows[] = {
		{ PROTO_UDP, 0x0001, FAULT_FRAGMENT },
		{ PROTO_UDP, 0x05a8, FAULT_FRAGMENT },
		{ PROTO_UDP, 0x0000, FAULT_NONE }, // atomic: the only fragment (RFC 6946)
		{ PROTO_ICMP6, 0x0001, FAULT_NO_EXPORT },
		{ PROTO_TCP, 0x05a9, FAULT_NO_EXPORT },
	};
	struct udp u;
	for (size_t i = 0; i < countof(rows); i++) {
		struct writer w = writer_of(room, sizeof room);
		put_ipv6(&w, FRAGMENT, 8);
		wr_u8(&w, rows[i].next);
		wr_u8(&w, 0);
		wr_u16(&w, rows[i].offset);
		wr_u32(&w, 4711);
		put_udp(&w);
		assert_fault(look(LINK_RAW, wr_done(&w), &u), rows[i].fault);
		if (rows[i].fault == FAULT_NONE)
			assert_whole(&u);
	}
}

static void udp_length_that_lies(void **state)
{
	(void)state;
	static const struct {
		uint16_t length;
		enum fault fault;
		size_t payload;
		bool is_cut;
	} rows[] = { { 8, FAULT_NONE, 0, false }, { 9, FAULT_NONE, 1, false },
		{ 7, FAULT_SHORT, 0, false }, { 0, FAULT_SHORT, 0, false },
		{ 8 + PAYLOAD_BYTES + 1, FAULT_NONE, PAYLOAD_BYTES, true },
		{ 65535, FAULT_NONE, PAYLOAD_BYTES, true } };
	struct udp u;
	for (size_t i = 0; i < countof(rows); i++) {
		struct bytes frame = frame_v4(raw, (struct v4){});
		struct writer w = writer_of(room + 24, 2);
		wr_u16(&w, rows[i].length);
		assert_fault(look(LINK_RAW, frame, &u), rows[i].fault);
		assert_int_equal(u.payload.len, rows[i].payload);
		assert_int_equal(u.is_cut, rows[i].is_cut);
	}
}

/* Every proper prefix of a frame is refused up to the payload, and cut within it. */
static void prefixes(void **state)
{
	(void)state;
	struct udp u;
	for (size_t k = 0; k < 2 * countof(links); k++) {
		const struct link *l = &links[k / 2];
		bool is_v4 = k % 2;
		struct bytes frame =
			is_v4 ? frame_v4(l, (struct v4){ .n_options = 2 }) : frame_v6(l);
		size_t headers = frame.len - PAYLOAD_BYTES;
		for (size_t len = 0; len < frame.len; len++) {
			enum fault f = look(l->type, (struct bytes){ frame.ptr, len }, &u);
			if (len < headers) {
				assert_fault(f, FAULT_SHORT);
				continue;
			}
			assert_fault(f, FAULT_NONE);
			assert_true(u.is_cut);
			assert_int_equal(u.payload.len, len - headers);
		}
	}
}

enum { INNER_SRC = 0x0a630001, INNER_DST = 0x0a630002, INNER_PORT = 445 };

/* An inner packet: TCP, without a payload. */
static void put_inner(struct writer *w)
{
	wr_u32(w, 0x45000028);
	wr_u32(w, 0x00010000);
	wr_u32(w, 0x40060000);
	wr_u32(w, INNER_SRC);
	wr_u32(w, INNER_DST);
	wr_u16(w, SRC_PORT);
	wr_u16(w, INNER_PORT);
	wr_uint(w, 0, 8);
	wr_u32(w, 0x5002ffff);
	wr_u32(w, 0);
}

/* Packets inside UDP: what stands between, where it is sent to, and whether it is a tunnel. */
static const struct encapsulation {
	uint16_t port;
	size_t len;
	uint8_t between[34];
	bool is_tunnel;
} encapsulations[] = {
	{ 4789, 22, { 8, 0, 0, 0, 0, 0, 42, 0, [20] = 8, 0 }, true },
	{ 4789, 26, { 8, 0, 0, 0, 0, 0, 42, 0, [20] = 0x81, 0, 0, 7, 8, 0 }, true },
	{ 4789, 22, { 8, 0, 0, 0, 0, 0, 42, 1, [20] = 8, 0 }, false },
	{ 4789, 22, { 0, 0, 0, 0, 0, 0, 42, 0, [20] = 8, 0 }, false },
	{ 4789, 22, { 8, 0, 0, 0, 0, 0, 42, 0, [20] = 8, 6 }, false },
	{ 4789, 22, { 8, 0, 0, 0, 0, 0, 42, 0, [20] = 0x86, 0xdd }, false }, // its version is 4
	{ 4790, 22, { 8, 0, 0, 0, 0, 0, 42, 0, [20] = 8, 0 }, false },
	{ 6081, 22, { 0, 0, 0x65, 0x58, 0, 0, 42, 0, [20] = 8, 0 }, true },
	{ 6081, 34, { 3, 0, 0x65, 0x58, 0, 0, 42, 0, [32] = 8, 0 }, true },
	{ 6081, 8, { 0, 0, 8, 0, 0, 0, 42, 0 }, true },
	{ 6081, 8, { 0x40, 0, 8, 0, 0, 0, 42, 0 }, false },
	{ 6081, 8, { 0, 0, 8, 6, 0, 0, 42, 0 }, false },
};

static struct bytes frame_encapsulated(const struct encapsulation *e, uint16_t fragment)
{
	struct writer w = writer_of(room, sizeof room);
	wr_bytes(&w, (struct bytes){ links[0].v4, links[0].len });
	put_ipv4(&w,
		(struct v4){ .fragment = fragment, .more = (int)(e->len + 40 - PAYLOAD_BYTES) });
	wr_u16(&w, SRC_PORT);
	wr_u16(&w, e->port);
	wr_u16(&w, (uint16_t)(8 + e->len + 40));
	wr_u16(&w, 0);
	wr_bytes(&w, (struct bytes){ e->between, e->len });
	put_inner(&w);
	return wr_done(&w);
}

static void tunnels_in_udp(void **state)
{
	(void)state;
	enum { MORE = 0x2000 };
	for (size_t i = 0; i < countof(encapsulations); i++) {
		const struct encapsulation *e = &encapsulations[i];
		struct packet p;
		struct bytes frame = frame_encapsulated(e, 0);
		assert_int_equal(packet_parse(LINK_ETHERNET, frame, &p), PACKET_IP);
		assert_int_equal(addr_low32(&p.dst), e->is_tunnel ? INNER_DST : DST);
		assert_int_equal(p.dst_port, e->is_tunnel ? INNER_PORT : e->port);
		assert_int_equal(p.tcp_flags, e->is_tunnel ? TCP_SYN : 0);
		assert_int_equal(p.bytes, e->is_tunnel ? 40 : frame.len - links[0].len);
		frame = frame_encapsulated(e, MORE); // a part is put together with the others
		assert_int_equal(packet_parse(LINK_ETHERNET, frame, &p), PACKET_IP);
		assert_int_equal(p.dst_port, e->port);
	}
}

static void assert_same_packet(const struct packet *a, const struct packet *b)
{
	assert_true(addr_eq(&a->src, &b->src) && addr_eq(&a->dst, &b->dst));
	assert_int_equal(a->src_port, b->src_port);
	assert_int_equal(a->dst_port, b->dst_port);
	assert_int_equal(a->proto, b->proto);
	assert_int_equal(a->tcp_flags, b->tcp_flags);
	assert_int_equal(a->has_ports, b->has_ports);
	assert_int_equal(a->is_cut, b->is_cut);
	assert_int_equal(a->has_more, b->has_more);
	assert_int_equal(a->fragment_at, b->fragment_at);
	assert_int_equal(a->fragment_id, b->fragment_id);
	assert_int_equal(a->bytes, b->bytes);
	assert_ptr_equal(a->ip_payload.ptr, b->ip_payload.ptr);
	assert_int_equal(a->ip_payload.len, b->ip_payload.len);
	assert_int_equal(a->payload.len, b->payload.len);
	if (a->payload.len)
		assert_ptr_equal(a->payload.ptr, b->payload.ptr);
}

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	return *x ^= *x << 17;
}

/* A frame that is well formed, one sort of several. */
static struct bytes some_frame(uint64_t *x)
{
	const struct link *link = &links[next_random(x) % 3];
	bool is_tcp = next_random(x) % 2;
	if (next_random(x) % 8 == 0)
		return frame_encapsulated(
			&encapsulations[next_random(x) % countof(encapsulations)], 0);
	struct writer w = writer_of(room, sizeof room);
	if (next_random(x) % 2) {
		wr_bytes(&w, (struct bytes){ link->v4, link->len });
		put_ipv4(&w, (struct v4){ .proto = is_tcp ? PROTO_TCP : PROTO_UDP });
	} else {
		wr_bytes(&w, (struct bytes){ link->v6, link->len });
		put_ipv6(&w, is_tcp ? PROTO_TCP : PROTO_UDP, 0);
	}
	put_udp(&w); // of TCP, what stands there is as good as anything
	wr_uint(&w, next_random(x), next_random(x) % 8 + 1);
	return wr_done(&w);
}

/* The short way and the long one tell the same of every frame: whole, cut, and with odd bytes. */
static void both_ways_agree(void **state)
{
	(void)state;
	uint64_t x = 88172645463325252;
	for (int i = 0; i < 400000; i++) {
		struct bytes frame = some_frame(&x);
		for (uint64_t n = next_random(&x) % 4; n > 0; n--)
			room[next_random(&x) % frame.len] = (uint8_t)(next_random(&x) >> 20);
		if (next_random(&x) % 2)
			frame.len = next_random(&x) % (frame.len + 1);
		struct packet any, packet;
		uint8_t *exact = malloc(frame.len ? frame.len : 1);
		assert_non_null(exact);
		memcpy(exact, frame.ptr, frame.len);
		frame.ptr = exact;
		enum packet_sort sort = packet_parse_any(LINK_ETHERNET, frame, &any);
		assert_int_equal(packet_parse(LINK_ETHERNET, frame, &packet), sort);
		if (sort == PACKET_IP)
			assert_same_packet(&packet, &any);
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_link_type),
		cmocka_unit_test(unknown_link_type),
		cmocka_unit_test(other_frames_with_a_length_are_no_ip),
		cmocka_unit_test(what_is_no_udp),
		cmocka_unit_test(ipv4_options),
		cmocka_unit_test(padding_is_no_payload),
		cmocka_unit_test(no_total_length),
		cmocka_unit_test(ipv4_fragments),
		cmocka_unit_test(ipv6_extension_headers),
		cmocka_unit_test(a_long_chain_of_extension_headers),
		cmocka_unit_test(ipv6_fragments),
		cmocka_unit_test(udp_length_that_lies),
		cmocka_unit_test(prefixes),
		cmocka_unit_test(tunnels_in_udp),
		cmocka_unit_test(both_ways_agree),
	};
	return cmocka_run_group_tests_name("packet", tests, NULL, NULL);
}
