// SPDX-License-Identifier: Apache-2.0
// Times as people type them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/words.h"

#define T0 UINT64_C(1772438400000) // 2026-03-02T08:00:00Z

static bool parse(const char *text, uint64_t *out)
{
	return time_parse((struct str){ text, strlen(text) }, T0, out);
}

static void times_are_read_in_utc_or_as_spans_before_now(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint64_t ms;
	} rows[] = {
		{ "2026-03-02T08:00:00Z", T0 },
		{ "2026-03-02T08:00:00.123Z", T0 + 123 },
		{ "2026-03-02T08:00:00.007", T0 + 7 },
		{ "2026-03-02T08:00:00.000z", T0 },
		{ "2026-03-02 08:01", T0 + 60000 },
		{ "2026-03-02", T0 - 8 * 3600000 },
		{ "2h", T0 - 2 * 3600000 },
		{ "0", T0 },
		{ "30min", T0 - 1800000 },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		uint64_t ms = 0;
		assert_true(parse(rows[i].text, &ms));
		assert_int_equal(ms, rows[i].ms);
	}
}

static void what_is_no_time_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "yesterday", "2026-02-30", "2026-03-02T", "08:00",
		"2026-03-02T8:00", "2026-03-02T08-00", "2026-03-02T24:00", "2026-03-02T08:00:00.1",
		"2026-03-02T08:00:00,123", "2026-03-02T08:00:00+01:00", "2026-03-02x08:00", "-2h",
		"2026-03-02T08:00:00.12x", "2026-03-02T08:00:0" };
	uint64_t ms = 7;
	for (size_t i = 0; i < countof(bad); i++)
		if (parse(bad[i], &ms))
			fail_msg("'%s' was taken", bad[i]);
	assert_int_equal(ms, 7);
}

static void what_is_written_is_read(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 2000; i++) {
		char room[TIME_TEXT_BYTES];
		uint64_t ms = T0 + i * i * 7919 * 1001, back = 0;
		assert_true(parse(time_format(ms, room), &back));
		assert_int_equal(ms, back);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read_in_utc_or_as_spans_before_now),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(what_is_written_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
