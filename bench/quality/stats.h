// SPDX-License-Identifier: Apache-2.0
// Bounds and percentiles.
#ifndef QUALITY_STATS_H
#define QUALITY_STATS_H
#include <stddef.h>
#include <stdint.h>

/** Numbers that are kept to be sorted. */
struct sample {
	double *value;
	size_t n, room;
};

void sample_put(struct sample *s, double value);

/** The p-quantile (nearest rank); sorts. 0 of nothing. */
double sample_quantile(struct sample *s, double p);
void sample_fini(struct sample *s);

/** Clopper-Pearson: the p at which k or more, or k or fewer, of n have the chance `tail`. */
double binomial_low(size_t k, size_t n, double tail);
double binomial_high(size_t k, size_t n, double tail);
#endif
