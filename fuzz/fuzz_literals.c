// SPDX-License-Identifier: Apache-2.0
// A set of literals and a text: every path of the processor finds what the plainest search finds.
// Input: how many literals, each with its length before it, then the text.
#include <assert.h>

#include "base/literals_path.h"

enum { SET_MAX = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static bool stands_at(struct str literal, struct bytes text, size_t at)
{
	size_t i = 0;
	if (text.len - at < literal.len)
		return false;
	while (i < literal.len && lower((uint8_t)literal.ptr[i]) == lower(text.ptr[at + i]))
		i++;
	return i == literal.len;
}

static bool naive_next(const struct str *literal, size_t n, struct bytes text, size_t from,
	struct literal_hit *hit)
{
	for (size_t at = from; at < text.len; at++)
		for (size_t i = 0; i < n; i++)
			if (stands_at(literal[i], text, at)) {
				*hit = (struct literal_hit){ at, (unsigned)i };
				return true;
			}
	return false;
}

static void compare(const struct literals_path *path, const struct literals *l,
	const struct str *literal, size_t n, struct bytes text)
{
	for (size_t from = 0;;) {
		struct literal_hit got = {}, want = {};
		bool found = literals_next_by(path, l, text, from, &got);
		assert(found == naive_next(literal, n, text, from, &want));
		assert(got.at == want.at && got.index == want.index);
		if (!found)
			return;
		from = got.at + 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str literal[SET_MAX];
	struct reader r = reader_of((struct bytes){ data, len });
	size_t n = 1 + rd_u8(&r) % SET_MAX;
	for (size_t i = 0; i < n; i++) {
		size_t n_bytes = rd_u8(&r) % (LITERAL_MAX_BYTES + 2);
		struct bytes b = rd_bytes(&r, n_bytes);
		literal[i] = (struct str){ (const char *)b.ptr, b.len };
	}
	struct literals *l = literals_new(literal, n);
	const struct literals_path *path;
	for (size_t i = 0; l && (path = literals_path(i)); i++)
		if (path->is_there())
			compare(path, l, literal, n, (struct bytes){ r.at, rd_left(&r) });
	literals_free(l);
	return 0;
}
