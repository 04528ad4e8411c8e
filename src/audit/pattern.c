// SPDX-License-Identifier: Apache-2.0
// Compiling and matching. Optional parts are the only choice there is, so backtracking is shallow.
#include "audit/pattern.h"

#include <assert.h>
#include <ctype.h>

#include "audit/span.h"

static int16_t field_of(enum fact_kind kind, struct str name)
{
	if (name.len == 0)
		return -1;
	unsigned begin = fact_kinds[kind].begin;
	for (unsigned i = begin; i < begin + kind_size(kind); i++)
		if (strlen(fact_fields[i].key) == name.len &&
			!memcmp(fact_fields[i].key, name.ptr, name.len))
			return (int16_t)i;
	assert(!"a pattern names a field that its kind has not");
	return -1;
}

static struct pattern_op *op_put(struct pattern *p, enum op_sort sort)
{
	assert(p->n < PATTERN_OPS_MAX);
	p->op[p->n] = (struct pattern_op){ .sort = sort, .field = -1 };
	return &p->op[p->n++];
}

/* {field:cell}; gives the bytes it takes. */
static size_t compile_cell(struct pattern *p, const char *at, enum fact_kind kind)
{
	const char *colon = strchr(at, ':');
	assert(colon && colon[2] == '}');
	struct pattern_op *op = op_put(p, OP_CELL);
	op->cell = colon[1];
	op->field = field_of(kind, (struct str){ at + 1, (size_t)(colon - at - 1) });
	return (size_t)(colon - at) + 3;
}

void pattern_compile(struct pattern *p, const char *words, enum fact_kind kind)
{
	uint16_t open[8];
	unsigned depth = 0;
	p->n = 0;
	for (const char *at = words; *at;) {
		size_t n = strcspn(at, " _{[]$\\");
		if (*at == '\\') {
			op_put(p, OP_LITERAL)->literal = (struct str){ at + 1, 1 };
			n = 2;
		} else if (n) {
			op_put(p, OP_LITERAL)->literal = (struct str){ at, n };
		} else if (*at == '{') {
			n = compile_cell(p, at, kind);
		} else {
			n = 1;
			if (*at == '[') {
				assert(depth < countof(open));
				open[depth++] = (uint16_t)p->n;
				op_put(p, OP_OPEN);
			} else if (*at == ']') {
				assert(depth > 0);
				op_put(p, OP_CLOSE);
				p->op[open[--depth]].to = (uint16_t)p->n;
			} else {
				op_put(p, *at == '_' ? OP_GAP : *at == '$' ? OP_END : OP_SPACE);
			}
		}
		at += n;
	}
	assert(depth == 0 && p->n > 0);
	assert(p->op[0].sort == OP_LITERAL || p->op[0].sort == OP_CELL);
}

static void keep(
	struct caught *out, const struct pattern_op *op, struct str text, size_t at, size_t n)
{
	if (op->field < 0)
		return;
	while (n && text.ptr[at + n - 1] == ' ')
		n--;
	unsigned begin = fact_kinds[fact_fields[op->field].kind].begin;
	out->field[(unsigned)op->field - begin] = (struct str){ text.ptr + at, n };
}

static bool is_same_letter(char a, char b)
{
	return a == b || ((a ^ b) == 0x20 && (unsigned char)((a | 0x20) - 'a') < 26);
}

/* Most words differ early: a call of a function a word would cost more than its letters. */
static bool begins_with(struct str text, size_t at, struct str word)
{
	if (text.len - at < word.len)
		return false;
	for (size_t i = 0; i < word.len; i++)
		if (!is_same_letter(text.ptr[at + i], word.ptr[i]))
			return false;
	return true;
}

static bool run(
	const struct pattern *p, unsigned i, struct str text, size_t at, struct caught *out);

static bool ends_line(struct str text, size_t at)
{
	at += span_space(text, at, false);
	return at == text.len || text.ptr[at] == '\n';
}

/* As few words as let the rest fit. */
static bool run_lazy(
	const struct pattern *p, unsigned i, struct str text, size_t at, struct caught *out)
{
	enum { WORDS_MAX = 24 };
	size_t to = at;
	for (unsigned n = 0; n < WORDS_MAX && span_any(text, to); n++) {
		struct caught before = *out;
		if (run(p, i + 1, text, to, out)) {
			keep(out, &p->op[i], text, at, to - at);
			return true;
		}
		*out = before;
		to += span_any(text, to);
		to += span_space(text, to, false);
	}
	return false;
}

/* What may be left out: tried with it first, then without. */
static bool run_optional(
	const struct pattern *p, unsigned i, struct str text, size_t at, struct caught *out)
{
	struct caught before = *out;
	if (run(p, i + 1, text, at, out))
		return true;
	*out = before;
	return run(p, p->op[i].to, text, at, out);
}

static bool run(const struct pattern *p, unsigned i, struct str text, size_t at, struct caught *out)
{
	for (; i < p->n; i++) {
		const struct pattern_op *op = &p->op[i];
		size_t n = 0;
		if (op->sort == OP_OPEN)
			return run_optional(p, i, text, at, out);
		if (op->sort == OP_CELL && op->cell == 'l')
			return run_lazy(p, i, text, at, out);
		if (op->sort == OP_CLOSE)
			continue;
		if (op->sort == OP_END && ends_line(text, at))
			continue;
		if (op->sort == OP_LITERAL) {
			n = op->literal.len;
			if (!begins_with(text, at, op->literal))
				return false;
		} else if (op->sort == OP_CELL) {
			n = at < text.len ? span_of(op->cell)(text, at) : 0;
			keep(out, op, text, at, n);
		} else if (op->sort != OP_END) {
			n = span_space(text, at, op->sort == OP_SPACE);
		}
		if (n == 0)
			return false;
		at += n;
	}
	out->end = at;
	return true;
}

/* Most patterns fail at their first word: that is asked before anything is cleared. */
bool pattern_match(const struct pattern *p, struct str text, size_t at, struct caught *out)
{
	const struct pattern_op *first = &p->op[0];
	if (first->sort == OP_LITERAL && !begins_with(text, at, first->literal))
		return false;
	*out = (struct caught){};
	return run(p, 0, text, at, out);
}

bool pattern_begins(const struct pattern *p, unsigned char c)
{
	const struct pattern_op *first = &p->op[0];
	if (first->sort == OP_LITERAL)
		return tolower((unsigned char)first->literal.ptr[0]) == tolower(c);
	if (strchr("ncadpy", first->cell))
		return isdigit(c);
	return strchr("iq", first->cell) ? isalpha(c) : true;
}
