// SPDX-License-Identifier: Apache-2.0
// A price for a rule, in innocent addresses: the higher it is, the fewer rules. Exact on the convex
// hull of the curve only; what is left of the budget stays unused.
#include "contain/cover_tree.h"

enum { STEPS = 64 };

struct bill {
	double cost;
	size_t n_rules;
};

/* What a subtree costs at a price; emits it when `is_final`. */
static struct bill priced(struct solver *s, size_t lo, size_t hi, double price)
{
	struct node n = cover_node(s, s->crowd, lo, hi);
	struct bill as_one = { price + (double)n.innocent, 1 };
	if (hi - lo == 1 || (n.may_join && n.innocent == 0))
		return (struct bill){ price, 1 };
	struct bill a = priced(s, lo, n.turn, price), b = priced(s, n.turn, hi, price);
	struct bill parted = { a.cost + b.cost, a.n_rules + b.n_rules };
	return n.may_join && as_one.cost <= parted.cost ? as_one : parted;
}

static bool emit(struct solver *s, size_t lo, size_t hi, double price)
{
	struct node n = cover_node(s, s->crowd, lo, hi);
	if (hi - lo == 1 || (n.may_join && n.innocent == 0))
		return cover_emit(s, &n);
	if (n.may_join && price + (double)n.innocent <= priced(s, lo, hi, price).cost)
		return cover_emit(s, &n);
	return emit(s, lo, n.turn, price) && emit(s, n.turn, hi, price);
}

static bool count(
	struct solver *s, const struct crowd *crowd, size_t n_crowds, double price, size_t *n_rules)
{
	*n_rules = 0;
	for (size_t i = 0; i < n_crowds; i++) {
		if (!cover_begin(s, &crowd[i]))
			return false;
		*n_rules += priced(s, 0, crowd[i].n, price).n_rules;
	}
	return true;
}

bool cover_priced(struct solver *s, const struct crowd *crowd, size_t n_crowds)
{
	double low = 0, high = 1;
	size_t n_rules;
	do { // at a high enough price the least number is taken, which fits
		high *= 16;
		if (!count(s, crowd, n_crowds, high, &n_rules))
			return false;
	} while (n_rules > s->limits->max_rules && high < 1e40);
	for (int i = 0; i < STEPS && high - low > 1e-3; i++) {
		double price = low + (high - low) / 2;
		if (!count(s, crowd, n_crowds, price, &n_rules))
			return false;
		if (n_rules <= s->limits->max_rules)
			high = price;
		else
			low = price;
	}
	for (size_t i = 0; i < n_crowds; i++)
		if (!cover_begin(s, &crowd[i]) || !emit(s, 0, crowd[i].n, high))
			return false;
	return true;
}
