// SPDX-License-Identifier: Apache-2.0
// The sentence of a finding says no more than its columns do.
#include "unit/detect/site.h"

enum { HOST = 0x0a010105 };

static void datagram(struct site *s, uint32_t dst, uint16_t port)
{
	struct flow f = site_flow(s, HOST, dst, PROTO_UDP, 40000, port);
	f.packets = 1;
	f.bytes = 120;
	site_put(s, f);
	s->now_ms += 1000;
}

static void assert_why(struct site *s, enum verdict verdict, const char *beginning)
{
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.finding[0].verdict, verdict);
	assert_memory_equal(f.finding[0].why, beginning, strlen(beginning));
	findings_free(&f);
}

/* One direction, so nobody knows whether anybody answered. */
static void peers_whose_outcome_is_unknown_are_not_said_not_to_have_answered(void **state)
{
	(void)state;
	struct site *s = site_new(1);
	for (uint32_t i = 0; i < 200; i++)
		datagram(s, 0x5b000000 + i * 77777, 4433);
	assert_why(s, VERDICT_WORM,
		"200 of 200 peers on udp/4433 may not have answered (200: the same packet as to "
		"every other peer), since ");
	s = site_new(2);
	for (uint32_t i = 0; i < 200; i++)
		datagram(s, 0x5b000000 + i * 77777, 6881);
	assert_why(s, VERDICT_P2P,
		"200 of 200 peers on udp/6881 may not have answered, but the ports are those of a "
		"peer-to-peer program");
}

/* Beside failures that are proved: the sentence counts those, as FAILED does. */
static void only_those_that_failed_are_said_not_to_have_answered(void **state)
{
	(void)state;
	struct site *s = site_new(3);
	for (uint32_t i = 0; i < 40; i++) {
		site_bad(s, HOST, 0x5b000000 + i * 77777, PROTO_TCP, 445, 1000);
		if (i % 4)
			continue;
		struct flow f = site_flow(s, HOST, 0x5c000000 + i * 77777, PROTO_TCP, 40000, 445);
		f.packets = 5;
		f.bytes = 700;
		f.has &= (uint16_t) ~(FLOW_HAS_FLAGS | FLOW_HAS_PACKETS | FLOW_HAS_BYTES);
		site_put(s, f);
	}
	assert_why(s, VERDICT_WORM,
		"40 of 50 peers on tcp/445 did not answer (40: SYN never answered), since ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(peers_whose_outcome_is_unknown_are_not_said_not_to_have_answered),
		cmocka_unit_test(only_those_that_failed_are_said_not_to_have_answered),
	};
	return cmocka_run_group_tests_name("why", tests, NULL, NULL);
}
