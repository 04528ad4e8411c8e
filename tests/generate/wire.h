// SPDX-License-Identifier: Apache-2.0
// Big-endian writing into a room of fixed size; to run out of it is our own mistake.
#ifndef GENERATE_WIRE_H
#define GENERATE_WIRE_H
#include <assert.h>
#include <string.h>

#include "base/bytes.h"

struct writer {
	uint8_t *start, *at, *end;
};

static inline struct writer writer_of(uint8_t *room, size_t len)
{
	return (struct writer){ .start = room, .at = room, .end = room + len };
}

static inline size_t wr_left(const struct writer *w)
{
	return (size_t)(w->end - w->at);
}

static inline struct bytes wr_done(const struct writer *w)
{
	return (struct bytes){ w->start, (size_t)(w->at - w->start) };
}

static inline void wr_bytes(struct writer *w, struct bytes b)
{
	assert(wr_left(w) >= b.len);
	if (b.len)
		memcpy(w->at, b.ptr, b.len);
	w->at += b.len;
}

/** The low `n` bytes of `v`, 1 to 8. */
static inline void wr_uint(struct writer *w, uint64_t v, size_t n)
{
	assert(wr_left(w) >= n);
	for (size_t i = n; i-- > 0; v >>= 8)
		w->at[i] = (uint8_t)v;
	w->at += n;
}

static inline void wr_u8(struct writer *w, uint8_t v)
{
	wr_uint(w, v, 1);
}

static inline void wr_u16(struct writer *w, uint16_t v)
{
	wr_uint(w, v, 2);
}

static inline void wr_u32(struct writer *w, uint32_t v)
{
	wr_uint(w, v, 4);
}
#endif
