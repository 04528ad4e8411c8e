// SPDX-License-Identifier: Apache-2.0
// The tree of a crowd is never stored: a node is a range of sorted hosts, its halves are parted where
// the first differing bit turns.
#include "contain/cover.h"

#include <stdlib.h>
#include <string.h>

#include "contain/cover_tree.h"
#include "model/prefixes.h"

void cover_fini(struct cover *c)
{
	free(c->prefix);
	*c = (struct cover){};
}

uint64_t cover_sum(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - 1 - b ? UINT64_MAX - (a == UINT64_MAX || b == UINT64_MAX ? 0 : 1)
				      : a + b;
}

static uint64_t saturated(u128 n)
{
	return n >= UINT64_MAX - 1 ? UINT64_MAX - 1 : (uint64_t)n;
}

struct node cover_node(const struct solver *s, const struct crowd *c, size_t lo, size_t hi)
{
	struct node n = { .lo = lo, .hi = hi, .span = c->host[lo] };
	if (hi - lo == 1)
		return n;
	u128 differ = c->host[lo].lo ^ c->host[hi - 1].lo, mask = differ;
	for (unsigned shift = 1; shift < 128; shift *= 2)
		mask |= mask >> shift;
	n.span = (struct range){ c->host[lo].lo & ~mask, c->host[lo].lo | mask };
	u128 turn = (n.span.lo | mask >> 1) + 1; // where the upper half begins
	size_t low = lo, high = hi;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (c->host[middle].lo < turn)
			low = middle + 1;
		else
			high = middle;
	}
	n.turn = low;
	u128 hosts = s->hosts_before[lo] <= s->hosts_before[hi]
			     ? s->hosts_before[hi] - s->hosts_before[lo]
			     : 0;
	n.innocent = saturated(n.span.hi - n.span.lo + 1 - hosts);
	bool is_v4 = n.span.lo >> 32 == 0xffff;
	u128 widest = ((u128)1 << (128 - s->limits->floor[is_v4 ? FAMILY_4 : FAMILY_6])) - 1;
	n.may_join = n.innocent == 0 ||
		     (mask <= widest && !s->limits->is_precious(s->limits->ctx, &n.span));
	n.may_join &= mask <= widest;
	return n;
}

bool cover_emit(struct solver *s, const struct node *n)
{
	struct covered *room = array_grown(s->out->prefix, sizeof *room, s->out->n, &s->cap);
	if (!room)
		return false;
	s->out->prefix = room;
	uint64_t innocent = n->hi - n->lo == 1 ? 0 : n->innocent;
	s->out->prefix[s->out->n++] = (struct covered){ n->span, s->crowd->tag, innocent };
	s->out->collateral = cover_sum(s->out->collateral, innocent);
	return true;
}

/* Rules without innocent addresses, and at the least: one pass over the tree. */
struct bounds {
	size_t lossless, least;
};

static struct bounds bounds_of(const struct solver *s, size_t lo, size_t hi)
{
	struct node n = cover_node(s, s->crowd, lo, hi);
	if (hi - lo == 1)
		return (struct bounds){ 1, 1 };
	struct bounds a = bounds_of(s, lo, n.turn), b = bounds_of(s, n.turn, hi);
	struct bounds both = { a.lossless + b.lossless, a.least + b.least };
	if (n.may_join && n.innocent == 0)
		both.lossless = 1;
	if (n.may_join)
		both.least = 1;
	return both;
}

bool cover_begin(struct solver *s, const struct crowd *c)
{
	u128 *before = reallocarray(s->hosts_before, c->n + 1, sizeof *before);
	if (!before)
		return false;
	s->hosts_before = before;
	s->crowd = c;
	before[0] = 0;
	for (size_t i = 0; i < c->n; i++)
		before[i + 1] = before[i] + (c->host[i].hi - c->host[i].lo + 1);
	return true;
}

static bool survey(struct solver *s, const struct crowd *crowd, size_t n_crowds, uint64_t *n_hosts)
{
	for (size_t i = 0; i < n_crowds; i++) {
		if (!cover_begin(s, &crowd[i]))
			return false;
		struct bounds b = bounds_of(s, 0, crowd[i].n);
		s->out->n_lossless += b.lossless;
		s->out->n_least += b.least;
		*n_hosts += crowd[i].n;
	}
	return true;
}

/* With room for all, or no mercy for innocents, nothing is weighed: join what costs nothing. */
static bool join_lossless(struct solver *s, size_t lo, size_t hi)
{
	struct node n = cover_node(s, s->crowd, lo, hi);
	if (hi - lo == 1 || (n.may_join && n.innocent == 0))
		return cover_emit(s, &n);
	return join_lossless(s, lo, n.turn) && join_lossless(s, n.turn, hi);
}

static bool lossless(struct solver *s, const struct crowd *crowd, size_t n_crowds)
{
	for (size_t i = 0; i < n_crowds; i++)
		if (!cover_begin(s, &crowd[i]) || !join_lossless(s, 0, crowd[i].n))
			return false;
	return true;
}

static bool solve(struct solver *s, const struct crowd *crowd, size_t n_crowds, struct err *e)
{
	struct cover *out = s->out;
	uint64_t n_hosts = 0;
	if (!survey(s, crowd, n_crowds, &n_hosts))
		return err_sys(e, "cover");
	out->is_exact = true;
	out->least_collateral = out->n_least > s->limits->max_rules ? UINT64_MAX : 0;
	if (out->least_collateral)
		return true;
	size_t k = s->limits->max_rules;
	bool ok;
	if (out->n_lossless <= k) {
		ok = lossless(s, crowd, n_crowds);
	} else {
		out->is_exact = n_hosts * k <= COVER_EXACT_MAX;
		ok = out->is_exact ? cover_exact(s, crowd, n_crowds)
				   : cover_priced(s, crowd, n_crowds);
	}
	if (!ok)
		return err_sys(e, "cover");
	out->least_collateral = out->collateral;
	out->is_feasible = out->collateral <= s->limits->max_collateral;
	return true;
}

bool cover_find(const struct crowd *crowd, size_t n_crowds, const struct cover_limits *limits,
	struct cover *out, struct err *e)
{
	*out = (struct cover){};
	struct solver s = { .limits = limits, .out = out };
	bool ok = solve(&s, crowd, n_crowds, e);
	free(s.hosts_before);
	if (!ok || !out->is_feasible) {
		free(out->prefix);
		out->prefix = NULL;
		out->n = 0;
	}
	return ok;
}
