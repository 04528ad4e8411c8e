// SPDX-License-Identifier: Apache-2.0
// Small readers of the pieces of a log line: numbers, addresses, words. None copies or allocates.
#ifndef DECODE_WEBLOG_SCAN_H
#define DECODE_WEBLOG_SCAN_H
#include <strings.h>

#include "model/addr.h"

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/** Two digits as a number; above 99 when they are none. */
static inline unsigned scan_two(const char *p)
{
	unsigned tens = (unsigned char)p[0] - '0', ones = (unsigned char)p[1] - '0';
	return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

/** The whole of `s` as a decimal number; UINT32_MAX when it is none or above 10^9. */
static inline uint32_t scan_number(struct str s)
{
	uint32_t n = 0;
	if (s.len == 0 || s.len > 9)
		return UINT32_MAX;
	for (size_t i = 0; i < s.len; i++) {
		if (!is_digit(s.ptr[i]))
			return UINT32_MAX;
		n = n * 10 + (uint32_t)(s.ptr[i] - '0');
	}
	return n;
}

static inline struct str scan_from(struct str s, size_t at)
{
	return at < s.len ? (struct str){ s.ptr + at, s.len - at } : (struct str){ s.ptr, 0 };
}

/** Take the first word off `rest`, up to a `stop` or the end; the stop is dropped. */
static inline struct str scan_word(struct str *rest, char stop)
{
	const char *end = rest->len ? memchr(rest->ptr, stop, rest->len) : NULL;
	struct str word = { rest->ptr, end ? (size_t)(end - rest->ptr) : rest->len };
	*rest = scan_from(*rest, word.len + 1);
	return word;
}

static inline struct str scan_trim(struct str s)
{
	while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
		s = scan_from(s, 1);
	while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
		s.len--;
	return s;
}

static inline bool scan_begins(struct str s, struct str with)
{
	return s.len >= with.len && !memcmp(s.ptr, with.ptr, with.len);
}

static inline bool scan_is(struct str s, struct str word)
{
	return s.len == word.len && !strncasecmp(s.ptr, word.ptr, word.len);
}

static inline bool scan_is_dash(struct str s)
{
	return s.len == 1 && s.ptr[0] == '-';
}

/** Where `what` stands in `s`, or s.len. */
static inline size_t scan_find(struct str s, struct str what)
{
	const char *p = s.len ? memmem(s.ptr, s.len, what.ptr, what.len) : NULL;
	return p ? (size_t)(p - s.ptr) : s.len;
}

/** Length of the dotted IPv4 address that `s` begins with, 0 when it does not; no leading zeros. */
static inline size_t scan_v4(struct str s, uint32_t *ip)
{
	uint32_t all = 0;
	size_t at = 0;
	for (int part = 0; part < 4; part++) {
		size_t begin = at;
		uint32_t n = 0;
		for (; at < s.len && at < begin + 3 && is_digit(s.ptr[at]); at++)
			n = n * 10 + (uint32_t)(s.ptr[at] - '0');
		if (at == begin || n > 255 || (at > begin + 1 && s.ptr[begin] == '0'))
			return 0;
		all = all << 8 | n;
		if (part == 3)
			break;
		if (at == s.len || s.ptr[at] != '.')
			return 0;
		at++;
	}
	*ip = all;
	return at;
}

/** The whole of `s` as an address; the zone of "fe80::1%11" is dropped, "[...]" taken off. */
static inline bool scan_addr(struct str s, struct addr *out)
{
	uint32_t ip = 0;
	if (s.len == 0)
		return false;
	if (scan_v4(s, &ip) == s.len) {
		*out = addr_v4(ip);
		return true;
	}
	if (!memchr(s.ptr, ':', s.len))
		return false;
	if (s.len > 2 && s.ptr[0] == '[' && s.ptr[s.len - 1] == ']')
		s = (struct str){ s.ptr + 1, s.len - 2 };
	const char *zone = memchr(s.ptr, '%', s.len);
	if (zone)
		s.len = (size_t)(zone - s.ptr);
	return addr_parse(s, out);
}

/** A status of HTTP, 100 to 599; 0 for anything else. */
static inline uint16_t scan_status(struct str s)
{
	uint32_t n = s.len == 3 ? scan_number(s) : 0;
	return n >= 100 && n <= 599 ? (uint16_t)n : 0;
}

/** A port, 1 to 65535; 0 for anything else. */
static inline uint16_t scan_port(struct str s)
{
	uint32_t n = scan_number(s);
	return n <= UINT16_MAX ? (uint16_t)n : 0;
}
#endif
