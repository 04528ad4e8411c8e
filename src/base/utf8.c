// SPDX-License-Identifier: Apache-2.0
// The table of the Unicode standard, so that no overlong form and no surrogate passes.
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

#include "base/bytes.h"

/* Well-formed sequences by their first two bytes (Unicode 15, table 3-7). */
static const struct {
	unsigned char first, last, second_low, second_high;
	int length;
} sequences[] = {
	{ 0x00, 0x7f, 0x00, 0xff, 1 },
	{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 },
	{ 0xed, 0xed, 0x80, 0x9f, 3 },
	{ 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
	{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

int utf8_length(const unsigned char *p)
{
	for (size_t i = 0; i < countof(sequences); i++) {
		if (p[0] < sequences[i].first || p[0] > sequences[i].last)
			continue;
		int n = sequences[i].length;
		bool well_formed = n == 1 || (p[1] >= sequences[i].second_low &&
						     p[1] <= sequences[i].second_high);
		for (int k = 2; k < n && well_formed; k++)
			well_formed = p[k] >> 6 == 2;
		return well_formed ? n : 0;
	}
	return 0;
}

bool utf8_is(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	int n = 1;
	while (*p && (n = utf8_length(p)))
		p += n;
	return n != 0;
}

size_t utf8_add(char *room, size_t size, size_t at, const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		int n = utf8_length((const unsigned char *)text + i);
		size_t step = n > 0 ? (size_t)n : 1;
		if (at + step >= size)
			break;
		memcpy(room + at, text + i, step);
		at += step;
		i += step;
	}
	room[at] = '\0';
	return at;
}

/* Wide and full-width blocks of UAX 11. */
static bool is_wide(uint32_t letter)
{
	static const struct {
		uint32_t first, last;
	} blocks[] = { { 0x1100, 0x115f }, { 0x2e80, 0xa4cf }, { 0xac00, 0xd7a3 },
		{ 0xf900, 0xfaff }, { 0xfe30, 0xfe6f }, { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 },
		{ 0x1f300, 0x1f64f }, { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd } };
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		if (letter >= blocks[i].first && letter <= blocks[i].last)
			return true;
	return false;
}

size_t utf8_columns(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t n = 0;
	while (*p) {
		int len = utf8_length(p);
		uint32_t letter = len > 1 ? *p & (0x7fU >> len) : *p;
		for (int i = 1; i < len; i++)
			letter = letter << 6 | (p[i] & 0x3f);
		n += is_wide(letter) ? 2 : 1;
		p += len > 0 ? len : 1;
	}
	return n;
}
