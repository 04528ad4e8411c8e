// SPDX-License-Identifier: Apache-2.0
// First match, for one packet and for whole boxes; an index by source keeps 100,000 hosts cheap.
#include "contain/policy.h"

#include <stdlib.h>

#include "model/prefixes.h"

void policy_fini(struct policy *p)
{
	free(p->rule);
	free(p->narrow);
	free(p->wide);
	free(p->reach);
	*p = (struct policy){};
}

bool policy_put(struct policy *p, const struct rule *rule, struct err *e)
{
	struct rule *room = array_grown(p->rule, sizeof *room, p->n, &p->cap);
	if (!room)
		return err_sys(e, "policy");
	p->rule = room;
	p->rule[p->n++] = *rule;
	return true;
}

/* What cannot be read decides first, so that nothing is believed behind it. */
static int by_action(const void *one, const void *other)
{
	static const int order[N_ACTIONS] = {
		[ACTION_UNKNOWN] = 0, [ACTION_PERMIT] = 1, [ACTION_DENY] = 2
	};
	const struct rule *a = one, *b = other;
	return order[a->action] - order[b->action];
}

void policy_settle(struct policy *p)
{
	if (p->n)
		qsort(p->rule, p->n, sizeof *p->rule, by_action);
}

/* Of rules whose source is at most a /8 of IPv4 or a /48 of IPv6, few meet the same address. */
static bool is_narrow(const struct rule *r)
{
	const struct range *src = &r->box.of[DIM_SRC];
	bool is_v4 = src->lo >> 32 == 0xffff;
	return src->hi - src->lo < (u128)1 << (is_v4 ? 24 : 80);
}

static int by_source(const void *one, const void *other, void *rules)
{
	size_t i = *(const size_t *)one, k = *(const size_t *)other;
	const struct range *a = &((const struct rule *)rules)[i].box.of[DIM_SRC];
	const struct range *b = &((const struct rule *)rules)[k].box.of[DIM_SRC];
	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	return (i > k) - (i < k);
}

bool policy_index(struct policy *p, struct err *e)
{
	size_t room = p->n + 1;
	free(p->narrow);
	free(p->wide);
	free(p->reach);
	p->n_narrow = p->n_wide = 0;
	p->narrow = calloc(room, sizeof *p->narrow);
	p->wide = calloc(room, sizeof *p->wide);
	p->reach = calloc(room, sizeof *p->reach);
	if (!p->narrow || !p->wide || !p->reach)
		return err_sys(e, "policy");
	for (size_t i = 0; i < p->n; i++)
		if (is_narrow(&p->rule[i]))
			p->narrow[p->n_narrow++] = i;
		else
			p->wide[p->n_wide++] = i;
	qsort_r(p->narrow, p->n_narrow, sizeof *p->narrow, by_source, p->rule);
	for (size_t i = 0; i < p->n_narrow; i++) {
		u128 hi = p->rule[p->narrow[i]].box.of[DIM_SRC].hi;
		p->reach[i] = i && p->reach[i - 1] > hi ? p->reach[i - 1] : hi;
	}
	return true;
}

/* How many narrow rules begin at or before an address. */
static size_t narrow_before(const struct policy *p, u128 address)
{
	size_t low = 0, high = p->n_narrow;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (p->rule[p->narrow[middle]].box.of[DIM_SRC].lo <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

enum action policy_judge(const struct policy *p, const struct packet *packet, size_t *rule)
{
	struct box b = box_packet(packet);
	size_t first = RULE_REST;
	for (size_t i = 0; i < p->n_wide && first == RULE_REST; i++)
		if (box_has(&p->rule[p->wide[i]].box, &b))
			first = p->wide[i];
	for (size_t i = narrow_before(p, b.of[DIM_SRC].lo); i-- > 0;) {
		if (p->reach[i] < b.of[DIM_SRC].lo)
			break;
		if (p->narrow[i] < first && box_has(&p->rule[p->narrow[i]].box, &b))
			first = p->narrow[i];
	}
	if (rule)
		*rule = first;
	return first == RULE_REST ? p->rest : p->rule[first].action;
}

static int by_order(const void *one, const void *other)
{
	size_t a = *(const size_t *)one, b = *(const size_t *)other;
	return (a > b) - (a < b);
}

/* The rules that meet a box, in order. */
static size_t gather(const struct policy *p, size_t n_rules, const struct box *box, size_t *out)
{
	size_t n = 0;
	for (size_t i = 0; i < p->n_wide && p->wide[i] < n_rules; i++)
		if (box_meets(&p->rule[p->wide[i]].box, box, NULL))
			out[n++] = p->wide[i];
	size_t n_wide = n;
	for (size_t i = narrow_before(p, box->of[DIM_SRC].hi); i-- > 0;) {
		if (p->reach[i] < box->of[DIM_SRC].lo)
			break;
		if (p->narrow[i] < n_rules && box_meets(&p->rule[p->narrow[i]].box, box, NULL))
			out[n++] = p->narrow[i];
	}
	if (n > n_wide)
		qsort(out, n, sizeof *out, by_order);
	return n;
}

static size_t candidates_most(const struct policy *p, const struct box *box)
{
	size_t n = p->n_wide;
	for (size_t i = narrow_before(p, box->of[DIM_SRC].hi);
		i-- > 0 && p->reach[i] >= box->of[DIM_SRC].lo;)
		n++;
	return n;
}

struct pending {
	struct box box;
	size_t next; // candidates before it do not meet the box
};

struct pile {
	struct pending *at;
	size_t n, cap;
};

static bool pile_put(struct pile *pile, const struct box *box, size_t next)
{
	struct pending *room = array_grown(pile->at, sizeof *room, pile->n, &pile->cap);
	if (!room)
		return false;
	pile->at = room;
	pile->at[pile->n++] = (struct pending){ *box, next };
	return true;
}

static enum split split_over(const struct policy *p, const size_t *candidate, size_t n,
	struct pile *pile, piece_fn *take, void *ctx)
{
	size_t n_pieces = 0, n_steps = 0;
	while (pile->n) {
		struct pending now = pile->at[--pile->n];
		struct box common, piece[2 * N_DIMS];
		while (now.next < n &&
			!box_meets(&p->rule[candidate[now.next]].box, &now.box, &common))
			now.next++, n_steps++;
		if (++n_pieces > PIECES_MAX || n_steps > (size_t)PIECES_MAX << 8)
			return SPLIT_TOO_MANY;
		if (now.next == n) {
			if (!take(ctx, &now.box, p->rest, RULE_REST))
				return SPLIT_STOPPED;
			continue;
		}
		size_t r = candidate[now.next];
		if (!take(ctx, &common, p->rule[r].action, r))
			return SPLIT_STOPPED;
		size_t n_rest = box_without(&now.box, &p->rule[r].box, piece);
		for (size_t i = 0; i < n_rest; i++)
			if (!pile_put(pile, &piece[i], now.next + 1))
				return SPLIT_NO_MEMORY;
	}
	return SPLIT_DONE;
}

enum split policy_split(
	const struct policy *p, size_t n_rules, const struct box *box, piece_fn *take, void *ctx)
{
	size_t *candidate = malloc((candidates_most(p, box) + 1) * sizeof *candidate);
	struct pile pile = {};
	if (!candidate || !pile_put(&pile, box, 0)) {
		free(candidate);
		return SPLIT_NO_MEMORY;
	}
	size_t n = gather(p, n_rules, box, candidate);
	enum split s = split_over(p, candidate, n, &pile, take, ctx);
	free(candidate);
	free(pile.at);
	return s;
}
