// SPDX-License-Identifier: Apache-2.0
// Numbers of files: the same for the same, given up when nobody uses them. And the roll of files.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "app/log_names.h"
#include "app/log_roll.h"

static struct attack_source some(uint64_t generation)
{
	return (struct attack_source){ generation, STR("/var/log/x.log") };
}

static void a_file_keeps_its_number(void **state)
{
	(void)state;
	struct log_names n = {};
	for (uint64_t g = 1; g <= 1000; g++) {
		uint16_t number, again;
		const struct attack_source s = some(g << 40);
		struct attack_source back;
		assert_true(log_names_put(&n, &s, &number));
		assert_true(log_names_put(&n, &s, &again));
		assert_int_equal(number, again);
		assert_true(log_names_get(&n, number, &back));
		assert_int_equal(back.generation, g << 40);
		assert_int_equal(back.path.len, 14);
	}
	assert_int_equal(n.n, 1000);
	struct attack_source nobody;
	assert_false(log_names_get(&n, 5000, &nobody));
	log_names_free(&n);
}

static void numbers_that_nobody_uses_are_given_again(void **state)
{
	(void)state;
	struct log_names n = {};
	struct attack_source back;
	uint16_t number;
	bool *is_used = calloc(LOG_NAMES_MAX, sizeof *is_used);
	for (uint64_t g = 1; g <= LOG_NAMES_MAX; g++) {
		const struct attack_source s = some(g);
		assert_true(log_names_put(&n, &s, &number));
	}
	const struct attack_source more = some(LOG_NAMES_MAX + 1);
	assert_false(log_names_put(&n, &more, &number));
	is_used[7] = is_used[9] = true;
	log_names_sweep(&n, is_used);
	assert_int_equal(n.n, 2);
	assert_true(log_names_get(&n, 7, &back));
	assert_int_equal(back.generation, 8);
	assert_false(log_names_get(&n, 8, &back));
	for (uint64_t g = LOG_NAMES_MAX + 1; n.n < LOG_NAMES_MAX; g++) {
		const struct attack_source s = some(g);
		assert_true(log_names_put(&n, &s, &number));
		assert_true(number != 7 && number != 9);
	}
	free(is_used);
	log_names_free(&n);
}

/* When all numbers were given, a file that had one did not get it any more, and was not read on. */
static void a_file_lost_its_number_when_all_were_given(void **state)
{
	(void)state;
	struct log_names n = {};
	uint16_t number, again;
	const struct attack_source first = some(1);
	assert_true(log_names_put(&n, &first, &number));
	for (uint64_t g = 2; g <= LOG_NAMES_MAX; g++) {
		const struct attack_source s = some(g);
		assert_true(log_names_put(&n, &s, &again));
	}
	assert_true(log_names_put(&n, &first, &again));
	assert_int_equal(again, number);
	log_names_free(&n);
}

static void the_roll_finds_each_file(void **state)
{
	(void)state;
	struct log_roll r = {};
	for (uint64_t i = 0; i < 500; i++) {
		uint64_t ino = i * 7919 % 500;
		const struct log_state s = { .dev = ino % 3, .ino = ino, .path = STR("x") };
		struct log_entry *x = log_roll_at(&r, s.dev, s.ino);
		assert_non_null(x);
		assert_true(log_entry_set(x, &s));
		assert_ptr_equal(log_roll_at(&r, s.dev, s.ino), x);
	}
	assert_int_equal(r.n, 500);
	for (uint64_t ino = 0; ino < 500; ino++)
		assert_int_equal(log_roll_find(&r, ino % 3, ino)->state.ino, ino);
	assert_null(log_roll_find(&r, 4, 1));
	log_roll_drop(&r, 0);
	assert_int_equal(r.n, 499);
	assert_null(log_roll_find(&r, 0, 0));
	log_roll_free(&r);
}

static bool on_row(void *ctx, const struct ledger_row *row, struct err *e)
{
	struct log_state s, *want = ctx;
	assert_true(log_state_row_is(row) || log_over_row_is(row));
	if (!log_state_get(row, &s, e))
		return false;
	assert_int_equal(s.dev, want->dev);
	assert_int_equal(s.ino, want->ino);
	if (log_over_row_is(row))
		return s.path.len == 0;
	assert_int_equal(s.last_ms, want->last_ms);
	assert_int_equal(s.whole_ms, want->whole_ms);
	assert_int_equal(s.ailing, want->ailing);
	assert_int_equal(s.is_retired, want->is_retired);
	assert_int_equal(s.path.len, want->path.len);
	return !memcmp(s.path.ptr, want->path.ptr, s.path.len);
}

static void a_state_comes_back_as_it_was(void **state)
{
	(void)state;
	struct log_state s = { 1, 2, UINT64_MAX, 4, 5, 6, 7, 8, 9, 10, 11, 1 << LOG_GONE, true,
		STR("/x\ty\n%") };
	struct ledger l;
	struct err e = {};
	char *text;
	size_t n;
	assert_true(ledger_open(&l, "x", &e));
	log_state_put(&l, &s);
	log_over_put(&l, 1, 2);
	assert_true(ledger_take(&l, &text, &n, &e));
	if (!ledger_parse((struct str){ text, n }, "x", on_row, &s, &e))
		fail_msg("%s", e.text);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_keeps_its_number),
		cmocka_unit_test(numbers_that_nobody_uses_are_given_again),
		cmocka_unit_test(a_file_lost_its_number_when_all_were_given),
		cmocka_unit_test(the_roll_finds_each_file),
		cmocka_unit_test(a_state_comes_back_as_it_was),
	};
	return cmocka_run_group_tests_name("log_names", tests, NULL, NULL);
}
