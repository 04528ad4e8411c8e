// SPDX-License-Identifier: Apache-2.0
// One row in place of many: findings of a source on a score of ports are one.
#include <math.h>
#include <stdlib.h>

#include "detect/pool.h"

enum { LISTED_PORTS = 2 };

/* Findings of one class from `from` on. */
static size_t count_verdicts(const struct findings *f, size_t from, enum verdict v)
{
	size_t n = 0;
	for (size_t i = from; i < f->n; i++)
		n += f->finding[i].verdict == v;
	return n;
}

static void drop_verdicts(struct findings *f, size_t from, enum verdict v)
{
	size_t n = from;
	for (size_t i = from; i < f->n; i++) {
		if (f->finding[i].verdict != v)
			f->finding[n++] = f->finding[i];
		else if (f->finding[i].owns_exhibits)
			free(f->finding[i].exhibit);
	}
	f->n = n;
}

/* Findings of the class `many` become one of the class `one`. */
struct merger {
	enum verdict many, one;
};

/* A list has no threshold: where ports were drawn at random, two rows fall on one by chance. */
static void collapse(struct court *c, const struct suspect *s, size_t from, struct merger m)
{
	size_t n_many = count_verdicts(c->out, from, m.many);
	bool is_list = n_many && c->out->finding[from].is_listed;
	if (n_many < (is_list ? LISTED_PORTS : SCANNER_PORTS))
		return;
	struct exhibit *x = malloc(s->n * sizeof *x);
	if (!x) {
		c->no_memory = true;
		return;
	}
	memcpy(x, s->exhibit, s->n * sizeof *x);
	pool_by_peer(x, s->n);
	size_t n = pool_peers(x, s->n);
	bool is_scattered = pool_is_scattered(x, n);
	if (n_many < SCANNER_PORTS && !is_scattered) {
		free(x);
		return;
	}
	struct finding f = finding_of(s, x, n, false);
	struct walk w = walk_over(x, n, INFINITY);
	f.verdict = is_scattered ? m.many : m.one;
	f.score_nats = w.best_nats;
	f.confidence = confidence_of(w.best_nats, is_list ? PRIOR_LIST_NATS : PRIOR_FLOWS_NATS);
	f.benign_rate = POOLED_RATE;
	f.owns_exhibits = true;
	drop_verdicts(c->out, from, m.many);
	finding_put(c, &f);
}

void judge_collapse(struct court *c, const struct suspect *s, size_t from)
{
	static const struct merger rows[] = {
		{ VERDICT_WORM, VERDICT_SCANNER },
		{ VERDICT_SUSPECT, VERDICT_SCANNER },
		{ VERDICT_SCANNER, VERDICT_SCANNER },
		{ VERDICT_P2P, VERDICT_P2P },
		{ VERDICT_POLLER, VERDICT_POLLER },
		{ VERDICT_DECLARED, VERDICT_DECLARED },
	};
	for (size_t i = 0; i < countof(rows); i++)
		collapse(c, s, from, rows[i]);
}
