// SPDX-License-Identifier: Apache-2.0
// Pasted lists that tell packets, and no bytes: what is missing beside a row, and several ports together.
#include "unit/detect/site.h"

enum { HOST = 0x0a010105, SITE_NET = 0x0a010100 };

static void row(struct site *s, uint32_t src, uint32_t dst, uint8_t proto, uint16_t from,
	uint16_t to, uint64_t packets)
{
	struct flow f = site_flow(s, src, dst, proto, from, to);
	f.packets = packets;
	f.has &= (uint16_t)~FLOW_HAS_BYTES;
	site_put(s, f);
}

/* Neighbours at work: connections of many packets, with the row back or without. */
static struct site *list_of(bool has_answers)
{
	struct site *s = site_new(1);
	s->is_list = true;
	for (uint32_t i = 0; i < 20; i++) {
		row(s, SITE_NET + 0x20 + i, 0xc6336400 + i, PROTO_TCP, 40000, 443, 20);
		if (has_answers)
			row(s, 0xc6336400 + i, SITE_NET + 0x20 + i, PROTO_TCP, 443, 40000, 20);
	}
	return s;
}

/* Hide-and-Seek: five SYNs to each peer, on one of four ports. */
static void probes(struct site *s)
{
	static const uint16_t ports[] = { 23, 8080, 23, 2323, 23, 8080, 23, 9527 };
	for (uint32_t i = 0; i < 16; i++)
		row(s, HOST, 0x5b000000 + i * 777, PROTO_TCP, 50000, ports[i % countof(ports)], 5);
}

static enum verdict judged(struct site *s)
{
	struct findings f = site_judge(s, NULL);
	enum verdict v = f.n ? f.finding[0].verdict : N_VERDICTS;
	for (size_t i = 0; i < f.n; i++)
		assert_true(addr_low32(&f.finding[i].host) == HOST);
	findings_free(&f);
	return v;
}

static void a_row_without_its_answer_accuses_where_others_have_theirs(void **state)
{
	(void)state;
	struct site *s = list_of(true);
	probes(s);
	assert_int_equal(judged(s), VERDICT_SUSPECT);
}

static void a_list_of_one_direction_accuses_nobody_of_that(void **state)
{
	(void)state;
	struct site *s = list_of(false);
	probes(s);
	assert_int_equal(judged(s), N_VERDICTS);
}

/* One probe a port: no port has two rows. */
static void rows_on_several_ports_are_heard_together(void **state)
{
	(void)state;
	struct site *s = list_of(true);
	for (uint32_t i = 0; i < 12; i++)
		row(s, HOST, 0x5b000000 + i * 777, PROTO_TCP, 50000, (uint16_t)(2000 + i * 99), 2);
	assert_int_equal(judged(s), VERDICT_SUSPECT);
}

static void two_odd_rows_among_answered_ones_are_none(void **state)
{
	(void)state;
	struct site *s = list_of(true);
	for (uint32_t i = 0; i < 6; i++) {
		row(s, HOST, 0x5b000000 + i * 777, PROTO_TCP, 50000, 443, i % 3 ? 30 : 3);
		if (i % 3)
			row(s, 0x5b000000 + i * 777, HOST, PROTO_TCP, 443, 50000, 30);
	}
	assert_int_equal(judged(s), N_VERDICTS);
}

/* Peers of a peer-to-peer program come and go in a list as well. */
static void a_peer_to_peer_host_is_no_suspect(void **state)
{
	(void)state;
	struct site *s = list_of(true);
	for (uint32_t i = 0; i < 60; i++) {
		uint16_t port = (uint16_t)(1025 + i * 997);
		row(s, HOST, 0x5b000000 + i * 777, PROTO_TCP, 50000, port, i % 3 ? 2 : 30);
		if (i % 3 == 0)
			row(s, 0x5b000000 + i * 777, HOST, PROTO_TCP, port, 50000, 30);
	}
	assert_int_not_equal(judged(s), VERDICT_SUSPECT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_without_its_answer_accuses_where_others_have_theirs),
		cmocka_unit_test(a_list_of_one_direction_accuses_nobody_of_that),
		cmocka_unit_test(rows_on_several_ports_are_heard_together),
		cmocka_unit_test(two_odd_rows_among_answered_ones_are_none),
		cmocka_unit_test(a_peer_to_peer_host_is_no_suspect),
	};
	return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
