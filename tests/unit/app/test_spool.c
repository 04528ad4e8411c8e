// SPDX-License-Identifier: Apache-2.0
// The spool of alerts on a disk: in order, each once, over deaths of who writes and who reads, and bounded.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

#include "app/spool.h"
#include "app/spool_files.h"

static const struct alert_target target = { .type = ALERT_TYPE_FILE, .to = "/x" };
static char state[] = "/tmp/cordon-spool-XXXXXX";

static int drop(const char *path, const struct stat *, int, struct FTW *)
{
	return remove(path);
}

static int setup(void **)
{
	memcpy(state + sizeof state - sizeof "XXXXXX", "XXXXXX",
		6); // the last name may hold an X itself
	return mkdtemp(state) ? 0 : -1;
}

static int teardown(void **)
{
	return nftw(state, drop, 8, FTW_DEPTH | FTW_PHYS);
}

static void put(struct spool *s, const char *why)
{
	struct err e = {};
	struct notice n = { .time_ms = 1000, .host = addr_v4(1), .proto = 6 };
	snprintf(n.why, sizeof n.why, "%s", why);
	assert_true(spool_put(s, &n, "1", &e));
	assert_int_equal(n.number, s->last);
}

static void count(void *ctx, const struct notice *n)
{
	uint64_t *last = ctx;
	assert_int_equal(n->number, *last + 1);
	*last = n->number;
}

static void a_target_gets_each_once_over_deaths_of_both(void **)
{
	struct err e = {};
	struct spool s;
	struct spool_reader r;
	struct notice n;
	assert_true(spool_open(&s, state, NULL, NULL, &e));
	put(&s, "before");
	assert_true(spool_admit(&s, &target, &e));
	assert_true(spool_admit(&s, &target, &e)); // which changes nothing
	for (int i = 0; i < 10; i++)
		put(&s, "after");
	for (uint64_t want = 2; want <= 11; want++) {
		spool_reader_init(&r, state);
		assert_true(spool_next(&r, &target, &n));
		assert_int_equal(n.number, want);
		assert_true(spool_next(&r, &target, &n));
		assert_int_equal(n.number, want); // the same until it is done
		assert_true(spool_done(&r, &e));
		spool_reader_fini(&r);
	}
	spool_close(&s);
	uint64_t last = 0;
	assert_true(spool_open(&s, state, count, &last, &e));
	assert_int_equal(last, 11);
	spool_reader_init(&r, state);
	assert_false(spool_next(&r, &target, &n));
	put(&s, "later");
	assert_true(spool_next(&r, &target, &n));
	assert_int_equal(n.number, 12);
	spool_reader_fini(&r);
	spool_close(&s);
}

static void a_line_that_was_not_finished_is_cut_off(void **)
{
	struct err e = {};
	struct spool s;
	struct spool_reader r;
	struct notice n;
	char path[SPOOL_PATH_BYTES];
	assert_true(spool_open(&s, state, NULL, NULL, &e));
	assert_true(spool_admit(&s, &target, &e));
	put(&s, "whole");
	spool_close(&s);
	int fd = open(spool_path(s.folder, 1, path), O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "0123456789abcdef {\"ty", 21), 21);
	close(fd);
	assert_true(spool_open(&s, state, NULL, NULL, &e));
	put(&s, "next");
	spool_reader_init(&r, state);
	for (uint64_t want = 1; want <= 2; want++) {
		assert_true(spool_next(&r, &target, &n));
		assert_int_equal(n.number, want);
		assert_true(spool_done(&r, &e));
	}
	assert_int_equal(r.n_damaged + r.n_lost, 0);
	spool_reader_fini(&r);
	spool_close(&s);
}

static void what_is_bounded_goes_oldest_first_and_is_counted(void **)
{
	struct err e = {};
	struct spool s;
	struct spool_reader r;
	struct notice n;
	char why[NOTICE_WHY_BYTES];
	memset(why, 1, sizeof why - 1); // six characters each
	why[sizeof why - 1] = '\0';
	assert_true(spool_open(&s, state, NULL, NULL, &e));
	assert_true(spool_admit(&s, &target, &e));
	for (uint64_t i = 0; i < UINT64_C(70) * SPOOL_FILE_BYTES / 6000; i++)
		put(&s, why);
	struct spool_files f = spool_files_of(s.folder, 0);
	assert_int_equal(f.n, SPOOL_FILES_MAX);
	spool_reader_init(&r, state);
	assert_true(spool_next(&r, &target, &n));
	assert_int_equal(n.number, f.oldest);
	assert_int_equal(r.n_lost, f.oldest - 1);
	uint64_t last = n.number;
	for (assert_true(spool_done(&r, &e)); spool_next(&r, &target, &n); spool_done(&r, &e))
		assert_int_equal(n.number, ++last);
	assert_int_equal(last, s.last);
	spool_reader_fini(&r);
	spool_close(&s);
}

static void a_target_that_was_not_admitted_waits(void **)
{
	struct err e = {};
	struct spool s;
	struct spool_reader r;
	struct notice n;
	spool_reader_init(&r, state);
	assert_false(spool_next(&r, &target, &n));
	assert_true(spool_open(&s, state, NULL, NULL, &e));
	put(&s, "before");
	assert_false(spool_next(&r, &target, &n));
	assert_true(spool_admit(&s, &target, &e));
	assert_false(spool_next(&r, &target, &n));
	put(&s, "after");
	assert_true(spool_next(&r, &target, &n));
	assert_int_equal(n.number, 2);
	spool_reader_fini(&r);
	spool_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_target_gets_each_once_over_deaths_of_both, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_line_that_was_not_finished_is_cut_off, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_is_bounded_goes_oldest_first_and_is_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_target_that_was_not_admitted_waits, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
