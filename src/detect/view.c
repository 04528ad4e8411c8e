// SPDX-License-Identifier: Apache-2.0
// Escapes of URLs and logs. A result is never longer than its source, so bounded by it.
#include "detect/view.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A number of n hexadecimal digits at the beginning of a text; -1 when there is none. */
static int hex(struct str s, size_t n)
{
	int v = 0;
	if (s.len < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int digit = hex_digit(s.ptr[i]);
		if (digit < 0)
			return -1;
		v = v << 4 | digit;
	}
	return v;
}

/* The byte that an escape stands for, and its length; -1 when there is none. */
static int unescape(struct str s, size_t *len)
{
	static const struct {
		char text[3];
		uint8_t n_before, n_digits;
	} forms[] = { { "%u", 2, 4 }, { "\\x", 2, 2 }, { "%", 1, 2 } };
	for (size_t i = 0; i < countof(forms); i++) {
		size_t before = forms[i].n_before;
		if (s.len < before || s.ptr[0] != forms[i].text[0] ||
			(before == 2 && (s.ptr[1] | 0x20) != forms[i].text[1]))
			continue;
		int v = hex((struct str){ s.ptr + before, s.len - before }, forms[i].n_digits);
		if (v >= 0 && (v < 0x80 || forms[i].n_digits == 2)) {
			*len = before + forms[i].n_digits;
			return v;
		}
	}
	return -1;
}

struct str view_decode(struct str text, char room[static VIEW_BYTES], size_t *n_undone)
{
	size_t n = 0;
	text.len = text.len < VIEW_BYTES ? text.len : VIEW_BYTES;
	*n_undone = 0;
	for (size_t i = 0; i < text.len;) {
		size_t len = 1;
		int byte = text.ptr[i];
		if (byte == '%' || byte == '\\')
			byte = unescape((struct str){ text.ptr + i, text.len - i }, &len);
		*n_undone += len > 1;
		room[n++] = len > 1 ? (char)byte : text.ptr[i];
		i += len;
	}
	return *n_undone ? (struct str){ room, n } : text;
}
