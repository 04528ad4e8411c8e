// SPDX-License-Identifier: Apache-2.0
// Sources are cut where any rule begins or ends; between two cuts few rules meet, and those are cut
// in all other fields.
#include "contain/diff.h"

#include <stdlib.h>
#include <string.h>

struct edges {
	u128 *at; // where a span begins
	size_t n;
};

static int by_number(const void *one, const void *other)
{
	u128 a = *(const u128 *)one, b = *(const u128 *)other;
	return (a > b) - (a < b);
}

static void edges_of(struct edges *e, const struct policy *p, const struct range *within)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct range *s = &p->rule[i].box.of[DIM_SRC];
		if (s->lo > within->lo && s->lo <= within->hi)
			e->at[e->n++] = s->lo;
		if (s->hi >= within->lo && s->hi < within->hi)
			e->at[e->n++] = s->hi + 1;
	}
}

/* Pieces of one change whose other fields are equal grow along the source. */
struct run {
	struct box box;
	enum change change;
	bool is_open;
};

enum { RUNS = 64 };

struct comparison {
	const struct policy *old, *new;
	enum family family;
	struct run run[RUNS];
	size_t next; // the run that is given up for a new one
	enum action was;
	enum split split;
	change_fn *take;
	void *ctx;
};

static void put(struct comparison *c, enum change change, const struct box *piece)
{
	for (size_t i = 0; i < RUNS; i++) {
		struct run *r = &c->run[i];
		if (!r->is_open || r->change != change ||
			r->box.of[DIM_SRC].hi + 1 != piece->of[DIM_SRC].lo ||
			memcmp(&r->box.of[1], &piece->of[1],
				sizeof piece->of - sizeof piece->of[0]))
			continue;
		r->box.of[DIM_SRC].hi = piece->of[DIM_SRC].hi;
		return;
	}
	struct run *r = &c->run[c->next++ % RUNS];
	if (r->is_open)
		c->take(c->ctx, r->change, &r->box);
	*r = (struct run){ *piece, change, true };
}

static bool take_new(void *ctx, const struct box *piece, enum action action, size_t rule)
{
	struct comparison *c = ctx;
	(void)rule;
	if ((action == c->was && action != ACTION_UNKNOWN) || !box_is_of(piece, c->family))
		return true;
	put(c,
		action == ACTION_UNKNOWN || c->was == ACTION_UNKNOWN ? CHANGE_UNKNOWN
		: action == ACTION_DENY                              ? CHANGE_BLOCKED
								     : CHANGE_UNBLOCKED,
		piece);
	return true;
}

static bool take_old(void *ctx, const struct box *piece, enum action action, size_t rule)
{
	struct comparison *c = ctx;
	(void)rule;
	c->was = action;
	c->split = policy_split(c->new, c->new->n, piece, take_new, c);
	return c->split == SPLIT_DONE;
}

static enum diff_result result_of(enum split s)
{
	return s == SPLIT_DONE ? DIFF_DONE : s == SPLIT_NO_MEMORY ? DIFF_NO_MEMORY : DIFF_TOO_MANY;
}

static enum diff_result compare(struct comparison *c, const struct edges *e,
	const struct range *src, const struct range *dst)
{
	struct box b = box_any();
	b.of[DIM_DST] = *dst;
	for (size_t i = 0; i < e->n; i++) {
		if (i && e->at[i] == e->at[i - 1])
			continue;
		size_t next = i + 1;
		while (next < e->n && e->at[next] == e->at[i])
			next++;
		b.of[DIM_SRC] = (struct range){ e->at[i], next < e->n ? e->at[next] - 1 : src->hi };
		enum split s = policy_split(c->old, c->old->n, &b, take_old, c);
		if (s != SPLIT_DONE)
			return result_of(c->split != SPLIT_DONE ? c->split : s);
	}
	return DIFF_DONE;
}

enum diff_result policy_diff(const struct policy *old, const struct policy *new, enum family family,
	change_fn *take, void *ctx)
{
	struct comparison c = {
		.old = old, .new = new, .family = family, .take = take, .ctx = ctx
	};
	struct range v4 = family_span(FAMILY_4), all = family_span(FAMILY_6);
	struct range of_6[] = { { all.lo, v4.lo - 1 }, { v4.hi + 1, all.hi } };
	const struct range *part = family == FAMILY_4 ? &v4 : of_6;
	size_t n_parts = family == FAMILY_4 ? 1 : countof(of_6);
	enum diff_result result = DIFF_DONE;
	for (size_t i = 0; i < n_parts * n_parts && result == DIFF_DONE; i++) {
		const struct range *src = &part[i / n_parts], *dst = &part[i % n_parts];
		struct edges e = { calloc(2 * (old->n + new->n) + 1, sizeof(u128)), 0 };
		if (!e.at)
			return DIFF_NO_MEMORY;
		e.at[e.n++] = src->lo;
		edges_of(&e, old, src);
		edges_of(&e, new, src);
		qsort(e.at, e.n, sizeof *e.at, by_number);
		result = compare(&c, &e, src, dst);
		free(e.at);
	}
	for (size_t i = 0; i < RUNS; i++) {
		const struct run *r = &c.run[(c.next + i) % RUNS];
		if (r->is_open && result == DIFF_DONE)
			c.take(c.ctx, r->change, &r->box);
	}
	return result;
}
