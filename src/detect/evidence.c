// SPDX-License-Identifier: Apache-2.0
// Contacts in an open-addressing table, a cache line each. When it is full, the sampling level
// rises: a contact stays while its hash begins with `level` zero bits. Which level is reached, and
// so which contacts stay, depends on the set of contacts alone.
#include "detect/evidence.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "base/hash.h"
#include "detect/observe.h"

struct evidence {
	size_t n, max, n_slots;
	uint64_t key;
	unsigned level;
	uint32_t sampling_least, sampling_most; // 0: no flow was sampled
	struct contact *slot;                   // `saw` of a free one is 0
};

enum { SLOTS_MIN = 4096, LEVEL_MAX = 40, AHEAD_FLOWS = 16 };

static struct contact *slots_new(size_t n)
{
	void *p = mmap(NULL, n * sizeof(struct contact), PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	madvise(p, n * sizeof(struct contact), MADV_HUGEPAGE); // spares most TLB misses
	return p;
}

static void slots_free(struct contact *slot, size_t n)
{
	if (slot)
		munmap(slot, n * sizeof *slot);
}

/*
 * The table takes half of the memory at most, because growing it needs half as much again, and the
 * verdict a copy of the contacts of each suspect. Tables are powers of two, five eighths full.
 */
size_t evidence_max_for(size_t memory)
{
	size_t n_slots = 8;
	while (n_slots * 2 * sizeof(struct contact) <= memory / 2)
		n_slots *= 2;
	return n_slots / 8 * 5;
}

struct evidence *evidence_new(size_t max, uint64_t key)
{
	assert(max > 0);
	struct evidence *e = calloc(1, sizeof *e);
	if (!e)
		return NULL;
	*e = (struct evidence){ .max = max, .key = key, .n_slots = SLOTS_MIN };
	e->slot = slots_new(e->n_slots);
	if (e->slot)
		return e;
	free(e);
	return NULL;
}

void evidence_free(struct evidence *e)
{
	if (!e)
		return;
	slots_free(e->slot, e->n_slots);
	free(e);
}

static uint64_t hash_of(const struct evidence *e, const struct contact *c)
{
	uint64_t service = (uint64_t)c->proto << 16 | c->port;
	return hash_pair(&c->src, &c->dst, e->key ^ service * UINT64_C(0x9e3779b97f4a7c15));
}

static bool is_kept(const struct evidence *e, uint64_t hash)
{
	return e->level == 0 || hash >> (64 - e->level) == 0;
}

static bool same_key(const struct contact *a, const struct contact *b)
{
	return a->port == b->port && a->proto == b->proto && addr_eq(&a->dst, &b->dst) &&
	       addr_eq(&a->src, &b->src);
}

/* The slot of a contact: its own, or the free one where it belongs. */
static struct contact *find(const struct evidence *e, const struct contact *c, uint64_t hash)
{
	for (size_t i = hash & (e->n_slots - 1);; i = (i + 1) & (e->n_slots - 1))
		if (!e->slot[i].saw || same_key(&e->slot[i], c))
			return &e->slot[i];
}

/* Take one contact out; those behind it that it had pushed on move up. */
static void take_out(struct evidence *e, size_t hole)
{
	size_t mask = e->n_slots - 1;
	e->n--;
	for (size_t i = (hole + 1) & mask; e->slot[i].saw; i = (i + 1) & mask) {
		size_t home = hash_of(e, &e->slot[i]) & mask;
		if (((i - home) & mask) >= ((i - hole) & mask)) {
			e->slot[hole] = e->slot[i];
			hole = i;
		}
	}
	e->slot[hole] = (struct contact){};
}

/* Keep only what qualifies at a sampling level. */
static void thin(struct evidence *e, unsigned level)
{
	e->level = level;
	for (size_t i = 0; i < e->n_slots;)
		if (e->slot[i].saw && !is_kept(e, hash_of(e, &e->slot[i])))
			take_out(e, i);
		else
			i++;
}

/* Returns false when there is no memory for a table of this size. */
static bool grow(struct evidence *e, size_t n_slots)
{
	struct evidence old = *e;
	e->slot = slots_new(n_slots);
	if (!e->slot) {
		*e = old;
		return false;
	}
	e->n_slots = n_slots;
	for (size_t i = 0; i < old.n_slots; i++)
		if (old.slot[i].saw)
			*find(e, &old.slot[i], hash_of(e, &old.slot[i])) = old.slot[i];
	slots_free(old.slot, old.n_slots);
	return true;
}

void evidence_expect(struct evidence *e, size_t n)
{
	size_t n_slots = e->n_slots;
	n = n < e->max ? n : e->max;
	while (n_slots / 8 * 5 < n)
		n_slots *= 2;
	if (n_slots > e->n_slots)
		(void)grow(e, n_slots); // without memory it grows later, or thins
}

/* Without memory to double the table, what is there is all there will be. */
static void make_room(struct evidence *e)
{
	if (e->n < e->max && grow(e, e->n_slots * 2))
		return;
	if (e->n < e->max)
		e->max = e->n;
	while (e->n >= e->max && e->level < LEVEL_MAX)
		thin(e, e->level + 1);
}

static bool is_full(const struct evidence *e)
{
	return e->n >= e->max || e->n >= e->n_slots / 8 * 5;
}

static void put(struct evidence *e, const struct contact *c, uint64_t hash)
{
	if (!is_kept(e, hash))
		return;
	struct contact *slot = find(e, c, hash);
	if (slot->saw) {
		contact_join(slot, c);
		return;
	}
	if (is_full(e)) {
		make_room(e);
		if (!is_kept(e, hash))
			return;
		slot = find(e, c, hash);
	}
	*slot = *c;
	e->n++;
}

static void join_sampling(struct evidence *e, uint32_t least, uint32_t most)
{
	if (least > 1 && (e->sampling_least == 0 || least < e->sampling_least))
		e->sampling_least = least;
	if (most > 1 && most > e->sampling_most)
		e->sampling_most = most;
}

/* All slots of a few flows are fetched before the first is used: the misses overlap. */
void evidence_observe(struct evidence *e, const struct flow *flow, size_t n)
{
	struct contact contact[AHEAD_FLOWS * 2];
	uint64_t hash[AHEAD_FLOWS * 2];
	for (size_t i = 0; i < n; i += AHEAD_FLOWS) {
		size_t n_contacts = 0, n_hashed = 0;
		for (size_t k = i; k < n && k < i + AHEAD_FLOWS; k++) {
			join_sampling(e, flow[k].sampling, flow[k].sampling);
			n_contacts += observe(&flow[k], contact + n_contacts);
			for (; n_hashed < n_contacts; n_hashed++) {
				hash[n_hashed] = hash_of(e, &contact[n_hashed]);
				__builtin_prefetch(&e->slot[hash[n_hashed] & (e->n_slots - 1)], 1);
			}
		}
		for (size_t k = 0; k < n_contacts; k++)
			put(e, &contact[k], hash[k]);
	}
}

void evidence_merge(struct evidence *into, const struct evidence *from)
{
	assert(into->key == from->key);
	join_sampling(into, from->sampling_least, from->sampling_most);
	if (into->level < from->level)
		thin(into, from->level);
	for (size_t i = 0; i < from->n_slots; i++)
		if (from->slot[i].saw)
			put(into, &from->slot[i], hash_of(into, &from->slot[i]));
}

const struct contact *evidence_next(struct evidence_iter *it)
{
	const struct evidence *e = it->evidence;
	while (it->at < e->n_slots)
		if (e->slot[it->at++].saw)
			return &e->slot[it->at - 1];
	return NULL;
}

size_t evidence_count(const struct evidence *e)
{
	return e->n;
}

void evidence_sampling(const struct evidence *e, uint32_t *least, uint32_t *most)
{
	*least = e->sampling_least;
	*most = e->sampling_most;
}

uint64_t evidence_thinning(const struct evidence *e)
{
	return UINT64_C(1) << e->level;
}
