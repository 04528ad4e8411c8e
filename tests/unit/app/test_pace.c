// SPDX-License-Identifier: Apache-2.0
// How fast alerts go to a target: a bucket, what is said of those that were held back, and when mail goes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "app/pace.h"

enum { NOW = 1000000, INTERVAL = 900 * 1000 };

static const struct alert_target file = { .type = ALERT_TYPE_FILE, .to = "/x" };
static const struct alert_target chat = { .type = ALERT_TYPE_WEBHOOK, .per_minute = 20 };
static const struct alert_target mail = { .type = ALERT_TYPE_MAIL, .interval_ms = INTERVAL };

static struct pace *pace_of(const struct alert_target *t)
{
	struct pace *p = malloc(sizeof *p);
	assert_non_null(p);
	pace_init(p, t, NOW);
	return p;
}

static struct notice notice(uint64_t number, enum notice_kind kind, enum verdict v)
{
	return (struct notice){
		.number = number, .kind = kind, .verdict = v, .host = addr_v4((uint32_t)number)
	};
}

static void without_a_limit_all_go_at_once(void **)
{
	struct pace *p = pace_of(&file);
	for (int i = 0; i < 100000; i++) {
		assert_true(pace_may_send(p, NOW));
		pace_sent(p, NOW);
	}
	free(p);
}

static void a_burst_goes_and_the_rest_is_told_as_a_number_after_a_minute(void **)
{
	struct pace *p = pace_of(&chat);
	uint64_t n_sent = 0, n_told = 0, n_held = 0;
	for (uint64_t ms = 0; ms < 10 * PACE_MINUTE_MS; ms += 100) { // ten a second for ten minutes
		struct notice n = notice(ms + 1, NOTICE_NEW, VERDICT_SUSPECT);
		if (ms == 5000)
			n = notice(777, NOTICE_NEW, VERDICT_WORM);
		if (pace_is_due(p, NOW + ms)) {
			struct notice all = pace_summary(p, NOW + ms);
			assert_int_equal(all.kind, NOTICE_HELD);
			assert_int_equal(all.verdict, n_told ? VERDICT_SUSPECT : VERDICT_WORM);
			if (!n_told)
				assert_int_equal(all.number, 777);
			n_held += all.n_held;
			pace_told(p, NOW + ms);
			n_told++;
		}
		if (pace_may_send(p, NOW + ms)) {
			pace_sent(p, NOW + ms);
			n_sent++;
		} else {
			pace_hold(p, &n, NOW + ms);
		}
	}
	assert_int_equal(n_sent + n_held + p->n_held, 6000); // none is lost
	assert_in_range(n_sent + n_told, 9 * 20, 11 * 20);   // and no more than was asked for
	assert_in_range(n_told, 8, 10);
	free(p);
}

static void who_stays_below_the_limit_is_never_held_back(void **)
{
	struct pace *p = pace_of(&chat);
	for (uint64_t i = 0; i < 1000; i++) {
		assert_true(pace_may_send(p, NOW + i * 3000));
		pace_sent(p, NOW + i * 3000);
	}
	free(p);
}

static void what_is_held_back_says_how_many_and_of_what_kind(void **)
{
	struct pace *p = pace_of(&chat);
	struct notice over = notice(1, NOTICE_OVER, VERDICT_WORM);
	struct notice found = notice(2, NOTICE_NEW, VERDICT_SCANNER);
	pace_hold(p, &over, NOW);
	pace_hold(p, &found, NOW);
	pace_hold(p, &found, NOW);
	struct notice all = pace_summary(p, NOW + PACE_MINUTE_MS);
	assert_int_equal(all.n_held, 3);
	assert_int_equal(all.number, 2); // what is over is milder, whatever it was
	assert_string_equal(all.why,
		"3 alerts held back in 60 s, for more than 20 came within a minute: 2 new, 1 over, "
		"this one is the worst; cordon incident list");
	free(p);
}

static void mail_gathers_and_then_waits_for_the_interval(void **)
{
	struct pace *p = pace_of(&mail);
	struct notice n = notice(1, NOTICE_NEW, VERDICT_WORM);
	assert_false(pace_may_send(p, NOW));
	pace_hold(p, &n, NOW);
	assert_false(pace_is_due(p, NOW + PACE_GATHER_MS - 1));
	assert_true(pace_is_due(p, NOW + PACE_GATHER_MS));
	pace_told(p, NOW);
	n = notice(2, NOTICE_NEW, VERDICT_WORM);
	pace_hold(p, &n, NOW + 1);
	n = notice(3, NOTICE_OVER, VERDICT_WORM);
	pace_hold(p, &n, NOW + INTERVAL - 1);
	assert_false(pace_is_due(p, NOW + INTERVAL - 1));
	assert_true(pace_is_due(p, NOW + INTERVAL));
	assert_int_equal(p->n_listed, 2);
	assert_int_equal(p->listed[0].number, 2);
	free(p);
}

static void the_first_of_an_incident_does_not_wait_but_not_without_end(void **)
{
	struct pace *p = pace_of(&mail);
	uint64_t at = NOW;
	unsigned n_mails = 0;
	for (uint64_t incident = 1; incident <= 50; incident++, at += 10 * 1000) {
		for (int k = 0; k < 3; k++) {
			struct notice n = notice(incident, NOTICE_NEW, VERDICT_SUSPECT);
			n.incident = incident;
			pace_hold(p, &n, at);
		}
		if (pace_is_due(p, at + PACE_GATHER_MS)) {
			pace_told(p, at + PACE_GATHER_MS);
			n_mails++;
		}
	}
	assert_int_equal(n_mails, 1 + PACE_URGENT_MAX);
	assert_true(pace_is_due(p, at + INTERVAL)); // the others come with the next one
	free(p);
}

static void a_mail_lists_the_worst_and_counts_the_rest(void **)
{
	struct pace *p = pace_of(&mail);
	for (uint64_t i = 1; i <= 1000; i++) {
		struct notice n = notice(i, i % 2 ? NOTICE_OVER : NOTICE_NEW,
			i > 990 ? VERDICT_WORM : VERDICT_SCANNER);
		pace_hold(p, &n, NOW);
	}
	unsigned n_worms = 0;
	assert_int_equal(p->n_held, 1000);
	assert_int_equal(p->n_listed, PACE_LISTED);
	for (size_t i = 0; i < p->n_listed; i++) {
		assert_true(i == 0 || p->listed[i].number > p->listed[i - 1].number);
		assert_int_equal(p->listed[i].kind, NOTICE_NEW);
		n_worms += p->listed[i].verdict == VERDICT_WORM;
	}
	assert_int_equal(n_worms, 5);
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_limit_all_go_at_once),
		cmocka_unit_test(a_burst_goes_and_the_rest_is_told_as_a_number_after_a_minute),
		cmocka_unit_test(who_stays_below_the_limit_is_never_held_back),
		cmocka_unit_test(what_is_held_back_says_how_many_and_of_what_kind),
		cmocka_unit_test(mail_gathers_and_then_waits_for_the_interval),
		cmocka_unit_test(the_first_of_an_incident_does_not_wait_but_not_without_end),
		cmocka_unit_test(a_mail_lists_the_worst_and_counts_the_rest),
	};
	return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
