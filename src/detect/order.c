// SPDX-License-Identifier: Apache-2.0
// A merge sort from below, of runs that were sorted by insertion.
#include "detect/order.h"

#include <stdlib.h>

#include "base/hash.h"

enum { RUN = 12, TIME_BITS = 40 };
static const uint64_t time_base_ms = UINT64_C(946684800000); // 2000-01-01; order needs no more

bool order_reserve(struct order *o, size_t n)
{
	if (n <= o->room)
		return true;
	order_fini(o);
	o->room = n;
	o->key = malloc(o->room * sizeof *o->key);
	o->other = malloc(o->room * sizeof *o->other);
	if (o->key && o->other)
		return true;
	order_fini(o);
	return false;
}

void order_fini(struct order *o)
{
	free(o->key);
	free(o->other);
	*o = (struct order){};
}

/* A time that is too early or too late for the bits is equal to others like it: then all is compared. */
static uint64_t time_key(uint64_t first_ms)
{
	const uint64_t most = (UINT64_C(1) << TIME_BITS) - 1;
	if (first_ms < time_base_ms)
		return 0;
	return first_ms - time_base_ms < most ? first_ms - time_base_ms : most;
}

void order_put(struct order *o, const struct contact *c, uint32_t slot)
{
	o->key[o->n++] = (struct order_key){
		.source = addr_is_v4(&c->src) ? addr_low32(&c->src)
					      : hash_bytes(&c->src, sizeof c->src, 0),
		.rest = (uint64_t)c->proto << 56 | (uint64_t)c->port << TIME_BITS |
			time_key(c->first_ms),
		.slot = slot,
	};
}

/* Rarely needed: contacts of one source and port at the same time. */
static bool is_less_in_full(
	const struct evidence *e, const struct order_key *a, const struct order_key *b)
{
	struct contact x, y;
	evidence_get(e, a->slot, &x);
	evidence_get(e, b->slot, &y);
	return contact_cmp(&x, &y) < 0;
}

static inline bool is_less(
	const struct evidence *e, const struct order_key *a, const struct order_key *b)
{
	if (a->source != b->source)
		return a->source < b->source;
	return a->rest != b->rest ? a->rest < b->rest : is_less_in_full(e, a, b);
}

static void sort_run(struct order_key *key, size_t n, const struct evidence *e)
{
	for (size_t i = 1; i < n; i++) {
		struct order_key k = key[i];
		size_t j = i;
		for (; j > 0 && is_less(e, &k, &key[j - 1]); j--)
			key[j] = key[j - 1];
		key[j] = k;
	}
}

static void merge(struct order_key *to, const struct order_key *a, size_t n_a,
	const struct order_key *b, size_t n_b, const struct evidence *e)
{
	const struct order_key *a_end = a + n_a, *b_end = b + n_b;
	while (a < a_end && b < b_end)
		*to++ = is_less(e, b, a) ? *b++ : *a++;
	while (a < a_end)
		*to++ = *a++;
	while (b < b_end)
		*to++ = *b++;
}

void order_sort(struct order *o, const struct evidence *e)
{
	for (size_t i = 0; i < o->n; i += RUN)
		sort_run(o->key + i, o->n - i < RUN ? o->n - i : RUN, e);
	for (size_t width = RUN; width < o->n; width *= 2) {
		for (size_t i = 0; i < o->n; i += 2 * width) {
			size_t n_a = o->n - i < width ? o->n - i : width;
			size_t n_b = o->n - i - n_a < width ? o->n - i - n_a : width;
			merge(o->other + i, o->key + i, n_a, o->key + i + n_a, n_b, e);
		}
		struct order_key *sorted = o->other;
		o->other = o->key;
		o->key = sorted;
	}
}
