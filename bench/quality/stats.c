// SPDX-License-Identifier: Apache-2.0
// Bounds and percentiles, by bisection and by sorting.
#include "quality/stats.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void sample_put(struct sample *s, double value)
{
	if (s->n == s->room) {
		s->room = s->room ? s->room * 2 : 256;
		s->value = reallocarray(s->value, s->room, sizeof *s->value);
		if (!s->value) {
			perror("quality: sample");
			exit(2);
		}
	}
	s->value[s->n++] = value;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

double sample_quantile(struct sample *s, double p)
{
	if (!s->n)
		return 0;
	qsort(s->value, s->n, sizeof *s->value, by_value);
	size_t rank = (size_t)ceil(p * (double)s->n);
	return s->value[rank ? rank - 1 : 0];
}

void sample_fini(struct sample *s)
{
	free(s->value);
	*s = (struct sample){};
}

/** Probability of at most k of n. */
static double at_most(size_t k, size_t n, double p)
{
	double sum = 0, all = lgamma((double)n + 1);
	for (size_t i = 0; i <= k; i++)
		sum += exp(all - lgamma((double)i + 1) - lgamma((double)(n - i) + 1) +
			   (double)i * log(p) + (double)(n - i) * log1p(-p));
	return sum;
}

double binomial_low(size_t k, size_t n, double tail)
{
	double low = 0, high = 1;
	for (int i = 0; k && i < 60; i++) {
		double p = (low + high) / 2;
		*(1 - at_most(k - 1, n, p) < tail ? &low : &high) = p;
	}
	return low;
}

double binomial_high(size_t k, size_t n, double tail)
{
	double low = 0, high = 1;
	for (int i = 0; k < n && i < 60; i++) {
		double p = (low + high) / 2;
		*(at_most(k, n, p) > tail ? &low : &high) = p;
	}
	return high;
}
