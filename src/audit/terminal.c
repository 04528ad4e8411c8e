// SPDX-License-Identifier: Apache-2.0
// Each asks of one place in a text, and says how far it goes.
#include "audit/terminal.h"

#include <ctype.h>

/* Up to BEL or ESC \, which end a title of the window; a sequence that does not end is a lone escape. */
static size_t string_length(struct bytes raw, size_t at)
{
	enum { MOST = 512 };
	for (size_t n = 2; n < MOST && at + n < raw.len && raw.ptr[at + n] != '\n'; n++) {
		if (raw.ptr[at + n] == 0x07)
			return n + 1;
		if (raw.ptr[at + n] == 0x1b && at + n + 1 < raw.len && raw.ptr[at + n + 1] == '\\')
			return n + 2;
	}
	return 1;
}

size_t escape_length(struct bytes raw, size_t at)
{
	size_t n = 1;
	uint8_t c = at + 1 < raw.len ? raw.ptr[at + 1] : 0;
	if (c && strchr("]P^_X", c))
		return string_length(raw, at);
	if (c == '[') // parameters, then a letter
		for (n = 2; at + n < raw.len && raw.ptr[at + n] >= 0x20 && raw.ptr[at + n] < 0x40;)
			n++;
	else // ESC ( B: a choice of letters
		while (at + n < raw.len && raw.ptr[at + n] >= 0x20 && raw.ptr[at + n] < 0x30)
			n++;
	return at + n < raw.len && raw.ptr[at + n] >= 0x20 ? n + 1 : n;
}

static bool starts(struct bytes raw, size_t at, struct str with)
{
	return raw.len - at >= with.len && !memcmp(raw.ptr + at, with.ptr, with.len);
}

size_t pager_length(struct bytes raw, size_t at)
{
	static const struct str known[] = { STR("--More--"), STR("-- More --"),
		STR("<--- More --->"), STR("---(more)---"), STR("---- More ----"),
		STR("More: <space>,  Quit: q or CTRL+Z, One line: <return>"),
		STR("Press any key to continue (Q to quit)") };
	static const struct str more[] = { STR(" (q to quit)"), STR(" or (q)uit") };
	size_t n = 0;
	if (!memchr("-<MP", raw.ptr[at], 4))
		return 0;
	for (size_t i = 0; i < countof(known) && !n; i++)
		n = starts(raw, at, known[i]) ? known[i].len : 0;
	for (size_t i = 0; i < countof(more) && n; i++)
		if (starts(raw, at + n, more[i]))
			return n + more[i].len;
	size_t percent = n;
	if (n && starts(raw, at + n, STR("(")))
		for (percent++; at + percent < raw.len && isdigit(raw.ptr[at + percent]);)
			percent++;
	return percent > n + 1 && starts(raw, at + percent, STR("%)")) ? percent + 2 : n;
}

size_t wide_space_length(struct bytes raw, size_t at)
{
	static const struct str known[] = { STR("\xc2\xa0"),
		STR("\xe3\x80\x80") }; // U+00A0, U+3000
	for (size_t i = 0; i < countof(known); i++)
		if (starts(raw, at, known[i]))
			return known[i].len;
	return 0;
}
