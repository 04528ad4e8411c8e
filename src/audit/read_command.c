// SPDX-License-Identifier: Apache-2.0
// Commands: behind a prompt, in a heading, alone on a line; and where what they print begins.
#include <strings.h>

#include "audit/prompt.h"
#include "audit/reading.h"

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
	answer_close(r, !answer_now(r) || answer_now(r)->device ==
						  r->device); // of another: two logs in one file
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
	w->is_part = output && output_is_part(output, (struct str){ p->command.ptr, n_used });
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

bool take_command(struct reading *r)
{
	return take_prompt(r) || take_bare_command(r);
}
