// SPDX-License-Identifier: Apache-2.0
// Every accusation says what would take it back, whatever it rests on.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "output/clear.h"

static void every_class_says_what_would_clear_it(void **state)
{
	(void)state;
	for (enum verdict v = 0; v < N_VERDICTS; v++)
		for (size_t n = 0; n < 2; n++) {
			struct finding f = { .verdict = v, .n_exhibits = n };
			assert_non_null(clear_text(&f));
			assert_true(strlen(clear_text(&f)) > 10);
		}
}

static void a_suspect_is_cleared_by_what_it_rests_on(void **state)
{
	(void)state;
	struct finding f = { .verdict = VERDICT_SUSPECT, .n_exhibits = 40 };
	const char *outcome = clear_text(&f);
	f.n_rush = 200;
	const char *hurry = clear_text(&f);
	assert_non_null(strstr(hurry, "role"));
	assert_string_not_equal(hurry, outcome);
	f.n_rush = 0;
	f.n_burst = 40;
	assert_string_equal(clear_text(&f), hurry);
	f.n_burst = 0;
	f.n_to_clear = 3;
	assert_non_null(strstr(clear_text(&f), "none more that fail"));
	f.is_sampled = true; // there an answer need not be among what was looked at
	assert_string_equal(clear_text(&f), outcome);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_class_says_what_would_clear_it),
		cmocka_unit_test(a_suspect_is_cleared_by_what_it_rests_on),
	};
	return cmocka_run_group_tests_name("clear", tests, NULL, NULL);
}
