// SPDX-License-Identifier: Apache-2.0
// A dense array of contacts under an open-addressing index. When it is full, the sampling level
// rises: a contact stays while its hash begins with `level` zero bits. Which level is reached, and
// so which contacts stay, depends on the set of contacts alone.
#include "detect/evidence.h"

#include <stdlib.h>

#include "base/hash.h"
#include "detect/observe.h"

struct evidence {
	size_t n, max, mask;
	uint64_t key;
	unsigned level;
	uint32_t *slot; // index of a contact plus one; 0 is free
	struct contact *contact;
};

enum { LEVEL_MAX = 40 };

struct evidence *evidence_new(size_t max, uint64_t key)
{
	assert(max > 0 && max < UINT32_MAX / 2);
	size_t n_slots = 16;
	while (n_slots < max * 2)
		n_slots *= 2;
	struct evidence *e = calloc(1, sizeof *e);
	if (!e)
		return NULL;
	*e = (struct evidence){ .max = max, .mask = n_slots - 1, .key = key };
	e->slot = calloc(n_slots, sizeof *e->slot);
	e->contact = calloc(max, sizeof *e->contact);
	if (!e->slot || !e->contact) {
		evidence_free(e);
		return NULL;
	}
	return e;
}

void evidence_free(struct evidence *e)
{
	if (!e)
		return;
	free(e->slot);
	free(e->contact);
	free(e);
}

static uint64_t contact_hash(const struct evidence *e, const struct contact *c)
{
	struct {
		struct addr src, dst;
		uint32_t rest;
	} k = { c->src, c->dst, (uint32_t)c->proto << 16 | c->port };
	return hash_bytes(&k, sizeof k, e->key);
}

static bool is_kept(const struct evidence *e, uint64_t hash)
{
	return e->level == 0 || hash >> (64 - e->level) == 0;
}

static bool same_contact(const struct contact *a, const struct contact *b)
{
	return a->port == b->port && a->proto == b->proto && addr_eq(&a->dst, &b->dst) &&
	       addr_eq(&a->src, &b->src);
}

/* The slot of a contact: its own, or the free one where it belongs. */
static uint32_t *find(struct evidence *e, const struct contact *c, uint64_t hash)
{
	for (size_t i = hash & e->mask;; i = (i + 1) & e->mask)
		if (!e->slot[i] || same_contact(&e->contact[e->slot[i] - 1], c))
			return &e->slot[i];
}

/* Raise the sampling level and keep what still qualifies. */
static void thin(struct evidence *e)
{
	size_t n = e->n;
	assert(e->level < LEVEL_MAX);
	e->level++;
	e->n = 0;
	memset(e->slot, 0, (e->mask + 1) * sizeof *e->slot);
	for (size_t i = 0; i < n; i++) {
		uint64_t hash = contact_hash(e, &e->contact[i]);
		if (!is_kept(e, hash))
			continue;
		struct contact c = e->contact[i];
		uint32_t *slot = find(e, &c, hash);
		e->contact[e->n] = c;
		*slot = (uint32_t)++e->n;
	}
}

static void put(struct evidence *e, const struct contact *c)
{
	uint64_t hash = contact_hash(e, c);
	if (!is_kept(e, hash))
		return;
	uint32_t *slot = find(e, c, hash);
	if (*slot) {
		contact_join(&e->contact[*slot - 1], c);
		return;
	}
	while (e->n == e->max) {
		thin(e);
		if (!is_kept(e, hash))
			return;
		slot = find(e, c, hash);
	}
	e->contact[e->n] = *c;
	*slot = (uint32_t)++e->n;
}

void evidence_observe(struct evidence *e, const struct flow *flow, size_t n)
{
	struct contact room[2];
	for (size_t i = 0; i < n; i++)
		for (unsigned k = observe(&flow[i], room); k-- > 0;)
			put(e, &room[k]);
}

void evidence_merge(struct evidence *into, const struct evidence *from)
{
	assert(into->key == from->key && into->max == from->max);
	while (into->level < from->level)
		thin(into);
	for (size_t i = 0; i < from->n; i++)
		put(into, &from->contact[i]);
}

const struct contact *evidence_contacts(const struct evidence *e, size_t *n)
{
	*n = e->n;
	return e->contact;
}

uint64_t evidence_thinning(const struct evidence *e)
{
	return UINT64_C(1) << e->level;
}

static int in_order(const void *a, const void *b)
{
	return contact_cmp(a, b);
}

struct contact *evidence_sorted(const struct evidence *e, size_t *n)
{
	struct contact *sorted = malloc((e->n ? e->n : 1) * sizeof *sorted);
	if (!sorted)
		return NULL;
	memcpy(sorted, e->contact, e->n * sizeof *sorted);
	qsort(sorted, e->n, sizeof *sorted, in_order);
	*n = e->n;
	return sorted;
}
