// SPDX-License-Identifier: Apache-2.0
// Flows on their way from a decoder to whoever reads them.
#ifndef MODEL_BATCH_H
#define MODEL_BATCH_H
#include "model/plain.h"

enum { BATCH_FLOWS = 512, BATCH_PLAIN = 256 };

/** Some flows at a time. Plain ones go a way of their own to those who want them so. */
struct batch {
	void (*emit)(void *ctx, const struct flow *flow, size_t n);
	void (*emit_plain)(void *ctx, const struct plain *plain, size_t n); // NULL: as flows
	void *ctx;
	size_t n, n_plain;
	struct flow flow[BATCH_FLOWS];
	struct plain plain[BATCH_PLAIN];
};

static inline void batch_flush_plain(struct batch *b)
{
	if (b->n_plain)
		b->emit_plain(b->ctx, b->plain, b->n_plain);
	b->n_plain = 0;
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

/** Room for one that may be plain, and is not counted yet: batch_keep_plain does. */
static inline struct plain *batch_plain(struct batch *b)
{
	if (b->n_plain == BATCH_PLAIN)
		batch_flush_plain(b);
	return &b->plain[b->n_plain];
}

static inline void batch_keep_plain(struct batch *b)
{
	b->n_plain++;
}
#endif
