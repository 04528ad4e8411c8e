// SPDX-License-Identifier: Apache-2.0
// The search for phrases: few can begin with a given byte, and of those the second one rules out most.
#include "audit/phrases.h"

#include <stdlib.h>

#include "audit/span.h"

struct compiled {
	const struct output *output;
	const struct phrase *phrase;
	struct pattern pattern;
};

/* A phrase that can begin with a byte. What rules it out for most words stands here, side by side. */
struct candidate {
	uint16_t index;
	uint8_t output; // index of it
	bool needs_line;
	char cell;      // that it begins with; '\0': a literal
	uint8_t length; // of that literal
	uint8_t second; // its second byte, in small letters; 0: may be any
	uint8_t next;   // byte that the word behind begins with; A_DIGIT, 0: may be any
};

enum { A_DIGIT = 1 };

/* In the order of the tables. */
struct bucket {
	struct candidate *candidate;
	size_t n;
};

/* Of one output; of those that count everywhere; of those that count in the midst of others. */
struct shelf {
	struct bucket bucket[256];
};

struct phrases {
	struct compiled *all;
	size_t n;
	struct shelf *shelf; // one an output, then:
	struct shelf telling, free;
};

static uint8_t small(char c)
{
	return (uint8_t)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* What the word behind a cell begins with, when that is one byte or a digit. */
static uint8_t next_of(const struct pattern *p)
{
	bool is_apart = p->n > 2 && (p->op[1].sort == OP_SPACE || p->op[1].sort == OP_GAP);
	const struct pattern_op *op = &p->op[2];
	if (is_apart && op->sort == OP_LITERAL)
		return small(op->literal.ptr[0]);
	return is_apart && op->sort == OP_CELL && strchr("ncadpy", op->cell) ? A_DIGIT : 0;
}

static struct candidate candidate_of(const struct compiled *c, size_t output, size_t i)
{
	const struct pattern_op *first = &c->pattern.op[0];
	struct candidate k = { .index = (uint16_t)i,
		.output = (uint8_t)output,
		.needs_line = c->phrase->is & PHRASE_LINE };
	bool is_lazy = first->sort == OP_CELL && first->cell == 'l';
	if (first->sort == OP_LITERAL && first->literal.len > 1)
		k.second = small(first->literal.ptr[1]);
	if (first->sort == OP_LITERAL && first->literal.len <= UINT8_MAX)
		k.length = (uint8_t)first->literal.len;
	if (first->sort == OP_CELL && !is_lazy)
		k.cell = first->cell;
	if (k.length || k.cell)
		k.next = next_of(&c->pattern);
	return k;
}

static bool bucket_put(struct bucket *b, struct candidate k)
{
	struct candidate *more = realloc(b->candidate, (b->n + 1) * sizeof *more);
	if (!more)
		return false;
	more[b->n++] = k;
	b->candidate = more;
	return true;
}

static bool shelve(struct phrases *p, size_t output, size_t i)
{
	const struct compiled *c = &p->all[i];
	struct candidate k = candidate_of(c, output, i);
	bool ok = true;
	for (unsigned byte = 0; ok && byte < 256; byte++) {
		if (!pattern_begins(&c->pattern, (unsigned char)byte))
			continue;
		ok = bucket_put(&p->shelf[output].bucket[byte], k);
		if (ok && !(c->phrase->is & PHRASE_WEAK))
			ok = bucket_put(&p->telling.bucket[byte], k);
		if (ok && c->phrase->is & PHRASE_FREE)
			ok = bucket_put(&p->free.bucket[byte], k);
	}
	return ok;
}

static size_t count_phrases(void)
{
	size_t n = 0;
	for (size_t i = 0; i < n_outputs; i++)
		n += outputs[i]->n_phrases;
	return n;
}

struct phrases *phrases_new(void)
{
	struct phrases *p = calloc(1, sizeof *p);
	bool ok = p && (p->all = calloc(count_phrases(), sizeof *p->all)) &&
		  (p->shelf = calloc(n_outputs, sizeof *p->shelf));
	for (size_t i = 0; ok && i < n_outputs; i++)
		for (size_t k = 0; ok && k < outputs[i]->n_phrases; k++) {
			struct compiled *c = &p->all[p->n];
			c->output = outputs[i];
			c->phrase = &outputs[i]->phrase[k];
			pattern_compile(&c->pattern, c->phrase->words, c->phrase->kind);
			ok = shelve(p, i, p->n++);
		}
	if (ok)
		return p;
	phrases_free(p);
	return NULL;
}

static void shelf_free(struct shelf *s)
{
	for (size_t i = 0; i < countof(s->bucket); i++)
		free(s->bucket[i].candidate);
}

void phrases_free(struct phrases *p)
{
	if (!p)
		return;
	for (size_t i = 0; p->shelf && i < n_outputs; i++)
		shelf_free(&p->shelf[i]);
	shelf_free(&p->telling);
	shelf_free(&p->free);
	free(p->shelf);
	free(p->all);
	free(p);
}

/* How far the cells reach at one spot that phrases begin with: each is asked once. */
struct reach {
	uint64_t known; // cells, by their letters: of the others nothing is set
	bool fits[64];
	uint8_t next[64]; // byte behind the cell and space, in small letters
};

/* The byte behind `at` and space, in small letters; 0 when there is no space or nothing behind it. */
static uint8_t byte_behind(struct str text, size_t at)
{
	size_t gap = at < text.len ? span_space(text, at, true) : 0;
	return gap && at + gap < text.len ? small(text.ptr[at + gap]) : 0;
}

static bool is_next(const struct candidate *k, uint8_t byte)
{
	return k->next == A_DIGIT ? byte >= '0' && byte <= '9' : k->next == byte;
}

static bool reaches(struct reach *r, const struct spot *s, const struct candidate *k)
{
	if (!k->cell)
		return k->next == 0 || is_next(k, byte_behind(s->text, s->at + k->length));
	unsigned i = (unsigned)(k->cell - 'A');
	if (!(r->known >> i & 1)) {
		size_t n = span_of(k->cell)(s->text, s->at);
		r->known |= UINT64_C(1) << i;
		r->fits[i] = n > 0;
		r->next[i] = n ? byte_behind(s->text, s->at + n) : 0;
	}
	return r->fits[i] && (k->next == 0 || is_next(k, r->next[i]));
}

/* The first phrase of a shelf that fits, but for those of one output: it was asked already. */
static const struct compiled *find(const struct phrases *p, const struct shelf *shelf,
	const struct spot *s, size_t without, struct reach *r, struct caught *out)
{
	const struct bucket *b = &shelf->bucket[(unsigned char)s->text.ptr[s->at]];
	uint8_t second = s->at + 1 < s->text.len ? small(s->text.ptr[s->at + 1]) : 0;
	for (size_t i = 0; i < b->n; i++) {
		const struct candidate *k = &b->candidate[i];
		if ((k->second && k->second != second) || (k->needs_line && !s->begins_line) ||
			k->output == without || !reaches(r, s, k))
			continue;
		const struct compiled *c = &p->all[k->index];
		if (pattern_match(&c->pattern, s->text, s->at, out))
			return c;
	}
	return NULL;
}

const struct phrase *phrases_find(
	const struct phrases *p, const struct spot *s, const struct output **of, struct caught *out)
{
	size_t own = 0;
	struct reach reach;
	reach.known = 0;
	while (own < n_outputs && outputs[own] != s->current)
		own++;
	const struct compiled *c =
		own < n_outputs ? find(p, &p->shelf[own], s, n_outputs, &reach, out) : NULL;
	if (!c)
		c = find(p, s->is_alone ? &p->free : &p->telling, s, own, &reach, out);
	if (!c)
		return NULL;
	*of = c->output;
	return c->phrase;
}
