// SPDX-License-Identifier: Apache-2.0
// The driver: words go into a window, and at each of them all shapes of rows are tried. What fits
// none is looked at for what it says about the rows, and skipped.
#include "decode/text.h"

#include <stdlib.h>

#include "decode/text_monitor.h"
#include "decode/text_phrase.h"

enum { WINDOW = 256, BEHIND = 96 }; // words kept; of them already read
enum { FOREIGN_LINES = 3 };         // inside a table: log messages, pages' headings
static_assert(BEHIND + ROW_TOKENS < WINDOW);

struct text_decoder {
	struct sink sink;
	struct tokeniser tokeniser;
	struct mode mode;
	struct checks checks;
	struct monitor monitor;
	bool is_excused;
	size_t head, n;     // first word not yet read, words in the window
	size_t row_end;     // where the last row ended: another may begin there
	unsigned n_foreign; // lines since the last row or heading
	struct token token[WINDOW];
};

static void take_row(struct text_decoder *d, struct row *row, const struct token *first)
{
	monitor_flush(&d->monitor);
	checks_row(&d->checks, row, first->line);
	sink_count(&d->sink, row->kind, &row->flow);
	if (row->hidden != HIDDEN_SOURCE)
		sink_emit(&d->sink, &row->flow, first->line, row->input);
}

/* Whether a line of a flow monitor's header, or another command, ends the record before it. */
static bool ends_record(const struct view *v)
{
	static const struct phrase ends[] = { { "cache", "type:" }, { "current entries:", "#" } };
	for (size_t i = 0; i < countof(ends); i++) {
		struct phrase_hit hit;
		if (phrase_ends_at(&ends[i], v, &hit))
			return true;
	}
	return false;
}

static void take_word(struct text_decoder *d, const struct view *v)
{
	if (checks_is_command(v))
		monitor_reset(&d->monitor);
	else if (ends_record(v))
		monitor_flush(&d->monitor);
	checks_word(&d->checks, v);
	monitor_word(&d->monitor, v);
}

static enum fit find_damage(const struct text_decoder *d, const struct view *v)
{
	bool may_begin = v->at->is & TOKEN_FIRST || d->head == d->row_end;
	if (!may_begin || d->n_foreign > FOREIGN_LINES)
		return FIT_NO;
	enum fit fit = monitor_is_damaged(&d->monitor, v);
	return fit == FIT_NO ? row_is_damaged(&d->mode, v) : fit;
}

/* No row begins here: tell damage, look at the word. FIT_MORE when it cannot be told yet. */
static enum fit step_word(struct text_decoder *d, const struct view *v)
{
	enum fit damage = find_damage(d, v);
	if (damage == FIT_MORE)
		return FIT_MORE;
	if (damage == FIT_YES) {
		sink_damaged(&d->sink, v->at->line);
		d->n_foreign = 0;
	} else if (v->at->is & TOKEN_FIRST && d->n_foreign <= FOREIGN_LINES) {
		d->n_foreign++;
	}
	uint64_t n_headings = d->mode.n_headings;
	take_word(d, v);
	if (d->mode.n_headings > n_headings)
		d->n_foreign = 0;
	return FIT_YES;
}

/* Read a row or a word; gives the number of words read, 0 when more must come first. */
static size_t step(struct text_decoder *d, const struct view *v)
{
	size_t n = 0;
	struct row row = {};
	if (monitor_heading(&d->monitor, v))
		d->n_foreign = 0;
	enum fit fit = monitor_row(&d->monitor, v, &n);
	if (fit == FIT_NO) {
		fit = row_match(&d->mode, v, &row);
		n = row.n_tokens;
		if (fit == FIT_YES)
			take_row(d, &row, v->at);
	}
	if (fit == FIT_NO)
		return step_word(d, v) == FIT_YES;
	if (fit == FIT_MORE)
		return 0;
	d->row_end = d->head + n;
	d->n_foreign = 0;
	return n;
}

static void advance(struct text_decoder *d, bool is_end)
{
	while (d->head < d->n) {
		struct view v = { .at = d->token + d->head,
			.n_ahead = d->n - d->head,
			.n_behind = d->head,
			.is_end = is_end };
		size_t n = step(d, &v);
		if (n == 0)
			return;
		d->head += n;
	}
}

static void make_room(struct text_decoder *d)
{
	size_t drop = d->head > BEHIND ? d->head - BEHIND : 0;
	memmove(d->token, d->token + drop, (d->n - drop) * sizeof *d->token);
	d->head -= drop;
	d->n -= drop;
	d->row_end = d->row_end > drop ? d->row_end - drop : 0;
}

static void on_token(void *ctx, const struct token *token)
{
	struct text_decoder *d = ctx;
	if (d->n == WINDOW)
		make_room(d);
	assert(d->n < WINDOW);
	d->token[d->n++] = *token;
	advance(d, false);
}

struct text_decoder *text_new(
	uint16_t source, struct names *names, struct batch *out, struct trouble *trouble)
{
	struct text_decoder *d = calloc(1, sizeof *d);
	if (!d)
		return NULL;
	d->sink = (struct sink){ .source = source, .names = names, .out = out, .trouble = trouble };
	d->tokeniser = (struct tokeniser){ .emit = on_token, .ctx = d };
	d->checks = (struct checks){ .sink = &d->sink, .mode = &d->mode };
	d->monitor = (struct monitor){ .sink = &d->sink, .checks = &d->checks };
	return d;
}

void text_feed(struct text_decoder *t, struct bytes chunk)
{
	tokeniser_feed(&t->tokeniser, chunk);
}

void text_excuse(struct text_decoder *t)
{
	t->sink.is_known = true;
	t->is_excused = true;
}

/* A long word may have been a field; where a request was understood, it was part of that. */
static void tell_long_words(struct text_decoder *t)
{
	place first = place_at(t->sink.source, t->tokeniser.first_long);
	for (uint64_t i = 0; i < t->tokeniser.n_long && !t->is_excused; i++)
		fault_put(t->sink.trouble, FAULT_LONG_TOKEN, first, 0);
}

void text_end(struct text_decoder *t)
{
	tokeniser_end(&t->tokeniser);
	advance(t, true);
	monitor_flush(&t->monitor);
	checks_end(&t->checks);
	tell_long_words(t);
	if (!t->sink.is_known)
		fault_put(t->sink.trouble, FAULT_NO_ROWS, place_at(t->sink.source, 1), 0);
	batch_flush(t->sink.out);
}

void text_free(struct text_decoder *t)
{
	free(t);
}
