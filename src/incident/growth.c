// SPDX-License-Identifier: Apache-2.0
// The window is brought to length 1 and growth to h = g T: then one density serves all windows.
#include "incident/growth.h"

#include <math.h>

static const double quantile = 1.6448536269514722; // of the normal distribution at 95 %
static const double flat = 1e-3;                   // below this |h| the series is exact enough
static const double steepest = 400;                // |h| is looked for up to there
static const double rests_on_few = .15;            // relative standard error of the mean behind R

static const struct band nothing = { NAN, NAN, NAN };

const char *trend_key(enum trend t)
{
	static const char *const keys[] = { [TREND_UNKNOWN] = "unknown",
		[TREND_GROWING] = "growing",
		[TREND_SHRINKING] = "shrinking",
		[TREND_UNCLEAR] = "unclear" };
	return keys[t];
}

/* Mean of the density h exp(h u) / (exp(h) - 1) on [0, 1]. */
static double mean_at(double h)
{
	return fabs(h) < flat ? .5 + h / 12 : 1 / -expm1(-h) - 1 / h;
}

static double variance_at(double h)
{
	if (fabs(h) < flat)
		return 1. / 12;
	double s = 2 * sinh(fabs(h) / 2);
	return 1 / (h * h) - (isinf(s) ? 0 : 1 / (s * s));
}

/* The h for which the mean of n onsets lies z standard deviations above what is expected. */
static double solve(double mean, double n, double z)
{
	double low = -steepest, high = steepest;
	for (int i = 0; i < 60; i++) {
		double h = (low + high) / 2;
		double score = (mean - mean_at(h)) * sqrt(n / variance_at(h));
		if (score > z)
			low = h;
		else
			high = h;
	}
	return (low + high) / 2;
}

struct band growth_fit(const double *onset_s, size_t n, double window_s)
{
	double sum = 0, least = INFINITY, most = -INFINITY;
	for (size_t i = 0; i < n; i++) {
		sum += onset_s[i];
		least = fmin(least, onset_s[i]);
		most = fmax(most, onset_s[i]);
	}
	if (n < GROWTH_ONSETS_LEAST || least == most)
		return nothing;
	double mean = sum / (double)n / window_s, k = (double)n;
	return (struct band){ solve(mean, k, 0) / window_s, solve(mean, k, quantile) / window_s,
		solve(mean, k, -quantile) / window_s };
}

struct band growth_doubling(const struct band *g)
{
	return (struct band){
		.value = g->value > 0 ? M_LN2 / g->value : NAN,
		.low = g->high > 0 ? M_LN2 / g->high : NAN,
		.high = g->low > 0 ? M_LN2 / g->low : NAN,
	};
}

enum trend growth_trend(const struct band *g)
{
	if (isnan(g->value))
		return TREND_UNKNOWN;
	return g->low > 0 ? TREND_GROWING : g->high < 0 ? TREND_SHRINKING : TREND_UNCLEAR;
}

double generation_mean(const struct generation *gen, size_t n, double *sum)
{
	double weights = 0, times = 0;
	for (size_t i = 0; i < n; i++) {
		weights += gen[i].weight;
		times += gen[i].weight * gen[i].after_s;
	}
	*sum = weights;
	return weights > 0 ? times / weights : NAN;
}

struct band growth_r(const struct band *g, const struct generation *gen, size_t n, bool lives_end)
{
	double weights, sum = 0, tilted = 0, squares = 0;
	generation_mean(gen, n, &weights);
	if (isnan(g->value) || weights < GROWTH_GENERATIONS_LEAST)
		return nothing;
	for (size_t i = 0; i < n; i++) {
		double e = gen[i].weight * exp(g->value * gen[i].after_s);
		sum += e;
		tilted += e * gen[i].after_s;
	}
	double r = sum / weights, slope = tilted / sum; // d ln R / dg
	for (size_t i = 0; i < n; i++) {
		double off = gen[i].weight * (exp(g->value * gen[i].after_s) / r - 1);
		squares += off * off;
	}
	double error = sqrt(squares) / weights;
	double down = hypot(slope * (g->value - g->low), quantile * error);
	double up = hypot(slope * (g->high - g->value), quantile * error);
	struct band out = { r, r * exp(-down), r * exp(up) };
	if (!lives_end || !isfinite(r) || error > rests_on_few)
		out.value = out.high = NAN;
	if (!isfinite(out.low))
		out.low = NAN;
	return out;
}
