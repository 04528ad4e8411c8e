// SPDX-License-Identifier: Apache-2.0
#include "unit/detect/site.h"

#include <math.h>

#include "detect/walk.h"

/* False alarms per 10^6 benign sources with 200 first contacts: computed apart from this code. */
static void false_alarms_match_the_table(void **state)
{
	(void)state;
	static const struct {
		unsigned threshold;
		double rate, per_million;
	} rows[] = {
		{ 4, .02, 32.1 },
		{ 4, .10, 21100 },
		{ 5, .05, 67.4 },
		{ 7, .02, 2.7e-4 },
		{ 7, .05, .185 },
		{ 7, .10, 28.7 },
		{ 8, .10, 3.17 },
		{ 8, .15, 104 },
		{ 10, .15, 3.18 },
		{ 10, .20, 80.1 },
		{ 12, .20, 4.92 },
		{ 12, .30, 1560 },
		{ 15, .30, 118 },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		double got = walk_false_alarm(rows[i].rate, rows[i].threshold, 200) * 1e6;
		assert_true(fabs(got / rows[i].per_million - 1) < .02);
	}
}

static void threshold_keeps_ten_in_a_million(void **state)
{
	(void)state;
	static const double rates[] = { .02, .05, .1, .15, .2, .3 };
	unsigned before = 0;
	for (size_t i = 0; i < countof(rates); i++) {
		unsigned t = walk_threshold(rates[i], 200);
		assert_true(t >= THRESHOLD_MIN && t >= before);
		assert_true(walk_false_alarm(rates[i], t, 200) <= 10e-6);
		before = t;
	}
	assert_int_equal(walk_threshold(.05, 64), 7);
	assert_true(walk_threshold(.05, 8000) >= walk_threshold(.05, 64));
}

static struct exhibit exhibits[64];
static struct contact contacts[64];

static void fill(enum sign sign, size_t n, uint64_t step_ms)
{
	for (size_t i = 0; i < n; i++) {
		contacts[i].first_ms = SITE_START_MS + i * step_ms;
		exhibits[i] = (struct exhibit){ &contacts[i], sign };
	}
}

static void floor_makes_earlier_successes_worthless(void **state)
{
	(void)state;
	fill(SIGN_ANSWERED, 64, 1000);
	for (size_t i = 50; i < 57; i++)
		exhibits[i].sign = SIGN_NO_ACK;
	struct walk w = walk_over(exhibits, 57, 7 * STEP_NATS);
	assert_true(w.crossed);
	assert_int_equal(w.onset, 50);
	assert_int_equal(w.crossing, 56);
	assert_string_equal(w.scale, "10 min");
}

static void slow_scan_is_seen_on_a_slow_scale(void **state)
{
	(void)state;
	fill(SIGN_NO_ACK, 12, 3600'000); // one an hour
	struct walk w = walk_over(exhibits, 12, 7 * STEP_NATS);
	assert_true(w.crossed);
	assert_string_equal(w.scale, "24 h");
	fill(SIGN_NO_ACK, 12, 24 * 3600'000); // one a day: what is left of the first is a half
	assert_false(walk_over(exhibits, 12, 7 * STEP_NATS).crossed);
}

static void unknown_times_do_not_age(void **state)
{
	(void)state;
	fill(SIGN_NO_ACK, 8, 0);
	for (size_t i = 0; i < 8; i++)
		contacts[i].first_ms = TIME_UNKNOWN;
	assert_true(walk_over(exhibits, 8, 7 * STEP_NATS).crossed);
}

/* Each failure that would make the case becomes an answer; then the walk never gets there. */
static void answers_that_clear_are_as_many_as_told(void **state)
{
	(void)state;
	static const size_t flipped[] = { 6, 8, 10 };
	fill(SIGN_NO_ACK, 12, 100);
	assert_int_equal(walk_to_clear(exhibits, 12, 7 * STEP_NATS), countof(flipped));
	for (size_t i = 0; i < countof(flipped); i++) {
		assert_true(walk_over(exhibits, 12, 7 * STEP_NATS).crossed);
		exhibits[flipped[i]].sign = SIGN_ANSWERED;
	}
	assert_false(walk_over(exhibits, 12, 7 * STEP_NATS).crossed);
	assert_int_equal(walk_to_clear(exhibits, 12, 7 * STEP_NATS), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(false_alarms_match_the_table),
		cmocka_unit_test(threshold_keeps_ten_in_a_million),
		cmocka_unit_test(floor_makes_earlier_successes_worthless),
		cmocka_unit_test(slow_scan_is_seen_on_a_slow_scale),
		cmocka_unit_test(unknown_times_do_not_age),
		cmocka_unit_test(answers_that_clear_are_as_many_as_told),
	};
	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
