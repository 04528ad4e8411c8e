// SPDX-License-Identifier: Apache-2.0
// A table of contacts of one address family. They stand packed in the order in which they were first
// seen: those of one conversation come close after each other, so that they stand near as well, and
// no page is touched that holds none. An index of buckets finds them.
#ifndef DETECT_TABLE_H
#define DETECT_TABLE_H
#include "detect/slot.h"

enum {
	BUCKET_LANES = 6,
	BUCKET_FILL = 4
}; // how many a bucket holds; how many when the table is full

/** Half a cache line: a tag a lane, all of which are compared at once, and the numbers of contacts. */
struct bucket {
	uint64_t tags; // a byte a lane; 0: free
	uint32_t number[BUCKET_LANES];
};
static_assert(sizeof(struct bucket) == 32);

struct table {
	uint8_t *slot; // of `n` contacts, with room for `room`
	struct bucket *bucket;
	size_t n, room, n_buckets;
	uint64_t key;
	enum family family;
};

enum { TABLE_ROOM_MIN = 3072 };

/** Make ready; returns false when there is no memory. */
bool table_init(struct table *t, enum family family, uint64_t key);
void table_fini(struct table *t);

/** Bytes from one contact to the next. */
static inline size_t table_width(const struct table *t)
{
	return t->family == FAMILY_WIDE ? sizeof(struct contact) : sizeof(struct narrow);
}

/** A contact where it stands, in a table of its family. */
static inline struct narrow *table_narrow(const struct table *t, size_t i)
{
	return (struct narrow *)(void *)t->slot + i;
}

static inline struct contact *table_wide(const struct table *t, size_t i)
{
	return (struct contact *)(void *)t->slot + i;
}

/**
 * Join the contacts of a load from the i-th on to what is known of them, or add them; those whose hash
 * does not begin with `level` zero bits are passed over.
 *
 * Returns the number of the first one that is not there when the table has `most` contacts, or is full;
 * if there is none, the end of the load.
 */
size_t table_take(struct table *t, const struct load *load, size_t i, unsigned level, size_t most);

/** Make room for `room` contacts, more than now; returns false, and stays as it is, without memory. */
bool table_grow(struct table *t, size_t room);

/** Take out every contact whose hash does not begin with `level` zero bits. */
void table_thin(struct table *t, unsigned level);

/** Unpack the i-th of its `n` contacts; or `n` of them from there on. */
void table_get(const struct table *t, size_t i, struct contact *out);
void table_read(const struct table *t, size_t i, size_t n, struct contact *out);

/** A number of each of their sources, which is the same in both families: both halves of the address in one. */
void table_sources(const struct table *t, size_t i, size_t n, uint64_t *out);
#endif
