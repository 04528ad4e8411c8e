// SPDX-License-Identifier: Apache-2.0
// A table of contacts of one address family, packed: open addressing, no pointer, no tombstone.
#ifndef DETECT_TABLE_H
#define DETECT_TABLE_H
#include "model/contact.h"

/** Bytes that a contact takes: two addresses and its trace. */
enum { NARROW_BYTES = 8 + sizeof(struct trace), WIDE_BYTES = 32 + sizeof(struct trace) };

struct table {
	uint8_t *slot;
	size_t n, n_slots;
	uint64_t key;
	bool is_wide; // IPv6; else both addresses of every contact are IPv4
};

enum { TABLE_FULL = 3, TABLE_WHOLE = 4, TABLE_SLOTS_MIN = 4096 }; // three quarters full at most

/** Make ready; returns false when there is no memory. */
bool table_init(struct table *t, bool is_wide, uint64_t key);
void table_fini(struct table *t);

/** The keyed hash of a contact's source, peer, protocol and port. */
uint64_t table_hash(const struct table *t, const struct contact *c);

/**
 * Begin to fetch the slots where a contact of this hash stands. Always inlined: as a function it has
 * no effect that gcc 12 would see, and it leaves out the call.
 */
static inline __attribute__((always_inline)) void table_prefetch(
	const struct table *t, uint64_t hash)
{
	size_t bytes = t->is_wide ? WIDE_BYTES : NARROW_BYTES;
	const uint8_t *slot = t->slot + ((hash & UINT32_MAX) * t->n_slots >> 32) * bytes;
	__builtin_prefetch(slot, 1);
	__builtin_prefetch(slot + bytes - 1, 1);
}

/** Whether one more contact needs a larger table. */
static inline bool table_is_full(const struct table *t)
{
	return t->n >= t->n_slots / TABLE_WHOLE * TABLE_FULL;
}

/** Join a contact to what is known of it; false when it is not there. */
bool table_join(struct table *t, const struct contact *c, uint64_t hash);

/** Add a contact that is not there, to a table that is not full. */
void table_add(struct table *t, const struct contact *c, uint64_t hash);

/** Make it larger, at least to `n_slots`; returns false, and leaves it as it is, without memory. */
bool table_grow(struct table *t, size_t n_slots);

/** Take out every contact whose hash does not begin with `level` zero bits. */
void table_thin(struct table *t, unsigned level);

/** Unpack the contact in slot `i`; false when there is none. */
bool table_get(const struct table *t, size_t i, struct contact *out);
#endif
