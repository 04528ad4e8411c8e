// SPDX-License-Identifier: Apache-2.0
// One captured frame; the first byte picks the link type. The short way of parsing tells what the long
// one does, and a datagram inside is decoded.
#include <assert.h>

#include "decode/export.h"
#include "decode/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void count(void *ctx, const struct flow *flow, size_t n)
{
	uint64_t *n_flows = ctx;
	for (size_t i = 0; i < n; i++)
		assert(flow[i].at == 7 && flow[i].exporter);
	*n_flows += n;
}

static void decode(const struct udp *udp)
{
	static struct batch out;
	const struct export_format *format = export_recognise(udp->payload);
	if (!format)
		return;
	uint64_t n_flows = 0;
	struct trouble trouble = {};
	struct templates *templates = templates_new();
	assert(templates);
	out.emit = count;
	out.ctx = &n_flows;
	struct datagram d = { .payload = udp->payload, .exporter = udp->src, .at = 7 };
	export_decode(format, &d, templates, &out, &trouble);
	batch_flush(&out);
	templates_free(templates);
	assert(trouble.datagrams == 1);
	assert(n_flows <= trouble.records[format->kind]);
}

static void parse_both_ways(int type, struct bytes frame)
{
	struct packet p, any;
	enum packet_sort sort = packet_parse_any(type, frame, &any);
	assert(packet_parse(type, frame, &p) == sort);
	if (sort != PACKET_IP)
		return;
	assert(addr_eq(&p.src, &any.src) && addr_eq(&p.dst, &any.dst));
	assert(p.src_port == any.src_port && p.dst_port == any.dst_port);
	assert(p.proto == any.proto && p.tcp_flags == any.tcp_flags);
	assert(p.has_ports == any.has_ports && p.is_cut == any.is_cut);
	assert(p.has_more == any.has_more && p.fragment_at == any.fragment_at);
	assert(p.fragment_id == any.fragment_id && p.bytes == any.bytes);
	assert(p.ip_payload.ptr == any.ip_payload.ptr && p.ip_payload.len == any.ip_payload.len);
	assert(p.payload.ptr == any.payload.ptr && p.payload.len == any.payload.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const int types[] = { LINK_ETHERNET, LINK_NULL, LINK_RAW, LINK_SLL, LINK_SLL2,
		LINK_LOOP, LINK_RAW_BSD, LINK_RAW_OPENBSD, LINK_IPV4, LINK_IPV6, 127, -1 };
	if (len == 0)
		return 0;
	int type = types[data[0] % countof(types)];
	struct bytes frame = { data + 1, len - 1 };
	struct udp udp = {};
	parse_both_ways(type, frame);
	enum fault f = packet_udp(type, frame, &udp);
	assert(f == FAULT_NONE || f == FAULT_NO_EXPORT || f == FAULT_FRAGMENT || f == FAULT_SHORT ||
		f == FAULT_LINK_TYPE);
	assert((f == FAULT_LINK_TYPE) == !link_type_known(type));
	if (f != FAULT_NONE)
		return 0;
	assert(udp.payload.ptr >= frame.ptr);
	assert(udp.payload.ptr + udp.payload.len <= frame.ptr + frame.len);
	decode(&udp);
	return 0;
}
