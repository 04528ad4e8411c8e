// SPDX-License-Identifier: Apache-2.0
// Open addressing within a window of slots behind the home of a client: so a full table needs no
// search for whom to put out, and nothing ever moves.
#include "detect/clients.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/hash.h"

struct client {
	struct addr addr;
	uint64_t n; // 0: free
};

struct clients {
	struct client *slot;
	size_t n, n_slots, max_slots;
	uint64_t key, n_lost;
};

// Five eighths full, hardly a run of taken slots is as long as the window.
enum { SLOTS_MIN = 4096, WINDOW = 64 };

/* WINDOW slots more than the mask reaches, so that a window never wraps. */
static size_t size_of(size_t n_slots)
{
	return (n_slots + WINDOW) * sizeof(struct client);
}

static struct client *slots_new(size_t n_slots)
{
	void *p = mmap(NULL, size_of(n_slots), PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	madvise(p, size_of(n_slots), MADV_HUGEPAGE); // spares most TLB misses
	return p;
}

struct clients *clients_new(size_t max, uint64_t key)
{
	assert(max > 0);
	struct clients *c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	*c = (struct clients){ .key = key, .n_slots = SLOTS_MIN, .max_slots = SLOTS_MIN };
	while (c->max_slots / 8 * 5 < max)
		c->max_slots *= 2;
	c->slot = slots_new(c->n_slots);
	if (c->slot)
		return c;
	free(c);
	return NULL;
}

void clients_free(struct clients *c)
{
	if (!c)
		return;
	munmap(c->slot, size_of(c->n_slots));
	free(c);
}

static uint64_t hash_of(const struct clients *c, const struct addr *a)
{
	return hash_bytes(a, sizeof *a, c->key);
}

/* The slot of a client: its own, or a free one of its window; NULL when others hold all of it. */
static struct client *find(const struct clients *c, const struct addr *a, uint64_t hash)
{
	struct client *home = &c->slot[hash & (c->n_slots - 1)];
	for (size_t i = 0; i < WINDOW; i++)
		if (home[i].n == 0 || addr_eq(&home[i].addr, a))
			return &home[i];
	return NULL;
}

static struct client *least_of_window(const struct clients *c, uint64_t hash)
{
	struct client *home = &c->slot[hash & (c->n_slots - 1)], *least = home;
	for (size_t i = 1; i < WINDOW; i++)
		if (home[i].n < least->n)
			least = &home[i];
	return least;
}

static void add(struct clients *c, const struct addr *a, uint64_t hash, uint64_t n);

/* Returns false when the table is as large as it may be, or there is no memory for a larger one. */
static bool grow(struct clients *c)
{
	struct client *larger = c->n_slots < c->max_slots ? slots_new(c->n_slots * 2) : NULL;
	if (!larger)
		return false;
	struct clients old = *c;
	c->slot = larger;
	c->n_slots *= 2;
	c->n = 0;
	for (size_t i = 0; i < old.n_slots + WINDOW; i++)
		if (old.slot[i].n)
			add(c, &old.slot[i].addr, hash_of(c, &old.slot[i].addr), old.slot[i].n);
	munmap(old.slot, size_of(old.n_slots));
	return true;
}

static void add(struct clients *c, const struct addr *a, uint64_t hash, uint64_t n)
{
	struct client *slot = find(c, a, hash);
	bool is_crowded = !slot || (slot->n == 0 && c->n >= c->n_slots / 8 * 5);
	while (is_crowded && grow(c)) {
		slot = find(c, a, hash);
		is_crowded = !slot;
	}
	if (!slot) {
		slot = least_of_window(c, hash);
		slot->n = 0;
		c->n--;
		c->n_lost++;
	}
	c->n += slot->n == 0;
	slot->addr = *a;
	slot->n += n;
}

/* All slots of a batch are fetched before the first is used: the misses overlap. */
void clients_observe(struct clients *c, const struct request *request, size_t n)
{
	uint64_t hash[REQUESTS_AHEAD];
	for (size_t i = 0; i < n; i += REQUESTS_AHEAD) {
		size_t end = n - i < REQUESTS_AHEAD ? n : i + REQUESTS_AHEAD;
		for (size_t k = i; k < end; k++) {
			hash[k - i] = hash_of(c, &request[k].client);
			__builtin_prefetch(&c->slot[hash[k - i] & (c->n_slots - 1)], 1);
		}
		for (size_t k = i; k < end; k++)
			if (request[k].has & REQUEST_HAS_CLIENT)
				add(c, &request[k].client, hash[k - i], 1);
	}
}

void clients_merge(struct clients *into, const struct clients *from)
{
	assert(into->key == from->key && into != from);
	for (size_t i = 0; i < from->n_slots + WINDOW; i++)
		if (from->slot[i].n)
			add(into, &from->slot[i].addr, hash_of(into, &from->slot[i].addr),
				from->slot[i].n);
	into->n_lost += from->n_lost;
}

uint64_t clients_get(const struct clients *c, const struct addr *a)
{
	const struct client *slot = find(c, a, hash_of(c, a));
	return slot ? slot->n : 0;
}

size_t clients_count(const struct clients *c)
{
	return c->n;
}

uint64_t clients_lost(const struct clients *c)
{
	return c->n_lost;
}
