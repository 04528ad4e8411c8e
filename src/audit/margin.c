// SPDX-License-Identifier: Apache-2.0
// What stands before the words of a device on each line: the time, of a terminal that logs; the marks of a mail.
#include "audit/margin.h"

#include <ctype.h>

#include "audit/prompt.h"

static bool is_digit(struct bytes raw, size_t at)
{
	return at < raw.len && isdigit(raw.ptr[at]);
}

/* 7:30 in a stretch of text: no time is without it. */
static bool has_time(struct bytes raw, size_t at, size_t n)
{
	for (size_t i = at + 1; i + 2 < at + n; i++)
		if (raw.ptr[i] == ':' && is_digit(raw, i - 1) && is_digit(raw, i + 1) &&
			is_digit(raw, i + 2))
			return true;
	return false;
}

/* Bytes of [Tue Dec 01 07:30:11 2026]; 0 when nothing closes it. */
static size_t braced_length(struct bytes raw, size_t at, size_t most)
{
	size_t n = 0;
	while (n < most && raw.ptr[at + n] != ']' && raw.ptr[at + n] != '\n')
		n++;
	return n < most && raw.ptr[at + n] == ']' ? n + 1 : 0;
}

/* Bytes of 2026-12-01 07:30:11.123: a space stands between day and time alone. */
static size_t stamp_length(struct bytes raw, size_t at, size_t most)
{
	bool is_day = true;
	size_t n = 0;
	for (; n < most; n++) {
		uint8_t c = raw.ptr[at + n];
		bool is_gap = c == ' ' && is_day && is_digit(raw, at + n + 1);
		bool is_mark = c && strchr("-/:.,TZ+", c);
		if (!isdigit(c) && (n == 0 || (!is_gap && !is_mark)))
			break;
		is_day = is_day && c != ':';
	}
	return n;
}

/* A time, with the space behind it: one without brackets has to have that. */
static size_t time_length(struct bytes raw, size_t at)
{
	enum { MOST = 48 };
	size_t most = raw.len - at < MOST ? raw.len - at : MOST;
	bool is_braced = most && raw.ptr[at] == '[';
	size_t n = is_braced ? braced_length(raw, at, most) : stamp_length(raw, at, most);
	if (!has_time(raw, at, n))
		return 0;
	return n < most && raw.ptr[at + n] == ' ' ? n + 1 : is_braced ? n : 0;
}

/* "> ", ">> ", "> > ": one for each answer. */
static size_t mail_length(struct bytes raw, size_t at)
{
	size_t n = 0;
	while (at + n < raw.len && (raw.ptr[at + n] == '>' || (n && raw.ptr[at + n] == ' ' &&
								      raw.ptr[at + n - 1] == '>')))
		n++;
	return n;
}

size_t margin_length(struct bytes raw, size_t at, enum margin m)
{
	return m == MARGIN_TIME   ? time_length(raw, at)
	       : m == MARGIN_MAIL ? mail_length(raw, at)
				  : 0;
}

/* Whether a command is asked for at `at`, behind a prompt. */
static bool asks(struct bytes raw, size_t at)
{
	struct prompt p;
	return prompt_at((struct str){ (const char *)raw.ptr, raw.len }, at, true, &p) &&
	       p.command.len;
}

enum margin margin_of(struct bytes raw)
{
	enum { LEAST_LINES = 3, LOOK_BYTES = 1 << 15 };
	size_t n_lines[] = { [MARGIN_TIME] = 0, [MARGIN_MAIL] = 0 };
	bool is_asked[countof(n_lines)] = {};
	if (raw.len > LOOK_BYTES)
		raw.len = LOOK_BYTES;
	for (size_t at = 0; at < raw.len;) {
		for (enum margin m = MARGIN_TIME; m <= MARGIN_MAIL; m++) {
			size_t n = margin_length(raw, at, m);
			n_lines[m] += n > 0;
			is_asked[m] = is_asked[m] || (n && asks(raw, at + n));
		}
		const uint8_t *end = memchr(raw.ptr + at, '\n', raw.len - at);
		at = end ? (size_t)(end - raw.ptr) + 1 : raw.len;
	}
	for (enum margin m = MARGIN_TIME; m <= MARGIN_MAIL; m++)
		if (is_asked[m] && n_lines[m] >= LEAST_LINES)
			return m;
	return MARGIN_NONE;
}
