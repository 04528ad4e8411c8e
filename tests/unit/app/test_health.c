// SPDX-License-Identifier: Apache-2.0
// What ails an exporter is said in words, and what its sampling hides.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "app/health.h"

#define NOW UINT64_C(1772438400000)

static void each_ailment_has_its_words(void **state)
{
	(void)state;
	static const char whole[] = "trusted: nothing was lost or unreadable since "
				    "2026-03-02T08:00:00Z, by its clock";
	char words[HEALTH_TEXT_BYTES];
	struct enlisted m = { .past_missing = 3, .now.missing = 4, .heard = { NOW, NOW } };
	assert_string_equal(health_silence(&m, 0, words), whole);
	assert_string_equal(health_silence(&m, 1U << AILMENT_SAMPLED, words), whole);
	assert_string_equal(health_silence(&m, 1U << AILMENT_GAPS | 1U << AILMENT_SKEW, words),
		"not trusted: some of what it sent did not arrive; its clock differs by more than "
		"clock-skew allows (7 missing in all)");
	health_silence(&m, UINT32_MAX, words); // all of them fit
	assert_non_null(strstr(words, "missing in all)"));
}

static void counters_become_ailments(void **state)
{
	(void)state;
	struct roster *r = calloc(1, sizeof *r);
	struct settings s;
	settings_init(&s);
	struct exporter x = { .address = addr_v4(1), .version = 9, .datagrams = 1, .last_ms = NOW };
	roster_put(r, &x, &s, NOW);
	assert_int_equal(roster_ailments(&r->member[0], &s, NOW), 0);
	assert_int_equal(roster_trusted(r, &s, NOW), 1);
	x.datagrams++;
	x.gaps = x.without_template = x.faults = x.restarts = 1;
	x.skew_ms = -400000;
	x.sampling = 10;
	roster_put(r, &x, &s, NOW);
	unsigned all = (1U << N_AILMENTS) - 1;
	assert_int_equal(roster_ailments(&r->member[0], &s, NOW), all & ~(1U << AILMENT_SILENT));
	assert_int_equal(roster_trusted(r, &s, NOW), 0);
	x.skew_ms = 0;
	x.datagrams++;
	x.last_ms = NOW + 1000;
	roster_put(r, &x, &s, NOW + 1000);
	uint64_t later_ms = NOW + 6 * 60 * 1000;
	assert_int_equal(roster_ailments(&r->member[0], &s, later_ms),
		1U << AILMENT_SILENT | 1U << AILMENT_SAMPLED);
	assert_false(roster_is_gone(&r->member[0], &s, later_ms));
	assert_true(roster_is_gone(&r->member[0], &s, NOW + s.remember_ms + 1001));
	free(r);
}

static void the_share_that_was_lost_is_of_what_sequence_numbers_count(void **state)
{
	(void)state;
	static const struct {
		uint16_t version;
		double share;
	} rows[] = { { 5, 0.2 }, { 10, 0.2 }, { 9, 0.5 }, { 0, 0.5 }, { EXPORTER_INTERFACE, 0.5 } };
	for (size_t i = 0; i < countof(rows); i++) {
		struct enlisted m = { .past_datagrams = 20,
			.past_records = 100,
			.past_missing = 10,
			.now = { .version = rows[i].version,
				.datagrams = 20,
				.records = 60,
				.missing = 30 } };
		assert_true(fabs(enlisted_lost_share(&m) - rows[i].share) < 1e-9);
	}
	struct enlisted none = { .now.version = 10 };
	assert_true(isnan(enlisted_lost_share(&none)));
}

/* It had been heard for seconds, or was only known from the daemon before, and was trusted "for 5 min". */
static void silence_was_trusted_of_an_exporter_that_nothing_was_heard_of_yet(void **state)
{
	(void)state;
	struct roster *r = calloc(1, sizeof *r);
	struct settings s;
	settings_init(&s);
	struct exporter x = { .address = addr_v4(1), .version = 9, .datagrams = 1, .last_ms = NOW };
	uint8_t key[ENLISTED_KEY_BYTES], value[PARCEL_EXPORTER_BYTES];
	roster_put(r, &x, &s, NOW);
	assert_int_equal(roster_trusted(r, &s, NOW), 1);
	enlisted_encode(&r->member[0], key, value);
	roster_break(r);
	assert_int_equal(roster_trusted(r, &s, NOW), 0);
	*r = (struct roster){};
	roster_recall(r, (struct bytes){ value, sizeof value });
	assert_int_equal(r->n, 1);
	assert_int_equal(roster_trusted(r, &s, NOW), 0);
	assert_int_equal(roster_ailments(&r->member[0], &s, NOW), 1U << AILMENT_UNHEARD);
	x.datagrams++;
	roster_put(r, &x, &s, NOW);
	assert_int_equal(roster_trusted(r, &s, NOW), 1);
	free(r);
}

static void sampling_hides_slow_scans(void **state)
{
	(void)state;
	struct hidden *h = calloc(1, sizeof *h);
	const char *whole = health_hides(h, 0);
	assert_non_null(whole);
	assert_non_null(strstr(whole, "looks at every packet"));
	assert_ptr_equal(health_hides(h, 1), whole);
	assert_null(health_hides(h, 1000)); // one at a time
	health_rest(h);
	const char *part = health_hides(h, 1000);
	assert_non_null(strstr(part, "looks at 1 packet in 1000"));
	for (uint32_t i = 2; i < 2 * HIDDEN_MAX; i++) { // no end of samplings is no end of memory
		health_rest(h);
		(void)health_hides(h, i);
	}
	assert_ptr_equal(health_hides(h, 1000), part);
	free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_ailment_has_its_words),
		cmocka_unit_test(counters_become_ailments),
		cmocka_unit_test(the_share_that_was_lost_is_of_what_sequence_numbers_count),
		cmocka_unit_test(silence_was_trusted_of_an_exporter_that_nothing_was_heard_of_yet),
		cmocka_unit_test(sampling_hides_slow_scans),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
