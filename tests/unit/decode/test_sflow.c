// SPDX-License-Identifier: Apache-2.0
// sFlow v5: what a sampled packet tells, samples that are skipped, lengths and counts that lie.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/decode/feed.h"

enum { FLOW_SAMPLE = 1, COUNTERS, EXPANDED_FLOW_SAMPLE, EXPANDED_COUNTERS, DISCARDED = 5 };
enum { HEADER_RECORD = 1, ETHERNET_RECORD, IPV4_RECORD, IPV6_RECORD, GATEWAY_RECORD = 1003 };
enum { ON_ETHERNET = 1, ON_PPP = 7, ON_IPV4 = 11, ON_IPV6 = 12, ETHERNET_BYTES = 14 };
enum { SRC = 0x0a010203, DST = 0xc0000205, AGENT = 0x0a0909fe, SUB_AGENT = 3, IP_BYTES = 48 };

/* A datagram in the making. */
struct made {
	struct writer w;
	uint8_t room[2048];
};

static void make(struct made *d, uint32_t n_samples)
{
	d->w = writer_of(d->room, sizeof d->room);
	wr_u32(&d->w, 5);
	wr_u32(&d->w, 1);
	wr_u32(&d->w, AGENT);
	wr_u32(&d->w, SUB_AGENT);
	wr_u32(&d->w, 4711); // sequence
	wr_u32(&d->w, UPTIME_MS);
	wr_u32(&d->w, n_samples);
}

/* Begin a sample or a record; end() fills its length in, `more` than it has. */
static uint8_t *begin(struct made *d, uint32_t format)
{
	wr_u32(&d->w, format);
	wr_u32(&d->w, 0);
	return d->w.at;
}

static void end(struct made *d, uint8_t *content, uint32_t more)
{
	struct writer length = writer_of(content - 4, 4);
	wr_u32(&length, (uint32_t)(d->w.at - content) + more);
}

struct head {
	uint32_t format, sampling, input, output, output_format, n_records;
};
static const struct head plain = {
	.format = FLOW_SAMPLE, .sampling = 256, .input = 17, .output = 4, .n_records = 1
};

/* What nobody reads is all ones, so that a wrong offset shows. */
static uint8_t *sample(struct made *d, const struct head *h)
{
	uint8_t *content = begin(d, h->format);
	bool is_expanded = h->format == EXPANDED_FLOW_SAMPLE;
	wr_uint(&d->w, UINT64_MAX, 8); // sequence, source
	if (is_expanded)
		wr_u32(&d->w, UINT32_MAX);
	wr_u32(&d->w, h->sampling);
	wr_uint(&d->w, UINT64_MAX, 8); // pool, drops
	if (is_expanded)
		wr_u32(&d->w, 0);
	wr_u32(&d->w, h->input);
	if (is_expanded)
		wr_u32(&d->w, h->output_format);
	wr_u32(&d->w, is_expanded ? h->output : h->output | h->output_format << 30);
	wr_u32(&d->w, h->n_records);
	return content;
}

/* An IP packet of 48 bytes, whatever the transport: 28 of them behind the IPv4 header. */
struct sent {
	uint8_t proto, flags;
	uint16_t fragment; // as in the IPv4 header
	bool is_v6;
};
static const struct sent syn = { .proto = PROTO_TCP, .flags = TCP_SYN };

static void put_transport(struct writer *w, const struct sent *p)
{
	if (p->proto == PROTO_ICMP) {
		wr_u32(w, 8 << 24);
	} else {
		wr_u16(w, 40000);
		wr_u16(w, 80);
	}
	wr_uint(w, 0, 8);
	wr_u8(w, 7 << 4);
	wr_u8(w, p->proto == PROTO_TCP ? p->flags : UINT8_MAX);
	wr_uint(w, 0, 6);
	wr_uint(w, 0, 8);
}

static void put_packet(struct writer *w, const struct sent *p)
{
	struct addr src = addr_v4(SRC), dst = addr_v4(DST);
	if (p->is_v6) {
		wr_u32(w, UINT32_C(6) << 28);
		wr_u16(w, 28);
		wr_u8(w, p->proto);
		wr_u8(w, 64);
		wr_bytes(w, (struct bytes){ src.octet, 16 });
		wr_bytes(w, (struct bytes){ dst.octet, 16 });
	} else {
		wr_u16(w, 0x4500);
		wr_u16(w, IP_BYTES);
		wr_u16(w, 99);
		wr_u16(w, p->fragment);
		wr_u8(w, 64);
		wr_u8(w, p->proto);
		wr_u16(w, 0);
		wr_u32(w, SRC);
		wr_u32(w, DST);
	}
	put_transport(w, p);
}

/* A raw header: the first `keep` bytes of the frame; `more` is announced than there is. */
static void header_record(
	struct made *d, uint32_t protocol, const struct sent *p, size_t keep, uint32_t more)
{
	uint8_t room[128] = {};
	struct writer frame = writer_of(room, sizeof room);
	if (protocol == ON_ETHERNET) {
		wr_uint(&frame, UINT64_MAX, 8);
		wr_u32(&frame, UINT32_MAX);
		wr_u16(&frame, p->is_v6 ? 0x86dd : 0x0800);
	}
	put_packet(&frame, p);
	struct bytes all = wr_done(&frame);
	if (keep > all.len)
		keep = all.len;
	uint8_t *content = begin(d, HEADER_RECORD);
	wr_u32(&d->w, protocol);
	wr_u32(&d->w, (uint32_t)all.len + 4);
	wr_u32(&d->w, 4);
	wr_u32(&d->w, (uint32_t)keep + more);
	wr_bytes(&d->w, (struct bytes){ all.ptr, keep });
	while ((d->w.at - d->room) % 4)
		wr_u8(&d->w, UINT8_MAX);
	end(d, content, 0);
}

static void fields_record(struct made *d, uint32_t format, uint32_t proto, uint32_t flags)
{
	struct addr src = addr_v4(SRC), dst = addr_v4(DST);
	size_t from = format == IPV4_RECORD ? 12 : 0;
	uint8_t *content = begin(d, format);
	wr_u32(&d->w, 52);
	wr_u32(&d->w, proto);
	wr_bytes(&d->w, (struct bytes){ src.octet + from, 16 - from });
	wr_bytes(&d->w, (struct bytes){ dst.octet + from, 16 - from });
	wr_u32(&d->w, 40001);
	wr_u32(&d->w, 443);
	wr_u32(&d->w, flags);
	wr_u32(&d->w, UINT32_MAX);
	end(d, content, 0);
}

static void skipped(struct made *d, uint32_t format)
{
	uint8_t *content = begin(d, format);
	wr_uint(&d->w, UINT64_MAX, 8);
	end(d, content, 0);
}

/* A flow sample of one packet. */
static void packet_sample(struct made *d, const struct head *h, const struct sent *p)
{
	uint8_t *content = sample(d, h);
	header_record(d, ON_ETHERNET, p, SIZE_MAX, 0);
	end(d, content, 0);
}

static struct feed *given(const struct made *d)
{
	struct feed *f = feed_new();
	feed_give(f, wr_done(&d->w));
	return f;
}

/* The flow of a datagram with one flow sample; the rest of what is in it must be counted. */
static struct flow flow_of(const struct made *d)
{
	struct feed *f = given(d);
	feed_assert_fault(f, FAULT_NONE);
	assert_int_equal(f->trouble.records[KIND_SFLOW], 1);
	assert_int_equal(f->n, 1);
	struct flow flow = f->flow[0];
	feed_free(f);
	return flow;
}

static void every_field_is_read(void **state)
{
	(void)state;
	static const uint32_t formats[] = { FLOW_SAMPLE, EXPANDED_FLOW_SAMPLE };
	for (size_t i = 0; i < countof(formats); i++) {
		struct made d;
		struct head h = plain;
		h.format = formats[i];
		make(&d, 1);
		packet_sample(&d, &h, &syn);
		struct feed *f = given(&d);
		feed_assert_fault(f, FAULT_NONE);
		assert_int_equal(f->n, 1);
		const struct flow *flow = &f->flow[0];
		assert_v4(&flow->src, SRC);
		assert_v4(&flow->dst, DST);
		assert_int_equal(flow->packets, 1);
		assert_int_equal(flow->bytes, IP_BYTES);
		assert_int_equal(flow->src_port, 40000);
		assert_int_equal(flow->dst_port, 80);
		assert_int_equal(flow->proto, PROTO_TCP);
		assert_int_equal(flow->tcp_flags, TCP_SYN);
		assert_int_equal(flow->input, 17);
		assert_int_equal(flow->sampling, 256);
		assert_int_equal(flow->at, place_at(1, 1));
		assert_int_equal(flow->has, FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_FLAGS |
						    FLOW_HAS_PACKETS | FLOW_HAS_BYTES);
		assert_int_equal(f->trouble.records[KIND_SFLOW], 1);
		assert_int_equal(f->trouble.datagrams, 1);
		assert_int_equal(f->trouble.packets, 1);
		assert_int_equal(f->trouble.octets, IP_BYTES);
		feed_free(f);
	}
}

/* The datagram tells no time of day: what counts is when it came. */
static void time_is_when_it_was_received(void **state)
{
	(void)state;
	struct made d;
	make(&d, 1);
	packet_sample(&d, &plain, &syn);
	struct feed *f = feed_new();
	struct datagram datagram = { .payload = wr_done(&d.w), .received_ms = export_ms };
	const struct export_format *format = export_recognise(datagram.payload);
	assert_non_null(format);
	export_decode(format, &datagram, f->templates, &f->batch, &f->trouble);
	batch_flush(&f->batch);
	assert_int_equal(f->n, 1);
	assert_int_equal(f->flow[0].first_ms, export_ms);
	assert_int_equal(f->flow[0].last_ms, export_ms);
	assert_true(f->flow[0].has & FLOW_HAS_TIME);
	feed_free(f);
}

static void headers_of_several_links(void **state)
{
	(void)state;
	static const struct {
		uint32_t protocol;
		bool is_v6;
		uint16_t bytes; // 0: no flow
	} rows[] = { { ON_ETHERNET, false, 48 }, { ON_ETHERNET, true, 68 }, { ON_IPV4, false, 48 },
		{ ON_IPV6, true, 68 }, { ON_PPP, false, 0 }, { 0, false, 0 },
		{ UINT32_MAX, false, 0 } };
	for (size_t i = 0; i < countof(rows); i++) {
		struct made d;
		make(&d, 1);
		uint8_t *content = sample(&d, &plain);
		header_record(&d, rows[i].protocol,
			&(struct sent){ PROTO_TCP, TCP_SYN, .is_v6 = rows[i].is_v6 }, SIZE_MAX, 0);
		end(&d, content, 0);
		struct feed *f = given(&d);
		feed_assert_fault(f, FAULT_NONE);
		assert_int_equal(f->trouble.records[KIND_SFLOW], 1);
		assert_int_equal(f->n, rows[i].bytes != 0);
		assert_int_equal(f->flow[0].bytes, rows[i].bytes);
		feed_free(f);
	}
}

static void fields_without_a_header(void **state)
{
	(void)state;
	static const struct {
		uint32_t format, proto, flags;
		uint16_t dst_port;
		uint8_t flags_read;
	} rows[] = { { IPV4_RECORD, PROTO_TCP, TCP_SYN, 443, TCP_SYN },
		{ IPV6_RECORD, PROTO_TCP, 0xffffff12, 443, TCP_SYN | TCP_ACK },
		{ IPV4_RECORD, PROTO_TCP, 0, 443, 0 }, { IPV6_RECORD, PROTO_UDP, TCP_SYN, 443, 0 },
		{ IPV4_RECORD, PROTO_ICMP, 0, 0, 0 } };
	for (size_t i = 0; i < countof(rows); i++) {
		struct made d;
		make(&d, 1);
		uint8_t *content = sample(&d, &plain);
		fields_record(&d, rows[i].format, rows[i].proto, rows[i].flags);
		end(&d, content, 0);
		struct flow flow = flow_of(&d);
		assert_v4(&flow.src, SRC);
		assert_v4(&flow.dst, DST);
		assert_int_equal(flow.bytes, 52);
		assert_int_equal(flow.proto, rows[i].proto);
		assert_int_equal(flow.dst_port, rows[i].dst_port);
		assert_int_equal(flow.src_port, rows[i].dst_port ? 40001 : 0);
		assert_int_equal(flow.tcp_flags, rows[i].flags_read);
		assert_int_equal(!(flow.has & FLOW_HAS_PORTS), !rows[i].dst_port);
		assert_int_equal(!(flow.has & FLOW_HAS_FLAGS), !rows[i].flags_read);
	}
}

/* A sample is one packet, however often it is told; its own header tells best. */
static void one_flow_a_sample(void **state)
{
	(void)state;
	static const uint32_t orders[][3] = { { HEADER_RECORD, IPV4_RECORD, HEADER_RECORD },
		{ IPV4_RECORD, HEADER_RECORD, IPV6_RECORD },
		{ GATEWAY_RECORD, ETHERNET_RECORD, HEADER_RECORD },
		{ 4413 << 12 | HEADER_RECORD, HEADER_RECORD, 9 << 12 | IPV4_RECORD } };
	for (size_t i = 0; i < countof(orders); i++) {
		struct made d;
		struct head h = plain;
		h.n_records = countof(orders[i]);
		make(&d, 1);
		uint8_t *content = sample(&d, &h);
		for (size_t k = 0; k < countof(orders[i]); k++)
			if (orders[i][k] == HEADER_RECORD)
				header_record(&d, ON_ETHERNET, &syn, SIZE_MAX, 0);
			else if (orders[i][k] == IPV4_RECORD || orders[i][k] == IPV6_RECORD)
				fields_record(&d, orders[i][k], PROTO_TCP, TCP_ACK);
			else
				skipped(&d, orders[i][k]);
		end(&d, content, 0);
		struct flow flow = flow_of(&d);
		assert_int_equal(flow.tcp_flags, TCP_SYN);
		assert_int_equal(flow.dst_port, 80);
	}
}

/* Switches keep a fixed number of bytes: what is there is used. */
static void headers_that_are_cut(void **state)
{
	(void)state;
	static const struct {
		size_t keep;
		bool is_flow;
		uint16_t has; // besides protocol, packets, bytes
	} rows[] = { { 0, false, 0 }, { ETHERNET_BYTES, false, 0 },
		{ ETHERNET_BYTES + 19, false, 0 }, { ETHERNET_BYTES + 20, true, 0 },
		{ ETHERNET_BYTES + 23, true, 0 }, { ETHERNET_BYTES + 24, true, FLOW_HAS_PORTS },
		{ ETHERNET_BYTES + 33, true, FLOW_HAS_PORTS },
		{ ETHERNET_BYTES + 34, true, FLOW_HAS_PORTS | FLOW_HAS_FLAGS } };
	for (size_t i = 0; i < countof(rows); i++) {
		struct made d;
		make(&d, 1);
		uint8_t *content = sample(&d, &plain);
		header_record(&d, ON_ETHERNET, &syn, rows[i].keep, 0);
		end(&d, content, 0);
		struct feed *f = given(&d);
		feed_assert_fault(f, FAULT_NONE);
		assert_int_equal(f->n, rows[i].is_flow);
		if (rows[i].is_flow) {
			assert_int_equal(f->flow[0].has,
				rows[i].has | FLOW_HAS_PROTO | FLOW_HAS_PACKETS | FLOW_HAS_BYTES);
			assert_int_equal(f->flow[0].bytes, IP_BYTES);
		}
		feed_free(f);
	}
}

/* A later fragment has no ports; that the agent states some (as zeroes) does not make it a flow. */
static void later_fragments_are_no_flows(void **state)
{
	(void)state;
	static const struct {
		uint16_t fragment;
		bool is_flow;
	} rows[] = { { 0x2000, true }, { 0x4000, true }, { 0x2001, false }, { 0x00b9, false } };
	for (size_t i = 0; i < countof(rows); i++)
		for (int header_first = 0; header_first < 2; header_first++) {
			struct made d;
			struct head h = plain;
			struct sent p = syn;
			p.fragment = rows[i].fragment;
			h.n_records = 2;
			make(&d, 1);
			uint8_t *content = sample(&d, &h);
			if (!header_first)
				fields_record(&d, IPV4_RECORD, PROTO_TCP, 0);
			header_record(&d, ON_ETHERNET, &p, SIZE_MAX, 0);
			if (header_first)
				fields_record(&d, IPV4_RECORD, PROTO_TCP, 0);
			end(&d, content, 0);
			struct feed *f = given(&d);
			feed_assert_fault(f, FAULT_NONE);
			assert_int_equal(f->n, rows[i].is_flow);
			feed_free(f);
		}
}

static void icmp_type_and_code_are_the_port(void **state)
{
	(void)state;
	struct made d;
	make(&d, 1);
	packet_sample(&d, &plain, &(struct sent){ .proto = PROTO_ICMP });
	struct flow flow = flow_of(&d);
	assert_int_equal(flow.src_port, 0);
	assert_int_equal(flow.dst_port, 8 << 8);
	assert_true(flow.has & FLOW_HAS_PORTS);
	assert_false(flow.has & FLOW_HAS_FLAGS);
}

static void other_samples_are_counted(void **state)
{
	(void)state;
	static const uint32_t formats[] = { COUNTERS, EXPANDED_COUNTERS, COUNTERS, DISCARDED, 0, 6,
		4413 << 12 | FLOW_SAMPLE, UINT32_MAX };
	struct made d;
	make(&d, countof(formats) + 1);
	for (size_t i = 0; i < countof(formats); i++)
		skipped(&d, formats[i]);
	packet_sample(&d, &plain, &syn);
	struct feed *f = given(&d);
	feed_assert_fault(f, FAULT_NONE);
	assert_int_equal(f->trouble.counter_samples, 3);
	assert_int_equal(f->trouble.other_samples, 5);
	assert_int_equal(f->trouble.records[KIND_SFLOW], 1);
	assert_int_equal(f->n, 1);
	feed_free(f);
}

/* A packet nobody could deliver or was allowed to is told; a full queue says nothing. */
static void dropped_packets(void **state)
{
	(void)state;
	static const struct {
		uint32_t format, value;
		bool is_dropped;
	} rows[] = { { 0, 1, false }, { 1, 1, true }, { 1, 13, true }, { 1, 256, false },
		{ 1, 258, true }, { 1, 259, false }, { 2, 1, false } };
	for (size_t i = 0; i < 2 * countof(rows); i++) {
		struct made d;
		struct head h = plain;
		h.format = i % 2 ? EXPANDED_FLOW_SAMPLE : FLOW_SAMPLE;
		h.output_format = rows[i / 2].format;
		h.output = rows[i / 2].value;
		make(&d, 1);
		packet_sample(&d, &h, &syn);
		assert_int_equal(!(flow_of(&d).has & FLOW_DROPPED), !rows[i / 2].is_dropped);
	}
}

/* No number of an interface may look like that of a name. */
static void input_interface(void **state)
{
	(void)state;
	static const struct {
		uint32_t format, input, expected;
	} rows[] = { { FLOW_SAMPLE, 0, 0 }, { FLOW_SAMPLE, 1 << 30 | 5, 0 },
		{ FLOW_SAMPLE, UINT32_C(2) << 30 | 5, 0 }, { FLOW_SAMPLE, 0x3fffffff, 0x3fffffff },
		{ EXPANDED_FLOW_SAMPLE, 29001, 29001 },
		{ EXPANDED_FLOW_SAMPLE, UINT32_MAX, INT32_MAX } };
	for (size_t i = 0; i < countof(rows); i++) {
		struct made d;
		struct head h = plain;
		h.format = rows[i].format;
		h.input = rows[i].input;
		make(&d, 1);
		packet_sample(&d, &h, &syn);
		assert_int_equal(flow_of(&d).input, rows[i].expected);
	}
}

static void sampling(void **state)
{
	(void)state;
	static const struct {
		uint32_t sample, inventory, expected;
	} rows[] = { { 0, 0, 1 }, { 1, 0, 1 }, { UINT32_MAX, 0, UINT32_MAX }, { 256, 512, 512 },
		{ 0, 512, 512 } };
	for (size_t i = 0; i < countof(rows); i++) {
		struct made d;
		struct head h = plain;
		h.sampling = rows[i].sample;
		make(&d, 1);
		packet_sample(&d, &h, &syn);
		struct feed *f = feed_new();
		f->sampling = rows[i].inventory;
		assert_true(feed_give(f, wr_done(&d.w)));
		assert_int_equal(f->flow[0].sampling, rows[i].expected);
		feed_free(f);
	}
}

/* Who speaks is the agent and its part, not the sender of the UDP packet. */
static void agents_are_told_apart(void **state)
{
	(void)state;
	enum { AGENT_AT = 8, SUB_AGENT_AT = 12 };
	struct made d;
	make(&d, 1);
	packet_sample(&d, &plain, &syn);
	uint32_t exporter = flow_of(&d).exporter;
	struct feed *f = feed_new();
	f->exporter = addr_v4(0x01020304);
	feed_give(f, wr_done(&d.w));
	assert_int_equal(f->flow[0].exporter, exporter);
	feed_free(f);
	d.room[SUB_AGENT_AT]++;
	assert_int_not_equal(flow_of(&d).exporter, exporter);
	d.room[SUB_AGENT_AT]--;
	d.room[AGENT_AT]++;
	assert_int_not_equal(flow_of(&d).exporter, exporter);
}

static void agent_of_ipv6(void **state)
{
	(void)state;
	struct made d, v6;
	make(&d, 1);
	packet_sample(&d, &plain, &syn);
	struct addr agent = addr_v4(AGENT);
	v6.w = writer_of(v6.room, sizeof v6.room);
	wr_u32(&v6.w, 5);
	wr_u32(&v6.w, 2);
	wr_bytes(&v6.w, (struct bytes){ agent.octet, 16 });
	wr_bytes(&v6.w, (struct bytes){ d.room + 12, (size_t)(d.w.at - d.room) - 12 });
	assert_int_equal(flow_of(&v6).exporter, flow_of(&d).exporter);
	v6.room[8] = 0xfd;
	assert_int_not_equal(flow_of(&v6).exporter, flow_of(&d).exporter);
}

/* Two samples; the numbers that the first and the header announce are off. */
static void numbers_that_lie(void **state)
{
	(void)state;
	static const struct {
		uint32_t n_samples, n_records, header_more;
		size_t n_flows;
		enum fault fault;
	} rows[] = {
		{ 2, 1, 0, 2, FAULT_NONE },
		{ 3, 1, 0, 2, FAULT_COUNT },
		{ UINT32_MAX, 1, 0, 2, FAULT_COUNT },
		{ 1, 1, 0, 1, FAULT_TRAILING },
		{ 2, 2, 0, 2, FAULT_COUNT },
		{ 2, UINT32_MAX, 0, 2, FAULT_COUNT },
		{ 2, 0, 0, 1, FAULT_TRAILING },
		{ 2, 1, 5, 2, FAULT_LENGTH },
		{ 2, 1, UINT32_MAX / 2, 2, FAULT_LENGTH },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct made d;
		struct head h = plain;
		h.n_records = rows[i].n_records;
		make(&d, rows[i].n_samples);
		uint8_t *content = sample(&d, &h);
		header_record(&d, ON_ETHERNET, &syn, SIZE_MAX, rows[i].header_more);
		end(&d, content, 0);
		packet_sample(&d, &plain, &syn);
		struct feed *f = given(&d);
		assert_int_equal(f->n, rows[i].n_flows);
		feed_assert_fault(f, rows[i].fault);
		feed_free(f);
	}
}

/* A sample that is longer than the datagram: what is there is used, and where it lies is told. */
static void length_beyond_the_end(void **state)
{
	(void)state;
	struct made d;
	make(&d, 2);
	packet_sample(&d, &plain, &syn);
	size_t second = wr_done(&d.w).len + 8;
	uint8_t *content = sample(&d, &plain);
	header_record(&d, ON_ETHERNET, &syn, SIZE_MAX, 0);
	end(&d, content, UINT32_MAX / 2);
	struct feed *f = given(&d);
	assert_int_equal(f->n, 2);
	feed_assert_fault(f, FAULT_LENGTH);
	assert_int_equal(f->trouble.fault[FAULT_LENGTH].first, place_at(1, 1));
	assert_int_equal(f->trouble.fault[FAULT_LENGTH].offset, second);
	feed_free(f);
}

/* The content of a sample that needs padding is stepped over with it. */
static void length_no_multiple_of_four(void **state)
{
	(void)state;
	for (uint32_t odd = 1; odd < 4; odd++) {
		struct made d;
		make(&d, 2);
		uint8_t *content = begin(&d, COUNTERS);
		wr_uint(&d.w, 0, odd);
		end(&d, content, 0);
		wr_uint(&d.w, 0, 4 - odd);
		packet_sample(&d, &plain, &syn);
		struct feed *f = given(&d);
		assert_int_equal(f->n, 1);
		assert_int_equal(f->trouble.counter_samples, 1);
		feed_assert_fault(f, FAULT_LENGTH);
		feed_free(f);
	}
}

static void recognised_by_its_header(void **state)
{
	(void)state;
	static const struct {
		uint32_t word[10];
		size_t n;
		bool is_sflow;
	} rows[] = {
		{ { 5, 1, AGENT, 0, 1, 2, 0 }, 7, true }, { { 5, 1, AGENT, 0, 1, 2, 3 }, 7, true },
		{ { 5, 1, AGENT, 0, 1, 2 }, 6, false },
		{ { 5, 2, AGENT, 0, 1, 2, 3, 4, 5 }, 9, false },
		{ { 5, 2, AGENT, 0, 1, 2, 3, 4, 5, 0 }, 10, true },
		{ { 4, 1, AGENT, 0, 1, 2, 0 }, 7, false },
		{ { 5, 0, AGENT, 0, 1, 2, 0 }, 7, false },
		{ { 5, 3, AGENT, 0, 1, 2, 0 }, 7, false },
		{ { 5 << 16, 1, AGENT, 0, 1, 2, 0 }, 7, false },
		{ { 5, 1, AGENT, 0, 1, 2, 0, 7 }, 8, false },
		{ { 5, 1, AGENT, 0, 1, 2, 1, 2, 0 }, 9, true },
		{ { 5, 1, AGENT, 0, 1, 2, 1, 2, 65536 }, 9, false },
		{ { 5, 1, 0, 0, 0, 0, 1, 2, 0 }, 9, false }, // a reply of ONC RPC
		{ { 5, 1, 0, 0, 1, 1, 1, 2, 0 }, 9, true },  // an agent without address
	};
	for (size_t i = 0; i < countof(rows); i++) {
		uint8_t room[sizeof rows[i].word];
		struct writer w = writer_of(room, sizeof room);
		for (size_t k = 0; k < rows[i].n; k++)
			wr_u32(&w, rows[i].word[k]);
		struct feed *f = feed_new();
		assert_int_equal(feed_give(f, wr_done(&w)), rows[i].is_sflow);
		assert_int_equal(f->trouble.datagrams, rows[i].is_sflow);
		feed_free(f);
	}
}

static void prefixes(void **state)
{
	(void)state;
	struct made d;
	struct head h = plain;
	h.n_records = 2;
	make(&d, 5);
	packet_sample(&d, &plain, &syn);
	skipped(&d, COUNTERS);
	uint8_t *content = sample(&d, &h);
	header_record(&d, ON_ETHERNET, &syn, 47, 0);
	skipped(&d, GATEWAY_RECORD);
	end(&d, content, 0);
	skipped(&d, DISCARDED);
	h.format = EXPANDED_FLOW_SAMPLE;
	content = sample(&d, &h);
	fields_record(&d, IPV6_RECORD, PROTO_TCP, TCP_ACK);
	fields_record(&d, IPV4_RECORD, PROTO_TCP, TCP_SYN);
	end(&d, content, 0);
	feed_prefixes((struct bytes){}, wr_done(&d.w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_read),
		cmocka_unit_test(time_is_when_it_was_received),
		cmocka_unit_test(headers_of_several_links),
		cmocka_unit_test(fields_without_a_header),
		cmocka_unit_test(one_flow_a_sample),
		cmocka_unit_test(headers_that_are_cut),
		cmocka_unit_test(later_fragments_are_no_flows),
		cmocka_unit_test(icmp_type_and_code_are_the_port),
		cmocka_unit_test(other_samples_are_counted),
		cmocka_unit_test(dropped_packets),
		cmocka_unit_test(input_interface),
		cmocka_unit_test(sampling),
		cmocka_unit_test(agents_are_told_apart),
		cmocka_unit_test(agent_of_ipv6),
		cmocka_unit_test(numbers_that_lie),
		cmocka_unit_test(length_beyond_the_end),
		cmocka_unit_test(length_no_multiple_of_four),
		cmocka_unit_test(recognised_by_its_header),
		cmocka_unit_test(prefixes),
	};
	return cmocka_run_group_tests_name("sflow", tests, NULL, NULL);
}
