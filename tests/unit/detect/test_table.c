// SPDX-License-Identifier: Apache-2.0
// The table of contacts where memory ends.
#include "detect/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

enum { MANY = 12000000 };

/* Only so much more address space is to be had from here on; returns what the limit was. */
static struct rlimit limit_by(size_t more)
{
	struct rlimit old, fresh;
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%lu", &pages), 1);
	fclose(f);
	assert_int_equal(getrlimit(RLIMIT_AS, &old), 0);
	fresh = old;
	fresh.rlim_cur = pages * (size_t)sysconf(_SC_PAGESIZE) + more;
	assert_int_equal(setrlimit(RLIMIT_AS, &fresh), 0);
	return old;
}

static size_t put(struct table *t, struct load *l, uint32_t from, size_t n)
{
	load_clear(l);
	for (uint32_t i = 0; i < n; i++) {
		struct contact c = { .src = addr_v4(0x0a000001), .dst = addr_v4(from + i) };
		load_put(l, &c, t->key);
	}
	return table_take(t, l, 0, 0, SIZE_MAX);
}

/* The index had become larger than the contacts; the next growth took it for smaller, and wrote behind it. */
static void a_growth_after_one_that_had_no_memory_keeps_within_the_index(void **state)
{
	struct load *l = calloc(1, sizeof *l);
	struct table t;
	(void)state;
	assert_non_null(l);
	assert_true(table_init(&t, FAMILY_NARROW, 1));
	for (uint32_t at = 0; at < TABLE_ROOM_MIN; at += LOAD_CONTACTS)
		assert_int_equal(put(&t, l, at, LOAD_CONTACTS), LOAD_CONTACTS);
	struct rlimit old = limit_by(MANY / BUCKET_FILL * sizeof(struct bucket) + (64 << 20));
	bool has_grown = table_grow(&t, MANY); // room for the index, none for the contacts
	assert_int_equal(setrlimit(RLIMIT_AS, &old), 0);
	assert_false(has_grown);
	assert_int_equal(t.room, TABLE_ROOM_MIN);
	assert_true(table_grow(&t, 2 * TABLE_ROOM_MIN));
	for (uint32_t at = 0; at < 2 * TABLE_ROOM_MIN; at += LOAD_CONTACTS)
		assert_int_equal(put(&t, l, at, LOAD_CONTACTS), LOAD_CONTACTS);
	assert_int_equal(t.n, 2 * TABLE_ROOM_MIN);
	table_fini(&t);
	free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_growth_after_one_that_had_no_memory_keeps_within_the_index),
	};
	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
