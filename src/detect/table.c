// SPDX-License-Identifier: Apache-2.0
// Homes in the index are the upper part of a multiplication, so it may have any size. The width of
// a contact is a constant to every loop here: each function is made twice.
#include "detect/table.h"

#include "base/pages.h"
#include "base/vector.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

enum { AHEAD = 16 };

static size_t buckets_for(size_t room)
{
	return room / BUCKET_FILL + 1;
}

bool table_init(struct table *t, enum family family, uint64_t key)
{
	*t = (struct table){ .room = TABLE_ROOM_MIN, .key = key, .family = family };
	t->n_buckets = buckets_for(t->room);
	t->slot = pages_new(t->room * table_width(t));
	t->bucket = pages_new(t->n_buckets * sizeof *t->bucket);
	return t->slot && t->bucket;
}

void table_fini(struct table *t)
{
	pages_free(t->slot, t->room * table_width(t));
	pages_free(t->bucket, t->n_buckets * sizeof *t->bucket);
	*t = (struct table){};
}

/* The bucket in which a contact of this hash is looked for first, and the one after another. */
static inline struct bucket *home_of(const struct table *t, uint64_t hash)
{
	return &t->bucket[(hash & UINT32_MAX) * t->n_buckets >> 32];
}

static inline struct bucket *next_bucket(const struct table *t, struct bucket *b)
{
	return b + 1 < t->bucket + t->n_buckets ? b + 1 : t->bucket;
}

/* Not 0: above what makes the home, below what thinning looks at. */
static inline uint64_t tag_of(uint64_t hash)
{
	uint64_t tag = hash >> 32 & 0xff;
	return tag + !tag;
}

enum { LANE_BITS = 8 };
static const uint64_t lane_ones = UINT64_C(0x010101010101), lane_tops = UINT64_C(0x808080808080),
		      lane_last = UINT64_C(0x800000000000);

/*
 * The lanes whose tag it is, as their highest bits. Above one that is right another may be wrong, as
 * the subtraction borrows: whoever looks at the contact itself is not misled, and of the free ones only the
 * lowest is asked for.
 */
static inline uint64_t lanes_with(const struct bucket *b, uint64_t tag)
{
	uint64_t differ = b->tags ^ tag * lane_ones;
	return (differ - lane_ones) & ~differ & lane_tops;
}

static inline unsigned lane_of(uint64_t lanes)
{
	return (unsigned)__builtin_ctzll(lanes) / LANE_BITS;
}

static inline void bucket_put(struct bucket *b, uint64_t free, uint64_t tag, size_t number)
{
	unsigned lane = lane_of(free);
	b->tags |= tag << lane * LANE_BITS;
	b->number[lane] = (uint32_t)number;
}

static bool is_narrow(const struct narrow *a, const struct narrow *b)
{
	return narrow_pair(a) == narrow_pair(b) && trace_same_service(&a->trace, &b->trace);
}

static bool is_wide(const struct contact *a, const struct contact *b)
{
	return !memcmp(a, b, 32) && trace_same_service(&a->trace, &b->trace);
}

/*
 * Whether slot `at` is that of the i-th of a load; then both are joined. A slot that thinning left behind
 * is never met: contacts of its hash are not offered any more.
 */
ALWAYS_INLINE bool joins(
	const struct table *t, size_t at, const struct load *l, size_t i, enum family f)
{
	if (f == FAMILY_NARROW) {
		struct narrow *slot = table_narrow(t, at);
		if (!is_narrow(slot, &l->narrow[i]))
			return false;
		trace_join(&slot->trace, &l->narrow[i].trace);
	} else {
		struct contact *slot = table_wide(t, at);
		if (!is_wide(slot, &l->wide[i]))
			return false;
		trace_join(&slot->trace, &l->wide[i].trace);
	}
	return true;
}

/* Join the i-th of a load to what is known of it. Returns NULL, or the bucket with room where it is not. */
ALWAYS_INLINE struct bucket *join(
	const struct table *t, struct bucket *b, const struct load *l, size_t i, enum family f)
{
	for (uint64_t tag = tag_of(l->hash[f][i]);; b = next_bucket(t, b)) {
		for (uint64_t lanes = lanes_with(b, tag); lanes; lanes &= lanes - 1)
			if (joins(t, b->number[lane_of(lanes)], l, i, f))
				return NULL;
		if (lanes_with(b, 0))
			return b;
	}
}

/* A bucket on its way to the cache, then the slot that it names for the hash. */
struct ahead {
	struct bucket *home;
	size_t guess;
};

/*
 * Begin to fetch the contact that is most likely of a hash, and note its number: no harm if it is another, so
 * nothing is asked.
 */
ALWAYS_INLINE void fetch(const struct table *t, struct ahead *a, uint64_t hash, size_t width)
{
	uint64_t lanes = lanes_with(a->home, tag_of(hash)) | lane_last;
	a->guess = a->home->number[lane_of(lanes)];
	const uint8_t *slot = t->slot + a->guess * width;
	__builtin_prefetch(slot, 1);
	__builtin_prefetch(slot + width - 1, 1);
}

ALWAYS_INLINE void seek(const struct table *t, struct ahead *a, uint64_t hash)
{
	a->home = home_of(t, hash);
	__builtin_prefetch(a->home, 1);
}

/* A bucket is fetched twice AHEAD, the contact that it names AHEAD before it is used: nobody waits. */
ALWAYS_INLINE size_t take(struct table *t, const struct load *l, size_t from, unsigned level,
	size_t most, enum family f)
{
	const size_t n = l->n[f];
	const size_t width = f == FAMILY_WIDE ? sizeof(struct contact) : sizeof(struct narrow);
	const uint64_t *hash = l->hash[f], kept = UINT64_MAX >> level;
	struct ahead ahead[LOAD_CONTACTS];
	for (size_t i = from; i < from + 2 * AHEAD && i < n; i++)
		seek(t, &ahead[i], hash[i]);
	for (size_t i = from; i < from + AHEAD && i < n; i++)
		fetch(t, &ahead[i], hash[i], width);
	most = LEAST(most, t->room);
	for (size_t i = from; i < n; i++) {
		if (i + 2 * AHEAD < n)
			seek(t, &ahead[i + 2 * AHEAD], hash[i + 2 * AHEAD]);
		if (i + AHEAD < n)
			fetch(t, &ahead[i + AHEAD], hash[i + AHEAD], width);
		if (hash[i] > kept || joins(t, ahead[i].guess, l, i, f))
			continue;
		struct bucket *b = join(t, ahead[i].home, l, i, f);
		if (!b)
			continue;
		if (t->n >= most)
			return i;
		bucket_put(b, lanes_with(b, 0), tag_of(hash[i]), t->n);
		if (f == FAMILY_WIDE)
			*table_wide(t, t->n++) = l->wide[i];
		else
			*table_narrow(t, t->n++) = l->narrow[i];
	}
	return n;
}

VECTOR_CLONES
size_t table_take(struct table *t, const struct load *l, size_t i, unsigned level, size_t most)
{
	return t->family == FAMILY_WIDE ? take(t, l, i, level, most, FAMILY_WIDE)
					: take(t, l, i, level, most, FAMILY_NARROW);
}

static uint64_t hash_of(const struct table *t, size_t i)
{
	if (t->family == FAMILY_WIDE)
		return wide_hash(table_wide(t, i), t->key);
	const struct narrow *s = table_narrow(t, i);
	return narrow_hash(narrow_pair(s), s->trace.proto, s->trace.port, t->key);
}

/* Make the index anew: the contacts know their hashes. */
static void index_all(struct table *t, size_t n_dirty)
{
	memset(t->bucket, 0, n_dirty * sizeof *t->bucket);
	for (size_t i = 0; i < t->n; i++) {
		uint64_t hash = hash_of(t, i), free;
		struct bucket *b = home_of(t, hash);
		while (!(free = lanes_with(b, 0)))
			b = next_bucket(t, b);
		bucket_put(b, free, tag_of(hash), i);
	}
}

bool table_grow(struct table *t, size_t room)
{
	size_t n_old = t->n_buckets, width = table_width(t);
	size_t n_buckets = MOST(buckets_for(room), n_old); // which a growth that failed made large
	void *p;
	assert(room >= t->room);
	if (room > UINT32_MAX || !pages_grow(t->bucket, n_old * sizeof *t->bucket,
					 n_buckets * sizeof *t->bucket, &p))
		return false;
	t->bucket = p;
	t->n_buckets = n_buckets;
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
		if (hash_of(t, i) <= UINT64_MAX >> level)
			memmove(t->slot + n++ * width, t->slot + i * width, width);
	t->n = n;
	index_all(t, t->n_buckets);
}

void table_get(const struct table *t, size_t i, struct contact *out)
{
	if (t->family == FAMILY_WIDE)
		*out = *table_wide(t, i);
	else
		narrow_unpack(table_narrow(t, i), out);
}

void table_read(const struct table *t, size_t i, size_t n, struct contact *out)
{
	if (t->family == FAMILY_WIDE && n)
		memcpy(out, table_wide(t, i), n * sizeof *out);
	for (size_t k = 0; k < n && t->family == FAMILY_NARROW; k++)
		narrow_unpack(table_narrow(t, i + k), &out[k]);
}

/* Of IPv4 the upper half is zero, and the lower one begins with 0:0:ff:ff (RFC 4291, 2.5.5.2). */
void table_sources(const struct table *t, size_t i, size_t n, uint64_t *out)
{
	uint64_t half[2];
	for (size_t k = 0; k < n && t->family == FAMILY_NARROW; k++)
		out[k] = (uint64_t)table_narrow(t, i + k)->src << 32 | UINT64_C(0xffff0000);
	for (size_t k = 0; k < n && t->family == FAMILY_WIDE; k++) {
		memcpy(half, &table_wide(t, i + k)->src, sizeof half);
		out[k] = half[0] ^ half[1];
	}
}
