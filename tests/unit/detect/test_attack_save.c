// SPDX-License-Identifier: Apache-2.0
// Attacks that were written and read back are the attacks they were, wherever the run was ended.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <unistd.h>

#include "detect/attack_save.h"
#include "unit/detect/weblog.h"

enum { NOON_S = 997315917, KEY = 7, CLIENTS = 1 << 10, N_REQUESTS = 12 };

static struct attacks *attacks_of(const struct signatures *s)
{
	struct attacks *a = attacks_new(s, NULL, CLIENTS, KEY);
	assert_non_null(a);
	return a;
}

/* Requests of Nimda, slowly enough not to be a case, then fast; and of Code Red, also over IPv6. */
static void observe(struct attacks *a, unsigned i)
{
	static const char *const targets[] = { "/scripts/root.exe?/c+dir", "/MSADC/root.exe?/c+dir",
		"/c/winnt/system32/cmd.exe?/c+dir", "/d/winnt/system32/cmd.exe?/c+dir" };
	static const char *const hosts[] = { "10.1.1.1", "2001:db8::1" };
	struct request q =
		i % 3 ? asked(hosts[0], "10.2.2.2", targets[i % 4], 404,
				NOON_S + i * (i < 6 ? 100 : 5), i + 1)
		      : asked(hosts[i % 2], "10.2.2.3", "/default.ida?" X20 X20 CODE_RED_TAIL, 200,
				NOON_S + i, i + 1);
	attacks_observe(a, &q, 1);
}

static bool same_source(void *ctx, uint64_t saved, uint16_t *now)
{
	(void)ctx;
	*now = (uint16_t)saved;
	return true;
}

static bool take(void *ctx, const struct ledger_row *row, struct err *e)
{
	assert_true(attack_row_is(row));
	return attack_load(ctx, row, e);
}

static char *saved(const struct attacks *a, size_t *n)
{
	char path[] = "/tmp/attacks-XXXXXX";
	struct ledger l;
	struct err e;
	close(mkstemp(path));
	assert_true(ledger_open(&l, path, &e));
	attacks_save(a, &l);
	assert_true(ledger_close(&l, &e));
	char *text = malloc(1 << 16);
	FILE *f = fopen(path, "re");
	assert_true(text && f);
	*n = fread(text, 1, 1 << 16, f);
	assert_true(*n > 0 && *n < 1 << 16);
	fclose(f);
	unlink(path);
	return text;
}

static struct attacks *loaded(const struct signatures *s, struct str text, uint64_t *n_unknown)
{
	struct err e = {};
	struct attack_loader in = { attacks_of(s), same_source, NULL, NULL, false, 0 };
	if (!ledger_parse(text, "x", take, &in, &e))
		fail_msg("%s", e.text);
	*n_unknown = in.n_unknown;
	return in.attacks;
}

static void a_run_that_ends_anywhere_goes_on(void **state)
{
	(void)state;
	struct signatures *s = builtin();
	struct attacks *all = attacks_of(s);
	size_t n_want;
	for (unsigned i = 0; i < N_REQUESTS; i++)
		observe(all, i);
	char *want = saved(all, &n_want);
	for (unsigned end = 0; end <= N_REQUESTS; end++) {
		struct attacks *a = attacks_of(s);
		for (unsigned i = 0; i < end; i++)
			observe(a, i);
		size_t n;
		uint64_t n_unknown;
		char *text = saved(a, &n);
		attacks_free(a);
		a = loaded(s, (struct str){ text, n }, &n_unknown);
		free(text);
		for (unsigned i = end; i < N_REQUESTS; i++)
			observe(a, i);
		text = saved(a, &n);
		assert_int_equal(n_unknown, 0);
		assert_int_equal(n, n_want);
		assert_memory_equal(text, want, n);
		free(text);
		attacks_free(a);
	}
	free(want);
	attacks_free(all);
	signatures_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_that_ends_anywhere_goes_on),
	};
	return cmocka_run_group_tests_name("attack_save", tests, NULL, NULL);
}
