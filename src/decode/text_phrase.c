// SPDX-License-Identifier: Apache-2.0
// A phrase is short and rare: comparing its last word first throws nearly all away at once.
#include "decode/text_phrase.h"

#include <ctype.h>
#include <strings.h>

#include "decode/text_cell.h"

/* ".553", "12.5": in thousandths, false for anything else or a value above a thousand. */
static bool fraction_parse(const struct token *t, unsigned *milli)
{
	const char *point = strchr(t->text, '.');
	if (!point || !cell_fits(CELL_DECIMAL, t) || point - t->text > 12)
		return false;
	unsigned v = 0, digits = 0;
	for (const char *c = t->text; *c; c++)
		if (*c != '.' && (c < point || digits < 3)) {
			v = v % 100000 * 10 + (unsigned)(*c - '0');
			digits += c > point;
		}
	for (; digits < 3; digits++)
		v *= 10;
	*milli = v;
	return true;
}

static bool is_command(const struct token *t, struct str word)
{
	size_t n = t->len;
	return n > word.len && strchr("#>)<", t->text[n - word.len - 1]) &&
	       !strncasecmp(t->text + n - word.len, word.ptr, word.len);
}

static bool word_fits(struct str word, const struct token *t, struct phrase_hit *hit)
{
	switch (word.ptr[0]) {
	case '~':
		return true;
	case '%':
		return fraction_parse(t, &hit->milli);
	case '#':
		if (!(t->is & TOKEN_NUMBER) || hit->n_numbers == countof(hit->number))
			return false;
		hit->number[hit->n_numbers++] = t->number;
		return true;
	default:
		return word.len == t->len && !strncasecmp(word.ptr, t->text, word.len);
	}
}

static struct str last_word(struct str *rest)
{
	struct str w = { rest->ptr + rest->len, 0 };
	while (w.ptr > rest->ptr && w.ptr[-1] != ' ') {
		w.ptr--;
		w.len++;
	}
	rest->len -= w.len + (w.ptr > rest->ptr);
	return w;
}

static void in_order(struct phrase_hit *hit)
{
	for (unsigned i = 0, j = hit->n_numbers; i + 1 < j; i++) {
		uint64_t swap = hit->number[i];
		hit->number[i] = hit->number[--j];
		hit->number[j] = swap;
	}
}

/* A first look at one letter, before anything is measured or compared. */
static bool may_end(const struct phrase *phrase, const struct token *t)
{
	char first = phrase->last[0];
	if (phrase->words[0] == '\0' || !isalpha((unsigned char)first))
		return true;
	return (t->text[0] | ' ') == first;
}

bool phrase_ends_at(const struct phrase *phrase, const struct view *v, struct phrase_hit *hit)
{
	struct phrase_hit h = { .line = v->at->line };
	if (!may_end(phrase, v->at))
		return false;
	struct str rest = { phrase->words, strlen(phrase->words) };
	struct str last = { phrase->last, strlen(phrase->last) };
	if (!word_fits(last, v->at, &h) && (rest.len || !is_command(v->at, last)))
		return false;
	const struct token *t = v->at;
	for (size_t n = 0; rest.len; n++) {
		if (n == v->n_behind || !word_fits(last_word(&rest), --t, &h))
			return false;
		h.line = t->line;
	}
	in_order(&h);
	*hit = h;
	return true;
}
