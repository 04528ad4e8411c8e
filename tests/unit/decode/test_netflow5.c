// SPDX-License-Identifier: Apache-2.0
// NetFlow v5: every field at its place, the clock, and headers that lie.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/decode/feed.h"

enum { HEADER_BYTES = 24, RECORD_BYTES = 48, RECORDS_MAX = 30 };

struct header {
	uint16_t n;
	uint32_t uptime_ms, unix_s, unix_ns;
	uint16_t engine, sampling;
};
static const struct header plain = { .n = 1, .uptime_ms = UPTIME_MS, .unix_s = EXPORT_S };

struct row {
	uint32_t src, dst, packets, bytes, first, last;
	uint16_t input, src_port, dst_port;
	uint8_t flags, proto;
};
static const struct row http = {
	.src = 0x0a010203,
	.dst = 0xc0000205,
	.packets = 3,
	.bytes = 144,
	.first = UPTIME_MS - 5000,
	.last = UPTIME_MS - 2000,
	.input = 17,
	.src_port = 40000,
	.dst_port = 80,
	.flags = TCP_SYN,
	.proto = PROTO_TCP,
};

static void put_header(struct writer *w, const struct header *h)
{
	wr_u16(w, 5);
	wr_u16(w, h->n);
	wr_u32(w, h->uptime_ms);
	wr_u32(w, h->unix_s);
	wr_u32(w, h->unix_ns);
	wr_u32(w, 4711); // sequence
	wr_u16(w, h->engine);
	wr_u16(w, h->sampling);
}

/* What nobody reads is all ones, so that a wrong offset shows. */
static void put_row(struct writer *w, const struct row *row)
{
	wr_u32(w, row->src);
	wr_u32(w, row->dst);
	wr_u32(w, UINT32_MAX); // next hop
	wr_u16(w, row->input);
	wr_u16(w, UINT16_MAX); // output
	wr_u32(w, row->packets);
	wr_u32(w, row->bytes);
	wr_u32(w, row->first);
	wr_u32(w, row->last);
	wr_u16(w, row->src_port);
	wr_u16(w, row->dst_port);
	wr_u8(w, UINT8_MAX); // pad
	wr_u8(w, row->flags);
	wr_u8(w, row->proto);
	wr_uint(w, UINT64_MAX, 8); // ToS, AS numbers, masks, half the pad
	wr_u8(w, UINT8_MAX);
}

/* Decode a datagram of `n` equal rows; the header may tell another number. */
static struct feed *given(const struct header *h, const struct row *row, size_t n)
{
	uint8_t room[HEADER_BYTES + 40 * RECORD_BYTES];
	struct feed *f = feed_new();
	struct writer w = writer_of(room, sizeof room);
	put_header(&w, h);
	for (size_t i = 0; i < n; i++)
		put_row(&w, row);
	feed_give(f, wr_done(&w));
	return f;
}

static void every_field_is_read(void **state)
{
	(void)state;
	struct header h = plain;
	h.unix_ns = 500'999'999;
	h.engine = 0x0203;
	struct feed *f = given(&h, &http, 1);
	feed_assert_fault(f, FAULT_NONE);
	assert_int_equal(f->n, 1);
	const struct flow *flow = &f->flow[0];
	assert_v4(&flow->src, http.src);
	assert_v4(&flow->dst, http.dst);
	assert_int_equal(flow->packets, 3);
	assert_int_equal(flow->bytes, 144);
	assert_int_equal(flow->first_ms, export_ms + 500 - 5000);
	assert_int_equal(flow->last_ms, export_ms + 500 - 2000);
	assert_int_equal(flow->src_port, 40000);
	assert_int_equal(flow->dst_port, 80);
	assert_int_equal(flow->proto, PROTO_TCP);
	assert_int_equal(flow->tcp_flags, TCP_SYN);
	assert_int_equal(flow->input, 17);
	assert_int_equal(flow->sampling, 0);
	assert_int_equal(flow->at, place_at(1, 1));
	assert_int_not_equal(flow->exporter, 0);
	assert_int_equal(flow->has, FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_FLAGS |
					    FLOW_HAS_PACKETS | FLOW_HAS_BYTES | FLOW_HAS_TIME);
	assert_int_equal(f->trouble.records[KIND_NETFLOW5], 1);
	assert_int_equal(f->trouble.datagrams, 1);
	assert_int_equal(f->trouble.packets, 3);
	assert_int_equal(f->trouble.octets, 144);
	feed_free(f);
}

static void no_flags_are_unknown_flags(void **state)
{
	(void)state;
	struct row row = http;
	row.flags = 0;
	struct feed *f = given(&plain, &row, 1);
	assert_false(f->flow[0].has & FLOW_HAS_FLAGS);
	feed_free(f);
}

static void icmp_type_and_code_are_the_port(void **state)
{
	(void)state;
	struct row row = http;
	row.proto = PROTO_ICMP;
	row.src_port = 0;
	row.dst_port = 3 << 8 | 13;
	struct feed *f = given(&plain, &row, 1);
	assert_int_equal(f->flow[0].dst_port, 0x030d);
	assert_true(f->flow[0].has & FLOW_HAS_PORTS);
	feed_free(f);
}

/* Uptime in the header, first and last of a flow; how long before the export they were. */
static void clock_of_the_device(void **state)
{
	(void)state;
	static const struct {
		uint32_t uptime, first, last, first_age, last_age;
	} rows[] = {
		{ 1000, 400, 900, 600, 100 },
		{ 1000, UINT32_MAX - 4999, 500, 6000, 500 }, // wrapped after 49.7 days
		{ 1000, UINT32_MAX - 4999, UINT32_MAX, 6000, 1001 }, { 0, UINT32_MAX, 0, 1, 0 },
		{ 1000, 400, 1500, 600, 0 },  // a flow cannot end after its export
		{ 1000, 1400, 1500, 0, 0 },   // nor begin
		{ 1000, 900, 400, 100, 100 }, // nor end before it begins
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct header h = plain;
		struct row row = http;
		h.uptime_ms = rows[i].uptime;
		row.first = rows[i].first;
		row.last = rows[i].last;
		struct feed *f = given(&h, &row, 1);
		assert_int_equal(f->flow[0].first_ms, export_ms - rows[i].first_age);
		assert_int_equal(f->flow[0].last_ms, export_ms - rows[i].last_age);
		feed_free(f);
	}
}

static void device_without_a_clock(void **state)
{
	(void)state;
	struct header h = plain;
	h.unix_s = 0;
	struct feed *f = given(&h, &http, 1);
	assert_int_equal(f->n, 1);
	assert_int_equal(f->flow[0].first_ms, 0);
	assert_int_equal(f->flow[0].last_ms, 0);
	assert_false(f->flow[0].has & FLOW_HAS_TIME);
	feed_free(f);
}

static void sampling(void **state)
{
	(void)state;
	static const struct {
		uint16_t header;
		uint32_t inventory, expected;
	} rows[] = { { 0, 0, 0 }, { 0x4064, 0, 100 }, { 0x8001, 0, 1 }, { 0xffff, 0, 16383 },
		{ 0x4064, 512, 512 }, { 0, 512, 512 } };
	for (size_t i = 0; i < countof(rows); i++) {
		uint8_t room[HEADER_BYTES + RECORD_BYTES];
		struct writer w = writer_of(room, sizeof room);
		struct header h = plain;
		h.sampling = rows[i].header;
		put_header(&w, &h);
		put_row(&w, &http);
		struct feed *f = feed_new();
		f->sampling = rows[i].inventory;
		assert_true(feed_give(f, wr_done(&w)));
		assert_int_equal(f->flow[0].sampling, rows[i].expected);
		feed_free(f);
	}
}

static void engines_are_told_apart(void **state)
{
	(void)state;
	struct header h = plain;
	struct feed *a = given(&h, &http, 1), *same = given(&h, &http, 1);
	h.engine = 1;
	struct feed *b = given(&h, &http, 1);
	assert_int_equal(a->flow[0].exporter, same->flow[0].exporter);
	assert_int_not_equal(a->flow[0].exporter, b->flow[0].exporter);
	feed_free(a);
	feed_free(same);
	feed_free(b);
}

static void count_that_lies(void **state)
{
	(void)state;
	static const struct {
		uint16_t told;
		size_t held, flows;
		enum fault fault;
	} rows[] = {
		{ 1, 1, 1, FAULT_NONE },
		{ 30, 30, 30, FAULT_NONE },
		{ 2, 1, 1, FAULT_COUNT },
		{ 30, 0, 0, FAULT_COUNT },
		{ 1, 2, 1, FAULT_TRAILING },
		{ 1, 31, 1, FAULT_TRAILING },
		{ 0, 0, 0, FAULT_NONE }, // these are no v5 at all
		{ 0, 1, 0, FAULT_NONE },
		{ 31, 31, 0, FAULT_NONE },
		{ 65535, 30, 0, FAULT_NONE },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct header h = plain;
		h.n = rows[i].told;
		struct feed *f = given(&h, &http, rows[i].held);
		assert_int_equal(f->n, rows[i].flows);
		assert_int_equal(f->trouble.records[KIND_NETFLOW5], rows[i].flows);
		feed_assert_fault(f, rows[i].fault);
		feed_free(f);
	}
}

/* A header that could be anything is believed only where the length agrees. */
static void recognised_by_its_header(void **state)
{
	(void)state;
	static const struct {
		struct header header;
		size_t held;
		bool is_v5;
	} rows[] = {
		{ { .n = 1, .unix_s = EXPORT_S, .unix_ns = 999'999'999 }, 2, true },
		{ { .n = 1, .unix_s = EXPORT_S, .unix_ns = 1'000'000'000 }, 2, false },
		{ { .n = 1, .unix_s = EXPORT_S, .unix_ns = 1'000'000'000 }, 1, true },
		{ { .n = 2, .unix_s = 1000 }, 1, false },
		{ { .n = 2, .unix_s = 1000 }, 2, true },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct feed *f = given(&rows[i].header, &http, rows[i].held);
		assert_int_equal(f->trouble.datagrams, rows[i].is_v5);
		feed_free(f);
	}
}

static void prefixes(void **state)
{
	(void)state;
	uint8_t room[HEADER_BYTES + 3 * RECORD_BYTES];
	struct writer w = writer_of(room, sizeof room);
	struct header h = plain;
	h.n = 3;
	put_header(&w, &h);
	for (int i = 0; i < 3; i++)
		put_row(&w, &http);
	feed_prefixes((struct bytes){}, wr_done(&w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_read),
		cmocka_unit_test(no_flags_are_unknown_flags),
		cmocka_unit_test(icmp_type_and_code_are_the_port),
		cmocka_unit_test(clock_of_the_device),
		cmocka_unit_test(device_without_a_clock),
		cmocka_unit_test(sampling),
		cmocka_unit_test(engines_are_told_apart),
		cmocka_unit_test(count_that_lies),
		cmocka_unit_test(recognised_by_its_header),
		cmocka_unit_test(prefixes),
	};
	return cmocka_run_group_tests_name("netflow5", tests, NULL, NULL);
}
