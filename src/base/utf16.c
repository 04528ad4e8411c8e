// SPDX-License-Identifier: Apache-2.0
// A unit at a time; two of them are a letter beyond U+FFFF.
#include "base/utf16.h"

bool is_utf16(struct bytes raw)
{
	return raw.len >= 2 && ((raw.ptr[0] == 0xff && raw.ptr[1] == 0xfe) ||
				       (raw.ptr[0] == 0xfe && raw.ptr[1] == 0xff));
}

static uint32_t unit_at(struct bytes raw, size_t at)
{
	bool is_little = raw.ptr[0] == 0xff;
	return is_little ? raw.ptr[at] | (uint32_t)raw.ptr[at + 1] << 8
			 : raw.ptr[at + 1] | (uint32_t)raw.ptr[at] << 8;
}

static size_t utf8_put(uint32_t c, uint8_t *out)
{
	static const uint8_t first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = n; n > 1 && i-- > 1; c >>= 6)
		out[i] = (uint8_t)(0x80 | (c & 0x3f));
	out[0] = (uint8_t)(c | first[n == 1 ? 0 : n]);
	return n;
}

size_t utf16_to_utf8(struct bytes raw, uint8_t *room)
{
	size_t n = 0;
	for (size_t at = 2; at + 1 < raw.len; at += 2) {
		uint32_t c = unit_at(raw, at);
		uint32_t low = c >> 10 == 0x36 && at + 3 < raw.len ? unit_at(raw, at + 2) : 0;
		if (low >> 10 == 0x37) {
			c = 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
			at += 2;
		} else if (c >> 11 == 0x1b) {
			c = '?';
		}
		n += utf8_put(c, room + n);
	}
	return n;
}
