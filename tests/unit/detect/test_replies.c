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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tftp_is_answered_from_a_new_port),
		cmocka_unit_test(a_scan_for_tftp_is_seen_where_nothing_answers),
	};
	return cmocka_run_group_tests_name("replies", tests, NULL, NULL);
}
