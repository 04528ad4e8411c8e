// SPDX-License-Identifier: Apache-2.0
// What was told is not told again, unless it is worse; also not by the next keeper.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "app/alerts.h"

enum { NOW = 1000, HOSTS = 5000 };

static struct finding finding(uint32_t host, enum verdict v)
{
	return (struct finding){
		.host = addr_v4(host), .verdict = v, .proto = 6, .port = 445, .has_port = true
	};
}

static enum alert take(struct alerts *a, uint32_t host, enum verdict v, uint64_t now_ms)
{
	struct finding f = finding(host, v);
	return alerts_take(a, &f, now_ms);
}

static void only_what_is_new_or_worse_is_told(void **)
{
	struct alerts *a = calloc(1, sizeof *a);
	assert_non_null(a);
	assert_int_equal(take(a, 1, VERDICT_POLLER, NOW), ALERT_KNOWN); // no alarm
	assert_int_equal(take(a, 1, VERDICT_SUSPECT, NOW), ALERT_NEW);
	assert_int_equal(take(a, 1, VERDICT_SUSPECT, NOW), ALERT_KNOWN);
	assert_int_equal(take(a, 1, VERDICT_WORM, NOW), ALERT_WORSE);
	assert_int_equal(take(a, 1, VERDICT_SUSPECT, NOW), ALERT_KNOWN); // and back: nothing new
	assert_int_equal(take(a, 1, VERDICT_WORM, NOW), ALERT_KNOWN);
	assert_int_equal(take(a, 2, VERDICT_WORM, NOW), ALERT_NEW);
	free(a);
}

static void it_outlives_the_keeper(void **)
{
	struct alerts *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
	assert_true(a && b);
	b->key = 7;
	for (uint32_t i = 0; i < HOSTS; i++)
		assert_int_equal(take(a, i, VERDICT_WORM, NOW + i), ALERT_NEW);
	size_t n = alerts_bytes(a);
	uint8_t *room = malloc(n);
	assert_non_null(room);
	alerts_encode(a, room);
	alerts_decode(b, (struct bytes){ room, n });
	for (uint32_t i = 0; i < HOSTS; i++)
		assert_int_equal(take(b, i, VERDICT_WORM, NOW), ALERT_KNOWN);
	room[19] = 0xff; // a class that there is not
	memset(a, 0, sizeof *a);
	alerts_decode(a, (struct bytes){ room, n - 1 });
	assert_int_equal(a->n, HOSTS - 2);
	free(room);
	free(a);
	free(b);
}

static void what_was_not_found_for_long_is_forgotten(void **)
{
	struct alerts *a = calloc(1, sizeof *a);
	assert_non_null(a);
	for (uint32_t i = 0; i < HOSTS; i++)
		take(a, i, VERDICT_WORM, NOW + i);
	alerts_expire(a, NOW + HOSTS / 2);
	assert_int_equal(a->n, HOSTS / 2);
	assert_int_equal(take(a, 0, VERDICT_WORM, NOW + HOSTS), ALERT_NEW);
	assert_int_equal(take(a, HOSTS - 1, VERDICT_WORM, NOW + HOSTS), ALERT_KNOWN);
	free(a);
}

/* A host that was cleaned and is infected again is news, however soon. */
static void what_a_host_does_after_it_was_cleaned_is_new(void **)
{
	struct alerts *a = calloc(1, sizeof *a);
	assert_non_null(a);
	struct told over = {
		.host = addr_v4(1), .proto = ALERT_PROTO_OVER, .has_port = true, .seen_ms = NOW
	};
	for (uint32_t i = 0; i < HOSTS; i++)
		take(a, i, VERDICT_WORM, NOW);
	assert_true(alerts_mark(a, &over));
	const struct cut cut[] = { { addr_v4(1), NOW + 1 }, { addr_v4(1), NOW - 1 },
		{ addr_v4(2), NOW }, { addr_v4(HOSTS), NOW + 1 } };
	assert_true(alerts_forget(a, cut, countof(cut)));
	assert_int_equal(take(a, 1, VERDICT_WORM, NOW + 2), ALERT_NEW);
	assert_int_equal(take(a, 2, VERDICT_WORM, NOW + 2), ALERT_KNOWN);
	assert_int_equal(take(a, 3, VERDICT_WORM, NOW + 2), ALERT_KNOWN);
	assert_false(alerts_mark(a, &over));
	assert_false(alerts_forget(a, cut, countof(cut))); // the next keeper does so again
	free(a);
}

static void a_full_table_tells_what_it_knows_and_counts_the_rest(void **)
{
	struct alerts *a = calloc(1, sizeof *a);
	assert_non_null(a);
	for (uint32_t i = 0; i < ALERTS_MAX; i++)
		assert_int_equal(take(a, i, VERDICT_WORM, NOW), ALERT_NEW);
	assert_int_equal(take(a, ALERTS_MAX, VERDICT_WORM, NOW), ALERT_KNOWN);
	assert_int_equal(a->n_untold, 1);
	free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_new_or_worse_is_told),
		cmocka_unit_test(it_outlives_the_keeper),
		cmocka_unit_test(what_was_not_found_for_long_is_forgotten),
		cmocka_unit_test(what_a_host_does_after_it_was_cleaned_is_new),
		cmocka_unit_test(a_full_table_tells_what_it_knows_and_counts_the_rest),
	};
	return cmocka_run_group_tests_name("alerts", tests, NULL, NULL);
}
