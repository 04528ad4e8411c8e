// SPDX-License-Identifier: Apache-2.0
// Reading of a text: a cursor goes from word to word, and at each asks in turn for a prompt, and for
// a phrase. What is neither is passed over; in a list it is counted, for it may have been a row.
#include <stdlib.h>
#include <strings.h>

#include "audit/audit.h"
#include "audit/config.h"
#include "audit/phrases.h"
#include "audit/prompt.h"
#include "model/prefixes.h"

enum { NO_ANSWER = -1, BANNER_LINES_MAX = 200 };

struct reading {
	struct audit *a;
	uint32_t source, device;
	struct str text;
	size_t at;
	uint32_t line;              // that holds `at`
	size_t line_begin;          // its first byte that is no space
	int64_t answer;             // being read, or NO_ANSWER
	uint32_t first_answer;      // of this text
	uint32_t missed_line;       // last one counted as not understood
	bool has_prompts;           // so far
	bool is_tech;               // headings belong to whom show tech-support was asked
	bool after_config;          // a prompt of the configuration stands before `at`
	int64_t last[N_FACT_KINDS]; // fact of each kind in this answer, -1
	int64_t port;               // section of the configuration that is open, -1
	bool port_is_indented, port_is_fresh;
};

static struct answer *answer_now(const struct reading *r)
{
	return r->answer == NO_ANSWER ? NULL : &r->a->answer[r->answer];
}

static const struct output *output_now(const struct reading *r)
{
	const struct answer *w = answer_now(r);
	return w ? w->output : NULL;
}

/* Devices that say their name are the same in all inputs; "Router" is no name. */
static bool is_generic(struct str host)
{
	static const char *const names[] = { "router", "switch", "device", "console", "host",
		"rommon" };
	for (size_t i = 0; i < countof(names); i++)
		if (host.len == strlen(names[i]) && !strncasecmp(host.ptr, names[i], host.len))
			return true;
	return false;
}

static bool device_get(struct reading *r, struct str name, bool is_named)
{
	struct audit *a = r->a;
	bool is_own = is_named && !is_generic(name);
	for (size_t i = a->n_devices; i-- > 0;) {
		const struct device *d = &a->device[i];
		if (strlen(d->name) == name.len && !memcmp(d->name, name.ptr, name.len) &&
			(is_own ? d->is_named : !d->is_named && d->source == r->source)) {
			r->device = (uint32_t)i;
			return true;
		}
	}
	struct device *all =
		a->n_devices < AUDIT_DEVICES_MAX
			? array_grown(a->device, sizeof *all, a->n_devices, &a->cap_devices)
			: NULL;
	if (!all)
		return false;
	a->device = all;
	struct device *d = &all[a->n_devices];
	*d = (struct device){ .source = r->source, .is_named = is_own };
	size_t n = name.len < sizeof d->name ? name.len : sizeof d->name - 1;
	memcpy(d->name, name.ptr, n);
	r->device = (uint32_t)a->n_devices++;
	return true;
}

/* The section of the configuration ends; whether all of it was understood is known now. */
static void port_close(struct reading *r, bool by_line)
{
	if (r->port < 0)
		return;
	struct fact *x = &r->a->facts.fact[r->port];
	x->is_whole = by_line && r->missed_line < x->line;
	r->port = -1;
}

static void answer_close(struct reading *r, bool is_ended)
{
	struct answer *w = answer_now(r);
	port_close(r, is_ended);
	if (w)
		w->is_ended = w->is_ended || is_ended;
	r->answer = NO_ANSWER;
	for (size_t i = 0; i < N_FACT_KINDS; i++)
		r->last[i] = -1;
}

static bool answer_open(struct reading *r, const struct output *output)
{
	struct audit *a = r->a;
	answer_close(r, false);
	struct answer *all = array_grown(a->answer, sizeof *all, a->n_answers, &a->cap_answers);
	if (!all) {
		a->facts.is_full = true;
		return false;
	}
	a->answer = all;
	all[a->n_answers] = (struct answer){ .output = output,
		.device = r->device,
		.source = r->source,
		.line = r->line,
		.last_line = r->line };
	r->answer = (int64_t)a->n_answers++;
	return true;
}

static void step_lines(struct reading *r, size_t to)
{
	while (r->at < to) {
		if (r->text.ptr[r->at] == '\n')
			r->line++;
		r->at++;
	}
}

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

static size_t word_length(const struct reading *r, size_t at)
{
	size_t n = 0;
	while (at + n < r->text.len && r->text.ptr[at + n] != ' ' && r->text.ptr[at + n] != '\n')
		n++;
	return n;
}

static size_t line_end(const struct reading *r, size_t at)
{
	const char *end =
		at < r->text.len ? memchr(r->text.ptr + at, '\n', r->text.len - at) : NULL;
	return end ? (size_t)(end - r->text.ptr) : r->text.len;
}

static bool begins_output(const struct reading *r, size_t at, const struct output *output)
{
	struct caught caught;
	const struct output *of;
	const struct spot spot = {
		.text = r->text, .at = at, .begins_line = true, .current = output, .is_alone = true
	};
	return at < r->text.len && phrases_find(r->a->phrases, &spot, &of, &caught);
}

/*
 * Behind the words of a command come arguments and filters, or, where a page has lost its line ends,
 * the output itself. Moves to where the output begins.
 */
static void skip_arguments(struct reading *r, struct answer *w, size_t end)
{
	while (r->at < end) {
		size_t at = r->at;
		while (at < end && r->text.ptr[at] == ' ')
			at++;
		if (at == end || (w->output && begins_output(r, at, w->output)))
			return;
		w->is_uncut = false;
		r->at = at + word_length(r, at);
	}
}

/* A command was found: what it is, and where its output begins. */
static void answer_to(struct reading *r, const struct prompt *p)
{
	bool is_whole = false;
	size_t n_used = 0, end = line_end(r, p->end);
	const struct output *output = output_of(p->command, &is_whole, &n_used);
	answer_close(r, true);
	r->is_tech = p->host.len
			     ? p->command.len >= 9 && !strncasecmp(p->command.ptr, "show tech", 9)
			     : r->is_tech;
	step_lines(r, p->end);
	bool is_setting = p->is_config && !output;
	r->after_config = is_setting;
	if (p->command.len == 0 || is_setting || !answer_open(r, output))
		return;
	struct answer *w = answer_now(r);
	w->has_echo = true;
	w->is_sure = p->host.len || r->is_tech || !r->has_prompts;
	w->is_uncut = true;
	if (p->host.len == 0) { // a line of its own
		w->is_uncut = is_whole;
		w->command = p->command;
		r->at = end;
	} else if (output) {
		r->at = p->end + n_used;
		skip_arguments(r, w, end);
		w->command = (struct str){ p->command.ptr, r->at - p->end };
	} else {
		w->command = p->command;
		r->at += word_length(r, r->at);
	}
}

static bool take_prompt(struct reading *r)
{
	struct prompt p;
	bool begins = r->at == r->line_begin;
	if (begins && heading_at(r->text, r->at, &p)) {
		answer_to(r, &p);
		return true;
	}
	if (!prompt_at(r->text, r->at, begins, &p))
		return false;
	r->has_prompts = true;
	if (!device_get(r, p.host, true))
		return false;
	answer_to(r, &p);
	return true;
}

/* A line that is nothing but a command of ours: a paste without its prompts. */
static bool take_bare_command(struct reading *r)
{
	if (r->at != r->line_begin || strncasecmp(r->text.ptr + r->at, "sh", 2))
		return false;
	size_t end = line_end(r, r->at), n_used;
	bool is_whole;
	struct prompt p = { .command = { r->text.ptr + r->at, end - r->at }, .end = r->at };
	if (p.command.len > 80 || !output_of(p.command, &is_whole, &n_used))
		return false;
	struct str rest = { p.command.ptr + n_used, p.command.len - n_used };
	bool is_filter = memchr(rest.ptr, '|', rest.len);
	if (!is_whole && !is_filter && rest.len > 48)
		return false;
	answer_to(r, &p);
	return true;
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
		value_read(
			fact_fields[p->say[i].field].type, word, fact_value(f, x, p->say[i].field));
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
	if (fact_kinds[kind].many == FACT_FORM && p->is & PHRASE_MORE && last >= 0)
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

static bool take_phrase(struct reading *r)
{
	struct caught caught;
	const struct output *of;
	const struct answer *w = answer_now(r);
	const struct spot spot = { .text = r->text,
		.at = r->at,
		.begins_line = r->at == r->line_begin || r->after_config,
		.current = output_now(r),
		.is_alone = w && w->output == &config_output && w->marks & CONFIG_BEGIN };
	const struct phrase *p = phrases_find(r->a->phrases, &spot, &of, &caught);
	if (!p)
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

static struct str line_here(const struct reading *r)
{
	return (struct str){ r->text.ptr + r->at, line_end(r, r->at) - r->at };
}

static bool line_starts(struct str line, const char *with)
{
	return line.len >= strlen(with) && !strncasecmp(line.ptr, with, strlen(with));
}

/* The lines of a banner are no commands: over them, to the letter that ends it. */
static void skip_banner(struct reading *r)
{
	struct str line = line_here(r);
	size_t at = sizeof "banner " - 1;
	while (at < line.len && line.ptr[at] != ' ')
		at++;
	while (at < line.len && line.ptr[at] == ' ')
		at++;
	if (at >= line.len)
		return;
	size_t n = line.ptr[at] == '^' && at + 1 < line.len ? 2 : 1;
	struct str mark = { line.ptr + at, n };
	size_t begin = r->at + at + n, end = r->text.len;
	for (unsigned i = 0; i < BANNER_LINES_MAX && begin < end; i++) {
		size_t to = line_end(r, begin);
		if (memmem(r->text.ptr + begin, to - begin, mark.ptr, mark.len)) {
			step_lines(r, to);
			return;
		}
		begin = to + 1;
	}
}

/* A file is a device: its configuration says its name. */
static void take_hostname(struct reading *r, struct str line)
{
	size_t at = sizeof "hostname " - 1, n = 0;
	while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '"'))
		at++;
	while (at + n < line.len && line.ptr[at + n] != ' ' && line.ptr[at + n] != '"')
		n++;
	answer_now(r)->marks |= CONFIG_HOSTNAME;
	struct str name = { line.ptr + at, n };
	if (r->has_prompts || n == 0 || is_generic(name) || r->a->device[r->device].is_named)
		return;
	uint32_t unnamed = r->device;
	if (!device_get(r, name, true))
		return;
	for (size_t i = r->first_answer; i < r->a->n_answers; i++)
		if (r->a->answer[i].device == unnamed)
			r->a->answer[i].device = r->device;
}

/* Marks and sections of a configuration, seen at the begin of each of its lines. */
static void look_at_config_line(struct reading *r)
{
	struct str line = line_here(r);
	struct answer *w = answer_now(r);
	bool is_indented = r->at > 0 && r->text.ptr[r->at - 1] == ' ';
	if (line_starts(line, "version "))
		w->marks |= CONFIG_VERSION | CONFIG_BEGIN;
	if (line_starts(line, "hostname "))
		take_hostname(r, line);
	if (r->port >= 0 && r->port_is_fresh) {
		r->port_is_indented = is_indented;
		r->port_is_fresh = false;
	}
	bool ends = line.ptr[0] == '!' || (r->port_is_indented && !is_indented) ||
		    line_starts(line, "exit") || line_starts(line, "router ");
	if (r->port >= 0 && ends)
		port_close(r, true);
	if (line.len == 3 && line_starts(line, "end")) {
		w->marks |= CONFIG_END;
		w->last_line = r->line;
		step_lines(r, line_end(r, r->at));
		answer_close(r, true);
	}
}

/* A configuration that no command announces: an archive, or a paste. */
static bool begins_config(const struct reading *r)
{
	struct str line = line_here(r);
	return line_starts(line, "!RANCID-CONTENT-TYPE") ||
	       line_starts(line, "Building configuration") ||
	       line_starts(line, "Current configuration") ||
	       (line_starts(line, "version ") && line.len < 24 && line.ptr[8] >= '1' &&
		       line.ptr[8] <= '9') ||
	       (line_starts(line, "hostname ") && line.len < 80);
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
static void pass_over(struct reading *r)
{
	bool is_config = output_now(r) == &config_output;
	struct str line = line_here(r);
	if (!is_config) {
		miss(r);
		r->at += word_length(r, r->at);
		return;
	}
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

static void read_word(struct reading *r)
{
	bool begins = r->at == r->line_begin;
	if (take_prompt(r) || take_bare_command(r))
		return;
	if (begins && output_now(r) != &config_output && begins_config(r)) {
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

bool answer_is_complete(const struct answer *w)
{
	if (w->n_unknown || w->check[0] || !w->is_sure || !w->is_uncut)
		return false;
	if (w->output == &config_output)
		return (w->marks & CONFIG_ALL) == CONFIG_ALL;
	return w->has_echo && w->is_ended && w->n_facts > 0;
}
