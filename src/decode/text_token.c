// SPDX-License-Identifier: Apache-2.0
// Text as terminals, editors and web pages leave it: byte order marks, UTF-16, escape sequences,
// back spaces, pager prompts. What remains are words.
#include "decode/text_token.h"

#include <strings.h>

enum encoding { UNDECIDED, PLAIN, UTF16_LE, UTF16_BE };
enum escape { ESC_NONE, ESC_SEEN, ESC_SEQUENCE };
enum { BACKSPACE = 8, ESCAPE = 27, DEL = 127, UTF8_C2 = 0xc2, NBSP = 0xa0 };

bool token_is_word(const struct token *t, const char *word)
{
	return !strcasecmp(t->text, word);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void classify(struct token *k)
{
	bool is_number = k->len <= 18, has_mark = false;
	for (unsigned i = 0; i < k->len; i++) {
		char c = k->text[i];
		is_number = is_number && is_digit(c);
		has_mark = has_mark || c == '.' || c == ':';
		if (is_number)
			k->number = k->number * 10 + (uint64_t)(c - '0');
	}
	if (is_number)
		k->is |= TOKEN_NUMBER;
	else
		k->number = 0;
	if (has_mark && addr_parse((struct str){ k->text, k->len }, &k->addr))
		k->is |= TOKEN_ADDR;
	if (k->len >= 2 && strspn(k->text, "=") == k->len)
		k->is |= TOKEN_RULE;
}

/* Length of a pager prompt at the start of a word: "--More--", also "--More--(57%)". */
static size_t pager_len(const char *text, size_t len)
{
	static const char more[] = "--More--";
	size_t n = sizeof more - 1;
	if (len < n || strncasecmp(text, more, n) != 0)
		return 0;
	return len > n && text[n] == '(' ? len : n;
}

static void word_end(struct tokeniser *t)
{
	size_t len = t->len;
	t->len = 0;
	if (len == 0)
		return;
	if (len >= TOKEN_BYTES && t->is_mixed) {
		if (t->n_long++ == 0)
			t->first_long = t->line + 1;
		return;
	}
	if (len >= TOKEN_BYTES)
		len = TOKEN_BYTES - 1;
	size_t skip = pager_len(t->text, len);
	if (skip == len)
		return;
	struct token k = { .line = t->line + 1, .col = t->word_col + (uint32_t)skip };
	k.commas = t->commas;
	k.len = (uint8_t)(len - skip);
	memcpy(k.text, t->text + skip, k.len);
	k.is = t->has_first ? 0 : TOKEN_FIRST;
	classify(&k);
	t->has_first = true;
	t->commas = 0;
	t->emit(t->ctx, &k);
}

static void word_add(struct tokeniser *t, uint8_t c)
{
	if (t->len == 0) {
		t->word_col = t->col;
		t->is_mixed = false;
	}
	if (t->len && (char)c != t->text[0])
		t->is_mixed = true;
	if (t->len < TOKEN_BYTES - 1)
		t->text[t->len] = (char)c;
	if (t->len < TOKEN_BYTES)
		t->len++;
	t->col++;
}

static void blank(struct tokeniser *t, uint8_t c)
{
	word_end(t);
	if (c == '\n') {
		t->line++;
		t->col = 0;
		t->commas = 0;
		t->has_first = false;
	} else if (c == '\r') {
		t->col = 0;
	} else if (c == '\t') {
		t->col = (t->col | 7) + 1;
	} else if (c == BACKSPACE) {
		t->col -= t->col > 0;
	} else if (c == ',') {
		t->commas += t->has_first && t->commas < UINT16_MAX;
		t->col++;
	} else if (c == ' ') {
		t->col++;
	} else if (c == ESCAPE) {
		t->escape = ESC_SEEN;
	}
}

/* Inside a terminal's escape sequence (ECMA-48): whether it swallows the byte. */
static bool escape_takes(struct tokeniser *t, uint8_t c)
{
	if (c < ' ') {
		t->escape = ESC_NONE;
		return false;
	}
	if (t->escape == ESC_SEEN)
		t->escape = c == '[' ? ESC_SEQUENCE : ESC_NONE;
	else if (c >= '@' && c <= '~')
		t->escape = ESC_NONE;
	return true;
}

static void put_char(struct tokeniser *t, uint8_t c)
{
	if (t->escape != ESC_NONE && escape_takes(t, c))
		return;
	if (c <= ' ' || c == DEL || c == ',')
		blank(t, c);
	else
		word_add(t, c);
}

static void put_plain(struct tokeniser *t, uint8_t c)
{
	if (t->has_half) {
		t->has_half = false;
		if (c == NBSP) {
			put_char(t, ' ');
			return;
		}
		put_char(t, UTF8_C2);
	}
	if (c == UTF8_C2)
		t->has_half = true;
	else
		put_char(t, c);
}

static void put_unit(struct tokeniser *t, uint8_t c)
{
	if (!t->has_half) {
		t->half = c;
		t->has_half = true;
		return;
	}
	t->has_half = false;
	unsigned unit = t->encoding == UTF16_LE ? c * 256U + t->half : t->half * 256U + c;
	put_char(t, unit == NBSP ? ' ' : unit < 0x80 ? (uint8_t)unit : UINT8_MAX);
}

static void put_byte(struct tokeniser *t, uint8_t c)
{
	if (t->encoding == PLAIN)
		put_plain(t, c);
	else
		put_unit(t, c);
}

/* The first bytes: a byte order mark decides and is dropped, anything else is text. */
static void put_head(struct tokeniser *t, uint8_t c)
{
	static const struct {
		uint8_t len, mark[3], encoding;
	} marks[] = { { 3, { 0xef, 0xbb, 0xbf }, PLAIN }, { 2, { 0xff, 0xfe }, UTF16_LE },
		{ 2, { 0xfe, 0xff }, UTF16_BE } };
	t->head[t->n_head++] = c;
	for (size_t i = 0; i < countof(marks); i++) {
		if (memcmp(t->head, marks[i].mark, t->n_head) != 0)
			continue;
		if (t->n_head == marks[i].len)
			t->encoding = marks[i].encoding;
		return;
	}
	t->encoding = PLAIN;
	for (unsigned i = 0; i < t->n_head; i++)
		put_plain(t, t->head[i]);
}

void tokeniser_feed(struct tokeniser *t, struct bytes chunk)
{
	for (size_t i = 0; i < chunk.len; i++) {
		if (t->encoding == UNDECIDED)
			put_head(t, chunk.ptr[i]);
		else
			put_byte(t, chunk.ptr[i]);
	}
}

void tokeniser_end(struct tokeniser *t)
{
	for (unsigned i = 0; t->encoding == UNDECIDED && i < t->n_head; i++)
		put_plain(t, t->head[i]);
	word_end(t);
}
