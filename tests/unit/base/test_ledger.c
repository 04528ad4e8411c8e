// SPDX-License-Identifier: Apache-2.0
// A ledger is read as it was written, or not at all.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <unistd.h>

#include "base/ledger.h"

static const char any_bytes[] = "a\tb\nc%d\0e \x7f\xff";

static bool take(void *ctx, const struct ledger_row *row, struct err *e)
{
	unsigned *n = ctx;
	uint64_t v;
	(void)e;
	++*n;
	assert_int_equal(row->n, 3);
	assert_memory_equal(row->field[0].ptr, "row", 3);
	assert_int_equal(row->field[1].len, sizeof any_bytes);
	assert_memory_equal(row->field[1].ptr, any_bytes, sizeof any_bytes);
	assert_true(ledger_number(row->field[2], &v));
	assert_true(v == UINT64_MAX);
	return true;
}

static bool refuse(void *ctx, const struct ledger_row *row, struct err *e)
{
	(void)ctx, (void)row;
	return err_set(e, "no");
}

static void write_two(const char *path)
{
	struct ledger l;
	struct err e;
	assert_true(ledger_open(&l, path, &e));
	for (int i = 0; i < 2; i++) {
		ledger_row(&l, "row");
		ledger_text(&l, (struct str){ any_bytes, sizeof any_bytes });
		ledger_uint(&l, UINT64_MAX);
	}
	assert_true(ledger_close(&l, &e));
}

static void what_was_written_is_read(void **state)
{
	(void)state;
	char dir[] = "/tmp/ledger-XXXXXX", path[64];
	struct err e;
	unsigned n = 0;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/x", dir);
	assert_true(ledger_load(path, take, &n, &e)); // not there: empty
	assert_int_equal(n, 0);
	write_two(path);
	write_two(path);
	assert_true(ledger_load(path, take, &n, &e));
	assert_int_equal(n, 2);
	assert_false(ledger_load(path, refuse, NULL, &e));
	assert_string_equal(e.text, "no");
	assert_false(ledger_load(dir, take, &n, &e));
	unlink(path);
	assert_int_equal(rmdir(dir), 0); // nothing is left beside it
}

/* One bit anywhere, and any length. */
static void what_is_damaged_is_refused(void **state)
{
	(void)state;
	char path[] = "/tmp/ledger-XXXXXX", text[512];
	struct err e;
	unsigned n_rows = 0;
	close(mkstemp(path));
	write_two(path);
	FILE *f = fopen(path, "re");
	size_t n = fread(text, 1, sizeof text, f);
	fclose(f);
	unlink(path);
	for (size_t i = 0; i < n; i++) {
		text[i] ^= 1;
		assert_false(ledger_parse((struct str){ text, n }, "x", take, &n_rows, &e));
		text[i] ^= 1;
		assert_false(ledger_parse((struct str){ text, i }, "x", take, &n_rows, &e));
	}
	assert_int_equal(n_rows, 0);
	assert_true(ledger_parse((struct str){ text, n }, "x", take, &n_rows, &e));
	assert_int_equal(n_rows, 2);
}

static void what_cannot_be_written_leaves_what_was(void **state)
{
	(void)state;
	struct ledger l;
	struct err e;
	assert_true(ledger_open(&l, "/nowhere/at/all", &e));
	assert_false(ledger_close(&l, &e));
	assert_string_equal(e.text, "write /nowhere/at/all: No such file or directory");
}

static void numbers_are_whole(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "-1", "1x", " 1", "18446744073709551616" };
	uint64_t v = 7;
	for (size_t i = 0; i < countof(bad); i++)
		assert_false(ledger_number((struct str){ bad[i], strlen(bad[i]) }, &v));
	assert_true(v == 7);
	assert_true(ledger_number(STR("0"), &v) && v == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read),
		cmocka_unit_test(what_is_damaged_is_refused),
		cmocka_unit_test(what_cannot_be_written_leaves_what_was),
		cmocka_unit_test(numbers_are_whole),
	};
	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
