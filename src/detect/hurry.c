// SPDX-License-Identifier: Apache-2.0
// Where few contacts fail, what is left to tell by is how fast they come: a suspicion, no more.
#include "detect/burst.h"
#include "detect/case.h"

static const double burst_confidence = .6, rush_confidence = .5;

/* Few failures, but the same message to dozens of new peers within a minute: perhaps a hit-list. */
static bool judge_burst(const struct court *c, const struct suspect *s, const struct key_slice *k,
	struct finding *f)
{
	size_t n = burst_peers(k->exhibit, k->n);
	if (n < BURST_PEERS || s->role != ROLE_NONE)
		return false;
	f->n_burst = (uint32_t)n;
	f->verdict = inventory_scanner(c->inventory, s->host, c->now_ms) ? VERDICT_DECLARED
									 : VERDICT_SUSPECT;
	f->confidence = burst_confidence;
	f->onset = 0;
	f->onset_ms = f->first_ms;
	return true;
}

/* When anything was first seen of a source. */
static uint64_t known_since(const struct suspect *s)
{
	uint64_t first_ms = UINT64_MAX;
	for (size_t i = 0; i < s->n; i++)
		first_ms = LEAST(first_ms, contact_first(s->exhibit[i].contact));
	return first_ms;
}

/*
 * Few failures and messages of all sorts, but more new peers at once than anybody has a use for. Whose
 * first minute it is may be at its daily work: what is new cannot be told.
 */
static bool judge_rush(const struct court *c, const struct suspect *s, const struct key_slice *k,
	struct finding *f)
{
	struct rush r = rush_find(k->exhibit, k->n);
	if (r.n == 0 || s->role != ROLE_NONE)
		return false;
	f->onset_ms = contact_first(k->exhibit[r.begin].contact);
	if (f->onset_ms < known_since(s) + BURST_MS)
		return false;
	f->n_rush = (uint32_t)r.n;
	f->rush_ms = r.window_ms;
	f->onset = r.begin;
	f->verdict = inventory_scanner(c->inventory, s->host, c->now_ms) ? VERDICT_DECLARED
									 : VERDICT_SUSPECT;
	f->confidence = rush_confidence;
	return true;
}

bool judge_hurry(const struct court *c, const struct suspect *s, const struct key_slice *k,
	struct finding *f)
{
	return judge_burst(c, s, k, f) || judge_rush(c, s, k, f);
}
