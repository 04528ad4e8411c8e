// SPDX-License-Identifier: Apache-2.0
// Flows on a heap: how many there are, and a number that is the same for the same flows in any order, whether they
// came as flows or as plain ones. For tests and fuzz targets.
#ifndef UNIT_DECODE_HEAP_H
#define UNIT_DECODE_HEAP_H
#include <assert.h>

#include "base/hash.h"
#include "model/batch.h"

struct heap {
	struct batch batch;
	uint64_t n, n_plain, sum;
};

/* Sampling of 0 and of 1 say the same. */
static inline void heap_put(struct heap *h, struct flow f)
{
	f.sampling = f.sampling > 1 ? f.sampling : 0;
	h->sum += hash_bytes(&f, sizeof f, 1);
	h->n++;
}

static inline void heap_take(void *ctx, const struct flow *flow, size_t n)
{
	for (size_t i = 0; i < n; i++)
		heap_put(ctx, flow[i]);
}

static inline void heap_take_plain(void *ctx, const struct plains *plain)
{
	struct heap *h = ctx;
	assert(plain->n <= PLAINS);
	h->n_plain += plain->n;
	for (size_t i = 0; i < plain->n; i++) {
		struct plain row = plains_get(plain, i);
		assert(plain_fits(&row));
		heap_put(h, plain_flow(&row));
	}
}

/** Empty a heap, which is kept where it is. */
static inline void heap_init(struct heap *h, bool takes_plain)
{
	h->n = h->n_plain = h->sum = 0;
	h->batch.n = h->batch.plain.n = 0;
	h->batch.emit = heap_take;
	h->batch.emit_plain = takes_plain ? heap_take_plain : NULL;
	h->batch.ctx = h;
}
#endif
