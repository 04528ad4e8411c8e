// SPDX-License-Identifier: Apache-2.0
// The flows in outputs go to detection, and what it finds comes back with the device that showed it.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/audit.h"
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

/* A text being copied in part: its lines up to `line` are. */
struct excerpt {
	char *text;
	size_t len, line;
};

/* Copy the lines before `to`, or of each its end alone: the others keep their numbers. */
static void copy_lines(struct excerpt *x, const struct paper *p, size_t to, bool is_blank)
{
	if (to > p->n_lines + 1)
		to = p->n_lines + 1;
	if (to <= x->line)
		return;
	size_t begin = p->start[x->line - 1],
	       n = is_blank ? to - x->line : p->start[to - 1] - begin;
	if (is_blank)
		memset(x->text + x->len, '\n', n);
	else
		memcpy(x->text + x->len, p->text + begin, n);
	x->len += n;
	x->line = to;
}

/* The text of a source without what cannot hold flows; NULL without memory. */
static char *flows_alone(const struct audit *a, size_t of, size_t *len)
{
	const struct paper *p = &a->source[of].paper;
	struct excerpt x = { .text = malloc(p->len + 1), .line = 1 };
	size_t first = a->n_answers;
	if (!x.text)
		return NULL;
	while (first > 0 && a->answer[first - 1].source == of)
		first--;
	for (size_t i = first; i < a->n_answers; i++) {
		const struct answer *w = &a->answer[i];
		if (can_show_flows(w))
			continue;
		bool is_last = i + 1 == a->n_answers;
		copy_lines(&x, p, w->line + 1, false); // its first line may be shared
		copy_lines(&x, p, is_last ? w->last_line + 1 : w[1].line, true);
	}
	copy_lines(&x, p, p->n_lines + 1, false);
	*len = x.len;
	return x.text;
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

bool hosts_judge(struct audit_hosts *h, const struct audit *a)
{
	if (!run_judge(&h->run, &h->findings))
		return false;
	h->host = calloc(h->findings.n + 1, sizeof *h->host);
	h->text = calloc(h->findings.n + 1, sizeof *h->text);
	if (!h->host || !h->text) {
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
