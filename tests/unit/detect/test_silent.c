// SPDX-License-Identifier: Apache-2.0
// Datagrams to one port of many peers, none of them equal: sampled, their silence counts where answers are
// seen, and nowhere else; in a row they are a sweep.
#include "unit/detect/site.h"

enum { HOST = 0x0a010105, SITE_NET = 0x0a010100, BEACON = 6892, PEERS = 150 };

static void datagram(struct site *s, uint32_t src, uint32_t dst, uint16_t from, uint16_t to)
{
	struct flow f = site_flow(s, src, dst, PROTO_UDP, from, to);
	f.packets = 1;
	f.bytes = 38 + site_below(s, 18);
	site_put(s, f);
	s->now_ms += 100;
}

/* Neighbours at work, with servers that far away, and a host that sends to one port of many peers. */
static struct site *site_of(uint32_t servers, bool is_one_way)
{
	struct site *s = site_new(1);
	s->sampling = 100;
	s->one_way = is_one_way;
	for (uint32_t i = 0; i < 20; i++)
		site_good(s, SITE_NET + 0x20 + i, servers + i, PROTO_TCP, 443, 1000);
	for (uint32_t i = 0; i < PEERS; i++)
		datagram(s, HOST, 0x5b000000 + i * 7, 50000, BEACON);
	return s;
}

static enum verdict judged(struct site *s)
{
	struct findings f = site_judge(s, NULL);
	enum verdict v = site_verdict(&f, HOST, BEACON);
	findings_free(&f);
	return v;
}

static void silence_is_a_sign_where_answers_are_seen(void **state)
{
	(void)state;
	assert_int_equal(judged(site_of(0xc6336400, false)), VERDICT_WORM);
}

static void silence_says_nothing_where_no_answers_are_seen(void **state)
{
	(void)state;
	assert_int_equal(judged(site_of(0xc6336400, true)), N_VERDICTS);
}

/* Exported is what leaves the site: servers inside are seen to answer, the internet is not. */
static void answers_from_inside_do_not_count(void **state)
{
	(void)state;
	static const uint32_t inside[] = { 0x0a010200, 0x0a070200, 0xac1f0000, 0xc0a80700 };
	for (size_t i = 0; i < countof(inside); i++)
		assert_int_equal(judged(site_of(inside[i], false)), N_VERDICTS);
}

static void a_few_answers_break_the_silence(void **state)
{
	(void)state;
	struct site *s = site_of(0xc6336400, false);
	for (uint32_t i = 0; i < 5; i++)
		datagram(s, 0x5b000001 + i * 70, HOST, BEACON, 50000);
	assert_int_equal(judged(s), N_VERDICTS);
}

static void a_hundred_peers_are_needed(void **state)
{
	(void)state;
	struct site *s = site_of(0xc6336400, false);
	s->n -= PEERS - 99;
	assert_int_equal(judged(s), N_VERDICTS);
}

/* Cerber in one direction: no answers, no equal sizes; but it counts. */
static void whoever_counts_addresses_up_sweeps(void **state)
{
	(void)state;
	for (uint32_t step = 1; step <= 7; step += 6) {
		struct site *s = site_new(1);
		s->one_way = true;
		for (uint32_t i = 0; i < 60; i++)
			datagram(s, HOST, 0x5b000000 + i * step, 50000, BEACON);
		assert_int_equal(judged(s), step == 1 ? VERDICT_WORM : N_VERDICTS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_is_a_sign_where_answers_are_seen),
		cmocka_unit_test(silence_says_nothing_where_no_answers_are_seen),
		cmocka_unit_test(answers_from_inside_do_not_count),
		cmocka_unit_test(a_few_answers_break_the_silence),
		cmocka_unit_test(a_hundred_peers_are_needed),
		cmocka_unit_test(whoever_counts_addresses_up_sweeps),
	};
	return cmocka_run_group_tests_name("silent", tests, NULL, NULL);
}
