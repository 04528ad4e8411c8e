// SPDX-License-Identifier: Apache-2.0
// Sampling that nobody announced, told by connections of a single packet.
#include "detect/unsaid.h"

#include <stdlib.h>

#include "unit/detect/site.h"

enum { HOSTS = 20, FIRST = 0x0a010100, SERVER = 0xc6336400 };

/* `n` connections of a host, `n_single` of them of one packet. */
static void connect(struct unsaid *u, uint32_t host, int n, int n_single, uint32_t saw)
{
	for (int i = 0; i < n; i++)
		unsaid_learn(u,
			&(struct contact){ .src = addr_v4(host),
				.dst = addr_v4(SERVER + (uint32_t)i),
				.proto = PROTO_TCP,
				.port = 80,
				.saw = saw,
				.packets = i < n_single ? 1 : 7,
				.size = 120,
				.exporter = 1 },
			1);
}

static bool samples(struct unsaid *u)
{
	unsaid_settle(u);
	bool is_so = unsaid_samples(u, 1);
	assert_int_equal(unsaid_count(u), is_so);
	assert_false(unsaid_samples(u, 2));
	unsaid_free(u);
	return is_so;
}

static void single_packets_of_many_sources_show_it(void **state)
{
	(void)state;
	for (int n_single = 0; n_single <= 10; n_single++) {
		struct unsaid *u = unsaid_new();
		assert_non_null(u);
		for (uint32_t i = 0; i < HOSTS; i++)
			connect(u, FIRST + i, 10, n_single, SAW_OPEN | SAW_LARGE);
		assert_int_equal(samples(u), n_single > 1); // more than one in ten
	}
}

static void a_source_or_two_do_not(void **state)
{
	(void)state;
	struct unsaid *u = unsaid_new();
	assert_non_null(u);
	for (uint32_t i = 0; i < HOSTS; i++)
		connect(u, FIRST + i, 10, i < 2 ? 10 : 0, SAW_OPEN | SAW_LARGE);
	assert_false(samples(u));
	u = unsaid_new();
	assert_non_null(u);
	for (uint32_t i = 0; i < UNSAID_SOURCES - 1; i++) // too few to know
		connect(u, FIRST + i, 10, 10, SAW_OPEN | SAW_LARGE);
	assert_false(samples(u));
}

/* Two learned, neither enough: of each source one saw more of one packet, the other one more of several. */
static void what_two_learned_is_one_lesson(void **state)
{
	(void)state;
	for (int n_single = 0; n_single <= 10; n_single++)
		for (uint32_t n_other = 0; n_other <= HOSTS; n_other += HOSTS / 2) {
			struct unsaid *u = unsaid_new(), *other = unsaid_new();
			assert_true(u && other);
			for (uint32_t i = 0; i < HOSTS; i++) // of some sources only one knows
				connect(i < n_other ? other : u, FIRST + i, 2, 0,
					SAW_OPEN | SAW_LARGE);
			for (uint32_t i = 0; i < HOSTS; i++) {
				connect(u, FIRST + i, 2, LEAST(n_single, 1), SAW_OPEN | SAW_LARGE);
				connect(other, FIRST + i, 6, n_single > 1 ? n_single - 1 : 0,
					SAW_OPEN | SAW_LARGE);
			}
			unsaid_join(u, other);
			unsaid_free(other);
			assert_int_equal(samples(u), n_single > 1); // more than one in ten
		}
}

/* Forged sources spoil the slots of others, whoever of the two met them. */
static void what_one_spoilt_stays_so(void **state)
{
	(void)state;
	for (int way = 0; way < 2; way++) {
		struct unsaid *u = unsaid_new(), *other = unsaid_new();
		assert_true(u && other);
		for (uint32_t i = 0; i < HOSTS; i++)
			connect(u, FIRST + i, 10, 10, SAW_OPEN | SAW_LARGE);
		for (uint32_t i = 0; i < 6000000; i++)
			connect(other, 0x20000000 + i * 97, 1, 0, SAW_OPEN | SAW_LARGE);
		unsaid_join(way ? other : u, way ? u : other);
		assert_false(samples(way ? other : u));
		unsaid_free(way ? u : other);
	}
}

static void what_carried_no_data_teaches_nothing(void **state)
{
	(void)state;
	static const uint32_t rows[] = {
		SAW_OPEN | SAW_SMALL,
		SAW_OPEN | SAW_NO_ACK,
		SAW_OPEN | SAW_NO_ACK | SAW_ANSWER, // half open
		SAW_OPEN | SAW_ANSWER | SAW_AS_REPLY,
		SAW_OPEN | SAW_LARGE | SAW_SAMPLED, // it was said
		SAW_OPEN | SAW_LARGE | SAW_LISTED,
		SAW_REVERSE | SAW_ANSWER,
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct unsaid *u = unsaid_new();
		assert_non_null(u);
		for (uint32_t k = 0; k < HOSTS; k++)
			connect(u, FIRST + k, 10, 10, rows[i]);
		assert_false(samples(u));
	}
}

/* Forged sources have a connection each: no voice. Those that were there before keep theirs. */
static void a_flood_has_no_voice(void **state)
{
	(void)state;
	struct unsaid *u = unsaid_new();
	assert_non_null(u);
	for (uint32_t i = 0; i < HOSTS; i++)
		connect(u, FIRST + i, 10, 0, SAW_OPEN | SAW_LARGE);
	for (uint32_t i = 0; i < 500000; i++)
		connect(u, 0x20000000 + i * 97, 1, 1, SAW_OPEN | SAW_LARGE);
	assert_false(samples(u));
}

/* A host's sampled acknowledgements are as small as a scanner's SYNs. */
static void small_flows_of_a_sampled_exporter_accuse_nobody(void **state)
{
	(void)state;
	for (int is_sampled = 0; is_sampled < 2; is_sampled++) {
		struct site *s = site_new(1);
		s->no_flags = s->one_way = true;
		for (uint32_t host = 0; host < HOSTS; host++)
			for (uint32_t i = 0; i < 10; i++) {
				site_good(s, FIRST + host, SERVER + i, PROTO_TCP, 80, 100);
				struct flow *f = &s->flow[s->n - 1];
				if (is_sampled) {
					f->bytes /= f->packets;
					f->packets = 1;
				}
			}
		for (uint32_t i = 0; i < 60; i++)
			site_bad(s, FIRST + HOSTS, 0x14000000 + i * 65537, PROTO_TCP, 445, 100);
		struct findings f = site_judge(s, NULL);
		assert_int_equal(f.seen.n_unsaid, is_sampled);
		assert_int_equal(site_verdict(&f, FIRST + HOSTS, -1),
			is_sampled ? N_VERDICTS : VERDICT_WORM);
		findings_free(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_packets_of_many_sources_show_it),
		cmocka_unit_test(a_source_or_two_do_not),
		cmocka_unit_test(what_two_learned_is_one_lesson),
		cmocka_unit_test(what_one_spoilt_stays_so),
		cmocka_unit_test(what_carried_no_data_teaches_nothing),
		cmocka_unit_test(a_flood_has_no_voice),
		cmocka_unit_test(small_flows_of_a_sampled_exporter_accuse_nobody),
	};
	return cmocka_run_group_tests_name("unsaid", tests, NULL, NULL);
}
