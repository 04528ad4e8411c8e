// SPDX-License-Identifier: Apache-2.0
// Services whose answers do not come from where they were asked: TFTP, and questions that go to a group.
#include "unit/detect/site.h"

enum { HOST = 0x0a010105, DEVICES = 0x0a010200, SERVER = 0x0a010001 };

/* Neighbours at work, whose answers are seen. */
static struct site *site_of(uint64_t seed)
{
	struct site *s = site_new(seed);
	for (uint32_t i = 0; i < 300; i++)
		site_good(s, HOST + 0x20 + i % 20, 0xc6336400 + i % 200, PROTO_TCP, 80, 100);
	return s;
}

static void datagram(
	struct site *s, uint32_t src, uint32_t dst, uint16_t from, uint16_t to, uint64_t packets)
{
	struct flow f = site_flow(s, src, dst, PROTO_UDP, from, to);
	f.packets = packets;
	f.bytes = packets * (60 + site_below(s, 300));
	site_put(s, f);
	s->now_ms += 10;
}

static uint16_t new_port(struct site *s)
{
	return (uint16_t)(32768 + site_below(s, 28000));
}

static enum verdict judged(struct site *s)
{
	struct findings f = site_judge(s, NULL);
	enum verdict v = site_verdict(&f, HOST, -1);
	findings_free(&f);
	return v;
}

/* Forty devices are asked for a file; the first of them send it, and the acknowledgements go back. */
static struct site *transfers(uint32_t n_alive)
{
	struct site *s = site_of(1);
	for (uint32_t i = 0; i < 40; i++) {
		uint16_t from = new_port(s), answer = new_port(s);
		datagram(s, HOST, DEVICES + i, from, 69, 1);
		if (i < n_alive) {
			datagram(s, DEVICES + i, HOST, answer, from, 5);
			datagram(s, HOST, DEVICES + i, from, answer, 5);
		}
		s->now_ms += 5000;
	}
	return s;
}

static void tftp_is_answered_from_a_new_port(void **state)
{
	(void)state;
	assert_int_equal(judged(transfers(40)), N_VERDICTS);
	assert_int_equal(judged(transfers(38)), N_VERDICTS);
}

static void a_scan_for_tftp_is_seen_where_nothing_answers(void **state)
{
	(void)state;
	assert_int_equal(judged(transfers(0)), VERDICT_WORM);
	assert_int_equal(judged(transfers(4)), VERDICT_WORM);
}

/* A device that answers each of many who asked in a group, twice. */
static struct site *answers(uint16_t from, uint32_t n_askers)
{
	struct site *s = site_of(2);
	for (uint32_t i = 0; i < 2 * n_askers; i++) {
		datagram(s, HOST, DEVICES + i / 2, from, new_port(s), 1);
		s->now_ms += 3000;
	}
	return s;
}

static void answers_to_what_was_asked_in_a_group_are_no_probes(void **state)
{
	(void)state;
	static const uint16_t from[] = { 1900, 3702, 5353, 5355 };
	for (size_t i = 0; i < countof(from); i++) {
		assert_int_equal(judged(answers(from[i], 12)), N_VERDICTS);
		assert_int_equal(judged(answers(from[i], 80)), N_VERDICTS);
	}
	assert_int_equal(judged(answers(2020, 80)), VERDICT_WORM); // no such service
}

/* Of a capture the first to send opens; biflow records say of each that nothing came back. */
static void answers_to_a_group_are_no_probes_however_they_are_told(void **state)
{
	(void)state;
	static const uint16_t told[] = { FLOW_OPENS, FLOW_UNANSWERED };
	for (size_t k = 0; k < countof(told); k++) {
		struct site *s = answers(1900, 80);
		for (size_t i = 0; i < s->n; i++)
			if (s->flow[i].proto == PROTO_UDP)
				s->flow[i].has |= told[k];
		assert_int_equal(judged(s), N_VERDICTS);
	}
}

static void a_worm_that_sends_from_a_port_of_discovery_is_seen(void **state)
{
	(void)state;
	static const uint16_t from[] = { 1900, 3702, 5353, 5355 };
	static const uint16_t to[] = { 135, 161, 1434, 1900, 2049, 5060, 53413 };
	for (size_t i = 0; i < countof(from); i++)
		for (size_t k = 0; k < countof(to); k++) {
			struct site *s = site_of(3);
			for (uint32_t n = 0; n < 40; n++)
				datagram(s, HOST, 0x5b000000 + n * 77777, from[i], to[k], 1);
			assert_int_equal(judged(s), VERDICT_WORM);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tftp_is_answered_from_a_new_port),
		cmocka_unit_test(a_scan_for_tftp_is_seen_where_nothing_answers),
		cmocka_unit_test(answers_to_what_was_asked_in_a_group_are_no_probes),
		cmocka_unit_test(answers_to_a_group_are_no_probes_however_they_are_told),
		cmocka_unit_test(a_worm_that_sends_from_a_port_of_discovery_is_seen),
	};
	return cmocka_run_group_tests_name("replies", tests, NULL, NULL);
}
