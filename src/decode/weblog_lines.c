// SPDX-License-Identifier: Apache-2.0
// Lines are given as views of the chunk; only one that crosses its end is copied together.
#include "decode/weblog_lines.h"

enum encoding { UNDECIDED, PLAIN, UTF16_LE, UTF16_BE };

/* Where things stand next in a chunk: each is looked for once, so a chunk is read a few times. */
struct cursor {
	const char *begin, *end;
	const char *lf, *cr, *hit; // at or after the last question; `end`: none
};

static const char *find(const char *p, const char *end, int what)
{
	const char *at = p < end ? memchr(p, what, (size_t)(end - p)) : NULL;
	return at ? at : end;
}

/* The first line end at or after `p`, or c->end. */
static const char *next_end(struct cursor *c, const char *p)
{
	if (c->lf < p)
		c->lf = find(p, c->end, '\n');
	if (c->cr < p)
		c->cr = find(p, c->lf, '\r');
	return c->cr < c->lf ? c->cr : c->lf;
}

/* Where the first literal at or after `p` begins, or c->end. */
static const char *next_hit(const struct literals *marks, struct cursor *c, const char *p)
{
	struct literal_hit hit;
	struct bytes text = { (const uint8_t *)c->begin, (size_t)(c->end - c->begin) };
	if (c->hit < p)
		c->hit = literals_next(marks, text, (size_t)(p - c->begin), &hit)
				 ? c->begin + hit.at
				 : c->end;
	return c->hit;
}

static void give(struct splitter *s, struct str text, bool is_marked, bool is_unended)
{
	struct log_line line = { .text = text,
		.number = ++s->n_lines,
		.offset = s->line_offset,
		.is_marked = is_marked,
		.is_long = s->is_long,
		.is_nul = s->n_nuls && !s->is_open,
		.is_unended = is_unended };
	s->emit(s->ctx, &line);
	s->n_carried = 0;
	s->n_nuls = 0;
	s->is_long = s->is_open = false;
}

static void give_carried(struct splitter *s, bool is_unended)
{
	struct literal_hit hit;
	struct bytes text = { (const uint8_t *)s->carried, s->is_long ? 0 : s->n_carried };
	bool is_marked = !s->marks || literals_next(s->marks, text, 0, &hit);
	give(s, (struct str){ s->carried, text.len }, is_marked, is_unended);
}

static void carry(struct splitter *s, const char *p, size_t len)
{
	if (s->is_long || len > sizeof s->carried - s->n_carried) {
		s->is_long = true;
		return;
	}
	memcpy(s->carried + s->n_carried, p, len);
	s->n_carried += len;
}

/* A line that lies in the chunk as a whole. */
static void give_whole(struct splitter *s, struct cursor *c, const char *p, const char *stop)
{
	struct str text = { p, (size_t)(stop - p) };
	bool is_marked = !s->marks || next_hit(s->marks, c, p) < stop;
	if (text.len > WEBLOG_LINE_MAX) {
		s->is_long = true;
		text.len = 0;
	}
	give(s, text, is_marked, false);
}

/* Bytes as they are; `unit` of the input's bytes stand for each of them. */
static void feed_plain(struct splitter *s, struct str chunk, unsigned unit)
{
	const char *p = chunk.ptr, *end = p + chunk.len;
	struct cursor c = { p, end, p - 1, p - 1, p - 1 };
	uint64_t base = s->offset;
	while (p < end) {
		if (s->after_cr && *p == '\n') {
			s->after_cr = false;
			p++;
			continue;
		}
		s->after_cr = false;
		if (!s->is_open && *p == '\0') { // a file made longer ahead of its text
			s->n_nuls++;
			p++;
			continue;
		}
		if (!s->is_open)
			s->line_offset = base + (uint64_t)(p - chunk.ptr) * unit;
		const char *stop = next_end(&c, p);
		bool is_carried = s->is_open;
		s->is_open = is_carried || stop > p;
		if (stop == end) {
			s->release(s->ctx);
			carry(s, p, (size_t)(end - p));
			break;
		}
		if (is_carried) {
			carry(s, p, (size_t)(stop - p));
			give_carried(s, false);
		} else {
			give_whole(s, &c, p, stop);
		}
		s->after_cr = *stop == '\r';
		p = stop + 1;
	}
	s->offset = base + chunk.len * unit;
	s->release(s->ctx);
}

/* UTF-16 into one byte a unit: what is no ASCII becomes one byte that is none either. */
static void feed_units(struct splitter *s, struct bytes chunk)
{
	char text[UNITS_BYTES];
	size_t n = 0;
	for (size_t i = 0; i < chunk.len; i++) {
		if (!s->has_half) {
			s->half = chunk.ptr[i];
			s->has_half = true;
			continue;
		}
		s->has_half = false;
		unsigned high = s->encoding == UTF16_LE ? chunk.ptr[i] : s->half;
		unsigned low = s->encoding == UTF16_LE ? s->half : chunk.ptr[i];
		text[n++] = (char)(high == 0 && low < 0x80 ? low : 0xff);
		if (n == sizeof text) {
			feed_plain(s, (struct str){ text, n }, 2);
			n = 0;
		}
	}
	if (n)
		feed_plain(s, (struct str){ text, n }, 2);
}

static void feed_decided(struct splitter *s, struct bytes chunk)
{
	if (chunk.len == 0)
		return;
	if (s->encoding == PLAIN)
		feed_plain(s, (struct str){ (const char *)chunk.ptr, chunk.len }, 1);
	else
		feed_units(s, chunk);
}

static const struct {
	uint8_t len, mark[3], encoding;
} byte_order_marks[] = { { 3, { 0xef, 0xbb, 0xbf }, PLAIN }, { 2, { 0xff, 0xfe }, UTF16_LE },
	{ 2, { 0xfe, 0xff }, UTF16_BE } };

/* The first bytes: a byte order mark decides and is dropped, anything else is text. */
static void put_head(struct splitter *s, uint8_t c)
{
	s->head[s->n_head++] = c;
	for (size_t i = 0; i < countof(byte_order_marks); i++) {
		if (memcmp(s->head, byte_order_marks[i].mark, s->n_head) != 0)
			continue;
		if (s->n_head == byte_order_marks[i].len) {
			s->encoding = byte_order_marks[i].encoding;
			s->offset = s->n_head;
		}
		return;
	}
	s->encoding = PLAIN;
	feed_decided(s, (struct bytes){ s->head, s->n_head });
}

void splitter_resume(struct splitter *s, struct bytes head, uint64_t offset, uint64_t n_lines)
{
	s->encoding = PLAIN;
	for (size_t i = 0; i < countof(byte_order_marks); i++)
		if (head.len >= byte_order_marks[i].len &&
			!memcmp(head.ptr, byte_order_marks[i].mark, byte_order_marks[i].len))
			s->encoding = byte_order_marks[i].encoding;
	s->offset = offset;
	s->n_lines = n_lines;
}

void splitter_feed(struct splitter *s, struct bytes chunk)
{
	size_t n = 0;
	while (n < chunk.len && s->encoding == UNDECIDED)
		put_head(s, chunk.ptr[n++]);
	feed_decided(s, (struct bytes){ chunk.ptr + n, chunk.len - n });
}

void splitter_end(struct splitter *s)
{
	if (s->encoding == UNDECIDED) {
		s->encoding = PLAIN;
		feed_decided(s, (struct bytes){ s->head, s->n_head });
	}
	if (s->is_open || s->n_nuls)
		give_carried(s, true);
	s->release(s->ctx);
}
