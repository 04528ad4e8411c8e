// SPDX-License-Identifier: Apache-2.0
// What is usual on a port of a site outlives the evidence; no host teaches what it is judged by.
#include "unit/detect/site.h"

#include "detect/habits.h"

enum { PORT = 4000, PCS = 12, CONTACTS = 40 };
#define WEEK_MS (7 * UINT64_C(86400'000))

/* A host that reaches `n` peers on the port, of which the last in every `one_in` does not answer. */
static void reach(struct site *s, uint32_t host, uint32_t n, uint32_t one_in)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t peer = 0x0b000000 + host * 64 + i;
		if (one_in && i % one_in == one_in - 1)
			site_bad(s, host, peer, PROTO_TCP, PORT, 60'000);
		else
			site_good(s, host, peer, PROTO_TCP, PORT, 60'000);
	}
}

static struct findings judge_site(struct site *s, const struct habits *past, struct rates **taught)
{
	struct findings f;
	struct evidence *e = evidence_new(SITE_FLOWS * 2, 1);
	evidence_observe(e, s->flow, s->n);
	assert_true(judge_after(past, e, NULL, SITE_START_MS, false, &f, taught));
	evidence_free(e);
	free(s);
	return f;
}

/* What a site teaches in so long a time. */
static struct habits *learn(struct site *s, uint64_t span_ms)
{
	struct rates *taught = NULL;
	struct habits *h = habits_new();
	struct findings f = judge_site(s, NULL, &taught);
	habits_learn(h, taught, span_ms);
	rates_free(taught);
	findings_free(&f);
	return h;
}

static double share(const struct habits *h)
{
	return habits_share(h, PROTO_TCP, PORT);
}

static void assert_about(double is, double wanted)
{
	if (is < wanted - .01 || is > wanted + .01)
		fail_msg("%.3f, not about %.3f", is, wanted);
}

/* Each fails at 12 %: every eighth. */
static struct site *usual_site(void)
{
	struct site *s = site_new(1);
	for (uint32_t i = 0; i < PCS; i++)
		reach(s, 0x0a000001 + i, CONTACTS, 8);
	return s;
}

static void what_is_usual_outlives_the_evidence(void **)
{
	struct habits *h = learn(usual_site(), 8 * WEEK_MS), *again = habits_new();
	assert_true(habits_share(NULL, PROTO_TCP, PORT) == RATE_DEFAULT);
	assert_true(habits_share(again, PROTO_TCP, PORT) == RATE_DEFAULT);
	assert_about(share(h), .125 - .125 / PCS);
	assert_true(habits_share(h, PROTO_UDP, PORT) == RATE_DEFAULT);
	assert_int_equal(habits_count(h), 1);
	uint8_t room[64];
	assert_true(habits_bytes(h) <= sizeof room);
	habits_encode(h, room);
	habits_decode(again, (struct bytes){ room, habits_bytes(h) });
	assert_about(share(again), share(h));

	// The next day one other host is there, and one fails seven times in a row.
	struct findings f[2];
	for (size_t i = 0; i < countof(f); i++) {
		struct site *s = site_new(2);
		reach(s, 0x0a000001, 5, 0);
		reach(s, 0x0a000101, 7, 1);
		f[i] = judge_site(s, i ? again : NULL, NULL);
		assert_int_equal(f[i].n, 1);
	}
	assert_true(f[0].finding[0].verdict == VERDICT_WORM);
	assert_true(f[0].finding[0].needed_nats <= f[1].finding[0].needed_nats);
	assert_true(f[0].finding[0].benign_rate < f[1].finding[0].benign_rate);
	for (size_t i = 0; i < countof(f); i++)
		findings_free(&f[i]);
	habits_free(again);
	habits_free(h);
}

static void it_takes_a_week_to_learn_half(void **)
{
	struct habits *hour = learn(usual_site(), 3600'000), *week = learn(usual_site(), WEEK_MS);
	assert_true(share(hour) < .06);
	assert_true(share(hour) > RATE_DEFAULT);
	assert_true(share(week) > .09);
	for (int i = 0; i < 20; i++) { // nobody uses the port any more
		struct rates *none = rates_new(NULL);
		habits_learn(week, none, WEEK_MS);
		rates_free(none);
	}
	assert_int_equal(habits_count(week), 0);
	assert_about(share(week), RATE_DEFAULT);
	habits_free(hour);
	habits_free(week);
}

/* A worm that meets live hosts mostly fails at 30 %: an example by its share, and alone with it. */
static void no_source_raises_what_it_is_judged_by(void **)
{
	struct site *with = site_new(3), *without = site_new(3);
	for (uint32_t i = 0; i < PCS; i++) {
		reach(with, 0x0a000001 + i, CONTACTS, 20);
		reach(without, 0x0a000001 + i, CONTACTS, 20);
	}
	reach(with, 0x0a000101, 60, 3);
	struct habits *a = learn(with, 8 * WEEK_MS), *b = learn(without, 8 * WEEK_MS);
	assert_true(share(a) <= .05);
	assert_true(share(a) < share(b) + .01);
	habits_free(a);
	habits_free(b);
}

/* Each fails in one run: 23 % in all, which makes a case, and would make an example as well. */
static void who_is_accused_teaches_nothing(void **)
{
	struct site *s = site_new(4);
	for (uint32_t i = 0; i < PCS; i++)
		reach(s, 0x0a000001 + i, CONTACTS, 0);
	for (uint32_t i = 0; i < PCS; i++) {
		reach(s, 0x0a000101 + i, CONTACTS, 0);
		for (uint32_t k = 0; k < 12; k++)
			site_bad(s, 0x0a000101 + i, 0x0c000000 + i * 64 + k, PROTO_TCP, PORT, 500);
	}
	struct rates *taught = NULL;
	struct habits *h = habits_new();
	struct findings f = judge_site(s, NULL, &taught);
	assert_int_equal(f.n, PCS);
	for (size_t i = 0; i < f.n; i++)
		assert_true(verdict_is_alarm(f.finding[i].verdict));
	struct rate_sum sum = rates_sum(taught, rates_table(PROTO_TCP), PORT);
	assert_int_equal(sum.n_sources, PCS);
	assert_int_equal(sum.n, PCS * CONTACTS);
	assert_int_equal(sum.n_failed, 0);
	habits_learn(h, taught, 8 * WEEK_MS);
	assert_true(share(h) <= .021);
	rates_free(taught);
	findings_free(&f);
	habits_free(h);
}

static void four_sources_are_too_few(void **)
{
	struct site *s = site_new(5);
	for (uint32_t i = 0; i < 4; i++)
		reach(s, 0x0a000001 + i, CONTACTS, 8);
	struct habits *h = learn(s, 8 * WEEK_MS);
	assert_int_equal(habits_count(h), 0);
	habits_free(h);
}

static void what_cannot_be_is_passed_over(void **)
{
	struct habits *h = habits_new();
	uint8_t room[19 * 3 + 5];
	for (unsigned v = 0; v < 256; v++) {
		memset(room, (int)v, sizeof room);
		habits_decode(h, (struct bytes){ room, sizeof room });
		for (uint32_t p = 0; p < RATE_PORTS; p++) {
			double got = habits_share(h, PROTO_TCP, (uint16_t)p);
			assert_true(got >= .02 && got <= .20);
		}
	}
	habits_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_usual_outlives_the_evidence),
		cmocka_unit_test(it_takes_a_week_to_learn_half),
		cmocka_unit_test(no_source_raises_what_it_is_judged_by),
		cmocka_unit_test(who_is_accused_teaches_nothing),
		cmocka_unit_test(four_sources_are_too_few),
		cmocka_unit_test(what_cannot_be_is_passed_over),
	};
	return cmocka_run_group_tests_name("habits", tests, NULL, NULL);
}
