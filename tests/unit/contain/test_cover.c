// SPDX-License-Identifier: Apache-2.0
// The cover of hosts by prefixes is the best there is, or says that there is none.
#include "unit/contain/site.h"

#include <math.h>
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
	bool is_taken[1 << 10] = {};
	for (size_t i = 0; i < countof(cluster);) {
		uint32_t c = dice_below(d, 1 << 10);
		if (!is_taken[c])
			cluster[i++] = c << 8;
		is_taken[c] = true;
	}
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

/* One draw: hosts, those of them that no prefix may take in, and what asks for it. */
struct draw {
	bool host[1 << 18], few_at[1 << 18];
	struct range span[5000];
	struct few few;
};

static void draw_fill(struct draw *d, bool is_clustered, uint64_t seed)
{
	struct dice dice = { seed };
	memset(d, 0, sizeof *d);
	crowd_fill(d->span, d->host, countof(d->span), is_clustered, &dice);
	for (size_t k = 0; k < countof(d->few.at);) {
		uint32_t a = dice_below(&dice, 1 << 18);
		if (!d->host[a])
			d->few.at[k++] = base + a;
		d->few_at[a] |= !d->host[a];
	}
}

static void draw_cover(struct draw *d, size_t n_rules, struct cover *out)
{
	struct crowd crowd = { .host = d->span, .n = countof(d->span) };
	struct cover_limits limits = { .max_rules = n_rules,
		.max_collateral = UINT64_MAX,
		.floor = { 96 + 14, 64 },
		.is_precious = is_one_of_few,
		.ctx = &d->few };
	struct err e = {};
	assert_true(cover_find(&crowd, 1, &limits, out, &e));
}

/* A bound from below that shares nothing with the cover: whatever a rule costs, no cover of n rules has less collateral
 * than the cheapest of all covers, less n times the price. The tree is whole: all 2^18 leaves, level by level. */
static double bound_at(const struct draw *d, double price, size_t n_rules)
{
	static double cost[1 << 18];
	static uint32_t n_hosts[1 << 18];
	static bool has_few[1 << 18];
	for (size_t i = 0; i < 1 << 18; i++) {
		n_hosts[i] = d->host[i];
		has_few[i] = d->few_at[i];
		cost[i] = d->host[i] ? price : 0;
	}
	for (size_t size = 2; size <= 1 << 18; size *= 2)
		for (size_t i = 0; i < (1 << 18) / size; i++) {
			n_hosts[i] = n_hosts[2 * i] + n_hosts[2 * i + 1];
			has_few[i] = has_few[2 * i] | has_few[2 * i + 1];
			cost[i] = cost[2 * i] + cost[2 * i + 1];
			double as_one = price + (double)(size - n_hosts[i]);
			if (n_hosts[i] && !has_few[i] && as_one < cost[i])
				cost[i] = as_one;
		}
	return cost[0] - price * (double)n_rules;
}

/* The best of those bounds: it is concave in the price. */
static double bound_below(const struct draw *d, size_t n_rules)
{
	double low = 0, high = 1 << 18;
	for (int i = 0; i < 45; i++) {
		double a = low + (high - low) / 3, b = high - (high - low) / 3;
		if (bound_at(d, a, n_rules) < bound_at(d, b, n_rules))
			low = a;
		else
			high = b;
	}
	return bound_at(d, low, n_rules);
}

/* How many rules it takes at the least: at a price beside which no address counts. */
static size_t rules_at_least(const struct draw *d)
{
	const double price = 1 << 30;
	return (size_t)(bound_at(d, price, 0) / price);
}

/* The facts tell how the hosts were drawn, not which they were. So their figure has to be one that draws like theirs
 * give, each of which is proved best: nothing lies between it and a bound from below but what the bound gives away. */
static void the_table_of_the_facts_comes_out_again(void **state)
{
	(void)state;
	enum { N_DRAWS = 15 };
	static const struct {
		bool is_clustered;
		size_t rules;        // that the facts' cover used
		uint64_t collateral; // that it took in; 0: infeasible
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
	static struct draw d;
	for (size_t i = 0; i < countof(row); i++) {
		double sum = 0, squares = 0, widest = 0;
		uint64_t least = UINT64_MAX, most = 0;
		size_t n_feasible = 0;
		for (uint64_t seed = 1; seed <= N_DRAWS; seed++) {
			struct cover c;
			draw_fill(&d, row[i].is_clustered, seed);
			draw_cover(&d, row[i].rules, &c);
			n_feasible += c.is_feasible;
			assert_true(c.is_exact);
			if (!row[i].collateral) {
				assert_int_equal(c.n_least, rules_at_least(&d));
				assert_int_equal(c.is_feasible, c.n_least <= row[i].rules);
				cover_fini(&c);
				continue;
			}
			assert_true(c.is_feasible);
			sum += (double)c.collateral;
			squares += (double)c.collateral * (double)c.collateral;
			least = c.collateral < least ? c.collateral : least;
			most = c.collateral > most ? c.collateral : most;
			if (seed == 1) {
				double gap = (double)c.collateral - bound_below(&d, row[i].rules);
				assert_true(gap > -1);
				widest = gap > widest ? gap : widest;
			}
			cover_fini(&c);
		}
		if (!row[i].collateral) {
			print_message("# %s, %zu rules: feasible in %zu draws of %d; facts: not\n",
				row[i].is_clustered ? "clustered" : "uniform", row[i].rules,
				n_feasible, N_DRAWS);
			assert_true(n_feasible < N_DRAWS / 2);
			continue;
		}
		double mean = sum / N_DRAWS, spread = sqrt(squares / N_DRAWS - mean * mean);
		print_message("# %s, %zu rules: %llu to %llu innocent, mean %.0f, deviation %.0f; "
			      "facts %llu; above the bound %.1f\n",
			row[i].is_clustered ? "clustered" : "uniform", row[i].rules,
			(unsigned long long)least, (unsigned long long)most, mean, spread,
			(unsigned long long)row[i].collateral, widest);
		assert_true(fabs(mean - (double)row[i].collateral) <= 3 * spread);
		assert_true(widest <= 0.002 * mean + 1);
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
