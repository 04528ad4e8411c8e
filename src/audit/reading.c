// SPDX-License-Identifier: Apache-2.0
// Answers are opened and closed, devices found, lines counted.
#include "audit/reading.h"

#include <ctype.h>
#include <strings.h>

#include "model/prefixes.h"

struct answer *answer_now(const struct reading *r)
{
	return r->answer == NO_ANSWER ? NULL : &r->a->answer[r->answer];
}

const struct output *output_now(const struct reading *r)
{
	const struct answer *w = answer_now(r);
	return w ? w->output : NULL;
}

bool host_is_generic(struct str host)
{
	static const char *const names[] = { "router", "switch", "device", "console", "host",
		"rommon" };
	for (size_t i = 0; i < countof(names); i++)
		if (host.len == strlen(names[i]) && !strncasecmp(host.ptr, names[i], host.len))
			return true;
	return false;
}

static void name_copy(char room[static AUDIT_NAME_BYTES], struct str name)
{
	size_t n = name.len < AUDIT_NAME_BYTES ? name.len : AUDIT_NAME_BYTES - 1;
	memcpy(room, name.ptr, n);
	room[n] = '\0';
}

bool device_get(struct reading *r, struct str host, bool is_named)
{
	struct audit *a = r->a;
	bool is_own = is_named && !host_is_generic(host);
	char name[AUDIT_NAME_BYTES];
	name_copy(name, host);
	for (size_t i = a->n_devices; i-- > 0 && a->device[i].source == r->source;)
		if (a->device[i].is_named == is_own && !strcmp(a->device[i].name, name)) {
			r->device = (uint32_t)i;
			return true;
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
	name_copy(d->name, host);
	name_copy(d->label, (struct str){ r->label, strlen(r->label) });
	r->device = (uint32_t)a->n_devices++;
	return true;
}

/* The section of the configuration ends; whether all of it was understood is known now. */
void port_close(struct reading *r, bool by_line)
{
	if (r->port < 0)
		return;
	struct fact *x = &r->a->facts.fact[r->port];
	x->is_whole = by_line && r->missed_line < x->line;
	r->port = -1;
}

/* Whether the reader of the terminal left the output in the midst. */
static bool is_paged(const struct reading *r)
{
	return paper_is_paged(&r->a->source[r->source].paper, r->line, r->at);
}

void answer_close(struct reading *r, bool is_ended)
{
	struct answer *w = answer_now(r);
	bool is_left = w && is_ended && is_paged(r);
	is_ended = is_ended && !is_left;
	port_close(r, is_ended);
	if (w && is_ended)
		w->is_ended = true;
	if (w)
		w->is_left = is_left;
	r->answer = NO_ANSWER;
	for (size_t i = 0; i < N_FACT_KINDS; i++)
		r->last[i] = -1;
}

bool answer_open(struct reading *r, const struct output *output)
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

void step_lines(struct reading *r, size_t to)
{
	while (r->at < to) {
		if (r->text.ptr[r->at] == '\n')
			r->line++;
		r->at++;
	}
}

size_t word_length(const struct reading *r, size_t at)
{
	size_t n = 0;
	while (at + n < r->text.len && r->text.ptr[at + n] != ' ' && r->text.ptr[at + n] != '\n')
		n++;
	return n;
}

size_t line_end(const struct reading *r, size_t at)
{
	const char *end =
		at < r->text.len ? memchr(r->text.ptr + at, '\n', r->text.len - at) : NULL;
	return end ? (size_t)(end - r->text.ptr) : r->text.len;
}

struct str line_here(const struct reading *r)
{
	return (struct str){ r->text.ptr + r->at, line_end(r, r->at) - r->at };
}

bool line_starts(struct str line, const char *with)
{
	return line.len >= strlen(with) && !strncasecmp(line.ptr, with, strlen(with));
}

void skip_log_time(struct reading *r)
{
	enum { MOST = 64, WORD_MOST = 5 };
	struct str line = line_here(r);
	size_t n = 0, n_letters = 0;
	bool has_digit = false;
	for (; n < line.len && n < MOST && line.ptr[n] != '%'; n++) {
		char c = line.ptr[n];
		n_letters = isalpha((unsigned char)c) ? n_letters + 1 : 0;
		has_digit = has_digit || isdigit((unsigned char)c);
		if (n_letters > WORD_MOST || (!isalnum((unsigned char)c) && !strchr(" :.*+-", c)))
			return;
	}
	bool is_message = n > 2 && n + 1 < line.len && line.ptr[n] == '%' &&
			  isupper((unsigned char)line.ptr[n + 1]) &&
			  !memcmp(line.ptr + n - 2, ": ", 2) && has_digit;
	if (is_message)
		r->at += n;
}
