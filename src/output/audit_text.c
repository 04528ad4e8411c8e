// SPDX-License-Identifier: Apache-2.0
// The audit for a terminal. Texts come from files and devices: what steers a terminal is made harmless.
#include <stdlib.h>
#include <string.h>

#include "model/words.h"
#include "output/audit.h"

enum { PLAIN_BYTES = 1024, WIDTH = 96, INDENT = 18, COMMANDS_SHOWN = 24 };

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
	static const char *const proof[N_LANGS] = { "Proof", "根拠" };
	char name[PLAIN_BYTES], text[PLAIN_BYTES];
	for (size_t i = 0; i < s->n_quotes; i++) {
		const struct quote *q = &s->quote[i];
		size_t wide = columns(proof[lang], strlen(proof[lang]));
		fprintf(out, "  %s%*s%s:%u: %s\n", i ? "" : proof[lang],
			(int)(INDENT - 2 - (i ? 0 : wide)), "", plain_name(q->source, name),
			q->line, plain_text(q->text, text));
	}
	if (s->n_facts > s->n_quotes)
		fprintf(out, "%*s... %llu such lines\n", INDENT, "",
			(unsigned long long)s->n_facts);
}

/* The hosts that the same device shows: they are what ails it. */
static void behind(const struct audit_report *r, const struct symptom *s, FILE *out)
{
	static const char *const title[N_LANGS] = { "Hosts", "ホスト" };
	bool any = false;
	for (size_t i = 0; i < r->n_hosts; i++) {
		const struct audited_host *h = &r->host[i];
		if (!symptom_names(s, h))
			continue;
		size_t wide = columns(title[r->lang], strlen(title[r->lang]));
		if (!any)
			fprintf(out, "  %s%*s", title[r->lang], (int)(INDENT - 2 - wide), "");
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
		fprintf(out, "%s  %s  %s  %u %%, in the output of %s\n", h->address, h->verdict,
			h->port, h->confidence, plain_name(r->device[h->device].name, room));
		fprintf(out, "%*s", INDENT, "");
		paragraph(plain_name(h->why, room), out);
	}
	if (r->n_hosts)
		fputc('\n', out);
	for (size_t i = 0; i < r->n_remarks; i++) {
		if (r->remark[i].source)
			fprintf(out, "%s:%ju: ", plain_name(r->remark[i].source, room),
				(uintmax_t)r->remark[i].line);
		fprintf(out, "note: %s\n", plain_name(r->remark[i].text, room));
	}
	if (r->n_remarks)
		fputc('\n', out);
}

static void symptom(const struct audit_report *r, const struct symptom *s, FILE *out, bool colour)
{
	char room[PLAIN_BYTES];
	const char *on = !colour ? "" : s->rank == 2 ? red : s->rank == 1 ? yellow : "";
	fprintf(out, "%s%s%s  %s  %s  %u %%%s\n", on, s->severity, *on ? off : "",
		plain_name(r->device[s->device].name, room), s->rule, s->confidence,
		s->is_unsure ? "  (whose output it is cannot be told)" : "");
	for (enum told t = 0; t < N_TOLD; t++)
		if (s->told[t])
			row(told_title(t, r->lang), s->told[t], out);
	behind(r, s, out);
	quotes(s, r->lang, out);
	fputc('\n', out);
}

/* Commands that would answer questions, each once, in the order of the rules; of those that wait for
 * a second capture when `again`, else of the others. */
static size_t commands_of(const struct audit_report *r, uint32_t device, bool again,
	const char *command[static COMMANDS_SHOWN])
{
	size_t n = 0;
	for (size_t i = 0; i < r->n_questions; i++) {
		const struct question *q = &r->question[i];
		size_t k = 0;
		if (q->device != device || !q->command || q->wants_another != again)
			continue;
		while (k < n && strcmp(command[k], r->question[i].command))
			k++;
		if (k == n && n < COMMANDS_SHOWN)
			command[n++] = r->question[i].command;
	}
	return n;
}

static void device(const struct audit_report *r, uint32_t i, FILE *out)
{
	static const char *const told[] = { "  not told by this input; ask: ",
		"  a trend needs a second capture (--before, --after) of: " };
	char room[PLAIN_BYTES];
	const struct audited_device *d = &r->device[i];
	const char *command[COMMANDS_SHOWN];
	if (d->n_symptoms + d->n_clear + d->n_unknown == 0)
		return;
	fprintf(out, "%s", plain_name(d->name, room));
	if (d->os || d->release)
		fprintf(out, " (%s%s%s", d->os ? plain_name(d->os, room) : "",
			d->os && d->release ? " " : "", "");
	if (d->release)
		fprintf(out, "%s", plain_name(d->release, room));
	if (d->os || d->release)
		fputc(')', out);
	fprintf(out, ": %zu found, %zu not so, %zu unknown\n", d->n_symptoms, d->n_clear,
		d->n_unknown);
	for (int again = 0; again < 2; again++) {
		size_t n = commands_of(r, i, again, command);
		for (size_t k = 0; k < n; k++)
			fprintf(out, "%s%s%s", k ? ", " : told[again], command[k],
				k + 1 == n ? "\n" : "");
	}
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
	fprintf(out, "Read: %zu output%s, %zu facts", n_read, n_read == 1 ? "" : "s", n_facts);
	if (n_other)
		fprintf(out, "; %zu of commands that are not audited", n_other);
	if (n_unknown)
		fprintf(out, "; %zu line%s not understood in lists", n_unknown,
			n_unknown == 1 ? "" : "s");
	fputs(".\n", out);
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
		fputs("No output of a router or switch was recognised: this says nothing about any "
		      "device.\n",
			out);
		return;
	}
	if (r->n_symptoms == 0)
		fputs("No symptom was found in what could be read.\n\n", out);
	for (uint32_t i = 0; i < r->n_devices; i++)
		device(r, i, out);
	passages(r, out);
}
