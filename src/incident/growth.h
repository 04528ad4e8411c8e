// SPDX-License-Identifier: Apache-2.0
// How fast an outbreak grows, from the onsets of its hosts in a window and from who infected whom.
#ifndef INCIDENT_GROWTH_H
#define INCIDENT_GROWTH_H
#include <stdbool.h>
#include <stddef.h>

enum {
	GROWTH_WINDOW_S = 15 * 60,
	GROWTH_ONSETS_LEAST = 8,      // in the window, for growth to be told at all
	GROWTH_GENERATIONS_LEAST = 8, // infections with a likely source, for R
	GROWTH_LEVEL_PCT = 90,        // of all bands
};

/** An estimate with the ends of its band; NAN: none, or no bound on that side. */
struct band {
	double value, low, high;
};

/** From the onset of one host to that of another which it infected with this probability. */
struct generation {
	double after_s, weight;
};

enum trend { TREND_UNKNOWN, TREND_GROWING, TREND_SHRINKING, TREND_UNCLEAR };

const char *trend_key(enum trend t);

/**
 * Fit exponential growth to onsets.
 *
 * onset_s   from the begin of the window on, each within it, in any order
 * window_s  its length
 *
 * The estimator is Poisson regression of the onsets on time, log-linear and without bins: the rate of
 * onsets is exp(a + g t), and given their number, which takes the place of a, they are independent with
 * density g exp(g t) / (exp(g T) - 1). So their mean says all there is about g. The band holds the g
 * under which that mean is not extreme (Rao's score test, two-sided). Given its number of births a pure
 * birth process has that same density, so the fit also holds where each host adds to the next ones'
 * chance (Feigin, "On the characterization of point processes with the order statistic property", 1979).
 *
 * Returns g in 1/s; all NAN below GROWTH_ONSETS_LEAST, or where all onsets are one moment.
 */
struct band growth_fit(const double *onset_s, size_t n, double window_s);

/** Time in which the rate of onsets doubles, in s; NAN where it may as well fall. */
struct band growth_doubling(const struct band *growth);

/** Growing or shrinking where the whole band says so. */
enum trend growth_trend(const struct band *growth);

/**
 * How many hosts one infects (R), by growth and by generation times looked at from the infected host back.
 *
 * Where infections grow with exp(g t), the times seen backwards have the density R exp(-g t) w(t), with w
 * that of an infector's whole life (Britton and Scalia Tomba, "Estimation in emerging epidemics: biases and
 * remedies", 2019; Wallinga and Lipsitch, "How generation intervals shape the relationship between growth
 * rates and reproductive numbers", 2007). As w sums to 1, R is the mean of exp(g t) over them. The band
 * joins that of `growth` and the spread of the mean.
 *
 * lives_end  whether hosts are stopped: else they infect for longer than could be seen yet. Then, and where
 *            the mean rests on few long times, only `low` is told.
 *
 * Returns all NAN where the weights come to less than GROWTH_GENERATIONS_LEAST.
 */
struct band growth_r(
	const struct band *growth, const struct generation *gen, size_t n, bool lives_end);

/** Mean of the times, as they were seen; NAN without any. `sum` is that of the weights. */
double generation_mean(const struct generation *gen, size_t n, double *sum);
#endif
