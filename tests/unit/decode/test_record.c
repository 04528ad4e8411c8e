// SPDX-License-Identifier: Apache-2.0
// What the elements of a NetFlow v9 or IPFIX record become: addresses, counters, clocks, outcome,
// sampling.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/decode/feed.h"

enum { FIELDS_MAX = 16, TEMPLATE = 300, REVERSE = 29305 };
static const uint64_t ntp_s = UINT64_C(2208988800); // from 1900 to 1970

#define SRC4 \
	{ \
		0, 8, 4, 0x0a000001 \
	}
#define DST4 \
	{ \
		0, 12, 4, 0x0a000002 \
	}

/* Give a template and one record of it: these fields, up to one without a length. */
static void give(struct feed *f, uint16_t version, const struct field field[FIELDS_MAX])
{
	static struct draft d;
	size_t n = 0;
	while (n < FIELDS_MAX && field[n].length)
		n++;
	draft_begin(&d, version, 7);
	draft_template(&d, TEMPLATE, field, n);
	draft_data(&d, TEMPLATE, field, n);
	assert_true(feed_give(f, draft_end(&d)));
}

/* The flow of one record: two addresses and these fields. */
static struct flow flow_of(uint16_t version, const struct field field[FIELDS_MAX])
{
	struct field all[FIELDS_MAX + 2] = { SRC4, DST4 };
	memcpy(all + 2, field, FIELDS_MAX * sizeof *field);
	struct feed *f = feed_new();
	give(f, version, all);
	feed_assert_fault(f, FAULT_NONE);
	assert_int_equal(f->n, 1);
	struct flow flow = f->flow[0];
	feed_free(f);
	return flow;
}

static void a_usual_record(void **state)
{
	(void)state;
	static const struct field field[FIELDS_MAX] = { { 0, 7, 2, 40000 }, { 0, 11, 2, 80 },
		{ 0, 4, 1, PROTO_TCP }, { 0, 6, 1, TCP_SYN | TCP_ACK }, { 0, 2, 4, 3 },
		{ 0, 1, 8, UINT64_C(0x123456789a) }, { 0, 10, 4, 0x80000011 }, { 0, 61, 1, 1 } };
	for (uint16_t version = 9; version <= 10; version++) {
		struct flow flow = flow_of(version, field);
		assert_v4(&flow.src, 0x0a000001);
		assert_v4(&flow.dst, 0x0a000002);
		assert_int_equal(flow.src_port, 40000);
		assert_int_equal(flow.dst_port, 80);
		assert_int_equal(flow.proto, PROTO_TCP);
		assert_int_equal(flow.tcp_flags, TCP_SYN | TCP_ACK);
		assert_int_equal(flow.packets, 3);
		assert_int_equal(flow.bytes, UINT64_C(0x123456789a));
		assert_int_equal(flow.input, 0x11);
		assert_int_equal(flow.at, place_at(1, 1));
		assert_int_equal(flow.first_ms, export_ms);
		assert_int_equal(flow.last_ms, export_ms);
		assert_int_equal(flow.has, FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_FLAGS |
						   FLOW_HAS_PACKETS | FLOW_HAS_BYTES |
						   FLOW_HAS_TIME | FLOW_EGRESS);
	}
}

static void what_is_absent_is_unknown(void **state)
{
	(void)state;
	static const struct field none[FIELDS_MAX] = {};
	struct flow flow = flow_of(10, none);
	assert_int_equal(flow.has, FLOW_HAS_TIME);
	assert_int_equal(flow.packets, 0);
	assert_int_equal(flow.proto, 0);
}

static void lengths_are_free(void **state)
{
	(void)state;
	static const struct field field[FIELDS_MAX] = {
		{ 0, 1, 3, 0x010203 }, // reduced-size encoding (RFC 7011, 6.2)
		{ 0, 2, 12, 7 },       // longer than any number: its last 8 bytes
		{ 0, 11, 4, 443 },
		{ 0, 4, 2, PROTO_UDP },
	};
	struct flow flow = flow_of(10, field);
	assert_int_equal(flow.bytes, 0x010203);
	assert_int_equal(flow.packets, 7);
	assert_int_equal(flow.dst_port, 443);
	assert_int_equal(flow.proto, PROTO_UDP);
}

static void first_counter_of_several_wins(void **state)
{
	(void)state;
	static const struct {
		struct field field[FIELDS_MAX];
		uint64_t packets, bytes;
	} rows[] = {
		{ { { 0, 86, 8, 9 }, { 0, 85, 8, 99 }, { 0, 2, 4, 1 }, { 0, 1, 4, 11 } }, 1, 11 },
		{ { { 0, 86, 8, 9 }, { 0, 85, 8, 99 } }, 9, 99 },
		{ { { 0, 24, 4, 5 }, { 0, 23, 4, 55 } }, 5, 55 },
		{ { { 0, 298, 4, 6 }, { 0, 231, 4, 66 }, { 0, 24, 4, 5 } }, 6, 66 },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct flow flow = flow_of(10, rows[i].field);
		assert_int_equal(flow.packets, rows[i].packets);
		assert_int_equal(flow.bytes, rows[i].bytes);
	}
}

static void addresses_of_both_families(void **state)
{
	(void)state;
	static const struct field v6[FIELDS_MAX] = { { 0, 27, 16, 1 }, { 0, 28, 16, 2 } };
	static const struct field both_v4[FIELDS_MAX] = { SRC4, DST4, { 0, 27, 16, 0 },
		{ 0, 28, 16, 0 } };
	static const struct field both_v6[FIELDS_MAX] = { { 0, 27, 16, 1 }, { 0, 28, 16, 2 },
		{ 0, 8, 4, 0 }, { 0, 12, 4, 0 } };
	struct feed *f = feed_new();
	give(f, 10, v6);
	give(f, 10, both_v4);
	give(f, 10, both_v6);
	assert_int_equal(f->n, 3);
	static const struct addr one = { { [15] = 1 } }, two = { { [15] = 2 } };
	assert_true(addr_eq(&f->flow[0].src, &one) && addr_eq(&f->flow[0].dst, &two));
	assert_v4(&f->flow[1].src, 0x0a000001);
	assert_v4(&f->flow[1].dst, 0x0a000002);
	assert_true(addr_eq(&f->flow[2].src, &one) && addr_eq(&f->flow[2].dst, &two));
	feed_free(f);
}

static void no_flow_without_two_addresses(void **state)
{
	(void)state;
	static const struct field rows[][FIELDS_MAX] = {
		{ SRC4, { 0, 2, 4, 3 } }, { DST4, { 0, 2, 4, 3 } },
		{ { 0, 8, 3, 1 }, DST4, { 0, 2, 4, 3 } }, // no address has three bytes
		{ { 9, 8, 4, 1 }, DST4, { 0, 2, 4, 3 } }, // another enterprise's element 8
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct feed *f = feed_new();
		give(f, 10, rows[i]);
		assert_int_equal(f->n, 0);
		assert_int_equal(f->trouble.records[KIND_IPFIX], 1);
		assert_int_equal(f->trouble.packets, 3);
		feed_free(f);
	}
}

/* All of 3 s before the export, for 1 s; the header of v9 tells UPTIME_MS. */
static void every_kind_of_clock(void **state)
{
	(void)state;
	static const uint64_t half = UINT64_C(1) << 31, s = EXPORT_S;
	static const struct {
		uint16_t version;
		struct field field[FIELDS_MAX];
		uint64_t first_ms, last_ms;
	} rows[] = {
		{ 9, { { 0, 22, 4, UPTIME_MS - 3000 }, { 0, 21, 4, UPTIME_MS - 2000 } },
			export_ms - 3000, export_ms - 2000 },
		{ 9, { { 0, 22, 4, UINT32_MAX - 999 }, { 0, 21, 4, 0 } },
			export_ms - UPTIME_MS - 1000, export_ms - UPTIME_MS },
		{ 10, { { 0, 22, 4, 7000 }, { 0, 21, 4, 8000 }, { 0, 160, 8, 1000 } }, 8000, 9000 },
		{ 10, { { 0, 22, 4, 7000 }, { 0, 21, 4, 8000 } }, export_ms, export_ms },
		{ 10, { { 0, 150, 4, s - 3 }, { 0, 151, 4, s - 2 } }, export_ms - 3000,
			export_ms - 2000 },
		{ 10, { { 0, 152, 8, export_ms - 3001 }, { 0, 153, 8, export_ms - 2001 } },
			export_ms - 3001, export_ms - 2001 },
		{ 10,
			{ { 0, 154, 8, (s + ntp_s) << 32 | half },
				{ 0, 155, 8, (s + ntp_s + 1) << 32 } },
			export_ms + 500, export_ms + 1000 },
		{ 10,
			{ { 0, 156, 8, (s + ntp_s) << 32 | half },
				{ 0, 157, 8, (s + ntp_s + 1) << 32 } },
			export_ms + 500, export_ms + 1000 },
		{ 10, { { 0, 158, 4, 3'000'999 }, { 0, 159, 4, 2'000'000 } }, export_ms - 3000,
			export_ms - 2000 },
		{ 10, { { 0, 323, 8, export_ms - 5 } }, export_ms - 5, export_ms - 5 },
		{ 10, { { 0, 150, 4, s - 2 }, { 0, 151, 4, s - 3 } }, export_ms - 2000,
			export_ms - 2000 }, // ends before it begins
		{ 10, { { 0, 152, 8, 5000 }, { 0, 150, 4, 9 } }, 5000,
			export_ms },                                  // finer one wins
		{ 10, { { 0, 153, 8, 5000 } }, 5000, 5000 },          // only the end is told
		{ 10, { { 0, 154, 8, ntp_s << 32 } }, 0, export_ms }, // 1970 or before: no time
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct flow flow = flow_of(rows[i].version, rows[i].field);
		if (flow.first_ms != rows[i].first_ms || flow.last_ms != rows[i].last_ms)
			fail_msg("clock %zu: %llu to %llu", i, (unsigned long long)flow.first_ms,
				(unsigned long long)flow.last_ms);
		assert_int_equal(!!(flow.has & FLOW_HAS_TIME), rows[i].first_ms != 0);
	}
}

static void icmp_type_and_code_are_the_port(void **state)
{
	(void)state;
	static const struct {
		struct field field[FIELDS_MAX];
		uint16_t port;
	} rows[] = {
		{ { { 0, 4, 1, PROTO_ICMP }, { 0, 32, 2, 0x030d } }, 0x030d },
		{ { { 0, 4, 1, PROTO_ICMP }, { 0, 176, 1, 3 }, { 0, 177, 1, 1 } }, 0x0301 },
		{ { { 0, 4, 1, PROTO_ICMP6 }, { 0, 139, 2, 0x0104 } }, 0x0104 },
		{ { { 0, 4, 1, PROTO_ICMP6 }, { 0, 178, 1, 1 }, { 0, 179, 1, 4 } }, 0x0104 },
		{ { { 0, 4, 1, PROTO_ICMP }, { 0, 7, 2, 0 }, { 0, 11, 2, 0x0800 } }, 0x0800 },
		{ { { 0, 4, 1, PROTO_TCP }, { 0, 11, 2, 80 }, { 0, 32, 2, 0 } }, 80 },
		{ { { 0, 4, 1, PROTO_UDP }, { 0, 181, 2, 53 } }, 53 },
		{ { { 0, 4, 1, PROTO_TCP }, { 0, 183, 2, 22 } }, 22 },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct flow flow = flow_of(10, rows[i].field);
		assert_int_equal(flow.dst_port, rows[i].port);
		assert_true(flow.has & FLOW_HAS_PORTS);
	}
}

static void outcome(void **state)
{
	(void)state;
	static const struct {
		struct field field[FIELDS_MAX];
		uint16_t has;
	} rows[] = {
		{ { { 0, 2, 4, 1 } }, 0 },
		{ { { REVERSE, 2, 4, 1 } }, FLOW_ANSWERED }, // RFC 5103
		{ { { REVERSE, 1, 4, 40 }, { REVERSE, 2, 4, 0 } }, FLOW_ANSWERED },
		{ { { REVERSE, 1, 4, 0 }, { REVERSE, 2, 4, 0 } }, FLOW_UNANSWERED },
		{ { { REVERSE, 86, 8, 2 } }, FLOW_ANSWERED },
		{ { { REVERSE, 85, 8, 0 } }, FLOW_UNANSWERED },
		{ { { 0, 299, 4, 1 } }, FLOW_ANSWERED },
		{ { { 0, 232, 4, 0 } }, FLOW_UNANSWERED },
		{ { { 0, 233, 1, 1 } }, FLOW_PENDING }, // created: nothing is known yet
		{ { { 0, 233, 1, 1 }, { 0, 232, 4, 0 } }, FLOW_PENDING },
		{ { { 0, 233, 1, 2 }, { 0, 232, 4, 0 } }, FLOW_UNANSWERED },
		{ { { 0, 233, 1, 2 }, { 0, 232, 4, 9 } }, FLOW_ANSWERED },
		{ { { 0, 233, 1, 3 } }, FLOW_DROPPED }, // denied (Cisco NSEL)
		{ { { 0, 89, 1, 0x40 } }, 0 },
		{ { { 0, 89, 1, 0x80 } }, FLOW_DROPPED },
		{ { { 0, 89, 1, 0x83 } }, FLOW_DROPPED },
		{ { { 0, 89, 4, 0x81 } }, FLOW_DROPPED },
		{ { { 0, 89, 1, 0xc0 } }, 0 },
		{ { { 0, 61, 1, 0 } }, 0 },
		{ { { 0, 61, 1, 1 } }, FLOW_EGRESS },
	};
	const uint16_t mask =
		FLOW_ANSWERED | FLOW_UNANSWERED | FLOW_DROPPED | FLOW_EGRESS | FLOW_PENDING;
	for (size_t i = 0; i < countof(rows); i++) {
		struct flow flow = flow_of(10, rows[i].field);
		if ((flow.has & mask) != rows[i].has)
			fail_msg("outcome %zu: %#x", i, flow.has & mask);
	}
}

/* An options record; the first field is its scope. */
/* Extended events of the Cisco ASA: it denies what no SYN began, after it forgot the connection. */
static void the_rest_of_a_forgotten_connection_was_a_dropped_probe(void **state)
{
	(void)state;
	static const struct {
		struct field field[FIELDS_MAX];
		uint16_t has;
	} rows[] = {
		{ { { 0, 233, 1, 3 }, { 0, 33002, 2, 1001 } }, FLOW_DROPPED },
		{ { { 0, 233, 1, 3 }, { 0, 33002, 2, 1004 }, { 0, 232, 4, 0 } }, FLOW_PENDING },
		{ { { 0, 233, 1, 2 }, { 0, 33002, 2, 1004 } }, 0 },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct flow flow = flow_of(9, rows[i].field);
		assert_int_equal(
			flow.has & (FLOW_UNANSWERED | FLOW_DROPPED | FLOW_PENDING), rows[i].has);
	}
}

static void give_options(
	struct feed *f, uint16_t version, uint32_t domain, const struct field *field, size_t n)
{
	static struct draft d;
	draft_begin(&d, version, domain);
	draft_options(&d, TEMPLATE + 1, field, n, 1);
	draft_data(&d, TEMPLATE + 1, field, n);
	assert_true(feed_give(f, draft_end(&d)));
}

/* The sampling of a record with these fields behind its addresses; domain 7, as in give(). */
static uint32_t sampled(struct feed *f, uint16_t version, struct field a, struct field b)
{
	const struct field field[FIELDS_MAX] = { SRC4, DST4, a, b };
	give(f, version, field);
	return f->flow[f->n - 1].sampling;
}

static void sampling_by_options(void **state)
{
	(void)state;
	static const struct field none = {}, packets = { 0, 2, 4, 1 };
	static const struct field v9_all[] = { { 0, 1, 4, 0 }, { 0, 34, 4, 100 }, { 0, 35, 1, 2 } };
	static const struct field v9_one[] = { { 0, 1, 4, 0 }, { 0, 48, 1, 3 }, { 0, 50, 4, 64 } };
	static const struct field ipfix[] = { { 0, 302, 8, 5 }, { 0, 305, 4, 2 },
		{ 0, 306, 4, 18 } };
	static const struct field zero[] = { { 0, 302, 8, 6 }, { 0, 305, 4, 0 },
		{ 0, 306, 4, 18 } };

	struct feed *f = feed_new();
	assert_int_equal(sampled(f, 9, packets, none), 0);
	give_options(f, 9, 8, v9_all, 3); // another domain
	assert_int_equal(sampled(f, 9, packets, none), 0);
	give_options(f, 9, 7, v9_one, 3); // another sampler
	assert_int_equal(sampled(f, 9, packets, none), 0);
	assert_int_equal(sampled(f, 9, (struct field){ 0, 48, 1, 3 }, none), 64);
	give_options(f, 9, 7, v9_all, 3);
	assert_int_equal(sampled(f, 9, packets, none), 100);
	assert_int_equal(sampled(f, 9, (struct field){ 0, 48, 1, 4 }, none), 100);
	assert_int_equal(sampled(f, 9, (struct field){ 0, 48, 1, 3 }, none), 64);

	assert_int_equal(sampled(f, 10, packets, none), 0); // v9 does not speak for IPFIX
	give_options(f, 10, 7, ipfix, 3);
	give_options(f, 10, 7, zero, 3);
	assert_int_equal(sampled(f, 10, (struct field){ 0, 302, 8, 5 }, none), 10);
	assert_int_equal(sampled(f, 10, (struct field){ 0, 302, 8, 6 }, none), 0);

	f->exporter = addr_v4(0x0a090902); // another exporter
	assert_int_equal(sampled(f, 9, packets, none), 0);
	feed_assert_fault(f, FAULT_NONE);
	assert_int_equal(f->trouble.option_records, 5);
	assert_int_equal(f->trouble.option_templates, 5);
	feed_free(f);
}

static void sampling_by_record_and_inventory(void **state)
{
	(void)state;
	static const struct field all[] = { { 0, 1, 4, 0 }, { 0, 34, 4, 100 } };
	static const struct field interval = { 0, 34, 4, 20 }, none = {};
	struct feed *f = feed_new();
	give_options(f, 9, 7, all, 2);
	assert_int_equal(sampled(f, 9, interval, none), 20);
	f->sampling = 512;
	assert_int_equal(sampled(f, 9, interval, none), 512);
	assert_int_equal(sampled(f, 9, (struct field){ 0, 2, 4, 1 }, none), 512);
	feed_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_usual_record),
		cmocka_unit_test(what_is_absent_is_unknown),
		cmocka_unit_test(lengths_are_free),
		cmocka_unit_test(first_counter_of_several_wins),
		cmocka_unit_test(addresses_of_both_families),
		cmocka_unit_test(no_flow_without_two_addresses),
		cmocka_unit_test(every_kind_of_clock),
		cmocka_unit_test(icmp_type_and_code_are_the_port),
		cmocka_unit_test(outcome),
		cmocka_unit_test(the_rest_of_a_forgotten_connection_was_a_dropped_probe),
		cmocka_unit_test(sampling_by_options),
		cmocka_unit_test(sampling_by_record_and_inventory),
	};
	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
