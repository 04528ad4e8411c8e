// SPDX-License-Identifier: Apache-2.0
// The audit as one page. Every text comes from somewhere else, so each is escaped.
#include <string.h>

#include "base/utf8.h"
#include "output/audit.h"
#include "output/audit_words.h"

/* Bytes of a character that a page may hold; 0 for what is none, or only steers a terminal. */
static size_t character_at(struct str text, size_t at)
{
	const unsigned char *p = (const unsigned char *)text.ptr + at;
	size_t n = (size_t)utf8_length(p); // of a view into a text that ends with a NUL
	bool is_control = p[0] < ' ' || p[0] == 0x7f || (n == 2 && p[0] == 0xc2 && p[1] < 0xa0);
	return is_control || at + n > text.len ? 0 : n;
}

static void put(struct str text, FILE *out)
{
	static const char *const names[256] = {
		['<'] = "&lt;", ['>'] = "&gt;", ['&'] = "&amp;", ['"'] = "&quot;"
	};
	for (size_t i = 0, n; i < text.len; i += n ? n : 1) {
		const char *name = names[(unsigned char)text.ptr[i]];
		n = character_at(text, i);
		if (name || n == 0)
			fputs(name ? name : "?", out);
		else
			fwrite(text.ptr + i, 1, n, out);
	}
}

static void put_text(const char *text, FILE *out)
{
	put((struct str){ text, strlen(text) }, out);
}

/* A row of headings. */
static void headings(const struct audit_report *r, const enum audit_word *w, size_t n, FILE *out)
{
	fputs("<table><tr>", out);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "<th>%s</th>", audit_word(w[i], r->lang));
	fputs("</tr>\n", out);
}

/* The hosts that the same device shows: they are what ails it. */
static void behind(const struct audit_report *r, const struct symptom *s, FILE *out)
{
	bool any = false;
	for (size_t i = 0; i < r->n_hosts; i++) {
		const struct audited_host *h = &r->host[i];
		if (!symptom_names(s, h))
			continue;
		if (!any)
			fprintf(out, "<dt>%s</dt><dd>", audit_word(AUDIT_HOSTS, r->lang));
		fprintf(out, "%s<a href=\"#host-%zu\">%s</a> (%s)", any ? ", " : "", i, h->address,
			h->verdict);
		any = true;
	}
	fputs(any ? "</dd>" : "", out);
}

static void symptom(const struct audit_report *r, const struct symptom *s, FILE *out)
{
	fprintf(out, "<section class=\"%s\"><h2>", s->severity);
	put_text(r->device[s->device].name, out);
	fputs(": ", out);
	put_text(s->told[TOLD_SYMPTOM], out);
	fprintf(out, "</h2><p class=\"head\">%s, %s, %u %%", s->severity, s->rule, s->confidence);
	if (s->is_unsure)
		fprintf(out, " (%s)", audit_word(AUDIT_UNSURE, r->lang));
	fputs("</p><dl>", out);
	for (enum told t = TOLD_SYMPTOM + 1; t < N_TOLD; t++) {
		if (!s->told[t])
			continue;
		bool is_code = t == TOLD_COMMAND || t == TOLD_CHECK;
		fprintf(out, "<dt>%s</dt><dd>%s", told_title(t, r->lang), is_code ? "<code>" : "");
		put_text(s->told[t], out);
		fprintf(out, "%s</dd>", is_code ? "</code>" : "");
	}
	behind(r, s, out);
	fputs("</dl><pre>", out);
	for (size_t i = 0; i < s->n_quotes; i++) {
		put_text(s->quote[i].source, out);
		fprintf(out, ":%u: ", s->quote[i].line);
		put(s->quote[i].text, out);
		fputc('\n', out);
	}
	if (s->n_facts > s->n_quotes)
		fprintf(out, audit_word(AUDIT_MORE_LINES, r->lang), (unsigned long long)s->n_facts);
	fputs("</pre></section>\n", out);
}

static void devices(const struct audit_report *r, FILE *out)
{
	static const enum audit_word heads[] = { AUDIT_DEVICE, AUDIT_FOUND, AUDIT_NOT_SO,
		AUDIT_UNKNOWN };
	headings(r, heads, countof(heads), out);
	for (size_t i = 0; i < r->n_devices; i++) {
		const struct audited_device *d = &r->device[i];
		if (!audit_is_told(d))
			continue;
		fputs("<tr><td>", out);
		put_text(d->name, out);
		for (size_t k = 0; k < 2; k++) {
			const char *more = k ? d->release : d->os;
			fputs(more ? " " : "", out);
			put_text(more ? more : "", out);
		}
		fprintf(out, "</td><td>%zu</td><td>%zu</td><td>%zu</td></tr>\n", d->n_symptoms,
			d->n_clear, d->n_unknown);
	}
	fputs("</table>\n", out);
}

static void remarks(const struct audit_report *r, FILE *out)
{
	fputs(r->n_remarks ? "<ul>\n" : "", out);
	for (size_t i = 0; i < r->n_remarks; i++) {
		fputs("<li>", out);
		if (r->remark[i].source) {
			put_text(r->remark[i].source, out);
			fprintf(out, ":%ju: ", (uintmax_t)r->remark[i].line);
		}
		put_text(r->remark[i].text, out);
		fputs("</li>\n", out);
	}
	fputs(r->n_remarks ? "</ul>\n" : "", out);
}

static void hosts(const struct audit_report *r, FILE *out)
{
	if (r->n_hosts == 0)
		return;
	static const enum audit_word heads[] = { AUDIT_HOST, AUDIT_CLASS, AUDIT_PORT,
		AUDIT_SHOWN_BY, AUDIT_BECAUSE };
	fprintf(out, "<h2>%s</h2>\n", audit_word(AUDIT_HOSTS, r->lang));
	headings(r, heads, countof(heads), out);
	for (size_t i = 0; i < r->n_hosts; i++) {
		const struct audited_host *h = &r->host[i];
		fprintf(out, "<tr id=\"host-%zu\"><td>%s</td><td>%s, %u %%</td><td>%s</td><td>", i,
			h->address, h->verdict, h->confidence, h->port);
		put_text(r->device[h->device].name, out);
		fputs("</td><td>", out);
		put_text(h->why, out);
		fputs("</td></tr>\n", out);
	}
	fputs("</table>\n", out);
}

static void commands(enum audit_word head, const struct audit_report *r, const char *const *c,
	size_t n, FILE *out)
{
	if (n)
		fprintf(out, "<p>%s", audit_word(head, r->lang));
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s<code>%s</code>", i ? ", " : "", c[i]);
	fputs(n ? "</p>\n" : "", out);
}

/* The next device of which anything was read, from `i` on; n_devices: none. */
static uint32_t next_told(const struct audit_report *r, uint32_t i)
{
	while (i < r->n_devices && !audit_is_told(&r->device[i]))
		i++;
	return i;
}

/* What to ask: once for all devices, one behind the other, that are to be asked the same. */
static void questions(const struct audit_report *r, FILE *out)
{
	if (r->n_questions == 0)
		return;
	fprintf(out, "<h2>%s</h2>\n", audit_word(AUDIT_UNTOLD, r->lang));
	for (uint32_t i = next_told(r, 0); i < r->n_devices;) {
		struct audit_asks asks = audit_asks_of(r, i), other;
		fputs("<h3>", out);
		put_text(r->device[i].name, out);
		while ((i = next_told(r, i + 1)) < r->n_devices) {
			other = audit_asks_of(r, i);
			if (!audit_asks_are_same(&asks, &other))
				break;
			fputs(", ", out);
			put_text(r->device[i].name, out);
		}
		fputs("</h3>\n", out);
		commands(AUDIT_ASK, r, asks.first, asks.n_first, out);
		commands(AUDIT_AGAIN, r, asks.again, asks.n_again, out);
	}
}

void audit_html(const struct audit_report *r, FILE *out)
{
	fprintf(out,
		"<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
		"<meta name=\"viewport\" content=\"width=device-width\">"
		"<title>cordon audit</title>\n<style>"
		"body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
		"section{border-left:.4em solid #888;padding:0 1em;margin:1em 0}"
		".critical{border-color:#b00020}.warning{border-color:#c77700}"
		"h2{font-size:1.1em}.head{color:#555}dt{font-weight:bold}"
		"pre{background:#f4f4f4;padding:.5em;white-space:pre-wrap;overflow-wrap:anywhere}"
		"h3{font-size:1em;margin-bottom:0}"
		"td,th{text-align:left;padding:.1em 1em .1em 0}</style></head><body>\n"
		"<h1>cordon audit</h1>\n",
		r->lang == LANG_JA ? "ja" : "en");
	devices(r, out);
	if (r->n_symptoms == 0)
		fprintf(out, "<p>%s</p>\n",
			audit_word(r->n_passages ? AUDIT_NOTHING : AUDIT_NO_OUTPUT, r->lang));
	for (size_t i = 0; i < r->n_symptoms; i++)
		symptom(r, &r->symptom[i], out);
	hosts(r, out);
	remarks(r, out);
	questions(r, out);
	fputs("</body></html>\n", out);
}
