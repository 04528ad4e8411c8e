// SPDX-License-Identifier: Apache-2.0
// Flows on their way from a decoder to whoever reads them.
#ifndef MODEL_BATCH_H
#define MODEL_BATCH_H
#include "model/plain.h"

enum { BATCH_FLOWS = 512 };

/** Some flows at a time. Plain ones go a way of their own to those who want them so. */
struct batch {
	void (*emit)(void *ctx, const struct flow *flow, size_t n);
	void (*emit_plain)(void *ctx, const struct plains *plain); // NULL: it wants flows
	void *ctx;
	size_t n;
	struct flow flow[BATCH_FLOWS];
	struct plains plain;
};

static inline void batch_flush_plain(struct batch *b)
{
	if (b->plain.n)
		b->emit_plain(b->ctx, &b->plain);
	b->plain.n = 0;
}

static inline void batch_flush_flows(struct batch *b)
{
	if (b->n)
		b->emit(b->ctx, b->flow, b->n);
	b->n = 0;
}

/** Hand on what the batch holds, and empty it. */
static inline void batch_flush(struct batch *b)
{
	batch_flush_flows(b);
	batch_flush_plain(b);
}

/** Room for one more flow, to be filled at once; a full batch is handed on first. */
static inline struct flow *batch_next(struct batch *b)
{
	if (b->n == BATCH_FLOWS)
		batch_flush_flows(b);
	return &b->flow[b->n++];
}

/** Append a copy of `f`; a full batch is handed on first. */
static inline void batch_put(struct batch *b, const struct flow *f)
{
	*batch_next(b) = *f;
}

/** Room for up to `most` more that may be plain, behind the n-th; whoever fills it raises `n`. */
static inline struct plains *batch_plain(struct batch *b, size_t most)
{
	assert(most <= PLAINS);
	if (b->plain.n + most > PLAINS)
		batch_flush_plain(b);
	return &b->plain;
}
#endif
