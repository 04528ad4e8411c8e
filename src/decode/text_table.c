// SPDX-License-Identifier: Apache-2.0
// Tables of a flow monitor: the heading gives the columns, then every row must fit all of them.
#include "decode/text_monitor.h"

enum { ENOUGH_COLUMNS = 2 };

struct columns {
	const struct field_name *name[MONITOR_COLUMNS];
	size_t n, n_known;
};

static bool column_add(struct columns *c, const struct token *words, size_t n)
{
	if (n == 0 || c->n == MONITOR_COLUMNS)
		return false;
	c->name[c->n] = n <= NAME_WORDS ? field_find(words, n) : NULL;
	c->n_known += c->name[c->n++] != NULL;
	return true;
}

static bool columns_have(const struct columns *c, enum field a, enum field b)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->name[i] && (c->name[i]->field == a || c->name[i]->field == b))
			return true;
	return false;
}

/* Tables of layer 2 have no addresses; one address alone means that a name was damaged. */
static void tell_addresses(const struct monitor *m, const struct columns *c, uint64_t line)
{
	bool has_source = columns_have(c, FIELD_SRC, FIELD_INITIATOR);
	bool has_destination = columns_have(c, FIELD_DST, FIELD_RESPONDER);
	if (has_source != has_destination)
		note_put(m->sink->trouble, place_at(m->sink->source, line),
			"the heading names no %s address: the rows below it give no flows",
			has_source ? "destination" : "source");
}

static bool columns_take(
	struct monitor *m, const struct columns *c, const struct token *end, bool is_csv)
{
	if (c->n_known < ENOUGH_COLUMNS)
		return false;
	monitor_flush(m);
	tell_addresses(m, c, end[-1].line);
	memcpy(m->column, c->name, sizeof m->column);
	m->n_columns = (uint8_t)c->n;
	m->is_csv = is_csv;
	m->sink->is_known = true;
	return true;
}

/* How many words before `end` stand on the line of the last of them. */
static size_t line_words(const struct token *end, size_t n_behind)
{
	size_t n = 0;
	while (n < n_behind && end[-1 - (ptrdiff_t)n].line == end[-1].line)
		n++;
	return n;
}

/* Names stand above their rules: a name belongs to the last rule that begins left of it. */
static bool columns_by_place(struct columns *c, const struct token *rule, size_t n_rules,
	const struct token *word, size_t n_words)
{
	size_t w = 0;
	for (size_t i = 0; i < n_rules; i++) {
		size_t from = w;
		while (w < n_words && (i + 1 == n_rules || word[w].col < rule[i + 1].col))
			w++;
		if (!column_add(c, word + from, w - from))
			return false;
	}
	return true;
}

/* The longest name among the last words before `end`, its length in `n`. */
static const struct field_name *last_name(const struct token *end, size_t n_behind, size_t *n)
{
	const struct field_name *name = NULL;
	size_t most = n_behind < NAME_WORDS ? n_behind : NAME_WORDS;
	for (*n = most; *n; --*n) {
		name = field_find(end - *n, *n);
		if (name)
			break;
	}
	return name;
}

/*
 * Without lines, or with wrapped ones, names are told by what they are, from the last backwards.
 * Words between them that are no name are one column each run, where the rule counts the columns.
 */
static bool columns_by_name(struct columns *c, const struct token *rule, size_t n_behind, size_t n)
{
	const struct token *end = rule;
	bool is_one_line = rule[-1].line == rule[0].line, in_run = false;
	size_t at = n; // columns are found from the last to the first
	if (n > MONITOR_COLUMNS)
		return false;
	while (at && n_behind) {
		size_t k = 0;
		const struct field_name *name = last_name(end, n_behind, &k);
		if (!name && !is_one_line)
			break;
		if (name || !in_run)
			c->name[--at] = name;
		c->n_known += name != NULL;
		in_run = !name;
		end -= name ? k : 1;
		n_behind -= name ? k : 1;
	}
	c->n = n - at;
	memmove(c->name, c->name + at, c->n * sizeof *c->name);
	return at == 0 || (c->n && !is_one_line && end->is & TOKEN_FIRST);
}

static bool rule_heading(struct monitor *m, const struct view *v)
{
	size_t n_rules = 0;
	while (n_rules < v->n_behind && v->at[-1 - (ptrdiff_t)n_rules].is & TOKEN_RULE)
		n_rules++;
	const struct token *rule = v->at - n_rules;
	size_t n_behind = v->n_behind - n_rules;
	if (n_rules == 0 || n_behind == 0)
		return false;
	struct columns c = {};
	size_t n_words = line_words(rule, n_behind);
	bool has_lines = rule[-1].line < rule[0].line && rule[0].line == v->at[-1].line;
	if (has_lines && columns_by_place(&c, rule, n_rules, rule - n_words, n_words) &&
		columns_take(m, &c, rule, false))
		return true;
	c = (struct columns){};
	return columns_by_name(&c, rule, n_behind, n_rules) && columns_take(m, &c, rule, false);
}

static bool comma_heading(struct monitor *m, const struct view *v)
{
	size_t n_words = line_words(v->at, v->n_behind);
	const struct token *word = v->at - n_words;
	struct columns c = {};
	size_t from = 0, commas = 0;
	for (size_t w = 1; w < n_words; w++) {
		commas += word[w].commas;
		if (word[w].commas > 1)
			return false;
		if (word[w].commas && !column_add(&c, word + from, w - from))
			return false;
		from = word[w].commas ? w : from;
	}
	return commas && column_add(&c, word + from, n_words - from) &&
	       columns_take(m, &c, v->at, true);
}

bool monitor_heading(struct monitor *m, const struct view *v)
{
	if (m->has_rule && !(v->at->is & TOKEN_RULE))
		return rule_heading(m, v);
	return v->at->is & TOKEN_FIRST && v->n_behind && comma_heading(m, v);
}

/* Cells of a row, one after the other; is_start: the word begins a cell. */
struct cells {
	const struct token *value[MONITOR_COLUMNS]; // NULL: an empty cell
	size_t n_words;
};

static enum cell column_cell(const struct monitor *m, size_t i)
{
	return m->column[i] ? m->column[i]->cell : CELL_WORD;
}

/* Find the word of each column; FIT_NO when the words do not suffice, whatever they are. */
static enum fit cells_by_order(const struct monitor *m, const struct view *v, struct cells *c)
{
	size_t w = 0;
	for (size_t i = 0; i < m->n_columns; i++) {
		if (v->n_ahead - w < 2 && !v->is_end)
			return FIT_MORE;
		if (w == v->n_ahead || (w && v->at[w].commas))
			return FIT_NO;
		c->value[i] = &v->at[w];
		w += cell_width(column_cell(m, i), &v->at[w], v->n_ahead - w);
	}
	c->n_words = w;
	return FIT_YES;
}

/* Words on the line ahead; FIT_MORE when it may go on, FIT_NO when it is too long for a row. */
static enum fit line_ahead(const struct view *v, size_t *n)
{
	for (*n = 1; *n < ROW_TOKENS; ++*n) {
		if (*n == v->n_ahead)
			return v->is_end ? FIT_YES : FIT_MORE;
		if (v->at[*n].is & TOKEN_FIRST)
			return FIT_YES;
	}
	return FIT_NO;
}

static enum fit cells_by_comma(const struct monitor *m, const struct view *v, struct cells *c)
{
	enum fit fit = line_ahead(v, &c->n_words);
	if (!(v->at->is & TOKEN_FIRST) || fit == FIT_NO)
		return FIT_NO;
	if (fit == FIT_MORE)
		return FIT_MORE;
	size_t column = 0;
	for (size_t w = 0; w < c->n_words; w++) {
		column += w ? v->at[w].commas : 0;
		if (column >= m->n_columns)
			return FIT_NO;
		if (!c->value[column])
			c->value[column] = &v->at[w];
	}
	return column + 1 == m->n_columns ? FIT_YES : FIT_NO;
}

static enum fit cells_find(const struct monitor *m, const struct view *v, struct cells *c)
{
	*c = (struct cells){};
	if (m->n_columns == 0)
		return FIT_NO;
	return m->is_csv ? cells_by_comma(m, v, c) : cells_by_order(m, v, c);
}

enum fit monitor_row(struct monitor *m, const struct view *v, size_t *n)
{
	struct cells c;
	enum fit fit = cells_find(m, v, &c);
	if (fit != FIT_YES)
		return fit;
	struct record r = { .line = v->at->line };
	for (size_t i = 0; i < m->n_columns; i++) {
		if (c.value[i] && !cell_fits(column_cell(m, i), c.value[i]))
			return FIT_NO;
		if (c.value[i] && m->column[i])
			record_put(&r, m->column[i], c.value[i]);
	}
	r.line = v->at->line;
	monitor_record(m, &r);
	*n = c.n_words;
	return FIT_YES;
}

enum fit monitor_is_damaged(const struct monitor *m, const struct view *v)
{
	struct cells c;
	enum fit fit = cells_find(m, v, &c);
	struct likeness like = {};
	if (m->n_columns == 0 || fit == FIT_MORE)
		return fit;
	for (size_t i = 0; i < m->n_columns; i++)
		likeness_add(&like, column_cell(m, i), c.value[i]);
	return likeness_is_row(&like) ? FIT_YES : FIT_NO;
}
