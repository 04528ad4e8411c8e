// SPDX-License-Identifier: Apache-2.0
// Filling and quoting.
#include "audit/wording.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINE_SHOWN = 160, AROUND = 40 };

static const struct condition *condition_at(const struct rule *r, size_t i)
{
	return i < r->n_when ? &r->when[i] : &r->witness[i - r->n_when];
}

/* The value that a name stands for; NULL when no fact says it. */
static const struct value *value_of(const struct audit *a, const struct findings_of_rule *f,
	struct str kind, struct str field, enum fact_field *which)
{
	for (size_t i = 0; i < f->rule->n_when + f->rule->n_witnesses; i++) {
		const struct condition *c = condition_at(f->rule, i);
		const struct kind_info *k = &fact_kinds[c->kind];
		const struct ruling *o = &f->ruling[i];
		if (o->n_facts == 0 || (kind.len && (strlen(k->key) != kind.len ||
							    memcmp(k->key, kind.ptr, kind.len))))
			continue;
		for (unsigned n = 0; n < kind_size((enum fact_kind)c->kind); n++) {
			const char *key = fact_fields[k->begin + n].key;
			if (strlen(key) != field.len || memcmp(key, field.ptr, field.len))
				continue;
			*which = (enum fact_field)(k->begin + n);
			return fact_value(&a->facts, &a->facts.fact[o->fact[0]], *which);
		}
	}
	return NULL;
}

static void put_value(
	FILE *out, const struct audit *a, const struct findings_of_rule *f, struct str name)
{
	enum fact_field which = 0;
	const char *dot = memchr(name.ptr, '.', name.len);
	struct str kind = { name.ptr, dot ? (size_t)(dot - name.ptr) : 0 };
	struct str field = dot ? (struct str){ dot + 1, name.len - kind.len - 1 } : name;
	const struct value *v = value_of(a, f, kind, field, &which);
	if (!v || !value_known(v))
		fputc('?', out);
	else if (value_is(v, "derived") && fact_fields[which].type == FACT_CENTI)
		fprintf(out, "%ju.%02ju", (uintmax_t)v->number / 100, (uintmax_t)v->number % 100);
	else if (value_is(v, "derived"))
		fprintf(out, "%ju", (uintmax_t)v->number);
	else
		fprintf(out, "%.*s", STR_ARG(v->text));
}

char *wording_fill(const struct audit *a, const struct findings_of_rule *f, const char *text)
{
	char *filled = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&filled, &size);
	if (!out)
		return NULL;
	while (*text) {
		const char *end = *text == '{' ? strchr(text, '}') : NULL;
		if (end) {
			put_value(out, a, f, (struct str){ text + 1, (size_t)(end - text) - 1 });
			text = end + 1;
		} else {
			fputc(*text++, out);
		}
	}
	if (fclose(out) == 0)
		return filled;
	free(filled);
	return NULL;
}

/* A stretch of text, widened to hold another one if that lies in the line. */
static void widen(struct str line, struct str text, const char **first, const char **last)
{
	if (!text.ptr || text.ptr < line.ptr || text.ptr >= line.ptr + line.len)
		return;
	*first = !*first || text.ptr < *first ? text.ptr : *first;
	*last = !*last || text.ptr + text.len > *last ? text.ptr + text.len : *last;
}

/* Where in a long line the values stand that the condition asks for, else any of the fact. */
static struct str excerpt(
	const struct audit *a, const struct fact *x, const struct condition *c, struct str line)
{
	const char *first = NULL, *last = NULL;
	for (size_t i = 0; i < c->n_terms; i++)
		widen(line, fact_value(&a->facts, x, c->term[i].field)->text, &first, &last);
	for (unsigned i = 0; !first && i < kind_size(x->kind); i++)
		widen(line, a->facts.value[x->first + i].text, &first, &last);
	if (!first)
		return (struct str){ line.ptr, LINE_SHOWN };
	const char *from = first - line.ptr > AROUND ? first - AROUND : line.ptr;
	while (from > line.ptr && from < first && from[-1] != ' ')
		from++;
	size_t n = (size_t)(last - from) + AROUND, rest = (size_t)(line.ptr + line.len - from);
	n = n < rest ? n : rest;
	return (struct str){ from, n < LINE_SHOWN ? n : LINE_SHOWN };
}

struct quote wording_quote(
	const struct audit *a, const struct fact *x, const struct condition *c, uint32_t number)
{
	const struct answer *w = audit_answer(a, x);
	const struct audit_source *s = &a->source[w->source];
	struct str line = paper_line(&s->paper, number);
	if (line.len > LINE_SHOWN)
		line = excerpt(a, x, c, line);
	while (line.len && line.ptr[0] == ' ') {
		line.ptr++;
		line.len--;
	}
	return (struct quote){ .source = s->name,
		.line = number,
		.text = line,
		.command = w->output ? w->output->name : "" };
}
