// SPDX-License-Identifier: Apache-2.0
// No host recovers by absence: each way to recovered has silence that was watched, and words on record.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/incident/case.h"

/* One infected host, brought to verifying at a time. */
static struct scene verifying(uint64_t at_ms)
{
	struct scene s = scene_new();
	struct finding f = finding_of(0x0a000001, 445, VERDICT_WORM, T0);
	scene_see(&s, &f, 1);
	assert_true(scene_move(&s, STATE_REMEDIATING, at_ms));
	assert_true(scene_move(&s, STATE_REMEDIATED, at_ms));
	assert_true(scene_move(&s, STATE_VERIFYING, at_ms));
	return s;
}

static void silence_that_nobody_watched_does_not_count(void **state)
{
	(void)state;
	uint64_t at_ms = T0 + 60 * MINUTE, later = at_ms + 120 * MINUTE;
	struct scene s = verifying(at_ms);
	assert_false(scene_move(&s, STATE_RECOVERED, later)); // no telemetry at all
	scene_cover(&s, T0, later);
	assert_false(scene_move(&s, STATE_RECOVERED, later)); // not seen alive: switched off?
	scene_alive(&s, at_ms + 30 * MINUTE);
	assert_false(scene_move(&s, STATE_RECOVERED, later)); // alive for half an hour of it
	scene_alive(&s, at_ms + 61 * MINUTE);
	assert_true(scene_move(&s, STATE_RECOVERED, later));
	assert_int_equal(scene_member(&s, 1)->state, STATE_RECOVERED);
	scene_free(&s);
}

static void a_gap_in_the_telemetry_begins_silence_anew(void **state)
{
	(void)state;
	uint64_t at_ms = T0 + 60 * MINUTE;
	struct scene s = verifying(at_ms);
	scene_cover(&s, T0, at_ms + 30 * MINUTE);
	scene_cover(&s, at_ms + 40 * MINUTE, at_ms + 200 * MINUTE);
	scene_alive(&s, at_ms + 99 * MINUTE); // 59 min behind the gap, 99 in all
	assert_false(scene_move(&s, STATE_RECOVERED, at_ms + 200 * MINUTE));
	scene_alive(&s, at_ms + 100 * MINUTE);
	assert_true(scene_move(&s, STATE_RECOVERED, at_ms + 110 * MINUTE));
	scene_free(&s);
}

static void coverage_never_begins_earlier_than_was_told(void **state)
{
	(void)state;
	uint64_t at_ms = T0 + 60 * MINUTE;
	struct scene s = verifying(at_ms);
	scene_alive(&s, at_ms + 90 * MINUTE);
	scene_cover(&s, at_ms + 40 * MINUTE, at_ms + 50 * MINUTE);
	scene_cover(&s, T0, at_ms + 90 * MINUTE); // told later, of before the gap
	assert_false(scene_move(&s, STATE_RECOVERED, at_ms + 90 * MINUTE));
	scene_free(&s);
}

/* The arithmetic of a scan of 10 new peers a second behind 1:1000: 1382 s and the delay. */
static void silence_follows_pace_and_sampling(void **state)
{
	(void)state;
	assert_int_equal(silence_needed_ms(10, 1000) / 1000, SILENCE_LEAST_MS / 1000);
	assert_int_equal(silence_needed_ms(1, 1000) / 1000, 13815 + SILENCE_DELAY_MS / 1000);
	assert_true(silence_needed_ms(0, 1) > SILENCE_MOST_MS);
	uint64_t at_ms = T0 + 60 * MINUTE;
	struct scene s = scene_new();
	struct finding f = finding_of(0x0a000001, 445, VERDICT_WORM, T0); // 40 in 5 min
	scene_see(&s, &f, 1);
	assert_true(scene_move(&s, STATE_REMEDIATING, at_ms));
	assert_true(scene_move(&s, STATE_REMEDIATED, at_ms));
	assert_true(scene_move(&s, STATE_VERIFYING, at_ms));
	struct silence whole = silence_of(s.board, scene_member(&s, 1), at_ms);
	assert_int_equal(whole.needed_ms, SILENCE_LEAST_MS);
	assert_true(whole.rate_per_s > 0.133 && whole.rate_per_s < 0.134);
	assert_int_equal(whole.watched_ms, 0);
	assert_true(whole.clean == 0);
	struct body body = { .text = { [BODY_WHAT] = "coverage" },
		.number = { [BODY_SINCE] = at_ms,
			[BODY_UNTIL] = at_ms + 100 * MINUTE,
			[BODY_LAST] = at_ms + 100 * MINUTE,
			[BODY_SAMPLING] = 100 } };
	assert_true(scene_put(
		&s, event_of(EVENT_EVIDENCE, 1, 1, at_ms + 100 * MINUTE, "cordon", &body)));
	struct silence part = silence_of(s.board, scene_member(&s, 1), at_ms + 100 * MINUTE);
	assert_int_equal(part.watched_ms, 100 * MINUTE);
	assert_int_equal(part.needed_ms / 1000, 10436); // 100 ln(10^6) / (40 / 300) + 75
	assert_true(part.clean > 0.9996 && part.clean < 0.9997);
	assert_false(scene_move(&s, STATE_RECOVERED, at_ms + 100 * MINUTE));
	body.number[BODY_UNTIL] = body.number[BODY_LAST] = at_ms + 174 * MINUTE;
	assert_true(scene_put(
		&s, event_of(EVENT_EVIDENCE, 1, 1, at_ms + 174 * MINUTE, "cordon", &body)));
	assert_true(scene_move(&s, STATE_RECOVERED, at_ms + 175 * MINUTE));
	scene_free(&s);
}

/* A scan that was seen by 1 packet in 100 was a hundred times as fast as what was recorded of it. */
static void a_sampled_scan_was_faster_than_it_looked(void **state)
{
	(void)state;
	struct scene s = scene_new();
	struct finding f = finding_of(0x0a000001, 445, VERDICT_WORM, T0);
	f.is_sampled = true;
	f.sampling = 100;
	scene_see(&s, &f, 1);
	struct silence silence = silence_of(s.board, scene_member(&s, 1), T0);
	assert_true(silence.rate_per_s > 13.3 && silence.rate_per_s < 13.4);
	scene_free(&s);
}

/* Of two attacks only the fast one told its pace: the other may be slow, so its silence takes longer. */
static void an_attack_of_unknown_pace_was_taken_for_as_fast_as_another(void **state)
{
	(void)state;
	struct scene s = scene_new();
	struct finding f[] = { finding_of(0x0a000001, 445, VERDICT_WORM, T0),
		finding_of(0x0a000001, 80, VERDICT_WORM, T0) };
	f[0].contacted = 40000;
	f[1].onset_ms = f[1].first_ms = UINT64_MAX; // no record told a time
	f[1].last_ms = 0;
	scene_see(&s, f, 1);
	struct silence told = silence_of(s.board, scene_member(&s, 1), T0);
	assert_true(told.rate_per_s > 133 && !told.is_rate_assumed);
	scene_see(&s, f, 2);
	struct silence both = silence_of(s.board, scene_member(&s, 1), T0);
	assert_true(both.rate_per_s == SILENCE_RATE_PER_S && both.is_rate_assumed);
	scene_free(&s);
}

static void words_do_not_replace_silence_nor_come_from_cordon(void **state)
{
	(void)state;
	uint64_t at_ms = T0 + 60 * MINUTE, later = at_ms + 90 * MINUTE;
	struct scene s = verifying(at_ms);
	scene_cover(&s, T0, later);
	scene_alive(&s, later);
	struct wish wish = { .to = STATE_RECOVERED, .at_ms = later, .said = UINT32_MAX };
	struct ruling r = lifecycle_ask(s.board, scene_member(&s, 1), &wish);
	assert_false(r.may);
	assert_true(r.missing >> GUARD_RESCAN & 1);
	wish.is_operator = true; // without a reason
	assert_false(lifecycle_ask(s.board, scene_member(&s, 1), &wish).may);
	wish.has_reason = true;
	assert_true(lifecycle_ask(s.board, scene_member(&s, 1), &wish).may);
	wish.silence_ms = 91 * MINUTE;
	r = lifecycle_ask(s.board, scene_member(&s, 1), &wish);
	assert_int_equal(r.missing, 1U << GUARD_SILENCE);
	scene_free(&s);
}

static void later_evidence_is_a_reinfection_and_late_evidence_is_none(void **state)
{
	(void)state;
	uint64_t at_ms = T0 + 60 * MINUTE;
	struct scene s = verifying(at_ms);
	struct finding f = finding_of(0x0a000001, 445, VERDICT_WORM, T0);
	f.last_ms = at_ms + SKEW; // within the margin of the clocks
	scene_see(&s, &f, 1);
	assert_int_equal(scene_member(&s, 1)->state, STATE_VERIFYING);
	f.last_ms = at_ms + SKEW + 1;
	scene_see(&s, &f, 1);
	assert_int_equal(scene_member(&s, 1)->state, STATE_REINFECTED);
	assert_int_equal(scene_member(&s, 1)->episode, 2);
	assert_int_equal(scene_see(&s, &f, 1), 0);
	scene_free(&s);
}

static void a_false_positive_comes_back_with_other_evidence_only(void **state)
{
	(void)state;
	struct scene s = scene_new();
	struct finding f = finding_of(0x0a000001, 445, VERDICT_WORM, T0);
	scene_see(&s, &f, 1);
	assert_true(scene_move(&s, STATE_FALSE_POSITIVE, T0 + MINUTE));
	f.last_ms = T0 + 300 * MINUTE;
	scene_see(&s, &f, 1);
	assert_int_equal(scene_member(&s, 1)->state, STATE_FALSE_POSITIVE);
	struct finding both[2] = { f, finding_of(0x0a000001, 80, VERDICT_WORM, T0 + 300 * MINUTE) };
	scene_see(&s, both, 2);
	assert_int_equal(scene_member(&s, 1)->state, STATE_INFECTED);
	scene_free(&s);
}

static uint32_t draw(uint64_t *random, uint32_t below)
{
	*random = *random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(*random >> 33) % below;
}

/* Any transition, with all words, by anybody, and sometimes findings; telemetry is lost. */
static void without_telemetry_nobody_recovers(void **state)
{
	(void)state;
	enum { RUNS = 200, STEPS = 200 };
	uint64_t random = 3, n_moves = 0;
	uint32_t reached = 0;
	for (unsigned i = 0; i < RUNS; i++) {
		struct scene s = scene_new();
		struct finding f = finding_of(0x0a000001, 445, VERDICT_WORM, T0);
		scene_see(&s, &f, 1);
		scene_cover(&s, T0, T0 + MINUTE);
		for (unsigned k = 0; k < STEPS; k++) {
			uint64_t at_ms = T0 + k * UINT64_C(10) * MINUTE;
			if (draw(&random, 8) == 0) {
				f.last_ms = at_ms;
				scene_see(&s, &f, 1);
			} else if (draw(&random, 4) == 0) {
				scene_alive(&s, at_ms); // pings answer, no exporter does
			} else {
				n_moves += scene_move(&s, draw(&random, N_STATES), at_ms);
			}
			reached |= 1U << scene_member(&s, 1)->state;
		}
		scene_free(&s);
	}
	assert_true(n_moves > RUNS);
	assert_false(reached & (1U << STATE_RECOVERED | 1U << STATE_CLOSED));
	assert_true(reached & 1U << STATE_REINFECTED);
}

static void replay_equals_what_was_live(void **state)
{
	(void)state;
	uint64_t at_ms = T0 + 60 * MINUTE, later = at_ms + 90 * MINUTE;
	struct scene s = verifying(at_ms);
	scene_cover(&s, T0, later);
	scene_alive(&s, later);
	assert_true(scene_move(&s, STATE_RECOVERED, later));
	assert_false(scene_move(&s, STATE_CLOSED, later)); // a day has to pass
	assert_true(scene_move(&s, STATE_CLOSED, later + QUIET_LEAST_MS));
	struct board *again = board_new();
	for (size_t i = 0; i < s.n; i++)
		board_apply(again, &s.event[i]);
	assert_int_equal(again->n_refused, s.board->n_refused);
	assert_memory_equal(
		again->member.row, s.board->member.row, s.board->member.n * sizeof(struct member));
	assert_memory_equal(
		again->host.row, s.board->host.row, s.board->host.n * sizeof(struct host_row));
	board_apply(again, &s.event[3]); // known already
	assert_int_equal(again->n_refused, s.board->n_refused);
	board_free(again);
	scene_free(&s);
}

static void guards_are_read_as_they_are_written(void **state)
{
	(void)state;
	char room[GUARD_TEXT_BYTES];
	uint32_t all = (1U << N_GUARDS) - 1;
	assert_int_equal(guards_parse(guards_format(all, room)), all);
	assert_int_equal(guards_parse("nonsense,silence,"), 1U << GUARD_SILENCE);
	assert_int_equal(guards_parse(NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_that_nobody_watched_does_not_count),
		cmocka_unit_test(a_gap_in_the_telemetry_begins_silence_anew),
		cmocka_unit_test(coverage_never_begins_earlier_than_was_told),
		cmocka_unit_test(silence_follows_pace_and_sampling),
		cmocka_unit_test(a_sampled_scan_was_faster_than_it_looked),
		cmocka_unit_test(an_attack_of_unknown_pace_was_taken_for_as_fast_as_another),
		cmocka_unit_test(words_do_not_replace_silence_nor_come_from_cordon),
		cmocka_unit_test(later_evidence_is_a_reinfection_and_late_evidence_is_none),
		cmocka_unit_test(a_false_positive_comes_back_with_other_evidence_only),
		cmocka_unit_test(without_telemetry_nobody_recovers),
		cmocka_unit_test(replay_equals_what_was_live),
		cmocka_unit_test(guards_are_read_as_they_are_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
