// SPDX-License-Identifier: Apache-2.0
// Victims of forged sources: hosts that send answers nobody asked for.
#include <stdlib.h>

#include "detect/case.h"

enum { BACKSCATTER_PEERS = 20 };
static const double backscatter_share = .9;

/* Answers, by who sent them and from which port. */
static int by_answerer(const void *a, const void *b)
{
	const struct contact *x = *(const struct contact *const *)a;
	const struct contact *y = *(const struct contact *const *)b;
	int c = addr_cmp(&x->dst, &y->dst);
	if (c == 0)
		c = (x->proto > y->proto) - (x->proto < y->proto);
	if (c == 0)
		c = (x->port > y->port) - (x->port < y->port);
	return c ? c : contact_cmp(x, y);
}

static void backscatter_put(struct court *c, const struct contact **x, size_t n)
{
	struct finding f = {
		.host = x[0]->dst,
		.verdict = VERDICT_BACKSCATTER,
		.confidence = .9,
		.proto = x[0]->proto,
		.port = x[0]->port,
		.has_port = true,
		.contacted = (uint32_t)n,
		.first_ms = UINT64_MAX,
		.onset_ms = UINT64_MAX,
		.exhibit = calloc(n, sizeof *f.exhibit),
		.n_exhibits = n,
		.owns_exhibits = true,
	};
	if (!f.exhibit) {
		c->no_memory = true;
		return;
	}
	f.outcome[OUTCOME_UNKNOWN] = (uint32_t)n;
	for (size_t i = 0; i < n; i++) {
		f.exhibit[i] = (struct exhibit){ x[i], SIGN_UNKNOWN };
		f.first_ms = contact_first(x[i]) < f.first_ms ? contact_first(x[i]) : f.first_ms;
		f.last_ms = x[i]->last_ms > f.last_ms ? x[i]->last_ms : f.last_ms;
	}
	finding_put(c, &f);
}

void judge_backscatter(struct court *c)
{
	const struct findings *out = c->out;
	const struct contact **bare = calloc(out->n_contacts + 1, sizeof *bare);
	size_t n = 0;
	if (!bare) {
		c->no_memory = true;
		return;
	}
	for (size_t i = 0; i < out->n_contacts; i++)
		if (out->contact[i].saw & SAW_BARE_REPLY)
			bare[n++] = &out->contact[i];
	qsort(bare, n, sizeof *bare, by_answerer);
	for (size_t i = 0, j; i < n; i = j) {
		size_t n_unasked = 0;
		for (j = i; j < n && addr_eq(&bare[j]->dst, &bare[i]->dst) &&
			    bare[j]->proto == bare[i]->proto && bare[j]->port == bare[i]->port;
			j++)
			n_unasked += !(bare[j]->saw & SAW_ASKED);
		if (n_unasked >= BACKSCATTER_PEERS &&
			(double)n_unasked >= backscatter_share * (double)(j - i))
			backscatter_put(c, bare + i, j - i);
	}
	free(bare);
}
