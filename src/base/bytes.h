// SPDX-License-Identifier: Apache-2.0
// Views of memory that someone else keeps, and a big-endian cursor over bytes off the wire.
#ifndef BASE_BYTES_H
#define BASE_BYTES_H
#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *ptr;
	size_t len;
};
struct str {
	const char *ptr;
	size_t len;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_ARG(s) (int)(s).len, (s).ptr // for "%.*s"
#define countof(array) (sizeof(array) / sizeof *(array))

/**
 * Zero up to 128 bytes, of a number that the compiler knows. By halves: what is longer than 64 gcc 12
 * clears with a string instruction, which takes longer than all that fills a flow.
 */
static inline void bytes_clear(void *room, size_t n)
{
	memset(room, 0, n / 2);
	memset((uint8_t *)room + n / 2, 0, n - n / 2);
}

/** Big-endian numbers at a place whose bytes are known to be there. */
static inline uint16_t load_u16(const uint8_t *at)
{
	uint16_t v;
	memcpy(&v, at, sizeof v);
	return be16toh(v);
}

static inline uint32_t load_u32(const uint8_t *at)
{
	uint32_t v;
	memcpy(&v, at, sizeof v);
	return be32toh(v);
}

static inline uint64_t load_u64(const uint8_t *at)
{
	uint64_t v;
	memcpy(&v, at, sizeof v);
	return be64toh(v);
}

/** Little-endian ones. */
static inline uint16_t load_le16(const uint8_t *at)
{
	uint16_t v;
	memcpy(&v, at, sizeof v);
	return le16toh(v);
}

static inline uint32_t load_le32(const uint8_t *at)
{
	uint32_t v;
	memcpy(&v, at, sizeof v);
	return le32toh(v);
}

static inline uint64_t load_le64(const uint8_t *at)
{
	uint64_t v;
	memcpy(&v, at, sizeof v);
	return le64toh(v);
}

/** Big-endian cursor. Past the end it yields zeroes and stays short: check once, at the end. */
struct reader {
	const uint8_t *at, *end;
	bool is_short;
};

static inline struct reader reader_of(struct bytes b)
{
	return (struct reader){ .at = b.ptr, .end = b.len ? b.ptr + b.len : b.ptr };
}

static inline size_t rd_left(const struct reader *r)
{
	return (size_t)(r->end - r->at);
}

static inline struct bytes rd_bytes(struct reader *r, size_t n)
{
	if (r->is_short || rd_left(r) < n) {
		r->is_short = true;
		return (struct bytes){};
	}
	r->at += n;
	return (struct bytes){ r->at - n, n };
}

/** A big-endian number of 0 to 8 bytes; of a longer one, its last 8 bytes (RFC 7011, 6.2). */
static inline uint64_t bytes_uint(struct bytes b)
{
	uint64_t v = 0;
	for (size_t i = 0; i < b.len; i++)
		v = v << 8 | b.ptr[i];
	return v;
}

static inline uint8_t rd_u8(struct reader *r)
{
	struct bytes b = rd_bytes(r, 1);
	return b.len ? b.ptr[0] : 0;
}

static inline uint16_t rd_u16(struct reader *r)
{
	struct bytes b = rd_bytes(r, 2);
	return b.len ? load_u16(b.ptr) : 0;
}

static inline uint32_t rd_u32(struct reader *r)
{
	struct bytes b = rd_bytes(r, 4);
	return b.len ? load_u32(b.ptr) : 0;
}
#endif
