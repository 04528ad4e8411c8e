// SPDX-License-Identifier: Apache-2.0
// The table of the Unicode standard, so that no overlong form and no surrogate passes.
#include "base/utf8.h"

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
