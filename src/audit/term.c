// SPDX-License-Identifier: Apache-2.0
// Terms: three words, or two.
#include "audit/term.h"

#include <stdio.h>
#include <strings.h>

#include "base/typo.h"

static const char *const ops[N_TERM_OPS] = { "=", "!=", "<", "<=", ">", ">=", "has", "rises" };

static struct str next_word(struct str *rest)
{
	while (rest->len && rest->ptr[0] == ' ') {
		rest->ptr++;
		rest->len--;
	}
	struct str word = { rest->ptr, 0 };
	while (word.len < rest->len && rest->ptr[word.len] != ' ')
		word.len++;
	rest->ptr += word.len;
	rest->len -= word.len;
	return word;
}

static bool read_field(
	struct str word, enum fact_kind kind, struct term *t, struct yml_value at, struct err *e)
{
	const char *name[FACT_FIELDS_MAX];
	unsigned begin = fact_kinds[kind].begin, n = kind_size(kind);
	for (unsigned i = 0; i < n; i++) {
		name[i] = fact_fields[begin + i].key;
		if (strlen(name[i]) == word.len && !memcmp(name[i], word.ptr, word.len)) {
			t->field = (enum fact_field)(begin + i);
			return true;
		}
	}
	const char *near = typo_nearest(word, name, n);
	if (near)
		return yml_fail(e, at, "'%s' has no field '%.*s', did you mean '%s'?",
			fact_kinds[kind].key, STR_ARG(word), near);
	return yml_fail(e, at, "'%s' has no field '%.*s'; cordon audit --facts lists them",
		fact_kinds[kind].key, STR_ARG(word));
}

static bool read_op(struct str word, struct term *t, struct yml_value at, struct err *e)
{
	for (unsigned i = 0; i < N_TERM_OPS; i++)
		if (strlen(ops[i]) == word.len && !memcmp(ops[i], word.ptr, word.len)) {
			t->op = (enum term_op)i;
			return true;
		}
	return yml_fail(
		e, at, "expected one of = != < <= > >= has rises, got '%.*s'", STR_ARG(word));
}

/* Words between bars. */
static bool read_choices(struct str rest, struct term *t, struct yml_value at, struct err *e)
{
	while (rest.len) {
		const char *bar = memchr(rest.ptr, '|', rest.len);
		struct str one = { rest.ptr, bar ? (size_t)(bar - rest.ptr) : rest.len };
		rest.ptr += one.len + (bar != NULL);
		rest.len -= one.len + (bar != NULL);
		while (one.len && one.ptr[0] == ' ') {
			one.ptr++;
			one.len--;
		}
		while (one.len && one.ptr[one.len - 1] == ' ')
			one.len--;
		if (one.len == 0 || t->n_choices == CHOICES_MAX)
			return yml_fail(e, at, "expected 1 to %d words between bars", CHOICES_MAX);
		t->choice[t->n_choices++] = one;
	}
	return t->n_choices || yml_fail(e, at, "expected a value at the end");
}

static bool read_bound(struct str rest, struct term *t, struct yml_value at, struct err *e)
{
	struct value v;
	struct str word = next_word(&rest);
	enum fact_type type = fact_fields[t->field].type;
	if (type != FACT_NUMBER && type != FACT_CENTI)
		return yml_fail(
			e, at, "'%s' is no number: use = or has", fact_fields[t->field].key);
	if (word.len == 0 || rest.len || !value_read(type, word, &v))
		return yml_fail(e, at, "expected a number, got '%.*s'", STR_ARG(word));
	t->number = v.number;
	return true;
}

bool term_read(
	struct str text, enum fact_kind kind, struct term *out, struct yml_value at, struct err *e)
{
	struct term t = {};
	struct str rest = text;
	if (!read_field(next_word(&rest), kind, &t, at, e) || !read_op(next_word(&rest), &t, at, e))
		return false;
	bool ok = true;
	if (t.op == TERM_RISES)
		ok = rest.len == 0 || yml_fail(e, at, "nothing stands behind 'rises'");
	else if (t.op == TERM_EQ || t.op == TERM_NE || t.op == TERM_HAS)
		ok = read_choices(rest, &t, at, e);
	else
		ok = read_bound(rest, &t, at, e);
	if (ok && t.op == TERM_RISES && fact_fields[t.field].type > FACT_CENTI)
		ok = yml_fail(e, at, "'%s' is no number: it cannot rise", fact_fields[t.field].key);
	if (ok)
		*out = t;
	return ok;
}

const char *condition_format(const struct condition *c, char *room, size_t size)
{
	size_t n = (size_t)snprintf(room, size, "%s:", fact_kinds[c->kind].key);
	if (c->count > 1 && n < size)
		n += (size_t)snprintf(room + n, size - n, " %ju times", (uintmax_t)c->count);
	for (size_t i = 0; i < c->n_terms && n < size; i++) {
		const struct term *t = &c->term[i];
		n += (size_t)snprintf(room + n, size - n, "%s %s %s", i ? "," : "",
			fact_fields[t->field].key, ops[t->op]);
		if (t->op >= TERM_LT && t->op <= TERM_GE && n < size)
			n += (size_t)snprintf(room + n, size - n, " %ju",
				(uintmax_t)(fact_fields[t->field].type == FACT_CENTI
						    ? t->number / 100
						    : t->number));
		for (size_t k = 0; k < t->n_choices && n < size; k++)
			n += (size_t)snprintf(room + n, size - n, "%s %.*s", k ? " |" : "",
				STR_ARG(t->choice[k]));
	}
	return room;
}
