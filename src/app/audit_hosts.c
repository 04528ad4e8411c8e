// SPDX-License-Identifier: Apache-2.0
// The flows in outputs go to detection, and what it finds comes back with the device that showed it.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/audit.h"
#include "decode/weblog.h"
#include "model/prefixes.h"

enum { MEMORY = 64 << 20 }; // for contacts: a list in an output is short

/* What the audit has read before Ctrl-C is there without waiting. */
static const volatile sig_atomic_t never;

bool hosts_open(struct audit_hosts *h)
{
	h->options =
		(struct detect_options){ .memory = MEMORY, .follow = true }; // sources come later
	if (!run_open(&h->run, &h->options))
		return false;
	h->run.in->interrupted = &never;
	return true;
}

void hosts_close(struct audit_hosts *h)
{
	findings_free(&h->findings);
	run_free(&h->run);
	free(h->host);
	free(h->text);
	free(h->source);
	free(h->remark);
	*h = (struct audit_hosts){};
}

/* Outputs that can hold no flow; logs can, in messages of access lists. */
static bool can_show_flows(const struct answer *w)
{
	static const struct output *const known[] = { &flow_output, &accounting_output, &mls_output,
		&log_output };
	for (size_t i = 0; i < countof(known); i++)
		if (w->output == known[i])
			return true;
	return !w->output;
}

/* What becomes of a line on its way to detection. A command goes along, for it ends the list above it. */
enum line_use { LINE_TAKEN, LINE_ALONG, LINE_DROPPED };

/* Whether the prompt or the command begins its line; on a page without line ends rows may precede it. */
static bool begins_line(const struct answer *w, const struct paper *p)
{
	struct str line = paper_line(p, w->line);
	const char *end = line.ptr + line.len;
	while (line.ptr < end && *line.ptr == ' ')
		line.ptr++;
	return w->has_echo && w->command.ptr >= line.ptr && w->command.ptr < end &&
	       !memchr(line.ptr, ' ', (size_t)(w->command.ptr - line.ptr));
}

/* Lines of answers: `first` is the first of the source. A log has flows where its messages tell them. */
static void use_answers(const struct audit *a, size_t first, const struct paper *p, char *use)
{
	for (size_t i = first; i < a->n_answers; i++) {
		const struct answer *w = &a->answer[i];
		size_t end = i + 1 < a->n_answers ? w[1].line : (size_t)w->last_line + 1;
		bool is_log = w->output == &log_output;
		if (end > w->line && begins_line(w, p))
			use[w->line] = LINE_ALONG;
		if (can_show_flows(w) && !is_log)
			continue;
		for (size_t line = (size_t)w->line + 1; line < end; line++)
			use[line] = is_log ? LINE_ALONG : LINE_DROPPED;
	}
}

/* Most messages of a log tell no flow, and a log is long. */
static void use_messages(const struct audit *a, size_t first, const struct paper *p, char *use)
{
	for (size_t i = a->facts.n; i-- > 0 && a->facts.fact[i].answer >= first;) {
		const struct fact *x = &a->facts.fact[i];
		if (x->kind != FACT_MESSAGE || audit_answer(a, x)->output != &log_output)
			continue;
		struct str line = paper_line(p, x->line), text = line;
		text.ptr = fact_value(&a->facts, x, MESSAGE_FACILITY)->text.ptr;
		if (text.ptr < line.ptr || text.ptr >= line.ptr + line.len)
			continue;
		text.len = (size_t)(line.ptr + line.len - text.ptr);
		use[x->line] = device_message_tells(text) ? LINE_TAKEN : LINE_DROPPED;
	}
}

/* The text of a source without what cannot hold flows, whose lines keep their numbers. NULL when nothing
 * is left, or without memory. */
static char *flows_alone(const struct audit *a, size_t of, size_t *len)
{
	const struct paper *p = &a->source[of].paper;
	char *use = calloc(p->n_lines + 2, sizeof *use), *text = use ? malloc(p->len + 1) : NULL;
	size_t first = a->n_answers, n = 0;
	bool has_any = false;
	while (first > 0 && a->answer[first - 1].source == of)
		first--;
	if (text) {
		use_answers(a, first, p, use);
		use_messages(a, first, p, use);
	}
	for (size_t line = 1; text && line <= p->n_lines; line++) {
		struct str s = paper_line(p, line);
		has_any = has_any || (use[line] == LINE_TAKEN && s.len);
		if (use[line] != LINE_DROPPED) {
			memcpy(text + n, s.ptr, s.len);
			n += s.len;
		}
		text[n++] = '\n';
	}
	free(use);
	*len = n;
	if (has_any)
		return text;
	free(text);
	return NULL;
}

void hosts_read(struct audit_hosts *h, const struct audit *a, size_t of)
{
	struct err e = {};
	struct sources *s = &h->run.sources;
	size_t len = a->source[of].paper.len;
	char *text = len ? flows_alone(a, of, &len) : NULL;
	uint32_t *all = array_grown(h->source, sizeof *all, s->n, &h->cap_sources);
	FILE *file = text ? fmemopen(text, len, "r") : NULL;
	if (all)
		h->source = all;
	if (all && file && sources_put(s, a->source[of].name, &e)) {
		struct input input = {
			.name = s->name[s->n - 1], .file = file, .content = CONTENT_TEXT
		};
		h->run.in->source = s->name;
		h->run.in->n_sources = s->n;
		all[s->n - 1] = (uint32_t)of;
		ingest_text(h->run.in, &input, (uint16_t)(s->n - 1));
		requests_flush(&h->run.in->requests);
		batch_flush(&h->run.in->batch);
	}
	if (file)
		fclose(file);
	free(text);
}

/* The answer in which a line stands: the last that begins above it. */
static const struct answer *answer_at(const struct audit *a, uint32_t source, uint64_t line)
{
	const struct answer *found = NULL;
	for (size_t i = 0; i < a->n_answers; i++)
		if (a->answer[i].source == source && a->answer[i].line <= line)
			found = &a->answer[i];
	return found;
}

/* Whose output shows a host; false when none does, as of a log of a web server. */
static bool device_of(const struct audit_hosts *h, const struct audit *a, const struct finding *f,
	uint32_t *device)
{
	for (size_t i = 0; i < f->n_exhibits; i++) {
		place at = contact_place(f->exhibit[i].contact);
		const struct answer *w =
			place_source(at) < h->run.sources.n
				? answer_at(a, h->source[place_source(at)], place_position(at))
				: NULL;
		if (!w)
			continue;
		*device = w->device;
		return true;
	}
	return false;
}

/* What detection noted while it read: the texts stay in its books. */
static bool gather_remarks(struct audit_hosts *h)
{
	const struct trouble *t = &h->run.in->trouble;
	run_notes(&h->run, &h->findings);
	h->remark = calloc(t->n_notes + 1, sizeof *h->remark);
	h->cap_remarks = t->n_notes + 1;
	for (uint32_t i = 0; h->remark && i < t->n_notes; i++) {
		place at = t->note[i].at;
		bool has_place = at != PLACE_NONE && place_source(at) < h->run.sources.n;
		h->remark[h->n_remarks++] = (struct remark){ .text = t->note[i].text,
			.source = has_place ? h->run.sources.name[place_source(at)] : NULL,
			.line = has_place ? place_position(at) : 0 };
	}
	return h->remark;
}

bool hosts_judge(struct audit_hosts *h, const struct audit *a)
{
	if (!run_judge(&h->run, &h->findings))
		return false;
	h->host = calloc(h->findings.n + 1, sizeof *h->host);
	h->text = calloc(h->findings.n + 1, sizeof *h->text);
	if (!h->host || !h->text || !gather_remarks(h)) {
		fputs("cordon audit: no memory\n", stderr);
		return false;
	}
	for (size_t i = 0; i < h->findings.n; i++) {
		const struct finding *f = &h->findings.finding[i];
		struct audited_host *host = &h->host[h->n];
		if (!device_of(h, a, f, &host->device))
			continue;
		host->address = addr_format(&f->host, h->text[h->n][0]);
		host->port = finding_port(f, h->text[h->n][1]);
		host->verdict = verdict_name(f->verdict);
		host->confidence = (unsigned)floor(f->confidence * 100);
		host->why = f->why;
		host->is_alarm = verdict_is_alarm(f->verdict);
		h->n++;
	}
	return true;
}
