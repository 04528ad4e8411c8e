// SPDX-License-Identifier: Apache-2.0
// Findings of one campaign are one incident, told once, in any order.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/attack.h"
#include "unit/incident/case.h"

static void a_worm_opens_an_incident_and_is_infected(void **state)
{
	(void)state;
	struct scene s = scene_new();
	struct finding f = finding_of(0x0a000001, 445, VERDICT_WORM, T0);
	assert_int_equal(scene_see(&s, &f, 1), 4); // opened, joined, evidence, state
	assert_int_equal(scene_member(&s, 1)->state, STATE_INFECTED);
	assert_int_equal(scene_see(&s, &f, 1), 0);
	f.contacted = 41; // a little more of the same is no news
	assert_int_equal(scene_see(&s, &f, 1), 0);
	f.contacted = 400;
	assert_int_equal(scene_see(&s, &f, 1), 1);
	scene_free(&s);
}

static void one_suspect_opens_none_but_two_do(void **state)
{
	(void)state;
	struct scene s = scene_new();
	struct finding f[2] = { finding_of(0x0a000001, 445, VERDICT_SUSPECT, T0),
		finding_of(0x0a000002, 445, VERDICT_SUSPECT, T0 + MINUTE) };
	assert_int_equal(scene_see(&s, f, 1), 0);
	assert_int_equal(scene_see(&s, f, 2), 5);
	assert_int_equal(scene_member(&s, 2)->state, STATE_SUSPECTED);
	scene_free(&s);
	s = scene_new();
	f[0].is_cut_off = f[1].is_cut_off = true; // an outage is no outbreak
	assert_int_equal(scene_see(&s, f, 2), 0);
	scene_free(&s);
}

static void campaigns_are_parted_by_port_and_by_a_day(void **state)
{
	(void)state;
	struct scene s = scene_new();
	struct finding f[3] = { finding_of(0x0a000001, 445, VERDICT_WORM, T0),
		finding_of(0x0a000002, 80, VERDICT_WORM, T0),
		finding_of(0x0a000003, 445, VERDICT_WORM, T0 + 48 * 60 * (uint64_t)MINUTE) };
	scene_see(&s, f, 3);
	assert_int_equal(s.board->incident.n, 3);
	struct finding both = finding_of(0x0a000001, 80, VERDICT_WORM, T0);
	scene_see(&s, &both, 1); // a host that is in an incident stays there
	assert_int_equal(s.board->incident.n, 3);
	assert_int_equal(s.board->member.n, 3);
	scene_free(&s);
}

/* A finding of UDP whose messages have one size. */
static struct finding udp_of(
	uint32_t ip, uint64_t onset, uint16_t size, struct contact *c, struct exhibit *x)
{
	enum { N = 4 };
	struct finding f = finding_of(ip, 1434, VERDICT_WORM, onset);
	f.proto = 17;
	f.exhibit = x;
	f.n_exhibits = N;
	for (uint32_t i = 0; i < N; i++) {
		c[i] = contact_of(ip, 0x0b000000 + i, 1434, onset);
		c[i].proto = 17;
		c[i].size = size;
		x[i] = (struct exhibit){ &c[i], SIGN_UNANSWERED };
	}
	return f;
}

static void messages_of_two_sizes_are_two_campaigns(void **state)
{
	(void)state;
	struct contact c[4][4];
	struct exhibit x[4][4];
	struct finding f[] = { udp_of(0x0a000001, T0, 404, c[0], x[0]),
		udp_of(0x0a000002, T0 + MINUTE, 376, c[1], x[1]),
		udp_of(0x0a000003, T0 + 2 * MINUTE, 404, c[2], x[2]),
		udp_of(0x0a000004, T0 + 3 * MINUTE, 376, c[3], x[3]) };
	struct scene s = scene_new();
	scene_see(&s, f, countof(f));
	assert_int_equal(s.board->incident.n, 2);
	assert_int_equal(board_open_hosts(s.board, 1), 2);
	assert_true(board_find(s.board, 1, 1) && board_find(s.board, 1, 3));
	struct contact late_c[4];
	struct exhibit late_x[4];
	struct finding late = udp_of(0x0a000005, T0 + 4 * MINUTE, 376, late_c, late_x);
	scene_see(&s, &late, 1); // alone, against the board
	assert_true(board_find(s.board, 2, 5));
	scene_free(&s);
}

/* A worm's forty probes in forty seconds, then its user for an hour, of whose contacts one in ten fails. */
static void what_fails_for_the_user_is_not_the_attack(void **state)
{
	(void)state;
	enum { PROBES = 40, VISITS = 60, N = PROBES + VISITS };
	struct contact c[N];
	struct exhibit x[N];
	for (uint32_t i = 0; i < N; i++) {
		bool is_probe = i < PROBES;
		uint64_t at_ms = is_probe ? T0 + i * UINT64_C(1000)
					  : T0 + (i - PROBES + 1) * UINT64_C(60000);
		c[i] = contact_of(0x0a000001, 0x0b000000 + i, 80, at_ms);
		x[i] = (struct exhibit){ &c[i],
			is_probe || i % 10 == 0 ? SIGN_NO_ACK : SIGN_ANSWERED };
	}
	struct finding f = finding_of(0x0a000001, 80, VERDICT_WORM, T0);
	f.exhibit = x;
	f.n_exhibits = N;
	f.contacted = N;
	f.last_ms = c[N - 1].last_ms;
	struct scene s = scene_new();
	scene_see(&s, &f, 1);
	assert_true(scene_member(&s, 1)->last_ms <= T0 + MINUTE);
	assert_true(scene_member(&s, 1)->last_ms >= T0 + 39 * 1000);
	struct silence silence = silence_of(s.board, scene_member(&s, 1), T0 + 60 * MINUTE);
	assert_true(silence.rate_per_s > 0.6 && silence.rate_per_s < 1.1);
	scene_free(&s);
}

static void two_sources_make_infected(void **state)
{
	(void)state;
	struct scene s = scene_new();
	struct signature signature = { .id = "code-red" };
	struct attack attack = { .signature = &signature, .n = 5, .first_ms = T0, .last_ms = T0 };
	const struct attack *attacks[] = { &attack };
	struct finding f[2] = { finding_of(0x0a000001, 80, VERDICT_SUSPECT, T0),
		finding_of(0x0a000002, 80, VERDICT_SUSPECT, T0) };
	scene_see(&s, f, 2);
	assert_int_equal(scene_member(&s, 1)->state, STATE_SUSPECTED);
	struct finding web = { .host = f[0].host,
		.verdict = VERDICT_SUSPECT,
		.attack = attacks,
		.n_attacks = 1,
		.onset_ms = UINT64_MAX,
		.first_ms = T0 };
	assert_int_equal(scene_see(&s, &web, 1), 2);
	assert_int_equal(scene_member(&s, 1)->state, STATE_INFECTED);
	assert_int_equal(scene_member(&s, 2)->state, STATE_SUSPECTED);
	scene_free(&s);
}

static void an_innocent_finding_takes_back_what_was_said(void **state)
{
	(void)state;
	struct scene s = scene_new();
	struct finding f = finding_of(0x0a000001, 445, VERDICT_WORM, T0);
	scene_see(&s, &f, 1);
	f.verdict = VERDICT_POLLER;
	assert_int_equal(scene_see(&s, &f, 1), 2);
	assert_int_equal(scene_member(&s, 1)->state, STATE_SUSPECTED);
	assert_int_equal(scene_see(&s, &f, 1), 0);
	f.verdict = VERDICT_WORM; // and it accuses again only with what is later
	assert_int_equal(scene_see(&s, &f, 1), 0);
	f.last_ms += MINUTE;
	scene_see(&s, &f, 1);
	assert_int_equal(scene_member(&s, 1)->state, STATE_INFECTED);
	scene_free(&s);
}

static void a_chain_is_told_with_its_odds(void **state)
{
	(void)state;
	enum { N = 3 };
	struct contact c[] = { contact_of(0x0a000001, 0x0a000003, 445, T0 + 10 * MINUTE),
		contact_of(0x0a000002, 0x0a000003, 445, T0 + 15 * MINUTE) };
	struct exhibit x[] = { { &c[0], SIGN_ANSWERED }, { &c[1], SIGN_ANSWERED } };
	struct finding f[N] = { finding_of(0x0a000001, 445, VERDICT_WORM, T0),
		finding_of(0x0a000002, 445, VERDICT_WORM, T0 + 5 * MINUTE),
		finding_of(0x0a000003, 445, VERDICT_WORM, T0 + 16 * MINUTE) };
	for (size_t i = 0; i < 2; i++) {
		f[i].exhibit = &x[i];
		f[i].n_exhibits = 1;
	}
	struct scene s = scene_new();
	scene_see(&s, f, N);
	assert_int_equal(s.board->edge.n, 2);
	double near = 0, sum = 0;
	for (uint32_t at = 1; at <= 2; at++) {
		double p = board_edge_probability(s.board, board_edge(s.board, at));
		near = p > near ? p : near;
		sum += p;
	}
	assert_true(sum < 1 && near > 0.6); // the contact a minute before, not the one of six
	enum first_why why;
	const struct member *first = board_first(s.board, 1, &why);
	assert_non_null(first);
	assert_int_equal(first->host, 1);
	scene_free(&s);

	s = scene_new();
	f[0].first_ms = T0; // what was before is not shown: nobody is named
	scene_see(&s, f, N);
	assert_null(board_first(s.board, 1, &why));
	assert_int_equal(why, FIRST_NOT_COVERED);
	scene_free(&s);
}

static void a_merge_keeps_hosts_edges_and_charges(void **state)
{
	(void)state;
	struct scene s = scene_new();
	struct finding f[2] = { finding_of(0x0a000001, 445, VERDICT_WORM, T0),
		finding_of(0x0a000002, 80, VERDICT_WORM, T0) };
	scene_see(&s, f, 2);
	struct body body = { .number = { [BODY_OTHER] = 2 } };
	assert_true(scene_put(&s, event_of(EVENT_MERGED, 1, 0, T0, "ann", &body)));
	assert_int_equal(board_open_hosts(s.board, 1), 2);
	assert_int_equal(board_open_hosts(s.board, 2), 0);
	assert_int_equal(scene_see(&s, f, 2), 0);
	assert_false(scene_put(&s, event_of(EVENT_MERGED, 1, 0, T0, "ann", &body)));
	assert_true(scene_put(&s, event_of(EVENT_OPENED, 3, 0, T0, "ann", &(struct body){})));
	body.number[BODY_OTHER] = 3;
	assert_true(scene_put(&s, event_of(EVENT_SPLIT, 1, 2, T0, "ann", &body)));
	assert_int_equal(board_open_hosts(s.board, 3), 1);
	assert_int_equal(scene_see(&s, f, 2), 0);
	scene_free(&s);
}

static uint32_t draw(uint64_t *random, uint32_t below)
{
	*random = *random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(*random >> 33) % below;
}

enum { WORLDS = 300, WORLD_FINDINGS = 12, WORLD_HOSTS = 6 };

static void make_world(uint64_t *random, struct finding *f, struct contact *c, struct exhibit *x)
{
	static const uint16_t ports[] = { 80, 445, 23 };
	static const enum verdict verdicts[] = { VERDICT_WORM, VERDICT_SUSPECT, VERDICT_POLLER,
		VERDICT_SCANNER };
	for (size_t i = 0; i < WORLD_FINDINGS; i++) {
		uint32_t host = 0x0a000000 + draw(random, WORLD_HOSTS);
		f[i] = finding_of(host, ports[draw(random, 3)], verdicts[draw(random, 4)],
			T0 + draw(random, 100) * UINT64_C(20) * MINUTE);
		c[i] = contact_of(host, 0x0a000000 + draw(random, WORLD_HOSTS), f[i].port,
			f[i].onset_ms + draw(random, 10) * MINUTE);
		x[i] = (struct exhibit){ &c[i], SIGN_ANSWERED };
		f[i].exhibit = &x[i];
		f[i].n_exhibits = 1;
		f[i].contacted = 1 + draw(random, 1000);
	}
}

static void check_odds(const struct board *b)
{
	for (uint32_t at = 1; at <= b->member.n; at++) {
		double sum = 0;
		const struct edge *e;
		uint64_t onset = board_member(b, at)->onset_ms;
		for (uint32_t k = board_member(b, at)->first_edge; (e = board_edge(b, k));
			k = e->next)
			sum += e->onset_ms == onset ? board_edge_probability(b, e) : 0;
		assert_true(sum < 1);
	}
}

static void nothing_is_told_twice_and_order_does_not_matter(void **state)
{
	(void)state;
	uint64_t random = 7;
	struct finding f[WORLD_FINDINGS];
	struct contact c[WORLD_FINDINGS];
	struct exhibit x[WORLD_FINDINGS];
	for (unsigned i = 0; i < WORLDS; i++) {
		struct scene a = scene_new(), b = scene_new();
		make_world(&random, f, c, x);
		scene_see(&a, f, WORLD_FINDINGS);
		assert_int_equal(scene_see(&a, f, WORLD_FINDINGS), 0);
		for (uint32_t k = WORLD_FINDINGS; k > 1; k--) {
			uint32_t with = draw(&random, k);
			struct finding swap = f[with];
			f[with] = f[k - 1];
			f[k - 1] = swap;
		}
		assert_int_equal(scene_see(&a, f, WORLD_FINDINGS), 0);
		scene_see(&b, f, WORLD_FINDINGS);
		assert_int_equal(a.n, b.n);
		assert_memory_equal(a.event, b.event, a.n * sizeof *a.event);
		check_odds(a.board);
		scene_free(&a);
		scene_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_worm_opens_an_incident_and_is_infected),
		cmocka_unit_test(one_suspect_opens_none_but_two_do),
		cmocka_unit_test(campaigns_are_parted_by_port_and_by_a_day),
		cmocka_unit_test(messages_of_two_sizes_are_two_campaigns),
		cmocka_unit_test(what_fails_for_the_user_is_not_the_attack),
		cmocka_unit_test(two_sources_make_infected),
		cmocka_unit_test(an_innocent_finding_takes_back_what_was_said),
		cmocka_unit_test(a_chain_is_told_with_its_odds),
		cmocka_unit_test(a_merge_keeps_hosts_edges_and_charges),
		cmocka_unit_test(nothing_is_told_twice_and_order_does_not_matter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
