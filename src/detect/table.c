// SPDX-License-Identifier: Apache-2.0
// Slots are places by the upper part of a multiplication, so a table may have any size. The width is
// a constant to every loop here: each function is made twice.
#include "detect/table.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "base/hash.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

static uint8_t *slots_new(size_t n, size_t bytes)
{
	void *p = mmap(NULL, n * bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	madvise(p, n * bytes, MADV_HUGEPAGE); // spares most TLB misses
	return p;
}

static size_t width_of(const struct table *t)
{
	return t->is_wide ? WIDE_BYTES : NARROW_BYTES;
}

bool table_init(struct table *t, bool is_wide, uint64_t key)
{
	*t = (struct table){ .n_slots = TABLE_SLOTS_MIN, .key = key, .is_wide = is_wide };
	t->slot = slots_new(t->n_slots, width_of(t));
	return t->slot;
}

void table_fini(struct table *t)
{
	if (t->slot)
		munmap(t->slot, t->n_slots * width_of(t));
	*t = (struct table){};
}

/* The addresses of a contact as its slot begins with them. */
ALWAYS_INLINE void pack(uint8_t *key, const struct contact *c, bool is_wide)
{
	size_t from = is_wide ? 0 : 12, n = sizeof c->src - from;
	memcpy(key, c->src.octet + from, n);
	memcpy(key + n, c->dst.octet + from, n);
}

ALWAYS_INLINE uint64_t hash_key_of(
	const uint8_t *key, uint8_t proto, uint16_t port, uint64_t seed, bool is_wide)
{
	uint64_t service = (uint64_t)proto << 16 | port;
	if (is_wide)
		return hash_bytes(key, 32, seed ^ service * UINT64_C(0x9e3779b97f4a7c15));
	uint8_t all[16] = {};
	memcpy(all, key, 8);
	memcpy(all + 8, &service, sizeof service);
	return hash_bytes(all, sizeof all, seed);
}

uint64_t table_hash(const struct table *t, const struct contact *c)
{
	uint8_t key[32];
	pack(key, c, t->is_wide);
	return hash_key_of(key, c->proto, c->port, t->key, t->is_wide);
}

ALWAYS_INLINE struct trace *trace_of(uint8_t *slot, bool is_wide)
{
	return (struct trace *)(void *)(slot + (is_wide ? WIDE_BYTES : NARROW_BYTES) -
					sizeof(struct trace));
}

ALWAYS_INLINE uint8_t *slot_at(const struct table *t, size_t i, bool is_wide)
{
	return t->slot + i * (is_wide ? WIDE_BYTES : NARROW_BYTES);
}

static size_t home_of(const struct table *t, uint64_t hash)
{
	return (hash & UINT32_MAX) * t->n_slots >> 32;
}

ALWAYS_INLINE bool same_key(
	const uint8_t *slot, const uint8_t *key, uint16_t port, uint8_t proto, bool is_wide)
{
	const struct trace *x = trace_of((uint8_t *)(uintptr_t)slot, is_wide);
	return !memcmp(slot, key, is_wide ? 32 : 8) && x->port == port && x->proto == proto;
}

/* The slot of a contact: its own, or the free one where it belongs. */
ALWAYS_INLINE uint8_t *find(
	const struct table *t, const struct contact *c, uint64_t hash, bool is_wide)
{
	uint8_t key[32];
	pack(key, c, is_wide);
	for (size_t i = home_of(t, hash);; i = i + 1 < t->n_slots ? i + 1 : 0) {
		uint8_t *slot = slot_at(t, i, is_wide);
		if (!trace_of(slot, is_wide)->saw ||
			same_key(slot, key, c->port, c->proto, is_wide))
			return slot;
	}
}

ALWAYS_INLINE bool join(struct table *t, const struct contact *c, uint64_t hash, bool is_wide)
{
	struct trace *x = trace_of(find(t, c, hash, is_wide), is_wide);
	if (!x->saw)
		return false;
	trace_join(x, &c->trace);
	return true;
}

bool table_join(struct table *t, const struct contact *c, uint64_t hash)
{
	return t->is_wide ? join(t, c, hash, true) : join(t, c, hash, false);
}

void table_add(struct table *t, const struct contact *c, uint64_t hash)
{
	uint8_t *slot = find(t, c, hash, t->is_wide);
	pack(slot, c, t->is_wide);
	*trace_of(slot, t->is_wide) = c->trace;
	t->n++;
}

static uint64_t hash_of_slot(const struct table *t, size_t i)
{
	const uint8_t *slot = slot_at(t, i, t->is_wide);
	const struct trace *x = trace_of((uint8_t *)(uintptr_t)slot, t->is_wide);
	return hash_key_of(slot, x->proto, x->port, t->key, t->is_wide);
}

static bool is_marked(const uint64_t *mark, size_t i)
{
	return mark[i / 64] >> i % 64 & 1;
}

static void swap(uint8_t *a, uint8_t *b, size_t bytes)
{
	uint8_t c[WIDE_BYTES];
	memcpy(c, a, bytes);
	memcpy(a, b, bytes);
	memcpy(b, c, bytes);
}

static bool is_free(const struct table *t, size_t i)
{
	return !trace_of(slot_at(t, i, t->is_wide), t->is_wide)->saw;
}

/*
 * Bring the contact in slot `at` to where it belongs now. Who stands there and was not yet brought is
 * taken up and brought on; a place once found is marked, and stays.
 */
static void bring(struct table *t, size_t at, uint64_t *mark)
{
	size_t bytes = width_of(t);
	_Alignas(8) uint8_t hand[WIDE_BYTES] = {};
	uint8_t *slot = slot_at(t, at, t->is_wide);
	swap(hand, slot, bytes);
	for (bool is_empty = false; !is_empty;) {
		const struct trace *x = trace_of(hand, t->is_wide);
		size_t i = home_of(t, hash_key_of(hand, x->proto, x->port, t->key, t->is_wide));
		while (is_marked(mark, i))
			i = i + 1 < t->n_slots ? i + 1 : 0;
		is_empty = is_free(t, i);
		swap(hand, slot_at(t, i, t->is_wide), bytes);
		mark[i / 64] |= UINT64_C(1) << i % 64;
	}
}

/* In place: the pages that are there stay, for new ones have to be cleared first. */
bool table_grow(struct table *t, size_t n_slots)
{
	size_t bytes = width_of(t), n_old = t->n_slots;
	assert(n_slots >= n_old && n_slots <= UINT32_MAX);
	uint64_t *mark = calloc(n_slots / 64 + 1, sizeof *mark);
	void *slot =
		mark ? mremap(t->slot, n_old * bytes, n_slots * bytes, MREMAP_MAYMOVE) : MAP_FAILED;
	if (slot == MAP_FAILED) {
		free(mark);
		return false;
	}
	madvise(slot, n_slots * bytes, MADV_HUGEPAGE);
	t->slot = slot;
	t->n_slots = n_slots;
	for (size_t i = n_old; i-- > 0;) // from the end on, where there is room
		if (!is_marked(mark, i) && !is_free(t, i))
			bring(t, i, mark);
	free(mark);
	return true;
}

/* How far slot `to` is behind `from`, around the end. */
static size_t distance(const struct table *t, size_t from, size_t to)
{
	return to >= from ? to - from : to + t->n_slots - from;
}

/* Take one contact out; those behind it that it had pushed on move up. */
static void take_out(struct table *t, size_t hole)
{
	size_t bytes = width_of(t);
	t->n--;
	for (size_t i = hole;;) {
		i = i + 1 < t->n_slots ? i + 1 : 0;
		if (!trace_of(slot_at(t, i, t->is_wide), t->is_wide)->saw)
			break;
		size_t home = home_of(t, hash_of_slot(t, i));
		if (distance(t, home, i) >= distance(t, hole, i)) {
			memcpy(t->slot + hole * bytes, t->slot + i * bytes, bytes);
			hole = i;
		}
	}
	memset(t->slot + hole * bytes, 0, bytes);
}

void table_thin(struct table *t, unsigned level)
{
	for (size_t i = 0; i < t->n_slots;)
		if (trace_of(slot_at(t, i, t->is_wide), t->is_wide)->saw &&
			hash_of_slot(t, i) >> (64 - level))
			take_out(t, i);
		else
			i++;
}

bool table_get(const struct table *t, size_t i, struct contact *out)
{
	const uint8_t *slot = slot_at(t, i, t->is_wide);
	const struct trace *x = trace_of((uint8_t *)(uintptr_t)slot, t->is_wide);
	if (!x->saw)
		return false;
	out->trace = *x;
	if (t->is_wide) {
		memcpy(&out->src, slot, sizeof out->src);
		memcpy(&out->dst, slot + sizeof out->src, sizeof out->dst);
		return true;
	}
	static const struct addr mapped = { { [10] = 0xff, [11] = 0xff } };
	out->src = out->dst = mapped;
	memcpy(out->src.octet + 12, slot, 4);
	memcpy(out->dst.octet + 12, slot + 4, 4);
	return true;
}
