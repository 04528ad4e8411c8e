// SPDX-License-Identifier: Apache-2.0
// The audit for a terminal. Texts come from files and devices: what steers a terminal is made harmless.
#include <stdlib.h>
#include <string.h>

#include "model/words.h"
#include "output/audit.h"
#include "output/audit_words.h"

enum { PLAIN_BYTES = 1024, WIDTH = 96, INDENT = 18 };

static const char *const red = "\033[1;31m", *const yellow = "\033[33m", *const off = "\033[0m";

static const char *plain_text(struct str text, char room[static PLAIN_BYTES])
{
	char whole[PLAIN_BYTES];
	size_t n = text.len < sizeof whole ? text.len : sizeof whole - 1;
	memcpy(whole, text.ptr, n);
	whole[n] = '\0';
	return plain_format(whole, room, PLAIN_BYTES);
}

static const char *plain_name(const char *name, char room[static PLAIN_BYTES])
{
	return plain_format(name, room, PLAIN_BYTES);
}

/* Columns that a text takes: a character of Japanese takes two. */
static size_t columns(const char *text, size_t bytes)
{
	size_t n = 0;
	for (size_t i = 0; i < bytes; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			n += (unsigned char)text[i] >= 0xe3 ? 2 : 1;
	return n;
}

/* A paragraph, broken between words; texts without spaces are left to the terminal. */
static void paragraph(const char *text, FILE *out)
{
	size_t at = 0;
	while (*text) {
		size_t n = strcspn(text, " "), wide = columns(text, n);
		if (at && at + 1 + wide > WIDTH - INDENT) {
			fprintf(out, "\n%*s", INDENT, "");
			at = 0;
		}
		fprintf(out, "%s%.*s", at ? " " : "", (int)n, text);
		at += wide + (at > 0);
		text += n;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

static void row(const char *title, const char *text, FILE *out)
{
	char room[PLAIN_BYTES];
	size_t wide = columns(title, strlen(title));
	fprintf(out, "  %s%*s", title, wide + 2 < INDENT ? (int)(INDENT - 2 - wide) : 1, "");
	paragraph(plain_name(text, room), out);
}

static void quotes(const struct symptom *s, enum lang lang, FILE *out)
{
	const char *proof = audit_word(AUDIT_PROOF, lang);
	char name[PLAIN_BYTES], text[PLAIN_BYTES];
	for (size_t i = 0; i < s->n_quotes; i++) {
		const struct quote *q = &s->quote[i];
		size_t wide = columns(proof, strlen(proof));
		fprintf(out, "  %s%*s%s:%u: %s\n", i ? "" : proof,
			(int)(INDENT - 2 - (i ? 0 : wide)), "", plain_name(q->source, name),
			q->line, plain_text(q->text, text));
	}
	if (s->n_facts > s->n_quotes)
		fprintf(out, "%*s", INDENT, "");
	if (s->n_facts > s->n_quotes)
		fprintf(out, audit_word(AUDIT_MORE_LINES, lang), (unsigned long long)s->n_facts);
}

/* The hosts that the same device shows: they are what ails it. */
static void behind(const struct audit_report *r, const struct symptom *s, FILE *out)
{
	const char *title = audit_word(AUDIT_HOSTS, r->lang);
	bool any = false;
	for (size_t i = 0; i < r->n_hosts; i++) {
		const struct audited_host *h = &r->host[i];
		if (!symptom_names(s, h))
			continue;
		size_t wide = columns(title, strlen(title));
		if (!any)
			fprintf(out, "  %s%*s", title, (int)(INDENT - 2 - wide), "");
		bool has_port = strcmp(h->port, "not told") != 0;
		fprintf(out, "%s%s (%s%s%s)", any ? ", " : "", h->address, h->verdict,
			has_port ? ", " : "", has_port ? h->port : "");
		any = true;
	}
	if (any)
		fputc('\n', out);
}

static void hosts(const struct audit_report *r, FILE *out)
{
	char room[PLAIN_BYTES];
	for (size_t i = 0; i < r->n_hosts; i++) {
		const struct audited_host *h = &r->host[i];
		fprintf(out, "%s  %s  %s  %u %%, %s %s\n", h->address, h->verdict, h->port,
			h->confidence, audit_word(AUDIT_IN_OUTPUT, r->lang),
			plain_name(r->device[h->device].name, room));
		fprintf(out, "%*s", INDENT, "");
		paragraph(plain_name(h->why, room), out);
	}
	if (r->n_hosts)
		fputc('\n', out);
	for (size_t i = 0; i < r->n_remarks; i++) {
		if (r->remark[i].source)
			fprintf(out, "%s:%ju: ", plain_name(r->remark[i].source, room),
				(uintmax_t)r->remark[i].line);
		fprintf(out, "%s: %s\n", audit_word(AUDIT_NOTE, r->lang),
			plain_name(r->remark[i].text, room));
	}
	if (r->n_remarks)
		fputc('\n', out);
}

static void symptom(const struct audit_report *r, const struct symptom *s, FILE *out, bool colour)
{
	char room[PLAIN_BYTES];
	const char *on = !colour ? "" : s->rank == 2 ? red : s->rank == 1 ? yellow : "";
	fprintf(out, "%s%s%s  %s  %s  %u %%", on, s->severity, *on ? off : "",
		plain_name(r->device[s->device].name, room), s->rule, s->confidence);
	if (s->is_unsure)
		fprintf(out, "  (%s)", audit_word(AUDIT_UNSURE, r->lang));
	fputc('\n', out);
	for (enum told t = 0; t < N_TOLD; t++)
		if (s->told[t])
			row(told_title(t, r->lang), s->told[t], out);
	behind(r, s, out);
	quotes(s, r->lang, out);
	fputc('\n', out);
}

static void list(const char *head, const char *const *command, size_t n, FILE *out)
{
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s%s%s", i ? ", " : head, command[i], i + 1 == n ? "\n" : "");
}

/* A device, and what to ask it; `above`: what the one before was to be asked. */
static void device(const struct audit_report *r, uint32_t i, struct audit_asks *above, FILE *out)
{
	char room[PLAIN_BYTES];
	const struct audited_device *d = &r->device[i];
	struct audit_asks asks = audit_asks_of(r, i);
	fprintf(out, "%s", plain_name(d->name, room));
	if (d->os || d->release)
		fprintf(out, " (%s%s", d->os ? plain_name(d->os, room) : "",
			d->os && d->release ? " " : "");
	if (d->release)
		fprintf(out, "%s", plain_name(d->release, room));
	if (d->os || d->release)
		fputc(')', out);
	fprintf(out, audit_word(AUDIT_COUNTS, r->lang), d->n_symptoms, d->n_clear, d->n_unknown);
	if (asks.n_first + asks.n_again && audit_asks_are_same(&asks, above)) {
		fprintf(out, "  %s\n", audit_word(AUDIT_SAME, r->lang));
		return;
	}
	fputs(asks.n_first ? "  " : "", out);
	list(audit_word(AUDIT_ASK, r->lang), asks.first, asks.n_first, out);
	fputs(asks.n_again ? "  " : "", out);
	list(audit_word(AUDIT_AGAIN, r->lang), asks.again, asks.n_again, out);
	*above = asks;
}

static void passages(const struct audit_report *r, FILE *out)
{
	size_t n_read = 0, n_other = 0, n_facts = 0, n_unknown = 0;
	for (size_t i = 0; i < r->n_passages; i++) {
		n_read += r->passage[i].output != NULL;
		n_other += r->passage[i].output == NULL;
		n_facts += r->passage[i].n_facts;
		n_unknown += r->passage[i].n_unknown;
	}
	fprintf(out, audit_word(AUDIT_READ, r->lang), n_read, n_facts);
	if (n_other)
		fprintf(out, audit_word(AUDIT_OTHERS, r->lang), n_other);
	if (n_unknown)
		fprintf(out, audit_word(AUDIT_ODD_LINES, r->lang), n_unknown);
	if (r->n_joined)
		fprintf(out, audit_word(AUDIT_JOINED_LINES, r->lang), r->n_joined);
	fputc('\n', out);
}

static bool has_outputs(const struct audit_report *r)
{
	for (size_t i = 0; i < r->n_passages; i++)
		if (r->passage[i].output)
			return true;
	return false;
}

void audit_text(const struct audit_report *r, FILE *out, bool colour)
{
	for (size_t i = 0; i < r->n_symptoms; i++)
		symptom(r, &r->symptom[i], out, colour);
	hosts(r, out);
	if (!has_outputs(r)) {
		fprintf(out, "%s\n", audit_word(AUDIT_NO_OUTPUT, r->lang));
		return;
	}
	if (r->n_symptoms == 0)
		fprintf(out, "%s\n\n", audit_word(AUDIT_NOTHING, r->lang));
	struct audit_asks above = {};
	for (uint32_t i = 0; i < r->n_devices; i++)
		if (audit_is_told(&r->device[i]))
			device(r, i, &above, out);
	passages(r, out);
}
