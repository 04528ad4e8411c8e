// SPDX-License-Identifier: Apache-2.0
// The walk over first contacts: up at a failure, down at a success, never below 0.
#ifndef DETECT_WALK_H
#define DETECT_WALK_H
#include "model/finding.h"

/** One step of the walk, of a failure: ln(0.9 / 0.1) (Schechter et al., RAID 2004, as theta). */
#define STEP_NATS 2.197

/**
 * One step of a walk over evidence of mostly one sign. A sampled SYN counts 1.6 nats, an answer takes a
 * whole STEP_NATS back: the chain of equal steps of 1.6 alarms more often than such a walk, so its
 * threshold holds.
 */
static inline double walk_step(enum sign s)
{
	return s == SIGN_SYN_SAMPLED ? sign_nats(s) : STEP_NATS;
}

/** What the score may fall short of the threshold: ageing within a burst must not cost a step. */
#define SLACK_NATS (.1 * STEP_NATS)

/** The half-life of the slowest walk, which reaches the highest score of all. */
#define HALF_LIFE_MAX_MS 86400e3

enum { THRESHOLD_MIN = 7, THRESHOLD_MAX = 40, N_SCALES = 3 };

/**
 * Probability that a benign source sets off the alarm at `threshold` steps.
 *
 * rate  share of its first contacts that fail
 * n     first contacts it makes
 *
 * Exact, by the Markov chain of the walk with a floor at 0.
 */
double walk_false_alarm(double rate, unsigned threshold, unsigned n);

/** The least threshold, in steps, that keeps false alarms at or below 10 in a million sources. */
unsigned walk_threshold(double rate, size_t n);

/** What became of a walk. */
struct walk {
	double best_nats; // highest score reached, on any time scale
	bool crossed;
	const char *scale; // fastest on which it crossed, or reached its best
	size_t onset;      // index of the exhibit that began the run up to there
	size_t crossing;   // index of the exhibit that crossed
	size_t peak;       // index of the exhibit at which the score was highest
};

/**
 * Walk over exhibits in order of time.
 *
 * needed_nats  score that makes the case
 *
 * The score ages with a half-life of 10 minutes, 1 hour and 24 hours: three walks in one.
 */
struct walk walk_over(const struct exhibit *x, size_t n, double needed_nats);

/**
 * How many failures would have to be answers for the walk not to reach a score on any time scale. The
 * right ones: each time it would reach it, that very one.
 */
size_t walk_to_clear(const struct exhibit *x, size_t n, double needed_nats);
#endif
