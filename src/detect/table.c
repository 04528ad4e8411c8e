// SPDX-License-Identifier: Apache-2.0
// Homes in the index are the upper part of a multiplication, so it may have any size. The width of
// a contact is a constant to every loop here: each function is made twice.
#include "detect/table.h"

#include <endian.h>
#include <sys/mman.h>

#include "base/hash.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

static void *pages_new(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	madvise(p, bytes, MADV_HUGEPAGE); // spares most TLB misses
	return p;
}

/* The pages that are there stay, for new ones have to be cleared first. */
static bool pages_grow(void *old, size_t bytes, size_t more, void **out)
{
	void *p = mremap(old, bytes, more, MREMAP_MAYMOVE);
	if (p == MAP_FAILED)
		return false;
	madvise(p, more, MADV_HUGEPAGE);
	*out = p;
	return true;
}

static size_t entries_for(size_t room)
{
	return room / TABLE_FULL * TABLE_WHOLE + TABLE_WHOLE;
}

/* As many low bits as the number of the last contact plus one takes. */
static uint32_t numbers_for(size_t room)
{
	return UINT32_MAX >> __builtin_clz((uint32_t)room);
}

bool table_init(struct table *t, bool is_wide, uint64_t key)
{
	*t = (struct table){ .room = TABLE_ROOM_MIN, .key = key, .is_wide = is_wide };
	t->n_entries = entries_for(t->room);
	t->numbers = numbers_for(t->room);
	t->slot = pages_new(t->room * table_width(t));
	t->entry = pages_new(t->n_entries * sizeof *t->entry);
	return t->slot && t->entry;
}

void table_fini(struct table *t)
{
	if (t->slot)
		munmap(t->slot, t->room * table_width(t));
	if (t->entry)
		munmap(t->entry, t->n_entries * sizeof *t->entry);
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

/* The part of the hash that fills up an entry: above what makes the home, below what thinning looks at. */
static uint32_t tag_of(const struct table *t, uint64_t hash)
{
	return (uint32_t)(hash >> 24) & ~t->numbers;
}

static uint32_t *next_entry(const struct table *t, uint32_t *e)
{
	return e + 1 < t->entry + t->n_entries ? e + 1 : t->entry;
}

static void index_put(struct table *t, uint64_t hash, size_t i)
{
	uint32_t *e = table_home(t, hash);
	while (*e)
		e = next_entry(t, e);
	*e = tag_of(t, hash) | (uint32_t)(i + 1);
}

ALWAYS_INLINE bool join(struct table *t, const struct contact *c, uint64_t hash, bool is_wide)
{
	uint8_t key[32];
	pack(key, c, is_wide);
	uint32_t tag = tag_of(t, hash);
	for (uint32_t *e = table_home(t, hash); *e; e = next_entry(t, e)) {
		if ((*e & ~t->numbers) != tag)
			continue;
		uint8_t *slot = slot_at(t, (*e & t->numbers) - 1, is_wide);
		struct trace *x = trace_of(slot, is_wide);
		if (memcmp(slot, key, is_wide ? 32 : 8) || x->port != c->port ||
			x->proto != c->proto)
			continue;
		trace_join(x, &c->trace);
		return true;
	}
	return false;
}

bool table_join(struct table *t, const struct contact *c, uint64_t hash)
{
	return t->is_wide ? join(t, c, hash, true) : join(t, c, hash, false);
}

void table_add(struct table *t, const struct contact *c, uint64_t hash)
{
	uint8_t *slot = slot_at(t, t->n, t->is_wide);
	pack(slot, c, t->is_wide);
	*trace_of(slot, t->is_wide) = c->trace;
	index_put(t, hash, t->n++);
}

static uint64_t hash_of_slot(const struct table *t, size_t i)
{
	uint8_t *slot = slot_at(t, i, t->is_wide);
	const struct trace *x = trace_of(slot, t->is_wide);
	return hash_key_of(slot, x->proto, x->port, t->key, t->is_wide);
}

/* Make the index anew: the contacts know their hashes. */
static void index_all(struct table *t, size_t n_dirty)
{
	memset(t->entry, 0, n_dirty * sizeof *t->entry);
	for (size_t i = 0; i < t->n; i++)
		index_put(t, hash_of_slot(t, i), i);
}

bool table_grow(struct table *t, size_t room)
{
	size_t n_old = t->n_entries, n_entries = entries_for(room), width = table_width(t);
	void *p;
	assert(room >= t->room);
	if (room > UINT32_MAX ||
		!pages_grow(t->entry, n_old * sizeof *t->entry, n_entries * sizeof *t->entry, &p))
		return false;
	t->entry = p;
	t->n_entries = n_entries;
	t->numbers = numbers_for(room);
	index_all(t, n_old);
	if (!pages_grow(t->slot, t->room * width, room * width, &p))
		return false; // with a large index for what is there
	t->slot = p;
	t->room = room;
	return true;
}

void table_thin(struct table *t, unsigned level)
{
	size_t n = 0, width = table_width(t);
	for (size_t i = 0; i < t->n; i++)
		if (hash_of_slot(t, i) >> (64 - level) == 0)
			memmove(t->slot + n++ * width, t->slot + i * width, width);
	t->n = n;
	index_all(t, t->n_entries);
}

/* Written by halves: a hash reads it so, and would wait for bytes that were written one by one. */
static inline struct addr mapped(const uint8_t *four)
{
	struct addr a;
	uint64_t half[2] = { 0, htobe64(UINT64_C(0xffff) << 32 | load_u32(four)) };
	memcpy(&a, half, sizeof a);
	return a;
}

void table_get(const struct table *t, size_t i, struct contact *out)
{
	uint8_t *slot = slot_at(t, i, t->is_wide);
	out->trace = *trace_of(slot, t->is_wide);
	if (t->is_wide) {
		memcpy(&out->src, slot, sizeof out->src);
		memcpy(&out->dst, slot + sizeof out->src, sizeof out->dst);
		return;
	}
	out->src = mapped(slot);
	out->dst = mapped(slot + 4);
}
