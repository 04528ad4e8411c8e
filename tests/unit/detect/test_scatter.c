// SPDX-License-Identifier: Apache-2.0
// Datagrams to random ports of random peers, seen in one direction: Witty, and what looks like it.
#include "unit/detect/site.h"

enum { HOST = 0x0a010105, WITTY_PORT = 4000, WITTY_BYTES = 796 };

static uint32_t anybody(struct site *s)
{
	return (20 + site_below(s, 150)) << 24 | (site_below(s, 1 << 24) & 0xfefefe) | 1;
}

static void datagram(struct site *s, uint32_t dst, uint16_t port, uint64_t packets, uint64_t bytes)
{
	struct flow f = site_flow(s, HOST, dst, PROTO_UDP, WITTY_PORT, port);
	f.packets = packets;
	f.bytes = packets * bytes;
	site_put(s, f);
	s->now_ms += 10;
}

static uint16_t any_port(struct site *s)
{
	return (uint16_t)(1 + site_below(s, 65535));
}

static uint16_t high_port(struct site *s)
{
	return (uint16_t)(1025 + site_below(s, 64000));
}

/* What every PC does: names, time, QUIC. */
static void daily(struct site *s)
{
	static const uint16_t ports[] = { 53, 123, 137, 161, 389, 443, 500, 88 };
	for (size_t i = 0; i < countof(ports); i++)
		datagram(s, 0x0a010001 + (uint32_t)i, ports[i], 1, 76);
}

static struct site *one_way(uint64_t seed)
{
	struct site *s = site_new(seed);
	s->one_way = true;
	daily(s);
	return s;
}

static void random_ports_of_random_peers_are_a_worm(void **state)
{
	(void)state;
	static const int sizes[] = { 1000, 30000 }; // the ports come around
	for (size_t i = 0; i < countof(sizes); i++) {
		struct site *s = one_way(i);
		for (int k = 0; k < sizes[i]; k++)
			datagram(s, anybody(s), any_port(s), 1, WITTY_BYTES + site_below(s, 512));
		struct findings f = site_judge(s, NULL);
		assert_int_equal(f.n, 1);
		assert_int_equal(site_verdict(&f, HOST, -1), VERDICT_WORM);
		assert_false(f.finding[0].has_port);
		assert_true(f.finding[0].confidence <= .9);
		findings_free(&f);
	}
}

static void sampled_they_are_a_suspect(void **state)
{
	(void)state;
	struct site *s = one_way(1);
	s->sampling = 100;
	for (int k = 0; k < 1000; k++)
		datagram(s, anybody(s), any_port(s), 1, WITTY_BYTES + site_below(s, 512));
	struct findings f = site_judge(s, NULL);
	assert_int_equal(site_verdict(&f, HOST, -1), VERDICT_SUSPECT);
	findings_free(&f);
}

/* Hosts of the same network and their answered connections: flows back to it are seen. */
static struct site *both_ways(uint64_t seed)
{
	struct site *s = site_new(seed);
	s->sampling = 100;
	for (uint32_t i = 0; i < 20; i++)
		site_good(s, 0x0a010120 + i, 0xc6336400 + i, PROTO_TCP, 443, 1000);
	daily(s);
	return s;
}

static void sampled_and_never_answered_they_are_a_worm(void **state)
{
	(void)state;
	struct site *s = both_ways(1);
	for (int k = 0; k < 150; k++)
		datagram(s, anybody(s), any_port(s), 1, WITTY_BYTES + site_below(s, 512));
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n, 1);
	assert_int_equal(site_verdict(&f, HOST, -1), VERDICT_WORM);
	assert_true(f.finding[0].n_sign[SIGN_SILENT] == 150 && f.finding[0].confidence <= .9);
	findings_free(&f);
}

/* A filter takes the UDP of a DHT: its requests are small, and its peers have no low ports. */
static void a_dht_behind_a_filter_is_none(void **state)
{
	(void)state;
	struct site *s = both_ways(2);
	for (int k = 0; k < 1500; k++)
		datagram(s, anybody(s), high_port(s), 1, 123);
	struct findings f = site_judge(s, NULL);
	assert_int_equal(site_verdict(&f, HOST, -1), N_VERDICTS);
	findings_free(&f);
}

/* Who serves data to many peers gets answers from many, though not from those it is seen to serve. */
static void a_seeder_of_data_is_none(void **state)
{
	(void)state;
	struct site *s = both_ways(3);
	for (int k = 0; k < 600; k++) {
		datagram(s, anybody(s), high_port(s), 1, 1400);
		if (k % 10)
			continue;
		struct flow f = site_flow(s, anybody(s), HOST, PROTO_UDP, high_port(s), WITTY_PORT);
		f.packets = 1;
		f.bytes = 48;
		site_put(s, f);
	}
	struct findings f = site_judge(s, NULL);
	assert_int_equal(site_verdict(&f, HOST, -1), N_VERDICTS);
	findings_free(&f);
}

static void in_a_list_they_are_a_suspect(void **state)
{
	(void)state;
	for (int has_answers = 0; has_answers < 2; has_answers++) {
		struct site *s = site_new(4);
		s->is_list = true;
		s->one_way = !has_answers;
		for (uint32_t i = 0; i < 20; i++)
			site_good(s, 0x0a010120 + i, 0xc6336400 + i, PROTO_TCP, 443, 0);
		for (int k = 0; k < 1000; k++)
			datagram(s, anybody(s), any_port(s), 1, WITTY_BYTES);
		struct findings f = site_judge(s, NULL);
		assert_int_equal(f.n, 1);
		assert_int_equal(site_verdict(&f, HOST, -1), VERDICT_SUSPECT);
		findings_free(&f);
	}
}

/* A DHT looks for its peers: one datagram each, ports of their own, a few that hide on low ones. */
static void a_dht_is_none(void **state)
{
	(void)state;
	static const uint16_t hidden[] = { 443, 80, 53, 1000, 999, 443, 80 };
	for (uint32_t sampling = 0; sampling <= 100; sampling += 100)
		for (uint64_t seed = 0; seed < 10; seed++) {
			struct site *s = one_way(seed);
			s->sampling = sampling;
			for (int k = 0; k < 1500; k++)
				datagram(s, anybody(s), k % 5 ? high_port(s) : 6881, 1, 123);
			for (size_t k = 0; k < countof(hidden); k++)
				datagram(s, anybody(s), hidden[k], 1, 123);
			struct findings f = site_judge(s, NULL);
			assert_true(site_verdict(&f, HOST, -1) > VERDICT_SCANNER);
			findings_free(&f);
		}
}

/* Some peers answer, and are told more: no port is needed to see it. */
static void who_sends_more_is_none(void **state)
{
	(void)state;
	struct site *s = one_way(1);
	for (int k = 0; k < 1000; k++)
		datagram(s, anybody(s), any_port(s), 1 + !site_below(s, 20), WITTY_BYTES);
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n, 0);
	findings_free(&f);
}

static void all_ports_of_a_few_peers_are_none(void **state)
{
	(void)state;
	struct site *s = one_way(1);
	for (int k = 0; k < 1000; k++)
		datagram(s, 0xc6336401 + site_below(s, 20), any_port(s), 1, WITTY_BYTES);
	struct findings f = site_judge(s, NULL);
	assert_int_not_equal(site_verdict(&f, HOST, -1), VERDICT_WORM);
	findings_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_ports_of_random_peers_are_a_worm),
		cmocka_unit_test(sampled_they_are_a_suspect),
		cmocka_unit_test(sampled_and_never_answered_they_are_a_worm),
		cmocka_unit_test(a_dht_behind_a_filter_is_none),
		cmocka_unit_test(a_seeder_of_data_is_none),
		cmocka_unit_test(in_a_list_they_are_a_suspect),
		cmocka_unit_test(a_dht_is_none),
		cmocka_unit_test(who_sends_more_is_none),
		cmocka_unit_test(all_ports_of_a_few_peers_are_none),
	};
	return cmocka_run_group_tests_name("scatter", tests, NULL, NULL);
}
