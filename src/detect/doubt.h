// SPDX-License-Identifier: Apache-2.0
// What counting alone cannot clear: failures that would be a case if they came in a row, or contacts if they came at
// once. When each came is told in spans; within a span whatever order is worst is taken.
#ifndef DETECT_DOUBT_H
#define DETECT_DOUBT_H
#include "model/contact.h"

enum { SPANS = 64 };

/** Contacts of a source, on one port or on all: what came when, in order of time. All zero is none. */
struct doubt {
	uint32_t of;                           // number of the port, or of the source
	uint64_t first, latest;                // order_time plus one, 0: nothing came; order_time
	double failed[SPANS], answered[SPANS]; // nats
	uint32_t n[SPANS];
};

/** First all times are told, then each has its span. */
static inline void doubt_meet(struct doubt *d, uint64_t time)
{
	d->first = d->first ? LEAST(d->first, time + 1) : time + 1;
	d->latest = MOST(d->latest, time);
}

static inline size_t doubt_span(const struct doubt *d, uint64_t time)
{
	return (time + 1 - d->first) * SPANS / (d->latest + 2 - d->first);
}

/** Whether a walk can score so much. */
bool doubt_stands(const struct doubt *d, double nats);

/** Whether so many contacts came within some spans in a row that hold any stretch of so many ms. */
bool doubt_hurries(const struct doubt *d, uint64_t stretch_ms, uint32_t n);
#endif
