// SPDX-License-Identifier: Apache-2.0
// Entry by entry; the order stays, so what was settled stays settled.
#include "contain/tend.h"

#include "model/prefixes.h"

/* What attacked so short ago still scans, where nobody says how long an entry is renewed. */
static const uint64_t fresh_ms = 60 * 60 * 1000;

static bool is_renewed(
	const struct entry *e, const struct leave *l, const struct glimpse *g, uint64_t *until_ms)
{
	uint64_t begun_ms = e->until_ms > l->each_ms ? e->until_ms - l->each_ms : 0;
	*until_ms = LEAST(l->now_ms + l->each_ms, l->most_ms);
	return l->now_ms < l->most_ms && l->now_ms >= e->until_ms - l->each_ms / 2 &&
	       g->last_ms > begun_ms && *until_ms > e->until_ms;
}

bool plan_tend(const struct plan *old, const struct leave *leave, glimpse_fn *look, void *ctx,
	struct plan *out, struct tended *tended, struct err *e)
{
	*out = (struct plan){ .at_ms = leave->now_ms };
	*tended = (struct tended){};
	for (size_t i = 0; i < old->n; i++) {
		struct entry x = old->entry[i];
		struct glimpse g = look(ctx, &x);
		uint64_t until_ms;
		if (leave->most_ms && g.is_over) {
			tended->n_over++;
			continue;
		}
		if (is_renewed(&x, leave, &g, &until_ms)) {
			x.until_ms = until_ms;
			tended->n_renewed++;
		}
		x.last_ms = g.last_ms > x.last_ms ? g.last_ms : x.last_ms;
		if (x.until_ms <= leave->now_ms) {
			tended->n_ended++;
			tended->n_scanning +=
				g.last_ms + MOST(leave->each_ms, fresh_ms) > leave->now_ms;
			continue;
		}
		if (!plan_put(out, &x, e))
			return false;
	}
	return true;
}

bool plan_is_same(const struct plan *a, const struct plan *b)
{
	bool is_same = a->n == b->n;
	for (size_t i = 0; i < a->n && is_same; i++) {
		const struct entry *x = &a->entry[i], *y = &b->entry[i];
		is_same = prefix_eq(&x->host, &y->host) && x->port.proto == y->port.proto &&
			  x->port.has_port == y->port.has_port &&
			  x->port.number == y->port.number && x->direction == y->direction &&
			  x->until_ms / 1000 == y->until_ms / 1000; // as they are written
	}
	return is_same;
}
