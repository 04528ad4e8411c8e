// SPDX-License-Identifier: Apache-2.0
// Rules in the order of what they match: the same fate of each packet, and fewer rules to meet.
#include "unit/contain/site.h"

#include <time.h>

#include "contain/diff.h"
#include "contain/order.h"

static void count_change(void *ctx, enum change change, const struct box *box)
{
	(void)change, (void)box;
	++*(size_t *)ctx;
}

/* The policy with its first `n` rules in that order. */
static void reorder(const struct policy *p, const size_t *order, size_t n, struct policy *out)
{
	struct err e = {};
	*out = (struct policy){ .rest = p->rest };
	for (size_t i = 0; i < p->n; i++)
		assert_true(policy_put(out, &p->rule[i < n ? order[i] : i], &e));
	assert_true(policy_index(out, &e));
}

static void same_fates(const struct policy *p, const size_t *order, size_t n)
{
	struct policy other;
	reorder(p, order, n, &other);
	for (enum family f = 0; f < N_FAMILIES; f++) {
		size_t n_changes = 0;
		assert_int_equal(policy_diff(p, &other, f, count_change, &n_changes), DIFF_DONE);
		assert_int_equal(n_changes, 0);
	}
	policy_fini(&other);
}

static void policy_fill(struct policy *p, struct dice *d, size_t n)
{
	struct err e = {};
	*p = (struct policy){ .rest = ACTION_PERMIT };
	for (size_t i = 0; i < n; i++) {
		struct rule r = { .box = box_any(), .action = (enum action)dice_below(d, 2) };
		u128 at = (u128)0xffff << 32 | 0x0a000000 | dice_below(d, 16);
		r.box.of[DIM_SRC] = (struct range){ at, at + dice_below(d, 4) };
		if (dice_below(d, 2))
			r.box.of[DIM_DPORT] = (struct range){ dice_below(d, 4), 4 };
		assert_true(policy_put(p, &r, &e));
	}
	assert_true(policy_index(p, &e));
}

/* Whether an order leaves rules that meet and do different things as they stand. */
static bool is_legal(const struct policy *p, const size_t *order, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++) {
			const struct rule *a = &p->rule[order[i]], *b = &p->rule[order[k]];
			if (order[k] < order[i] && a->action != b->action &&
				box_meets(&a->box, &b->box, NULL))
				return false;
		}
	return true;
}

/* The least cost of all legal orders, by trying each. */
static double least_cost(
	const struct policy *p, const uint64_t *hits, size_t *order, size_t at, size_t n)
{
	double least = 1e300;
	if (at == n)
		return is_legal(p, order, n) ? order_cost(hits, order, n) : least;
	for (size_t i = at; i < n; i++) {
		size_t held = order[at];
		order[at] = order[i];
		order[i] = held;
		double cost = least_cost(p, hits, order, at + 1, n);
		least = cost < least ? cost : least;
		held = order[at];
		order[at] = order[i];
		order[i] = held;
	}
	return least;
}

static void no_packet_changes_its_fate_and_few_rules_are_met(void **state)
{
	(void)state;
	struct dice d = { 81 };
	double worst = 1;
	size_t n_best = 0, n_rounds = 400;
	for (size_t round = 0; round < n_rounds; round++) {
		struct policy p;
		struct err e = {};
		size_t n = 2 + dice_below(&d, 5), order[8], tried[8] = { 0, 1, 2, 3, 4, 5, 6, 7 };
		uint64_t hits[8];
		policy_fill(&p, &d, n);
		for (size_t i = 0; i < n; i++)
			hits[i] = dice_below(&d, 3) ? dice_below(&d, 1000) : 0;
		hits[n - 1]++;
		assert_true(policy_order(&p, n, hits, order, &e));
		same_fates(&p, order, n);
		double cost = order_cost(hits, order, n);
		double least = least_cost(&p, hits, tried, 0, n);
		assert_true(cost <= order_cost(hits, NULL, n));
		assert_true(cost >= least - 1e-9 && cost <= 2 * least);
		n_best += cost <= least + 1e-9;
		worst = cost / least > worst ? cost / least : worst;
		policy_fini(&p);
	}
	print_message("# best order in %zu of %zu, at worst %.3f times the best\n", n_best,
		n_rounds, worst);
	assert_true(n_best * 10 >= n_rounds * 9);
}

static void a_call_manager_that_scans_keeps_its_services(void **state)
{
	(void)state;
	struct dice d = { 82 };
	struct site s;
	struct err e = {};
	site_init(&s);
	site_put(&s, "10.1.1.10", "any");
	for (int i = 0; i < 200; i++) {
		char room[ADDR_TEXT_BYTES];
		struct addr a = addr_v4(0x0a1e0000 | dice_below(&d, 1 << 16));
		site_put(&s, addr_format(&a, room), "tcp/80");
	}
	site_compile(&s);
	const struct policy *p = &s.compiled.policy;
	uint64_t *hits = calloc(p->n, sizeof *hits);
	size_t *order = calloc(p->n, sizeof *order), rule;
	assert_true(hits && order);
	for (int i = 0; i < 20000; i++) {
		struct packet packet = site_any_packet(&d, &s.plan);
		policy_judge(p, &packet, &rule);
		if (rule != RULE_REST)
			hits[rule]++;
	}
	assert_true(policy_order(p, p->n, hits, order, &e));
	same_fates(p, order, p->n);
	double before = order_cost(hits, NULL, p->n), after = order_cost(hits, order, p->n);
	print_message(
		"# %zu rules: a packet meets %.1f, in order of hits %.1f\n", p->n, before, after);
	assert_true(after < before);
	free(hits);
	free(order);
	site_fini(&s);
}

static void what_was_not_hit_stays_as_it_was(void **state)
{
	(void)state;
	struct dice d = { 83 };
	struct policy p;
	struct err e = {};
	uint64_t hits[40] = {};
	size_t order[40];
	policy_fill(&p, &d, 40);
	assert_true(policy_order(&p, 40, hits, order, &e));
	for (size_t i = 0; i < 40; i++)
		assert_int_equal(order[i], i);
	assert_true(policy_order(&p, 0, hits, order, &e));
	policy_fini(&p);
}

static void as_many_rules_as_may_be_are_ordered_in_seconds(void **state)
{
	(void)state;
	struct dice d = { 84 };
	struct policy p;
	struct err e = {};
	struct timespec from, to;
	static uint64_t hits[ORDER_RULES_MAX];
	static size_t order[ORDER_RULES_MAX];
	policy_fill(&p, &d, ORDER_RULES_MAX);
	for (size_t i = 0; i < ORDER_RULES_MAX; i++)
		hits[i] = 1 + dice_below(&d, 100000);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	assert_true(policy_order(&p, ORDER_RULES_MAX, hits, order, &e));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	double s = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
	print_message("# %d rules, all hit, all tangled: %.2f s\n", ORDER_RULES_MAX, s);
	assert_true(is_legal(&p, order, ORDER_RULES_MAX));
	assert_true(s < 60);
	policy_fini(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_packet_changes_its_fate_and_few_rules_are_met),
		cmocka_unit_test(a_call_manager_that_scans_keeps_its_services),
		cmocka_unit_test(what_was_not_hit_stays_as_it_was),
		cmocka_unit_test(as_many_rules_as_may_be_are_ordered_in_seconds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
