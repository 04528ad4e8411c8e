// SPDX-License-Identifier: Apache-2.0
// Reading of a text: a cursor goes from word to word, and at each asks in turn for a command, and for
// a phrase. What is neither is passed over; in a list it is counted, for it may have been a row.
#include "audit/config.h"
#include "audit/reading.h"
#include "model/prefixes.h"

/* To the next word; a line that begins is marked. */
static void skip_space(struct reading *r)
{
	bool begins = r->at == 0;
	while (r->at < r->text.len && (r->text.ptr[r->at] == ' ' || r->text.ptr[r->at] == '\n')) {
		if (r->text.ptr[r->at] == '\n') {
			r->line++;
			begins = true;
			r->after_config = false;
		}
		r->at++;
	}
	if (begins)
		r->line_begin = r->at;
}

/* Set what a phrase caught; a cell that has no value of its type stays unknown. */
static void fact_fill(
	struct reading *r, struct fact *x, const struct phrase *p, const struct caught *caught)
{
	struct facts *f = &r->a->facts;
	unsigned begin = fact_kinds[x->kind].begin;
	for (unsigned i = 0; i < kind_size(x->kind); i++) {
		struct value *v = &f->value[x->first + i];
		if (caught->field[i].ptr &&
			value_read(fact_fields[begin + i].type, caught->field[i], v))
			v->line = r->line;
	}
	for (size_t i = 0; i < countof(p->say) && p->say[i].word; i++) {
		struct str word = { p->say[i].word, strlen(p->say[i].word) };
		struct value *v = fact_value(f, x, p->say[i].field);
		if (value_read(fact_fields[p->say[i].field].type, word, v))
			v->line = r->line; // where the phrase stands that says it
	}
	x->last_line = r->line;
}

static bool says_again(const struct reading *r, const struct fact *x, const struct phrase *p,
	const struct caught *caught)
{
	const struct facts *f = &r->a->facts;
	for (unsigned i = 0; i < kind_size(x->kind); i++)
		if (caught->field[i].ptr && value_known(&f->value[x->first + i]))
			return true;
	for (size_t i = 0; i < countof(p->say) && p->say[i].word; i++)
		if (value_known(fact_value(f, x, p->say[i].field)))
			return true;
	return false;
}

/* Whether a phrase says what the fact says already in words of ours, as a line for each member of a channel
 * does: the first counts, and no new thing begins. */
static bool repeats(const struct reading *r, const struct fact *x, const struct phrase *p)
{
	for (size_t i = 0; i < countof(p->say) && p->say[i].word; i++)
		if (!value_is(fact_value(&r->a->facts, x, p->say[i].field), p->say[i].word))
			return false;
	return p->say[0].word;
}

static void take_fact(
	struct reading *r, const struct phrase *p, const struct caught *caught, uint32_t line)
{
	struct facts *f = &r->a->facts;
	enum fact_kind kind = (enum fact_kind)p->kind;
	int64_t last = r->last[kind];
	if (p->is & PHRASE_MORE && last >= 0 && !says_again(r, &f->fact[last], p, caught)) {
		fact_fill(r, &f->fact[last], p, caught);
		return;
	}
	if (p->is & PHRASE_MORE && last >= 0 &&
		(fact_kinds[kind].many == FACT_FORM || repeats(r, &f->fact[last], p)))
		return; // a second address, a second description: the first counts
	struct fact *x = fact_new(f, kind, (uint32_t)r->answer, line);
	if (!x)
		return;
	fact_fill(r, x, p, caught);
	r->last[kind] = (int64_t)(f->n - 1);
	answer_now(r)->n_facts++;
	if (kind == FACT_PORT) {
		port_close(r, true);
		r->port = (int64_t)(f->n - 1);
		r->port_is_fresh = true;
	}
}

/* The answer that a phrase belongs to: this one, or another that begins here. */
static bool answer_for(struct reading *r, const struct output *of, const struct phrase *p)
{
	const struct answer *w = answer_now(r);
	if (w && (w->output == of || p->is & PHRASE_FREE))
		return true;
	answer_close(r, w && of == &config_output);
	if (!answer_open(r, of))
		return false;
	answer_now(r)->is_sure = true; // unless prompts turn up
	answer_now(r)->is_tech = r->is_tech;
	return true;
}

/* A configuration that has begun, neighbours and a log under their command: what stands there has only its own words,
 * for a log quotes what it likes, such as the software that started. */
static bool is_alone(const struct answer *w)
{
	return w && ((w->output == &config_output && w->marks & CONFIG_BEGIN) ||
			    (w->has_echo &&
				    (w->output == &neighbor_output || w->output == &log_output)));
}

static bool take_phrase(struct reading *r)
{
	struct caught caught;
	const struct output *of;
	const struct spot spot = { .text = r->text,
		.at = r->at,
		.begins_line = r->at == r->line_begin || r->after_config,
		.current = output_now(r),
		.is_alone = is_alone(answer_now(r)) };
	const struct phrase *p = phrases_find(r->a->phrases, &spot, &of, &caught);
	if (mend_line(r, &spot, p ? caught.end : r->at))
		p = phrases_find(r->a->phrases, &spot, &of, &caught);
	if (!p || is_torn(r, caught.end))
		return false;
	uint32_t line = r->line;
	if (p->is & PHRASE_FREE && p->kind == FACT_NONE && !answer_now(r)) {
		step_lines(r, caught.end); // a clock above nothing
		return true;
	}
	bool is_new = !answer_now(r) || answer_now(r)->output != of;
	if (!answer_for(r, of, p))
		return false;
	step_lines(r, caught.end);
	if (is_new && of == &config_output && p->kind == FACT_NONE)
		answer_now(r)->marks |= CONFIG_BEGIN; // Building configuration...
	if (p->kind != FACT_NONE)
		take_fact(r, p, &caught, line);
	answer_now(r)->n_heads++;
	answer_now(r)->last_line = r->line;
	return true;
}

static void miss(struct reading *r)
{
	struct answer *w = answer_now(r);
	if (!w || !w->output || !w->output->is_list || r->missed_line == r->line)
		return;
	r->missed_line = r->line;
	if (w->n_unknown++ == 0)
		w->first_unknown = r->line;
}

/* Nothing begins here: a word is passed over, of a configuration a line. */
static void pass_over_config_line(struct reading *r)
{
	struct str line = line_here(r);
	if (r->at == r->line_begin && line_starts(line, "banner ")) {
		answer_now(r)->last_line = r->line;
		skip_banner(r);
	} else if (r->at != r->line_begin || !config_knows(line)) {
		miss(r);
		if (!answer_now(r)->has_echo && !answer_now(r)->marks)
			answer_close(r, false); // a line of a configuration in the midst of prose
	} else {
		answer_now(r)->last_line = r->line;
	}
	step_lines(r, line_end(r, r->at));
}

static void pass_over(struct reading *r)
{
	if (output_now(r) == &config_output) {
		pass_over_config_line(r);
		return;
	}
	miss(r);
	r->at += word_length(r, r->at);
}

static void read_word(struct reading *r)
{
	if (r->at == r->line_begin)
		skip_log_time(r);
	bool begins = r->at == r->line_begin;
	if (take_command(r))
		return;
	if (begins &&
		(output_now(r) == &config_output ? begins_another_config(r) : begins_config(r))) {
		answer_close(r, false);
		if (answer_open(r, &config_output)) {
			answer_now(r)->is_sure = true;
			answer_now(r)->is_uncut = true;
			answer_now(r)->marks = CONFIG_BEGIN;
		}
	}
	if (begins && output_now(r) == &config_output) {
		look_at_config_line(r);
		if (r->at >= r->text.len || r->text.ptr[r->at] == '\n')
			return;
	}
	if (!take_phrase(r))
		pass_over(r);
}

/* Prompts somewhere in the text: what stands under none of them may be anybody's. */
static void settle(struct reading *r, uint32_t unnamed)
{
	for (size_t i = r->first_answer; r->has_prompts && i < r->a->n_answers; i++) {
		struct answer *w = &r->a->answer[i];
		if (w->has_echo || w->is_tech)
			continue;
		w->is_sure = false;
		w->device = unnamed;
	}
}

bool audit_read(struct audit *a, struct bytes raw, const char *name, const char *label,
	enum epoch epoch, struct err *e)
{
	struct audit_source *all =
		array_grown(a->source, sizeof *all, a->n_sources, &a->cap_sources);
	if (!all)
		return err_sys(e, "read %s", name);
	a->source = all;
	struct audit_source *s = &all[a->n_sources];
	*s = (struct audit_source){ .epoch = epoch };
	size_t n = strlen(name) < sizeof s->name ? strlen(name) : sizeof s->name - 1;
	memcpy(s->name, name, n);
	if (!paper_init(&s->paper, raw))
		return err_sys(e, "read %s", name);
	struct reading r = { .a = a,
		.source = (uint32_t)a->n_sources++,
		.label = label,
		.text = { s->paper.text, s->paper.len },
		.line = 1,
		.first_answer = (uint32_t)a->n_answers,
		.answer = NO_ANSWER,
		.port = -1 };
	answer_close(&r, false);
	if (!device_get(&r, (struct str){ label, strlen(label) }, false))
		return err_set(e, "read %s: more than %d devices", name, AUDIT_DEVICES_MAX);
	uint32_t unnamed = r.device;
	for (skip_space(&r); r.at < r.text.len; skip_space(&r))
		read_word(&r);
	answer_close(&r, false);
	settle(&r, unnamed);
	return true;
}
