// SPDX-License-Identifier: Apache-2.0
// Records of nfdump: every member at its place, sampling taken back, outcomes, and damage.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "decode/export.h"
#include "decode/nfrecord.h"

enum { ROOM = 4096, SOURCE = 3, BLOCK_AT = 52, FLOWS_MAX = 16 };
enum { EVENT = 1, SAMPLED = 2, INET = 2, INET6 = 10 };
enum { GENERIC = 1, IPV4, IPV6, MISC, COUNTERS, RECEIVED = 12, SAMPLER = 18, FIREWALL = 19 };
static const uint64_t first_ms = 1700000000123, last_ms = 1700000004567;

/* Records in the making, and what was decoded of them. */
struct feed {
	struct nfrecords *records;
	struct trouble trouble;
	struct batch batch;
	size_t n_bytes, n, n_put;
	uint8_t *record; // the last one begun
	bool is_of_another;
	struct flow flow[FLOWS_MAX];
	uint8_t byte[ROOM];
};

static void keep(void *ctx, const struct flow *flow, size_t n)
{
	struct feed *f = ctx;
	assert_true(f->n + n <= FLOWS_MAX);
	memcpy(f->flow + f->n, flow, n * sizeof *flow);
	f->n += n;
}

static struct feed *feed_of(const struct inventory *inventory)
{
	struct feed *f = calloc(1, sizeof *f);
	assert_non_null(f);
	f->records = nfrecords_new(SOURCE, inventory);
	assert_non_null(f->records);
	f->batch.emit = keep;
	f->batch.ctx = f;
	return f;
}

static void feed_end(struct feed *f)
{
	nfrecords_free(f->records);
	free(f);
}

static void le(struct feed *f, uint64_t v, size_t n_bytes)
{
	assert_true(f->n_bytes + n_bytes <= ROOM);
	for (; n_bytes > 0; n_bytes--, v >>= 8)
		f->byte[f->n_bytes++] = (uint8_t)v;
}

/* The record's length follows what is in it so far. */
static void grow(struct feed *f)
{
	size_t len = (size_t)(f->byte + f->n_bytes - f->record);
	f->record[2] = (uint8_t)len;
	f->record[3] = (uint8_t)(len >> 8);
}

static void begin(struct feed *f, uint16_t type)
{
	f->record = f->byte + f->n_bytes;
	le(f, type, 2);
	le(f, 4, 2);
	f->n_put++;
}

static void begin_flow(struct feed *f, uint8_t flags, uint16_t exporter)
{
	begin(f, 11);
	le(f, 0, 2); // extensions
	le(f, 0xffff, 2);
	le(f, exporter, 2);
	le(f, flags, 1);
	le(f, 9, 1);
	grow(f);
}

static void begin_extension(struct feed *f, uint16_t number, uint16_t length)
{
	f->record[4]++;
	le(f, number, 2);
	le(f, length + 4u, 2);
}

static void put_generic(struct feed *f, uint8_t proto, uint16_t dst_port, uint8_t tcp_flags,
	uint64_t packets, uint64_t bytes)
{
	begin_extension(f, GENERIC, 48);
	le(f, first_ms, 8);
	le(f, last_ms, 8);
	le(f, UINT64_MAX, 8); // received
	le(f, packets, 8);
	le(f, bytes, 8);
	le(f, 40000, 2);
	le(f, dst_port, 2);
	le(f, proto, 1);
	le(f, tcp_flags, 1);
	le(f, 64, 1); // forwarded
	le(f, 0xff, 1);
	grow(f);
}

static void put_v4(struct feed *f, uint32_t src, uint32_t dst)
{
	begin_extension(f, IPV4, 8);
	le(f, src, 4);
	le(f, dst, 4);
	grow(f);
}

static void put_misc(struct feed *f, uint8_t direction, uint8_t biflow)
{
	begin_extension(f, MISC, 16);
	le(f, 17, 4);
	le(f, UINT32_MAX, 4); // output
	le(f, 0xffff, 2);     // masks
	le(f, direction, 1);
	le(f, 0xff, 1);
	le(f, biflow, 1);
	le(f, 0xffffff, 3);
	grow(f);
}

static void put_counters(struct feed *f, uint64_t packets, uint64_t bytes)
{
	begin_extension(f, COUNTERS, 24);
	le(f, 1, 8);
	le(f, packets, 8);
	le(f, bytes, 8);
	grow(f);
}

static void put_firewall(struct feed *f, uint8_t event, uint16_t extended_event)
{
	begin_extension(f, FIREWALL, 16);
	le(f, first_ms, 8);
	le(f, 4711, 4);
	le(f, extended_event, 2);
	le(f, event, 1);
	le(f, 0, 1);
	grow(f);
}

static void put_flow(struct feed *f, uint8_t flags, uint64_t packets, uint64_t bytes)
{
	begin_flow(f, flags, 1);
	put_generic(f, PROTO_TCP, 80, TCP_SYN, packets, bytes);
	put_v4(f, 0x0a010203, 0xc0000205);
}

static void put_exporter(struct feed *f, uint16_t number, uint32_t ip, uint32_t id)
{
	begin(f, 7);
	le(f, 9, 4);
	le(f, 0, 8);
	le(f, ip, 8);
	le(f, INET, 2);
	le(f, number, 2);
	le(f, id, 4);
	grow(f);
}

static void put_sampler(struct feed *f, int64_t id, uint32_t n_taken, uint32_t n_skipped)
{
	begin(f, 15);
	le(f, 1, 2);
	le(f, 0, 2);
	le(f, (uint64_t)id, 8);
	le(f, n_taken, 4);
	le(f, n_skipped, 4);
	grow(f);
}

/* Decode the first `len` bytes, from a room that ends there. */
static void decode_part(struct feed *f, size_t len)
{
	uint8_t *room = malloc(len ? len : 1);
	assert_non_null(room);
	memcpy(room, f->byte, len);
	struct block block = {
		.bytes = { room, len },
		.offset = BLOCK_AT,
		.n_records = (uint32_t)f->n_put,
		.is_of_another = f->is_of_another,
	};
	nfrecords_decode(f->records, &block, &f->batch, &f->trouble);
	batch_flush(&f->batch);
	free(room);
}

static void decode(struct feed *f)
{
	decode_part(f, f->n_bytes);
	f->n_bytes = f->n_put = 0;
}

static uint64_t n_faults(const struct feed *f)
{
	uint64_t n = 0;
	for (size_t i = 0; i < N_FAULTS; i++)
		n += f->trouble.fault[i].n;
	return n;
}

static void assert_v4(const struct addr *a, uint32_t ip)
{
	struct addr want = addr_v4(ip);
	assert_memory_equal(a, &want, sizeof want);
}

static uint32_t identity(uint32_t ip, uint32_t id)
{
	struct domain d = { .exporter = addr_v4(ip), .id = id, .version = 9 };
	return domain_identity(&d);
}

static void every_member(void **state)
{
	(void)state;
	struct feed *f = feed_of(NULL);
	put_exporter(f, 1, 0x0a090901, 77);
	put_flow(f, 0, 3, 144);
	put_misc(f, 1, 0);
	decode(f);
	assert_int_equal(n_faults(f), 0);
	assert_int_equal(f->n, 1);
	struct flow *got = &f->flow[0];
	assert_v4(&got->src, 0x0a010203);
	assert_v4(&got->dst, 0xc0000205);
	assert_int_equal(got->first_ms, first_ms);
	assert_int_equal(got->last_ms, last_ms);
	assert_int_equal(got->packets, 3);
	assert_int_equal(got->bytes, 144);
	assert_int_equal(got->at, place_at(SOURCE, 1));
	assert_int_equal(got->exporter, identity(0x0a090901, 77));
	assert_int_equal(got->sampling, 0);
	assert_int_equal(got->input, 17);
	assert_int_equal(got->src_port, 40000);
	assert_int_equal(got->dst_port, 80);
	assert_int_equal(got->proto, PROTO_TCP);
	assert_int_equal(got->tcp_flags, TCP_SYN);
	assert_int_equal(got->has, FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_FLAGS |
					   FLOW_HAS_PACKETS | FLOW_HAS_BYTES | FLOW_HAS_TIME |
					   FLOW_EGRESS);
	assert_int_equal(f->trouble.records[KIND_NFCAPD], 1);
	assert_int_equal(f->trouble.packets, 3);
	assert_int_equal(f->trouble.octets, 144);
	feed_end(f);
}

static void ipv6_and_icmp(void **state)
{
	(void)state;
	struct feed *f = feed_of(NULL);
	begin_flow(f, 0, 1);
	put_generic(f, PROTO_ICMP6, 128 << 8 | 3, 0, 1, 64);
	begin_extension(f, IPV6, 32);
	le(f, 0x20010db800000001, 8);
	le(f, 0x0000000000000002, 8);
	le(f, 0xfe80000000000000, 8);
	le(f, 0x1122334455667788, 8);
	grow(f);
	decode(f);
	char room[ADDR_TEXT_BYTES];
	assert_string_equal(addr_format(&f->flow[0].src, room), "2001:db8:0:1::2");
	assert_string_equal(addr_format(&f->flow[0].dst, room), "fe80::1122:3344:5566:7788");
	assert_int_equal(f->flow[0].dst_port, 128 * 256 + 3);
	assert_int_equal(f->flow[0].has & FLOW_HAS_FLAGS, 0);
	feed_end(f);
}

/* nfcapd multiplies counters by the interval; a flow tells what was exported. */
static void sampling_is_taken_back(void **state)
{
	(void)state;
	static const struct {
		int64_t id; // of the sampler; -1 generic, -2 default, -3 overwrite
		uint32_t n_taken, n_skipped, sampling;
		uint64_t packets, want;
	} rows[] = {
		{ -1, 1, 9, 10, 30, 3 }, { -2, 1, 99, 100, 700, 7 }, { -3, 1, 0, 1, 5, 5 },
		{ -1, 2, 5, 3, 17, 5 }, // 5 * 7 / 2, rounded down
		{ -1, UINT32_MAX, UINT32_MAX, 2, UINT64_MAX, (uint64_t)1 << 63 },
		{ -1, 1, UINT32_MAX, UINT32_MAX, UINT64_MAX, (uint64_t)1 << 32 },
		{ -1, 0, 9, 2, 30, 30 }, // no interval: no more than the flag is known
		{ 4, 1, 9, 2, 30, 30 },  // a selector that the record does not name
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct feed *f = feed_of(NULL);
		put_sampler(f, rows[i].id, rows[i].n_taken, rows[i].n_skipped);
		put_flow(f, SAMPLED, rows[i].packets, rows[i].packets);
		put_flow(f, 0, rows[i].packets, rows[i].packets); // before its sampler was known
		decode(f);
		assert_int_equal(f->flow[0].packets, rows[i].want);
		assert_int_equal(f->flow[0].bytes, rows[i].want);
		assert_int_equal(f->flow[0].sampling, rows[i].sampling);
		assert_int_equal(f->flow[1].packets, rows[i].packets);
		assert_int_equal(f->flow[1].sampling, 0);
		feed_end(f);
	}
}

static void put_selected(struct feed *f, uint64_t selector)
{
	put_flow(f, SAMPLED, 600, 600);
	begin_extension(f, SAMPLER, 12);
	le(f, selector, 8);
	le(f, 1, 4);
	grow(f);
}

/* Overwrite goes before the record's own selector, that before generic, that before default. */
static void the_strongest_sampler_counts(void **state)
{
	(void)state;
	struct feed *f = feed_of(NULL);
	put_sampler(f, -2, 1, 1);
	put_selected(f, 7);
	put_sampler(f, -1, 1, 2);
	put_selected(f, 7);
	put_sampler(f, 7, 1, 3);
	put_selected(f, 7);
	put_selected(f, 8);
	put_sampler(f, 7, 1, 4); // told again
	put_selected(f, 7);
	put_sampler(f, -3, 1, 5);
	put_selected(f, 7);
	decode(f);
	static const uint32_t want[] = { 2, 3, 4, 3, 5, 6 };
	assert_int_equal(f->n, countof(want));
	for (size_t i = 0; i < countof(want); i++) {
		assert_int_equal(f->flow[i].sampling, want[i]);
		assert_int_equal(f->flow[i].packets, 600 / want[i]);
	}
	feed_end(f);
}

static void inventory_goes_first(void **state)
{
	(void)state;
	struct err e;
	struct str text = STR("sampling:\n  - exporter: 10.9.9.1\n    rate: 50\n");
	struct inventory *inventory = inventory_parse(text, "test", &e);
	if (!inventory)
		fail_msg("%s", e.text);
	struct feed *f = feed_of(inventory);
	put_exporter(f, 1, 0x0a090901, 0);
	put_sampler(f, -1, 1, 9);
	put_flow(f, SAMPLED, 30, 30);
	put_flow(f, 0, 30, 30);
	decode(f);
	assert_int_equal(f->flow[0].sampling, 50);
	assert_int_equal(f->flow[0].packets, 3);
	assert_int_equal(f->flow[1].sampling, 50);
	assert_int_equal(f->flow[1].packets, 30);
	feed_end(f);
	inventory_free(inventory);
}

/* Who the file does not introduce keeps one identity, also when it does so later. */
static void exporters_keep_their_identity(void **state)
{
	(void)state;
	struct feed *f = feed_of(NULL);
	put_flow(f, 0, 1, 40);
	begin_extension(f, RECEIVED, 4);
	le(f, 0x0a090901, 4);
	grow(f);
	put_exporter(f, 1, 0x0a090902, 5);
	put_flow(f, 0, 1, 40);
	begin_flow(f, 0, 2);
	put_generic(f, PROTO_TCP, 80, 0, 1, 40);
	put_v4(f, 1, 2);
	decode(f);
	assert_int_equal(f->flow[0].exporter, identity(0x0a090901, 1));
	assert_int_equal(f->flow[1].exporter, f->flow[0].exporter);
	assert_int_not_equal(f->flow[2].exporter, f->flow[0].exporter);
	assert_int_not_equal(f->flow[2].exporter, 0);
	feed_end(f);
}

static void exporters_of_an_appended_file_are_not_those_before(void **state)
{
	(void)state;
	struct feed *f = feed_of(NULL);
	put_exporter(f, 1, 0x0a090901, 5);
	put_sampler(f, -1, 1, 9);
	put_flow(f, SAMPLED, 10, 400);
	decode(f);
	f->is_of_another = true;
	put_exporter(f, 1, 0x0a090902, 5);
	put_flow(f, SAMPLED, 10, 400);
	decode(f);
	assert_int_equal(f->flow[0].exporter, identity(0x0a090901, 5));
	assert_int_equal(f->flow[1].exporter, identity(0x0a090902, 5));
	assert_int_equal(f->flow[0].packets, 1);
	assert_int_equal(f->flow[1].packets, 10); // nobody said how it was sampled
	assert_int_equal(n_faults(f), 0);
	feed_end(f);
}

static void outcomes(void **state)
{
	(void)state;
	static const struct {
		uint8_t flags, event, biflow;
		uint16_t why;
		bool has_counters;
		uint64_t packets, back_packets, back_bytes;
		uint16_t has; // of these four
	} rows[] = {
		{ .packets = 1 }, { .packets = 1, .has_counters = true },
		{ .packets = 3, .has_counters = true, .back_packets = 3, .back_bytes = 40 },
		{ .packets = 3,
			.has_counters = true,
			.back_packets = 2,
			.back_bytes = 40,
			.has = FLOW_ANSWERED },
		{ .packets = 3,
			.has_counters = true,
			.back_packets = 3,
			.biflow = 1,
			.has = FLOW_ANSWERED },
		{ .packets = 3, .has_counters = true, .biflow = 1, .has = FLOW_UNANSWERED },
		{ .flags = EVENT, .event = 1, .has_counters = true, .has = FLOW_PENDING },
		{ .flags = EVENT, .event = 2, .has_counters = true, .has = FLOW_UNANSWERED },
		{ .flags = EVENT,
			.event = 2,
			.has_counters = true,
			.back_bytes = 1,
			.has = FLOW_ANSWERED },
		{ .flags = EVENT, .event = 3, .why = 1003, .has = FLOW_DROPPED },
		{ .flags = EVENT,
			.event = 3,
			.why = 1004,
			.has_counters = true,
			.has = FLOW_PENDING },
		{ .event = 3 }, // not said to be an event
	};
	const uint16_t told = FLOW_ANSWERED | FLOW_UNANSWERED | FLOW_DROPPED | FLOW_PENDING;
	for (size_t i = 0; i < countof(rows); i++) {
		struct feed *f = feed_of(NULL);
		put_sampler(f, -1, 1, 9);
		put_flow(f, rows[i].flags, rows[i].packets, rows[i].packets * 40);
		if (rows[i].event)
			put_firewall(f, rows[i].event, rows[i].why);
		put_misc(f, 0, rows[i].biflow);
		if (rows[i].has_counters)
			put_counters(f, rows[i].back_packets, rows[i].back_bytes);
		decode(f);
		assert_int_equal(f->n, 1);
		if ((f->flow[0].has & told) != rows[i].has)
			fail_msg("row %zu: %#x", i, f->flow[0].has);
		assert_int_equal(!!(f->flow[0].has & FLOW_HAS_PACKETS), f->flow[0].packets != 0);
		feed_end(f);
	}
}

/* An exporter that counts only on the way out, and one whose counters are dropped packets. */
static void counters_of_the_way_out(void **state)
{
	(void)state;
	struct feed *f = feed_of(NULL);
	put_flow(f, 0, 0, 0);
	put_counters(f, 5, 500);
	put_flow(f, 0, 1, 40);
	f->record[12 + 4 + 46] = 2 << 6; // forwarding status
	decode(f);
	assert_int_equal(f->flow[0].packets, 5);
	assert_int_equal(f->flow[0].bytes, 500);
	assert_int_equal(f->flow[0].has & (FLOW_ANSWERED | FLOW_UNANSWERED), 0);
	assert_int_equal(f->flow[1].has & FLOW_DROPPED, FLOW_DROPPED);
	assert_int_equal(f->trouble.packets, 1);
	assert_int_equal(f->trouble.octets, 40);
	feed_end(f);
}

static void what_is_not_known_is_skipped(void **state)
{
	(void)state;
	struct feed *f = feed_of(NULL);
	begin(f, 8); // statistics
	le(f, UINT64_MAX, 8);
	grow(f);
	begin(f, 0x8001);
	begin(f, 0);
	begin_flow(f, 0, 1);
	begin_extension(f, 38, 3);
	le(f, 0xffffff, 3);
	begin_extension(f, 0xffff, 0);
	begin_extension(f, IPV6, 8); // too short to be one
	le(f, UINT64_MAX, 8);
	put_generic(f, PROTO_UDP, 1434, 0, 1, 404);
	put_v4(f, 1, 2);
	begin_flow(f, 0, 1); // no addresses
	put_generic(f, PROTO_UDP, 1434, 0, 1, 404);
	begin_flow(f, 0, 1); // nothing at all
	decode(f);
	assert_int_equal(n_faults(f), 0);
	assert_int_equal(f->n, 1);
	assert_int_equal(f->flow[0].dst_port, 1434);
	assert_int_equal(f->trouble.records[KIND_NFCAPD], 3);
	assert_int_equal(f->trouble.octets, 808);
	feed_end(f);
}

/* A record whose extensions lie is left out alone. */
static void lying_extensions(void **state)
{
	(void)state;
	static const uint16_t lengths[] = { 0, 3, 53, UINT16_MAX };
	for (size_t i = 0; i < countof(lengths); i++) {
		struct feed *f = feed_of(NULL);
		put_flow(f, 0, 1, 40);
		begin_flow(f, 0, 1);
		put_generic(f, PROTO_TCP, 80, 0, 1, 40);
		size_t at = (size_t)(f->record - f->byte);
		f->record[14] = (uint8_t)lengths[i];
		f->record[15] = (uint8_t)(lengths[i] >> 8);
		put_flow(f, 0, 1, 40);
		decode(f);
		assert_int_equal(f->n, 2);
		assert_int_equal(n_faults(f), 1);
		assert_int_equal(f->trouble.fault[FAULT_RECORD].n, 1);
		assert_int_equal(f->trouble.fault[FAULT_RECORD].first, place_at(SOURCE, 2));
		assert_int_equal(f->trouble.fault[FAULT_RECORD].offset, BLOCK_AT + at);
		assert_int_equal(f->flow[1].at, place_at(SOURCE, 3));
		feed_end(f);
	}
}

/* A record whose own length lies ends the block. */
static void lying_lengths(void **state)
{
	(void)state;
	static const uint16_t lengths[] = { 0, 1, 3, 1000, UINT16_MAX };
	for (size_t i = 0; i < countof(lengths); i++) {
		struct feed *f = feed_of(NULL);
		put_flow(f, 0, 1, 40);
		put_flow(f, 0, 1, 40);
		f->record[2] = (uint8_t)lengths[i];
		f->record[3] = (uint8_t)(lengths[i] >> 8);
		put_flow(f, 0, 1, 40);
		decode(f);
		assert_int_equal(f->n, 1);
		assert_int_equal(n_faults(f), 1);
		assert_int_equal(f->trouble.fault[FAULT_RECORD].first, place_at(SOURCE, 2));
		feed_end(f);
	}
}

static void a_wrong_count_is_told(void **state)
{
	(void)state;
	struct feed *f = feed_of(NULL);
	put_flow(f, 0, 1, 40);
	f->n_put = 2;
	decode(f);
	assert_int_equal(f->n, 1);
	assert_int_equal(f->trouble.fault[FAULT_COUNT].n, 1);
	feed_end(f);
}

static void records_of_nfdump_1_6(void **state)
{
	(void)state;
	struct feed *f = feed_of(NULL);
	begin(f, 1);
	begin(f, 10);
	decode(f);
	assert_int_equal(f->trouble.fault[FAULT_LAYOUT].n, 2);
	assert_int_equal(f->n, 0);
	feed_end(f);
}

/* Every proper prefix gives the first flows of the whole, and a fault. */
static void prefixes(void **state)
{
	(void)state;
	struct feed *all = feed_of(NULL);
	put_exporter(all, 1, 0x0a090901, 1);
	put_sampler(all, -1, 1, 9);
	for (int i = 0; i < 3; i++) {
		put_flow(all, i ? SAMPLED : EVENT, 30, 400);
		put_misc(all, 0, 1);
		put_firewall(all, 2, 2001);
		put_counters(all, 10, 10);
	}
	decode_part(all, all->n_bytes);
	assert_int_equal(n_faults(all), 0);
	for (size_t len = 0; len < all->n_bytes; len++) {
		struct feed *part = feed_of(NULL);
		memcpy(part->byte, all->byte, sizeof all->byte);
		part->n_put = all->n_put;
		decode_part(part, len);
		assert_int_equal(n_faults(part), 1);
		assert_true(part->n < all->n);
		assert_memory_equal(part->flow, all->flow, part->n * sizeof *part->flow);
		feed_end(part);
	}
	feed_end(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_member),
		cmocka_unit_test(ipv6_and_icmp),
		cmocka_unit_test(sampling_is_taken_back),
		cmocka_unit_test(the_strongest_sampler_counts),
		cmocka_unit_test(inventory_goes_first),
		cmocka_unit_test(exporters_keep_their_identity),
		cmocka_unit_test(exporters_of_an_appended_file_are_not_those_before),
		cmocka_unit_test(outcomes),
		cmocka_unit_test(counters_of_the_way_out),
		cmocka_unit_test(what_is_not_known_is_skipped),
		cmocka_unit_test(lying_extensions),
		cmocka_unit_test(lying_lengths),
		cmocka_unit_test(a_wrong_count_is_told),
		cmocka_unit_test(records_of_nfdump_1_6),
		cmocka_unit_test(prefixes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
