// SPDX-License-Identifier: Apache-2.0
// The epidemic curve as an answer: points, growth with its band, and what containment did.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/api_list.h"
#include "app/clock.h"
#include "incident/curve.h"

/* What was heard so shortly ago goes on until now. */
enum { POINTS_USUAL = 240, WHY_TEXT_BYTES = 240, HEARD_LATELY_MS = 60 * 1000 };

static void write_band(struct json *j, const char *key, const struct band *b, int decimals)
{
	json_key(j, key);
	if (isnan(b->value) && isnan(b->low) && isnan(b->high)) {
		json_null(j);
		return;
	}
	json_open(j, '{');
	json_key(j, "value");
	json_real(j, b->value, decimals);
	json_key(j, "low");
	json_real(j, b->low, decimals);
	json_key(j, "high");
	json_real(j, b->high, decimals);
	json_close(j, '}');
}

/* What growth rests on, or why there is too little. */
static const char *why_format(const struct growth *g, char room[static WHY_TEXT_BYTES])
{
	unsigned minutes = GROWTH_WINDOW_S / 60;
	if (g->why == GROWTH_FEW)
		snprintf(room, WHY_TEXT_BYTES,
			"too few data: %u hosts began in these %u minutes, %d are needed",
			g->n_onsets, minutes, GROWTH_ONSETS_LEAST);
	else if (g->why == GROWTH_UNDATED)
		snprintf(room, WHY_TEXT_BYTES,
			"too few data: of %u hosts that were told in these %u minutes no onset is "
			"known",
			g->n_undated, minutes);
	else if (g->why == GROWTH_MOMENT)
		snprintf(room, WHY_TEXT_BYTES, "too few data: all %u hosts began at one moment",
			g->n_onsets);
	else
		snprintf(room, WHY_TEXT_BYTES,
			"%u hosts began in these %u minutes; Poisson regression of their onsets",
			g->n_onsets, minutes);
	return room;
}

static const char *r_why_format(const struct growth *g, char room[static WHY_TEXT_BYTES])
{
	if (g->why != GROWTH_TOLD)
		snprintf(room, WHY_TEXT_BYTES, "growth is not known");
	else if (isnan(g->r.low))
		snprintf(room, WHY_TEXT_BYTES,
			"too few data: of %u infections a likely source is known, %d are needed",
			g->n_generations, GROWTH_GENERATIONS_LEAST);
	else if (isnan(g->r.value))
		snprintf(room, WHY_TEXT_BYTES,
			"at least; hosts that are not held go on infecting for longer than was "
			"seen");
	else
		snprintf(room, WHY_TEXT_BYTES,
			"by growth and %u generation times, from the onset of a host to that of "
			"one it "
			"infected, %.0f s in the mean",
			g->n_generations, g->generation_s);
	return room;
}

static void write_growth(struct json *j, const struct growth *g)
{
	char why[WHY_TEXT_BYTES];
	struct band per_h = { g->rate.value * 3600, g->rate.low * 3600, g->rate.high * 3600 };
	json_key(j, "growth");
	json_open(j, '{');
	api_write_number(j, "window_s", GROWTH_WINDOW_S);
	api_write_time(j, "from", g->window.since_ms);
	api_write_time(j, "to", g->window.until_ms);
	json_key(j, "delay_s");
	json_real(j, (double)g->delay_ms / 1000, 1);
	api_write_number(j, "onsets", g->n_onsets);
	api_write_number(j, "onsets_needed", GROWTH_ONSETS_LEAST);
	json_key(j, "enough");
	json_bool(j, g->why == GROWTH_TOLD);
	api_write_words(j, "reason", growth_why_key(g->why));
	api_write_words(j, "why", why_format(g, why));
	api_write_words(j, "trend", trend_key(g->trend));
	api_write_number(j, "level_pct", GROWTH_LEVEL_PCT);
	write_band(j, "growth_per_h", &per_h, 3);
	write_band(j, "doubling_s", &g->doubling, 1);
	write_band(j, "r", &g->r, 2);
	api_write_words(j, "r_why", r_why_format(g, why));
	json_key(j, "generation_s");
	json_real(j, g->generation_s, 1);
	api_write_number(j, "generations", g->n_generations);
	json_close(j, '}');
}

static void write_points(struct json *j, const struct curve *c)
{
	json_key(j, "points");
	json_open(j, '[');
	for (size_t i = 0; i < c->n; i++) {
		json_open(j, '{');
		api_write_time(j, "at", c->point[i].at_ms);
		api_write_number(j, "ever", curve_ever(&c->point[i]));
		for (enum course k = 0; k < N_COURSES; k++)
			api_write_number(j, course_key(k), c->point[i].n[k]);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void write_containments(
	struct json *j, const struct api *api, const struct containment *c, size_t n)
{
	json_key(j, "containments");
	json_open(j, '[');
	for (size_t i = 0; i < LEAST(n, (size_t)CONTAINMENTS_MAX); i++) {
		json_open(j, '{');
		api_write_time(j, "at", c[i].at_ms);
		api_write_words(j, "what", c[i].what ? c[i].what : "vouched for");
		api_write_words(j, "effective", effective_key(c[i].effective));
		api_write_number(j, "hosts", c[i].n_hosts);
		api_write_number(j, "attacked_since", c[i].n_attacked);
		json_key(j, "hosts_heard");
		if (api->heard)
			json_uint(j, c[i].n_heard);
		else
			json_null(j);
		api_write_number(j, "onsets_before", c[i].n_before);
		api_write_number(j, "onsets_after", c[i].n_after);
		api_write_number(j, "after_s", c[i].after_ms / 1000);
		json_close(j, '}');
	}
	json_close(j, ']');
	api_write_number(j, "containments_beyond", n > CONTAINMENTS_MAX ? n - CONTAINMENTS_MAX : 0);
}

/* What is asked for, and room for what is reckoned. */
struct curve_answer {
	const struct api *api;
	uint64_t incident, n_points, now_ms;
	struct span span;
	struct curve curve;
	struct growth growth;
	struct containment containment[CONTAINMENTS_MAX];
	size_t n_containments;
};

static bool ask(struct curve_answer *a, const struct board *b, const struct http_request *q,
	struct http_answer *out)
{
	struct list l;
	bool is_all = !strcmp(q->capture[0], "all");
	if (!is_all && !(a->incident = api_incident(b, q->capture[0], out)))
		return false;
	a->n_points = POINTS_USUAL;
	a->now_ms = wall_ms();
	a->span = curve_span(b, a->incident, a->now_ms);
	if (!list_parse(q, 1u << LIST_FROM | 1u << LIST_TO | 1u << LIST_POINTS, &l, out) ||
		!list_time(&l, LIST_FROM, &a->span.since_ms, out) ||
		!list_time(&l, LIST_TO, &a->span.until_ms, out) ||
		!list_number(&l, LIST_POINTS, 2, CURVE_POINTS_MAX, &a->n_points, out))
		return false;
	if (a->span.since_ms <= a->span.until_ms)
		return true;
	api_problem(out, 400, "'from' is later than 'to'");
	return false;
}

static bool is_heard(void *ctx, uint64_t host, uint64_t since_ms)
{
	const struct curve_answer *a = ctx;
	struct span whole = a->api->heard(a->api->ctx, host);
	return whole.until_ms + HEARD_LATELY_MS >= a->now_ms && whole.since_ms <= since_ms;
}

static bool reckon(struct curve_answer *a, const struct board *b, struct http_answer *out)
{
	curve_fill(b, a->incident, &a->span, a->n_points, &a->curve);
	a->n_containments = containments_find(
		b, a->incident, a->now_ms, a->api->heard ? is_heard : NULL, a, a->containment);
	if (a->n_containments != SIZE_MAX &&
		growth_reckon(b, a->incident, a->span.until_ms, a->now_ms, &a->growth))
		return true;
	api_problem(out, 503, "no memory");
	return false;
}

static void write_curve(struct json *j, const struct curve_answer *a)
{
	json_open(j, '{');
	api_write_words(j, "type", "curve");
	json_key(j, "incident");
	if (a->incident)
		json_uint(j, a->incident);
	else
		json_null(j);
	api_write_time(j, "from", a->curve.from_ms);
	api_write_time(j, "to", a->curve.to_ms);
	api_write_number(j, "step_ms", a->curve.step_ms);
	write_points(j, &a->curve);
	api_write_number(j, "undated", a->curve.n_undated);
	write_growth(j, &a->growth);
	write_containments(j, a->api, a->containment, a->n_containments);
	json_close(j, '}');
}

void api_on_curve(void *ctx, const struct http_request *q, struct http_answer *out)
{
	struct api *api = ctx;
	struct api_page p;
	const struct board *b = api_board(api, out);
	struct curve_answer *a = b ? calloc(1, sizeof *a) : NULL;
	if (b && !a)
		api_problem(out, 503, "no memory");
	if (a)
		a->api = api;
	if (a && ask(a, b, q, out) && reckon(a, b, out) && api_begin(&p)) {
		write_curve(&p.json, a);
		api_end(&p, 200, out);
	}
	free(a);
}
