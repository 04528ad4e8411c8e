// SPDX-License-Identifier: Apache-2.0
// What growth rests on, taken from the board: onsets in a window, delays of telling, infections by odds.
#include <math.h>
#include <stdlib.h>

#include "incident/curve.h"
#include "incident/members.h"

enum { DELAYS = 64 }; // of the hosts that were told last
static const uint64_t window_ms = GROWTH_WINDOW_S * UINT64_C(1000);

const char *growth_why_key(enum growth_why w)
{
	static const char *const keys[] = {
#define AS_KEY(name, key) [GROWTH_##name] = key,
		GROWTH_WHYS(AS_KEY)
#undef AS_KEY
	};
	return keys[w];
}

/* A host that was told, and how long after its onset. */
struct told {
	uint64_t at_ms, delay_ms;
};

static int later_first(const void *a, const void *b)
{
	const struct told *x = a, *y = b;
	return (x->at_ms < y->at_ms) - (x->at_ms > y->at_ms);
}

static int shorter_first(const void *a, const void *b)
{
	const struct told *x = a, *y = b;
	return (x->delay_ms > y->delay_ms) - (x->delay_ms < y->delay_ms);
}

/* What growth is reckoned from; arrays hold as many as there are members, and edges. */
struct basis {
	double *onset_s;
	uint64_t first_ms; // the first onset of all; 0: none
	struct generation *gen;
	struct told *told;
	size_t n_onsets, n_gen, n_told, gen_room;
};

/* The onset of the first episode; 0: not known, or it is none that counts. */
static uint64_t onset_of(const struct board *b, const struct member *m)
{
	const struct stay *s = board_stay(b, m->first_stay);
	enum course is = course_of(m);
	return s && s->is_dated && is != COURSE_SUSPECTED && is != N_COURSES ? s->from_ms : 0;
}

static uint64_t median_delay(struct basis *x)
{
	if (!x->n_told)
		return 0;
	qsort(x->told, x->n_told, sizeof *x->told, later_first);
	size_t n = LEAST(x->n_told, (size_t)DELAYS);
	qsort(x->told, n, sizeof *x->told, shorter_first);
	return x->told[n / 2].delay_ms;
}

static void take_told(struct basis *x, const struct board *b, const struct member *m)
{
	uint64_t onset = onset_of(b, m);
	if (onset && (!x->first_ms || onset < x->first_ms))
		x->first_ms = onset;
	if (onset && m->told_ms >= onset)
		x->told[x->n_told++] = (struct told){ m->told_ms, m->told_ms - onset };
}

/* Who may have infected a host at first, each with its odds. */
static void take_generations(
	struct basis *x, const struct board *b, const struct member *m, uint64_t onset)
{
	const struct edge *e;
	for (uint32_t at = m->first_edge; (e = board_edge(b, at)); at = e->next) {
		const struct member *from = board_member(b, e->from);
		uint64_t began = onset_of(b, from);
		if (e->onset_ms != onset || !began || began >= onset || x->n_gen == x->gen_room)
			continue;
		x->gen[x->n_gen++] = (struct generation){ (double)(onset - began) / 1000,
			board_edge_probability(b, e) };
	}
}

/* Whether it was held or cleaned by then. */
static bool has_stopped(const struct board *b, const struct member *m, uint64_t by_ms)
{
	const struct stay *s;
	for (uint32_t at = m->first_stay; (s = board_stay(b, at)); at = s->next)
		if (s->from_ms <= by_ms && s->state != STATE_SUSPECTED &&
			s->state != STATE_INFECTED && s->state != STATE_REINFECTED &&
			s->state != STATE_FALSE_POSITIVE)
			return true;
	return false;
}

static void take_window(
	struct basis *x, const struct board *b, const struct member *m, struct growth *out)
{
	const struct span *w = &out->window;
	enum course is = course_of(m);
	uint64_t onset = onset_of(b, m);
	if (is == COURSE_SUSPECTED || is == N_COURSES)
		return;
	out->n_stopped += has_stopped(b, m, w->until_ms);
	if (!onset)
		out->n_undated += m->joined_ms >= w->since_ms && m->joined_ms < w->until_ms;
	if (onset < w->since_ms || onset >= w->until_ms || onset == x->first_ms)
		return; // the first is what the others come from
	x->onset_s[x->n_onsets++] = (double)(onset - w->since_ms) / 1000;
	take_generations(x, b, m, onset);
}

static void fit(const struct basis *x, struct growth *out)
{
	double weights;
	double length_s = (double)(out->window.until_ms - out->window.since_ms) / 1000;
	out->rate = growth_fit(x->onset_s, x->n_onsets, length_s);
	out->why = x->n_onsets < GROWTH_ONSETS_LEAST  ? GROWTH_FEW
		   : out->n_undated * 5 > x->n_onsets ? GROWTH_UNDATED
		   : isnan(out->rate.value)           ? GROWTH_MOMENT
						      : GROWTH_TOLD;
	if (out->why != GROWTH_TOLD)
		out->rate = (struct band){ NAN, NAN, NAN };
	out->doubling = growth_doubling(&out->rate);
	out->trend = growth_trend(&out->rate);
	out->generation_s = generation_mean(x->gen, x->n_gen, &weights);
	out->n_generations = (uint32_t)lround(weights);
	out->r = growth_r(&out->rate, x->gen, x->n_gen, out->n_stopped >= GROWTH_GENERATIONS_LEAST);
}

bool growth_reckon(const struct board *b, uint64_t incident, uint64_t to_ms, uint64_t now_ms,
	struct growth *out)
{
	size_t n = b->member.n + 1;
	struct basis x = { .gen_room = b->edge.n + 1 };
	*out = (struct growth){};
	x.onset_s = calloc(n, sizeof *x.onset_s);
	x.told = calloc(n, sizeof *x.told);
	x.gen = calloc(x.gen_room, sizeof *x.gen);
	bool ok = x.onset_s && x.told && x.gen;
	struct members each = { .board = b, .incident = incident }, again = each;
	for (const struct member *m; ok && (m = members_next(&each));)
		take_told(&x, b, m);
	out->delay_ms = ok ? median_delay(&x) : 0;
	uint64_t known_ms = now_ms - LEAST(now_ms, out->delay_ms);
	out->window.until_ms = LEAST(to_ms, known_ms);
	out->window.since_ms = out->window.until_ms - LEAST(out->window.until_ms, window_ms);
	if (x.first_ms < out->window.until_ms) // before the first host nothing could grow
		out->window.since_ms = MOST(out->window.since_ms, x.first_ms);
	for (const struct member *m; ok && (m = members_next(&again));)
		take_window(&x, b, m, out);
	if (ok) {
		out->n_onsets = (uint32_t)x.n_onsets;
		fit(&x, out);
	}
	free(x.onset_s);
	free(x.told);
	free(x.gen);
	return ok;
}
