// SPDX-License-Identifier: Apache-2.0
// A table of contacts of one address family. They stand packed in the order in which they were first
// seen: those of one conversation come close after each other, so that they stand near as well, and
// no page is touched that holds none. An index of small entries finds them: open addressing.
#ifndef DETECT_TABLE_H
#define DETECT_TABLE_H
#include "model/contact.h"

/** Bytes that a contact takes: two addresses and its trace. */
enum { NARROW_BYTES = 8 + sizeof(struct trace), WIDE_BYTES = 32 + sizeof(struct trace) };

struct table {
	uint8_t *slot;   // of `n` contacts, with room for `room`
	uint32_t *entry; // of the index; 0: free
	size_t n, room, n_entries;
	uint32_t numbers; // mask of number plus one in an entry; above it is a part of the hash
	uint64_t key;
	bool is_wide; // IPv6; else both addresses of every contact are IPv4
};

enum { TABLE_FULL = 3, TABLE_WHOLE = 4 }; // the index is three quarters full at most
enum { TABLE_ROOM_MIN = 3072 };

/** Make ready; returns false when there is no memory. */
bool table_init(struct table *t, bool is_wide, uint64_t key);
void table_fini(struct table *t);

/** The keyed hash of a contact's source, peer, protocol and port. */
uint64_t table_hash(const struct table *t, const struct contact *c);

/** Bytes from one contact to the next. */
static inline size_t table_width(const struct table *t)
{
	return t->is_wide ? WIDE_BYTES : NARROW_BYTES;
}

/** Where in the index a contact of this hash is looked for first. */
static inline uint32_t *table_home(const struct table *t, uint64_t hash)
{
	return &t->entry[(hash & UINT32_MAX) * t->n_entries >> 32];
}

/**
 * Begin to fetch the entries of a contact of this hash; and, when they are there, the contact. Always
 * inlined: as functions they have no effect that gcc 12 would see, and it leaves out the calls.
 */
static inline __attribute__((always_inline)) void table_fetch_entry(
	const struct table *t, uint64_t hash)
{
	__builtin_prefetch(table_home(t, hash));
}
static inline __attribute__((always_inline)) void table_fetch(const struct table *t, size_t i)
{
	const uint8_t *slot = t->slot + i * table_width(t);
	__builtin_prefetch(slot, 1);
	__builtin_prefetch(slot + table_width(t) - 1, 1);
}
static inline __attribute__((always_inline)) void table_fetch_contact(
	const struct table *t, uint64_t hash)
{
	uint32_t number = *table_home(t, hash) & t->numbers; // mostly the one, and else no harm
	table_fetch(t, number ? number - 1 : t->n);
}

/** Whether one more contact needs a larger table. */
static inline bool table_is_full(const struct table *t)
{
	return t->n == t->room;
}

/** Join a contact to what is known of it; false when it is not there. */
bool table_join(struct table *t, const struct contact *c, uint64_t hash);

/** Add a contact that is not there, to a table that is not full. */
void table_add(struct table *t, const struct contact *c, uint64_t hash);

/** Make room for `room` contacts, more than now; returns false, and stays as it is, without memory. */
bool table_grow(struct table *t, size_t room);

/** Take out every contact whose hash does not begin with `level` zero bits. */
void table_thin(struct table *t, unsigned level);

/** Unpack the i-th of its `n` contacts. */
void table_get(const struct table *t, size_t i, struct contact *out);
#endif
