// SPDX-License-Identifier: Apache-2.0
// The cover of hosts by prefixes is the best there is, or says that there is none.
#include "unit/contain/site.h"

#include <time.h>

#include "contain/cover.h"

// gcc says it by a macro, clang by a question; a figure of a slowed program says nothing
#ifndef __has_feature
#define __has_feature(what) 0
#endif
#ifdef __SANITIZE_ADDRESS__
static const bool is_sanitized = true;
#else
static const bool is_sanitized = __has_feature(address_sanitizer);
#endif

enum { BITS = 7, UNIVERSE = 1 << BITS }; // small enough to try all covers

static const u128 base = ((u128)0xffff << 32) | 0x0a000000;

struct precious {
	bool at[UNIVERSE];
};

static bool is_precious(void *ctx, const struct range *s)
{
	const struct precious *p = ctx;
	for (u128 a = s->lo; a <= s->hi; a++)
		if (a >= base && a < base + UNIVERSE && p->at[a - base])
			return true;
	return false;
}

static bool is_nothing_precious(void *ctx, const struct range *s)
{
	(void)ctx, (void)s;
	return false;
}

/* The least collateral of a subtree with at most k rules, by trying every way; no memory, no bounds. */
static uint64_t best(
	const bool *host, const struct precious *p, size_t lo, size_t size, size_t widest, size_t k)
{
	size_t n = 0;
	bool has_precious = false;
	for (size_t i = lo; i < lo + size; i++) {
		n += host[i];
		has_precious |= p->at[i];
	}
	if (n == 0)
		return 0;
	if (k == 0)
		return UINT64_MAX;
	uint64_t least = UINT64_MAX;
	if (size <= widest && (!has_precious || n == size))
		least = size - n;
	if (size == 1)
		return least == UINT64_MAX ? 0 : least;
	for (size_t i = 0; i <= k; i++) {
		uint64_t a = best(host, p, lo, size / 2, widest, i);
		uint64_t b =
			a == UINT64_MAX ? a : best(host, p, lo + size / 2, size / 2, widest, k - i);
		if (b != UINT64_MAX && a + b < least)
			least = a + b;
	}
	return least;
}

static void it_agrees_with_brute_force_on_small_universes(void **state)
{
	(void)state;
	struct dice d = { 11 };
	size_t n_feasible = 0;
	for (int round = 0; round < 400; round++) {
		bool host[UNIVERSE] = {};
		struct precious p = {};
		struct range span[UNIVERSE];
		struct crowd crowd = { .host = span };
		unsigned bits = 3 + dice_below(&d, BITS - 2);
		size_t size = (size_t)1 << bits;
		for (size_t i = 0; i < size; i++) {
			host[i] = dice_below(&d, 3) == 0;
			p.at[i] = !host[i] && dice_below(&d, 12) == 0;
			if (host[i])
				span[crowd.n++] = (struct range){ base + i, base + i };
		}
		if (crowd.n == 0)
			continue;
		unsigned floor = 128 - dice_below(&d, bits + 1);
		struct cover_limits limits = { .max_rules = 1 + dice_below(&d, 6),
			.max_collateral = UINT64_MAX,
			.floor = { (uint8_t)floor, (uint8_t)floor },
			.is_precious = is_precious,
			.ctx = &p };
		struct cover c;
		struct err e = {};
		assert_true(cover_find(&crowd, 1, &limits, &c, &e));
		uint64_t want =
			best(host, &p, 0, size, (size_t)1 << (128 - floor), limits.max_rules);
		assert_int_equal(c.is_feasible, want != UINT64_MAX);
		if (c.is_feasible) {
			assert_int_equal(c.collateral, want);
			assert_true(c.n <= limits.max_rules);
			n_feasible++;
		}
		cover_fini(&c);
	}
	assert_true(n_feasible > 50);
}

static int by_lo(const void *one, const void *other)
{
	const struct range *a = one, *b = other;
	return (a->lo > b->lo) - (a->lo < b->lo);
}

/* The instance of the table in the facts: 5,000 hosts in a /14, uniform, or 3,500 of them in 40 /24. */
static size_t crowd_fill(
	struct range *span, bool *host, size_t n, bool is_clustered, struct dice *d)
{
	uint32_t cluster[40];
	size_t k = 0;
	for (size_t i = 0; i < countof(cluster); i++)
		cluster[i] = dice_below(d, 1 << 10) << 8;
	while (k < n) {
		uint32_t a = is_clustered && k < n * 7 / 10
				     ? cluster[dice_below(d, countof(cluster))] | dice_below(d, 256)
				     : dice_below(d, 1 << 18);
		if (host[a])
			continue;
		host[a] = true;
		span[k++] = (struct range){ base + a, base + a };
	}
	qsort(span, n, sizeof *span, by_lo);
	return k;
}

struct few {
	u128 at[64];
};

static bool is_one_of_few(void *ctx, const struct range *s)
{
	const struct few *f = ctx;
	for (size_t i = 0; i < countof(f->at); i++)
		if (f->at[i] >= s->lo && f->at[i] <= s->hi)
			return true;
	return false;
}

static void the_table_of_the_facts_comes_out_again(void **state)
{
	(void)state;
	static const struct {
		bool is_clustered;
		size_t rules;        // that the facts' cover used
		uint64_t collateral; // that it took in, on an instance of its own; 0: infeasible
	} row[] = {
		{ false, 3656, 23191 },
		{ false, 1821, 115826 },
		{ false, 999, 176634 },
		{ false, 500, 224741 },
		{ false, 256, 0 },
		{ true, 3943, 429 },
		{ true, 1968, 4929 },
		{ true, 927, 52215 },
		{ true, 498, 139039 },
		{ true, 256, 0 },
	};
	static bool host[1 << 18];
	static struct range span[5000];
	for (size_t i = 0; i < countof(row); i++) {
		struct dice d = { 5 };
		struct few few;
		memset(host, 0, sizeof host);
		struct crowd crowd = { .host = span };
		crowd.n = crowd_fill(span, host, countof(span), row[i].is_clustered, &d);
		for (size_t k = 0; k < countof(few.at);) {
			uint32_t a = dice_below(&d, 1 << 18);
			if (!host[a])
				few.at[k++] = base + a;
		}
		struct cover_limits limits = { .max_rules = row[i].rules,
			.max_collateral = UINT64_MAX,
			.floor = { 96 + 14, 64 },
			.is_precious = is_one_of_few,
			.ctx = &few };
		struct cover c;
		struct err e = {};
		assert_true(cover_find(&crowd, 1, &limits, &c, &e));
		print_message("# %s, %zu rules: %zu used, %llu innocent (facts: %llu), least %zu\n",
			row[i].is_clustered ? "clustered" : "uniform", row[i].rules, c.n,
			(unsigned long long)c.collateral, (unsigned long long)row[i].collateral,
			c.n_least);
		assert_int_equal(c.is_feasible, row[i].collateral != 0);
		if (row[i].collateral) {
			assert_true(c.is_exact);
			// two draws of 5,000 hosts differ by less than a tenth
			assert_true((double)c.collateral < (double)row[i].collateral * 1.1 + 100);
			assert_true((double)c.collateral > (double)row[i].collateral * 0.9 - 100);
		}
		cover_fini(&c);
	}
}

static void a_hundred_thousand_hosts_take_less_than_two_seconds(void **state)
{
	(void)state;
	enum { N = 100000 };
	struct range *span = calloc(N, sizeof *span);
	struct crowd crowd = { .host = span, .n = N };
	struct dice d = { 3 };
	uint32_t at = 0;
	for (size_t i = 0; i < N; i++) {
		at += 1 + dice_below(&d, 100);
		span[i] = (struct range){ base + at, base + at };
	}
	struct cover_limits limits = { .max_rules = 4000,
		.max_collateral = UINT64_MAX,
		.floor = { 96 + 8, 64 },
		.is_precious = is_nothing_precious };
	struct cover c;
	struct err e = {};
	struct timespec begin, end;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	assert_true(cover_find(&crowd, 1, &limits, &c, &e));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	double s =
		(double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
	print_message("# 100,000 hosts in %zu rules, exact: %d, %.2f s\n", c.n, c.is_exact, s);
	assert_true(c.is_feasible && c.is_exact && c.n == 4000);
	assert_true(s < 2 || is_sanitized);
	cover_fini(&c);
	limits.max_rules = 40000; // too many to be weighed exactly
	assert_true(cover_find(&crowd, 1, &limits, &c, &e));
	assert_true(c.is_feasible && !c.is_exact && c.n <= 40000 && c.n > 30000);
	cover_fini(&c);
	free(span);
}

static void what_is_not_to_be_had_is_said_with_its_price(void **state)
{
	(void)state;
	struct range span[] = { { base, base }, { base + 3, base + 3 } };
	struct crowd crowd = { .host = span, .n = 2 };
	struct cover_limits limits = { .max_rules = 1,
		.max_collateral = 1,
		.floor = { 96 + 24, 64 },
		.is_precious = is_nothing_precious };
	struct cover c;
	struct err e = {};
	assert_true(cover_find(&crowd, 1, &limits, &c, &e));
	assert_false(c.is_feasible);
	assert_int_equal(c.n, 0);
	assert_int_equal(c.n_lossless, 2);
	assert_int_equal(c.least_collateral, 2);
	limits.floor[FAMILY_4] = 128; // hosts only
	assert_true(cover_find(&crowd, 1, &limits, &c, &e));
	assert_false(c.is_feasible);
	assert_true(c.least_collateral == UINT64_MAX && c.n_least == 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_agrees_with_brute_force_on_small_universes),
		cmocka_unit_test(the_table_of_the_facts_comes_out_again),
		cmocka_unit_test(a_hundred_thousand_hosts_take_less_than_two_seconds),
		cmocka_unit_test(what_is_not_to_be_had_is_said_with_its_price),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
