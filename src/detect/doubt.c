// SPDX-License-Identifier: Apache-2.0
#include "detect/doubt.h"

#include <math.h>

/* Failures before answers for the highest score within a span, after them for what goes on. */
bool doubt_stands(const struct doubt *d, double nats)
{
	double score = 0, best = 0;
	for (size_t i = 0; i < SPANS; i++) {
		best = fmax(best, score + d->failed[i]);
		score = fmax(0, score - d->answered[i]) + d->failed[i];
	}
	return best >= nats;
}

bool doubt_hurries(const struct doubt *d, uint64_t stretch_ms, uint32_t n)
{
	uint64_t span_ms = (d->latest + 2 - d->first) / SPANS + 1, inside = 0;
	uint64_t n_spans = stretch_ms / span_ms + 2;
	for (size_t i = 0; i < SPANS; i++) {
		inside += d->n[i];
		inside -= i >= n_spans ? d->n[i - n_spans] : 0;
		if (inside >= n)
			return true;
	}
	return false;
}
