// SPDX-License-Identifier: Apache-2.0
// One pass: bytes are copied, and taken back where a backspace says so.
#include "audit/paper.h"

#include <stdlib.h>

#include "audit/margin.h"
#include "audit/terminal.h"
#include "base/utf16.h"

static void end_line(struct paper *p, size_t begin)
{
	while (p->len > begin && p->text[p->len - 1] == ' ')
		p->len--;
	p->text[p->len++] = '\n';
	p->start[++p->n_lines] = p->len;
}

/* What ends a line: a line feed, but in a text that has none, a carriage return. */
static uint8_t ending_of(struct bytes raw)
{
	return raw.len && memchr(raw.ptr, '\n', raw.len) ? '\n' : '\r';
}

static size_t count_lines(struct bytes raw, uint8_t ending)
{
	size_t n = 1;
	for (size_t i = 0; i < raw.len; i++)
		n += raw.ptr[i] == ending;
	return n;
}

/* Over what a pager wrote, whose place is kept; gives its bytes. */
static size_t take_pager(struct paper *p, struct bytes raw, size_t at)
{
	size_t n = pager_length(raw, at), column = p->len - p->start[p->n_lines];
	if (n && column < UINT32_MAX)
		p->pager[p->n_lines] = (uint32_t)column + 1;
	return n;
}

/* Take in what begins at `at`; gives the bytes it has. */
static size_t take(struct paper *p, struct bytes raw, size_t at, uint8_t ending)
{
	size_t begin = p->start[p->n_lines];
	uint8_t c = raw.ptr[at];
	if (c == ending) {
		end_line(p, begin);
	} else if (c == '\b' || c == 0x7f) {
		p->len -= p->len > begin;
	} else if (c == 0x1b) {
		return escape_length(raw, at);
	} else if (c == '-' || c == '<') {
		size_t n = take_pager(p, raw, at);
		if (n)
			return n;
		p->text[p->len++] = (char)c;
	} else if (c == 0xc2 || c == 0xe3) {
		size_t n = wide_space_length(raw, at);
		p->text[p->len++] = n ? ' ' : (char)c;
		return n ? n : 1;
	} else if (c == '\t') {
		p->text[p->len++] = ' ';
	} else if (c != '\r' && c >= ' ') {
		p->text[p->len++] = (char)c;
	}
	return 1;
}

/* Bytes that may be more than they are: they steer, or begin what a pager wrote, or a space. */
static const bool is_more[256] = {
	[0 ... 31] = true, ['-'] = true, ['<'] = true, [0x7f] = true, [0xc2] = true, [0xe3] = true
};

/* Nearly all bytes are what they are: those are copied up to the next that may be more. */
static size_t take_plain(struct paper *p, struct bytes raw, size_t at)
{
	size_t begin = at;
	char *to = p->text + p->len;
	while (at < raw.len) {
		uint8_t c = raw.ptr[at];
		if (is_more[c])
			break;
		*to++ = (char)c;
		at++;
	}
	p->len += at - begin;
	return at - begin;
}

static bool copy(struct paper *p, struct bytes raw)
{
	enum margin margin = margin_of(raw);
	uint8_t ending = ending_of(raw);
	size_t n_lines = count_lines(raw, ending) + 2;
	*p = (struct paper){ .text = malloc(raw.len + 2),
		.start = calloc(n_lines, sizeof *p->start),
		.pager = calloc(n_lines, sizeof *p->pager) };
	if (!p->text || !p->start || !p->pager) {
		paper_fini(p);
		return false;
	}
	for (size_t at = 0; at < raw.len;) {
		if (at == 0 || raw.ptr[at - 1] == ending) {
			at += margin ? margin_length(raw, at, margin) : 0;
			at += at < raw.len ? take_pager(p, raw, at)
					   : 0; // of words alone: where lines begin
		}
		size_t n = take_plain(p, raw, at);
		at += n || at == raw.len ? n : take(p, raw, at, ending);
	}
	if (p->len > p->start[p->n_lines])
		end_line(p, p->start[p->n_lines]);
	p->text[p->len] = '\0';
	return true;
}

bool paper_init(struct paper *p, struct bytes raw)
{
	static const uint8_t bom[] = { 0xef, 0xbb, 0xbf };
	if (raw.len > PAPER_MAX)
		raw.len = PAPER_MAX;
	if (raw.len >= sizeof bom && !memcmp(raw.ptr, bom, sizeof bom))
		raw = (struct bytes){ raw.ptr + sizeof bom, raw.len - sizeof bom };
	if (!is_utf16(raw))
		return copy(p, raw);
	uint8_t *room = malloc(raw.len / 2 * 3 + 1);
	bool ok = room && copy(p, (struct bytes){ room, utf16_to_utf8(raw, room) });
	free(room);
	return ok;
}

void paper_fini(struct paper *p)
{
	free(p->text);
	free(p->start);
	free(p->pager);
	*p = (struct paper){};
}

bool paper_is_paged(const struct paper *p, size_t line, size_t at)
{
	while (line > 0 && line <= p->n_lines) {
		size_t begin = p->start[line - 1], pager = p->pager[line - 1];
		while (at > begin && (p->text[at - 1] == ' ' || p->text[at - 1] == '\n'))
			at--;
		if (pager && begin + pager - 1 >= at)
			return true;
		if (at > begin)
			return false; // words stand between
		line--;
	}
	return false;
}

void paper_join(struct paper *p, size_t line, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *end = p->text + p->start[line + i] - 1 - i,
		     *next = p->text + p->start[line + i];
		size_t len = p->start[line + i + 1] - p->start[line + i] - 1;
		memmove(end, next, len);
	}
	size_t behind = p->start[line + n];
	for (size_t i = 0; i <= n; i++)
		p->text[behind - 1 - i] = '\n';
	for (size_t i = 0; i < n; i++)
		p->start[line + i] = behind - n + i;
}

struct str paper_line(const struct paper *p, size_t line)
{
	if (line == 0 || line > p->n_lines)
		return (struct str){ "", 0 };
	size_t begin = p->start[line - 1];
	return (struct str){ p->text + begin, p->start[line] - begin - 1 };
}
