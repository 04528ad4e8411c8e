// SPDX-License-Identifier: Apache-2.0
// The curve tells each host at each time as it is known now; containment and growth are told with their doubt.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "incident/curve.h"
#include "unit/incident/case.h"

static struct event joined(uint64_t host, uint64_t onset_ms, uint64_t told_ms)
{
	char address[32];
	snprintf(address, sizeof address, "10.0.%u.%u", (unsigned)(host / 250),
		(unsigned)(host % 250 + 1));
	struct body body = { .text = { [BODY_ADDRESS] = address },
		.number = { [BODY_ONSET] = onset_ms } };
	struct event ev =
		event_of(EVENT_JOINED, 1, host, onset_ms ? onset_ms : told_ms, "cordon", &body);
	ev.arrived_ms = told_ms;
	return ev;
}

static bool moved(struct scene *s, uint64_t host, enum state to, uint64_t at_ms)
{
	char said[GUARD_TEXT_BYTES];
	const struct member *m = scene_member(s, host);
	struct body body = { .text = { [BODY_FROM] = state_key(m->state),
				     [BODY_TO] = state_key(to),
				     [BODY_REASON] = "seen by me",
				     [BODY_SAID] = guards_format(guards_sayable(), said) } };
	return scene_put(s, event_of(EVENT_MOVED, 1, host, at_ms, "ann", &body));
}

static void attack(struct scene *s, uint64_t host, uint64_t last_ms)
{
	struct body body = { .text = { [BODY_WHAT] = "finding",
				     [BODY_CAUSE] = "tcp/445",
				     [BODY_VERDICT] = "worm-like",
				     [BODY_SOURCE] = "flows" },
		.number = { [BODY_LAST] = last_ms } };
	assert_true(scene_put(s, event_of(EVENT_EVIDENCE, 1, host, last_ms, "cordon", &body)));
}

static void look(struct scene *s, uint64_t host, bool works, const char *plan, uint64_t at_ms)
{
	struct body body = { .text = { [BODY_WHAT] = works ? "containment" : "containment-failed",
				     [BODY_WHY] = plan },
		.number = { [BODY_LAST] = at_ms } };
	assert_true(scene_put(s, event_of(EVENT_EVIDENCE, 1, host, at_ms, "ann", &body)));
}

/* An incident of so many infected hosts, one a minute from T0 on. */
static struct scene outbreak(uint64_t n)
{
	struct scene s = scene_new();
	assert_true(scene_put(&s, event_of(EVENT_OPENED, 1, 0, T0, "cordon", &(struct body){})));
	for (uint64_t h = 1; h <= n; h++) {
		uint64_t onset = T0 + (h - 1) * MINUTE;
		assert_true(scene_put(&s, joined(h, onset, onset + 4000)));
		attack(&s, h, onset + 1000);
		assert_true(moved(&s, h, STATE_INFECTED, onset + 2000));
	}
	return s;
}

static struct curve_point at(const struct scene *s, uint64_t ms)
{
	static struct curve c;
	struct span span = { T0 - MINUTE, ms };
	curve_fill(s->board, 1, &span, 50, &c);
	assert_true(c.n >= 2 && c.n <= 50);
	assert_int_equal(c.point[c.n - 1].at_ms, ms);
	assert_int_equal(curve_ever(&c.point[0]), 0);
	for (size_t i = 1; i < c.n; i++)
		assert_true(c.point[i].at_ms > c.point[i - 1].at_ms);
	return c.point[c.n - 1];
}

static void each_host_is_told_once_at_each_time(void **state)
{
	(void)state;
	struct scene s = outbreak(6);
	uint64_t late = T0 + 60 * MINUTE;
	assert_true(moved(&s, 1, STATE_CONTAINED, T0 + 20 * MINUTE));
	assert_true(moved(&s, 2, STATE_REMEDIATING, T0 + 22 * MINUTE));
	assert_true(moved(&s, 3, STATE_FALSE_POSITIVE, T0 + 23 * MINUTE));
	struct curve_point p = at(&s, T0 + 10 * MINUTE);
	assert_int_equal(curve_ever(&p), 5); // who turned out to be none never was
	assert_int_equal(p.n[COURSE_ACTIVE], 5);
	p = at(&s, T0 + 2 * MINUTE);
	assert_int_equal(p.n[COURSE_ACTIVE], 2); // hosts 1 and 2; the third is none
	p = at(&s, late);
	assert_int_equal(p.n[COURSE_ACTIVE], 3);
	assert_int_equal(p.n[COURSE_CONTAINED], 2);
	assert_int_equal(p.n[COURSE_RECOVERED] + p.n[COURSE_SUSPECTED], 0);
	scene_free(&s);
}

static void a_reinfected_host_is_active_again_from_its_onset_on(void **state)
{
	(void)state;
	struct scene s = outbreak(1);
	assert_true(moved(&s, 1, STATE_REMEDIATING, T0 + 10 * MINUTE));
	assert_true(moved(&s, 1, STATE_REMEDIATED, T0 + 11 * MINUTE));
	attack(&s, 1, T0 + 30 * MINUTE);
	struct body body = { .text = { [BODY_FROM] = "remediated", [BODY_TO] = "reinfected" },
		.number = { [BODY_ONSET] = T0 + 28 * MINUTE } };
	assert_true(scene_put(&s, event_of(EVENT_MOVED, 1, 1, T0 + 30 * MINUTE, "cordon", &body)));
	assert_int_equal(at(&s, T0 + 27 * MINUTE).n[COURSE_CONTAINED], 1);
	assert_int_equal(at(&s, T0 + 29 * MINUTE).n[COURSE_ACTIVE], 1);
	assert_int_equal(at(&s, T0 + 40 * MINUTE).n[COURSE_CONTAINED], 0);
	scene_free(&s);
}

static void suspects_are_not_among_the_infected(void **state)
{
	(void)state;
	struct scene s = outbreak(1);
	assert_true(scene_put(&s, joined(2, 0, T0 + 5 * MINUTE)));
	struct curve_point p = at(&s, T0 + 9 * MINUTE);
	assert_int_equal(curve_ever(&p), 1);
	assert_int_equal(p.n[COURSE_SUSPECTED], 1);
	scene_free(&s);
}

static void a_host_that_was_split_off_takes_its_past_along(void **state)
{
	(void)state;
	struct scene s = outbreak(2);
	assert_true(moved(&s, 2, STATE_CONTAINED, T0 + 5 * MINUTE));
	assert_true(scene_put(&s, event_of(EVENT_OPENED, 2, 0, T0, "ann", &(struct body){})));
	struct body body = { .number = { [BODY_OTHER] = 2 } };
	assert_true(scene_put(&s, event_of(EVENT_SPLIT, 1, 2, T0 + 9 * MINUTE, "ann", &body)));
	struct span span = { T0, T0 + 20 * MINUTE };
	struct curve c;
	curve_fill(s.board, 2, &span, 21, &c);
	assert_int_equal(c.point[2].n[COURSE_ACTIVE], 1);
	assert_int_equal(c.point[20].n[COURSE_CONTAINED], 1);
	curve_fill(s.board, 1, &span, 21, &c);
	assert_int_equal(curve_ever(&c.point[20]), 1);
	curve_fill(s.board, 0, &span, 21, &c);
	assert_int_equal(curve_ever(&c.point[20]), 2);
	struct body merged = { .number = { [BODY_OTHER] = 2 } };
	assert_true(scene_put(&s, event_of(EVENT_MERGED, 1, 0, T0 + 10 * MINUTE, "ann", &merged)));
	curve_fill(s.board, 1, &span, 21, &c);
	assert_int_equal(c.point[20].n[COURSE_CONTAINED], 1);
	assert_int_equal(curve_ever(&c.point[20]), 2);
	scene_free(&s);
}

static void containment_is_told_by_plan_and_doubted_where_a_person_vouched(void **state)
{
	(void)state;
	struct scene s = outbreak(6);
	struct containment c[CONTAINMENTS_MAX];
	uint64_t t = T0 + 30 * MINUTE;
	look(&s, 1, false, "plan a", t - 5 * MINUTE);
	look(&s, 1, true, "plan a", t);
	look(&s, 1, true, "plan a", t + MINUTE); // is no news
	look(&s, 2, true, "plan a", t + 2 * MINUTE);
	look(&s, 3, false, "plan b", t + 3 * MINUTE);
	attack(&s, 2, t + 4 * MINUTE);
	assert_true(moved(&s, 4, STATE_DISCONNECTED, t + 5 * MINUTE));
	size_t n = containments_find(s.board, 1, t + 10 * MINUTE, NULL, NULL, c);
	assert_int_equal(n, 3);
	assert_string_equal(c[0].what, "plan a");
	assert_int_equal(c[0].at_ms, t);
	assert_int_equal(c[0].effective, EFFECTIVE_YES);
	assert_int_equal(c[0].n_hosts, 2);
	assert_int_equal(c[0].n_attacked, 1);
	assert_int_equal(c[0].after_ms, 10 * MINUTE);
	assert_string_equal(c[1].what, "plan b");
	assert_int_equal(c[1].effective, EFFECTIVE_NO);
	assert_null(c[2].what);
	assert_int_equal(c[2].effective, EFFECTIVE_UNKNOWN);
	look(&s, 1, false, "plan a", t + 11 * MINUTE);
	n = containments_find(s.board, 1, t + 20 * MINUTE, NULL, NULL, c);
	assert_int_equal(n, 3);
	assert_int_equal(c[0].effective, EFFECTIVE_NO); // it worked, and works no longer
	scene_free(&s);
}

static bool is_even(void *ctx, uint64_t host, uint64_t since_ms)
{
	const uint64_t *from_ms = ctx;
	return host % 2 == 0 && since_ms >= *from_ms;
}

static void hosts_that_no_telemetry_shows_are_not_counted_as_heard(void **state)
{
	(void)state;
	struct scene s = outbreak(6);
	struct containment c[CONTAINMENTS_MAX];
	uint64_t t = T0 + 30 * MINUTE, from_ms = t + MINUTE;
	for (uint64_t host = 1; host <= 4; host++)
		look(&s, host, true, "plan a", t + host * MINUTE);
	look(&s, 2, true, "plan b", t);
	size_t n = containments_find(s.board, 1, t + 10 * MINUTE, is_even, &from_ms, c);
	assert_int_equal(n, 2);
	assert_int_equal(c[0].n_heard, 0); // it was looked at before they were heard
	assert_int_equal(c[1].n_hosts, 4);
	assert_int_equal(c[1].n_heard, 2);
	assert_int_equal(containments_find(s.board, 1, t + 10 * MINUTE, NULL, NULL, c), 2);
	assert_int_equal(c[1].n_heard, 0);
	scene_free(&s);
}

static void growth_rests_on_what_was_told_by_then(void **state)
{
	(void)state;
	struct scene s = outbreak(20);
	struct growth g;
	uint64_t now = T0 + 20 * MINUTE;
	assert_true(growth_reckon(s.board, 1, now, now, &g));
	assert_int_equal(g.delay_ms, 4000); // the usual delay, by which the window ends earlier
	assert_int_equal(g.window.until_ms, now - 4000);
	assert_int_equal(g.n_onsets, 15);
	assert_int_equal(g.why, GROWTH_TOLD);
	assert_int_equal(g.trend, TREND_UNCLEAR); // one a minute
	assert_true(isnan(g.r.low));              // nobody knows who infected whom
	assert_true(growth_reckon(s.board, 1, T0 + 5 * MINUTE, now, &g));
	assert_int_equal(g.why, GROWTH_FEW);
	assert_int_equal(g.trend, TREND_UNKNOWN);
	assert_true(growth_reckon(s.board, 1, now + 600 * MINUTE, now + 600 * MINUTE, &g));
	assert_int_equal(g.n_onsets, 0);
	scene_free(&s);
}

static void hosts_without_an_onset_are_not_guessed_at(void **state)
{
	(void)state;
	struct scene s = outbreak(10);
	struct growth g;
	for (uint64_t h = 11; h <= 14; h++) {
		assert_true(scene_put(&s, joined(h, 0, T0 + 9 * MINUTE)));
		attack(&s, h, T0 + 9 * MINUTE);
		assert_true(moved(&s, h, STATE_INFECTED, T0 + 9 * MINUTE));
	}
	assert_true(growth_reckon(s.board, 1, T0 + 11 * MINUTE, T0 + 30 * MINUTE, &g));
	assert_int_equal(g.n_undated, 4);
	assert_int_equal(g.why, GROWTH_UNDATED);
	scene_free(&s);
}

static void an_empty_board_has_no_curve(void **state)
{
	(void)state;
	struct scene s = scene_new();
	struct span span = curve_span(s.board, 0, T0);
	struct curve c;
	struct containment k[CONTAINMENTS_MAX];
	assert_int_equal(span.until_ms, 0);
	curve_fill(s.board, 0, &span, 2, &c);
	assert_int_equal(c.n, 0);
	assert_int_equal(containments_find(s.board, 0, T0, NULL, NULL, k), 0);
	scene_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_host_is_told_once_at_each_time),
		cmocka_unit_test(a_reinfected_host_is_active_again_from_its_onset_on),
		cmocka_unit_test(suspects_are_not_among_the_infected),
		cmocka_unit_test(a_host_that_was_split_off_takes_its_past_along),
		cmocka_unit_test(containment_is_told_by_plan_and_doubted_where_a_person_vouched),
		cmocka_unit_test(hosts_that_no_telemetry_shows_are_not_counted_as_heard),
		cmocka_unit_test(growth_rests_on_what_was_told_by_then),
		cmocka_unit_test(hosts_without_an_onset_are_not_guessed_at),
		cmocka_unit_test(an_empty_board_has_no_curve),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
