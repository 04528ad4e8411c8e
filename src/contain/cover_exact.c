// SPDX-License-Identifier: Apache-2.0
// Least collateral by number of rules, bottom up: a tree knapsack, hosts times rules in all.
#include <assert.h>
#include <stdlib.h>

#include "contain/cover_tree.h"

/* The least collateral of a node with 1 to n rules, and how: 0 as one prefix or as with one rule
 * less, else the rules of the lower half. */
#define NEVER (UINT64_C(1) << 62)       // cannot be
#define COUNTED_MAX (UINT64_C(1) << 40) // of one prefix: so a million of them sum to less
struct curve {
	uint64_t *cost; // [0] is one rule
	uint32_t *lower;
	size_t n;
	struct curve *half[2]; // NULL for a leaf
	struct node node;
	size_t crowd; // of a root
};

static void curve_free(struct curve *c)
{
	if (!c)
		return;
	curve_free(c->half[0]);
	curve_free(c->half[1]);
	free(c->cost);
	free(c->lower);
	free(c);
}

static struct curve *curve_new(size_t n)
{
	struct curve *c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	c->n = n;
	c->cost = malloc(n * sizeof *c->cost);
	c->lower = calloc(n, sizeof *c->lower);
	if (c->cost && c->lower) {
		for (size_t i = 0; i < n; i++)
			c->cost[i] = NEVER;
		return c;
	}
	curve_free(c);
	return NULL;
}

/* Both halves with every division of the rules; takes them over. */
static struct curve *joined(struct curve *a, struct curve *b, size_t most)
{
	size_t n = a && b ? a->n + b->n : 0;
	struct curve *c = n ? curve_new(n < most ? n : most) : NULL;
	if (!c) {
		curve_free(a);
		curve_free(b);
		return NULL;
	}
	c->half[0] = a;
	c->half[1] = b;
	for (size_t i = 0; i < a->n && i + 2 <= c->n; i++) {
		size_t most_b = c->n - i - 1 < b->n ? c->n - i - 1 : b->n;
		uint64_t *restrict cost = c->cost + i + 1;
		uint32_t *restrict lower = c->lower + i + 1;
		for (size_t k = 0; k < most_b; k++) {
			uint64_t sum = a->cost[i] + b->cost[k]; // two of NEVER still fit
			bool is_less = sum < cost[k];
			cost[k] = is_less ? sum : cost[k];
			lower[k] = is_less ? (uint32_t)i + 1 : lower[k];
		}
	}
	return c;
}

/* More rules never cost more: where they would, one stays unused. */
static void level(struct curve *c)
{
	for (size_t i = 1; i < c->n; i++)
		if (c->cost[i] >= c->cost[i - 1] && c->cost[i - 1] < NEVER) {
			c->cost[i] = c->cost[i - 1];
			c->lower[i] = 0;
		}
}

static struct curve *curve_of(const struct solver *s, size_t lo, size_t hi)
{
	struct node n = cover_node(s, s->crowd, lo, hi);
	struct curve *c;
	if (hi - lo == 1 || (n.may_join && n.innocent == 0)) {
		c = curve_new(1);
		if (c)
			c->cost[0] = 0;
	} else {
		c = joined(curve_of(s, lo, n.turn), curve_of(s, n.turn, hi), s->limits->max_rules);
		if (c && n.may_join)
			c->cost[0] = n.innocent < COUNTED_MAX ? n.innocent : COUNTED_MAX;
		if (c)
			level(c);
	}
	if (c)
		c->node = n;
	return c;
}

static bool emit(struct solver *s, const struct curve *c, size_t n_rules)
{
	n_rules = n_rules < c->n ? n_rules : c->n;
	while (n_rules > 1 && c->lower[n_rules - 1] == 0)
		n_rules--;
	size_t lower = c->lower[n_rules - 1];
	assert(c->cost[n_rules - 1] < NEVER);
	if (lower == 0)
		return cover_emit(s, &c->node);
	return emit(s, c->half[0], lower) && emit(s, c->half[1], n_rules - lower);
}

/* Crowds hang on a spine, the last one below: the division of the rules among them is one more. */
static bool emit_crowds(
	struct solver *s, const struct curve *spine, const struct crowd *crowd, size_t n_rules)
{
	if (spine->node.hi == 0) { // a joint: all crowds before, and one
		n_rules = n_rules < spine->n ? n_rules : spine->n;
		while (n_rules > 1 && spine->lower[n_rules - 1] == 0)
			n_rules--;
		size_t lower = spine->lower[n_rules - 1];
		if (!emit_crowds(s, spine->half[0], crowd, lower))
			return false;
		return emit_crowds(s, spine->half[1], crowd, n_rules - lower);
	}
	return cover_begin(s, &crowd[spine->crowd]) && emit(s, spine, n_rules);
}

bool cover_exact(struct solver *s, const struct crowd *crowd, size_t n_crowds)
{
	struct curve *all = NULL;
	for (size_t i = 0; i < n_crowds; i++) {
		struct curve *one = cover_begin(s, &crowd[i]) ? curve_of(s, 0, crowd[i].n) : NULL;
		if (one)
			one->crowd = i;
		all = i ? joined(all, one, s->limits->max_rules) : one;
		if (!all)
			return false;
		if (i)
			level(all);
	}
	bool ok = !all || emit_crowds(s, all, crowd, s->limits->max_rules);
	curve_free(all);
	return ok;
}
