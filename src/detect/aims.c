// SPDX-License-Identifier: Apache-2.0
// Few sources attack among very many: a table by source turns the rest of the contacts away.
#include <stdlib.h>

#include "base/hash.h"
#include "detect/profile.h"

struct aims {
	const struct aim *aim; // by source
	size_t n;
	uint32_t *slot; // of a hash table by source: its first aim plus one
	size_t n_slots; // a power of two
};

static int by_source(const void *a, const void *b)
{
	const struct aim *x = a, *y = b;
	int c = addr_cmp(&x->src, &y->src);
	return c ? c : (x->from_ms > y->from_ms) - (x->from_ms < y->from_ms);
}

static size_t slot_of(const struct aims *a, const struct addr *src)
{
	size_t at = hash_bytes(src, sizeof *src, 0) & (a->n_slots - 1);
	while (a->slot[at] && !addr_eq(&a->aim[a->slot[at] - 1].src, src))
		at = (at + 1) & (a->n_slots - 1);
	return at;
}

static bool is_aimed(const struct aim *a, const struct contact *c)
{
	uint64_t ms = contact_first(c);
	if (ms != UINT64_MAX ? ms < a->from_ms || ms >= a->until_ms : a->until_ms != UINT64_MAX)
		return false;
	if (!a->has_port)
		return !(c->saw & (SAW_ANSWER | SAW_REVERSE | SAW_LARGE));
	return a->port == c->port && a->proto == c->proto;
}

bool aims_each(const struct evidence *e, struct aim *aim, size_t n,
	void (*take)(void *ctx, const struct addr *target), void *ctx)
{
	struct aims a = { .aim = aim, .n = n, .n_slots = 64 };
	if (n)
		qsort(aim, n, sizeof *aim, by_source);
	while (a.n_slots < 2 * n)
		a.n_slots *= 2;
	a.slot = calloc(a.n_slots, sizeof *a.slot);
	if (!a.slot)
		return false;
	for (size_t i = 0; i < n; i++)
		if (i == 0 || !addr_eq(&aim[i].src, &aim[i - 1].src))
			a.slot[slot_of(&a, &aim[i].src)] = (uint32_t)i + 1;
	struct evidence_iter it = { .evidence = e };
	for (const struct contact *c; (c = evidence_next(&it));) {
		uint32_t first = a.slot[slot_of(&a, &c->src)];
		bool is_its = false;
		for (size_t i = first; first && i <= n && addr_eq(&aim[i - 1].src, &c->src); i++)
			is_its = is_its || is_aimed(&aim[i - 1], c);
		if (is_its && c->saw & (SAW_ASKED | SAW_LISTED))
			take(ctx, &c->dst);
	}
	free(a.slot);
	return true;
}
