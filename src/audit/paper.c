// SPDX-License-Identifier: Apache-2.0
// One pass: bytes are copied, and taken back where a backspace says so.
#include "audit/paper.h"

#include <stdlib.h>

/* The length of an escape sequence (ECMA-48, 5.4) at `at`; 1 for a lone escape. */
static size_t escape_length(struct bytes raw, size_t at)
{
	size_t n = 1;
	if (at + 1 >= raw.len || raw.ptr[at + 1] != '[')
		return at + 1 < raw.len ? 2 : 1;
	for (n = 2; at + n < raw.len && raw.ptr[at + n] < 0x40;)
		n++;
	return at + n < raw.len ? n + 1 : n;
}

/* --More--, -- More --, <--- More --->: what a pager wrote and was answered. */
static size_t pager_length(struct bytes raw, size_t at)
{
	static const struct str known[] = { STR("--More--"), STR(" --More-- "), STR("-- More --"),
		STR("<--- More --->"), STR("---(more)---") };
	for (size_t i = 0; i < countof(known); i++)
		if (raw.len - at >= known[i].len &&
			!memcmp(raw.ptr + at, known[i].ptr, known[i].len))
			return known[i].len;
	return 0;
}

static void end_line(struct paper *p, size_t begin)
{
	while (p->len > begin && p->text[p->len - 1] == ' ')
		p->len--;
	p->text[p->len++] = '\n';
	p->start[++p->n_lines] = p->len;
}

static size_t count_lines(struct bytes raw)
{
	size_t n = 1;
	for (size_t i = 0; i < raw.len; i++)
		n += raw.ptr[i] == '\n';
	return n;
}

/* Take in what begins at `at`; gives the bytes it has. */
static size_t take(struct paper *p, struct bytes raw, size_t at)
{
	size_t begin = p->start[p->n_lines];
	uint8_t c = raw.ptr[at];
	if (c == '\n') {
		end_line(p, begin);
	} else if (c == '\b' || c == 0x7f) {
		p->len -= p->len > begin;
	} else if (c == 0x1b) {
		return escape_length(raw, at);
	} else if (c == '-' || c == '<') {
		size_t n = pager_length(raw, at);
		if (n)
			return n;
		p->text[p->len++] = (char)c;
	} else if (c == '\t') {
		p->text[p->len++] = ' ';
	} else if (c != '\r' && c >= ' ') {
		p->text[p->len++] = (char)c;
	}
	return 1;
}

/* Nearly all bytes are what they are: those are copied up to the next that may be more. */
static size_t take_plain(struct paper *p, struct bytes raw, size_t at)
{
	size_t begin = at;
	char *to = p->text + p->len;
	while (at < raw.len) {
		uint8_t c = raw.ptr[at];
		if (c < ' ' || c == '-' || c == '<' || c == 0x7f)
			break;
		*to++ = (char)c;
		at++;
	}
	p->len += at - begin;
	return at - begin;
}

bool paper_init(struct paper *p, struct bytes raw)
{
	static const uint8_t bom[] = { 0xef, 0xbb, 0xbf };
	if (raw.len >= sizeof bom && !memcmp(raw.ptr, bom, sizeof bom))
		raw = (struct bytes){ raw.ptr + sizeof bom, raw.len - sizeof bom };
	if (raw.len > PAPER_MAX)
		raw.len = PAPER_MAX;
	*p = (struct paper){ .text = malloc(raw.len + 2),
		.start = calloc(count_lines(raw) + 2, sizeof *p->start) };
	if (!p->text || !p->start) {
		paper_fini(p);
		return false;
	}
	for (size_t at = 0; at < raw.len;) {
		size_t n = take_plain(p, raw, at);
		at += n ? n : take(p, raw, at);
	}
	if (p->len > p->start[p->n_lines])
		end_line(p, p->start[p->n_lines]);
	p->text[p->len] = '\0';
	return true;
}

void paper_fini(struct paper *p)
{
	free(p->text);
	free(p->start);
	*p = (struct paper){};
}

struct str paper_line(const struct paper *p, size_t line)
{
	if (line == 0 || line > p->n_lines)
		return (struct str){ "", 0 };
	size_t begin = p->start[line - 1];
	return (struct str){ p->text + begin, p->start[line] - begin - 1 };
}
