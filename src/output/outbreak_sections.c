// SPDX-License-Identifier: Apache-2.0
// The sections of the page: each answers one question of its reader, in words first.
#include <inttypes.h>
#include <stdlib.h>

#include "model/term.h"
#include "output/outbreak_html.h"

enum { CURVE_ROWS = 12 };

static void section(const struct outbreak *o, const char *id, enum phrase head, FILE *out)
{
	fprintf(out, "<section id=\"%s\">\n", id);
	html_element("h2", phrase(head, o->lang), out);
	fputc('\n', out);
}

static void close_section(FILE *out)
{
	fputs("</section>\n", out);
}

/* Columns from `numbers` on hold numbers. */
static void head_row(
	const struct outbreak *o, const enum phrase *name, size_t n, size_t numbers, FILE *out)
{
	fputs("<table>\n<thead><tr>", out);
	for (size_t i = 0; i < n; i++) {
		fprintf(out, "<th scope=\"col\"%s>", i >= numbers ? " class=\"n\"" : "");
		html_put(phrase(name[i], o->lang), out);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n<tbody>\n", out);
}

static void close_table(FILE *out)
{
	fputs("</tbody></table>\n", out);
}

static void number_cell(uint64_t n, FILE *out)
{
	fprintf(out, "<td class=\"n\">%" PRIu64 "</td>", n);
}

static void put_incidents(const struct outbreak *o, FILE *out)
{
	outbreak_text_room room;
	struct incident_iter it = { .outbreak = o };
	const cJSON *i;
	int n = 0, n_all = cJSON_GetArraySize(o->incidents);
	fputs("<ul>\n", out);
	for (; n < INCIDENTS_SHOWN && (i = incident_iter_next(&it)); n++) {
		fputs("<li>", out);
		html_put(words_incident(o, i, room), out);
		fputc(' ', out);
		html_put(words_first(o, i, room), out);
		fputs("</li>\n", out);
	}
	if (n < n_all)
		html_element("li", words_more(o, (uint64_t)(n_all - n), room), out);
	fputs("</ul>\n", out);
}

static void put_what(const struct outbreak *o, FILE *out)
{
	outbreak_text_room room;
	section(o, "what", PHRASE_H_WHAT, out);
	if (!cJSON_GetArraySize(o->incidents)) {
		html_element("p", phrase(PHRASE_WHAT_NOTHING, o->lang), out);
	} else {
		fputs("<p class=\"lead\">", out);
		html_put(words_hosts(o, room), out);
		fputc(' ', out);
		html_put(words_courses(o, room), out);
		fputs("</p>\n", out);
		put_incidents(o, out);
	}
	close_section(out);
}

/* Some of the points, the last one among them. */
static void put_points(const struct outbreak *o, FILE *out)
{
	static const enum phrase names[] = { PHRASE_C_TIME, PHRASE_C_EVER, PHRASE_C_ACTIVE,
		PHRASE_C_CONTAINED, PHRASE_C_RECOVERED, PHRASE_C_SUSPECTED };
	static const char *const keys[] = { "ever", "active", "contained", "recovered",
		"suspected" };
	outbreak_text_room time;
	const cJSON *points = member_at(o->curve, "points"), *p;
	int n = cJSON_GetArraySize(points), i = 0;
	int step = n > CURVE_ROWS ? (n + CURVE_ROWS - 1) / CURVE_ROWS : 1;
	head_row(o, names, countof(names), 1, out);
	cJSON_ArrayForEach(p, points)
	{
		if ((n - 1 - i++) % step)
			continue;
		fputs("<tr>", out);
		html_element("td", words_time(p, "at", time), out);
		for (size_t k = 0; k < countof(keys); k++)
			number_cell(number_of(p, keys[k]), out);
		fputs("</tr>\n", out);
	}
	close_table(out);
}

static void put_growth(const struct outbreak *o, FILE *out)
{
	outbreak_text_room room, from, to;
	const cJSON *g = member_at(o->curve, "growth");
	section(o, "growing", PHRASE_H_GROWING, out);
	fputs("<p class=\"lead\">", out);
	html_put(words_growth(o, room), out);
	fputs("</p>\n<p>", out);
	if (is_set(g, "enough")) {
		outbreak_text_room text = "";
		snprintf(room, sizeof room, "%" PRIu64, number_of(g, "onsets"));
		html_put(phrase_add(text, sizeof text, PHRASE_WINDOW, o->lang, room,
				 words_time(g, "from", from), words_time(g, "to", to), NULL),
			out);
		fputc(' ', out);
	}
	html_put(words_r(o, room), out);
	fputs("</p>\n<figure id=\"curve\">\n", out);
	html_curve(o, out);
	html_element("figcaption", words_peak(o, room), out);
	fputs("</figure>\n", out);
	put_points(o, out);
	close_section(out);
}

static void put_help(const struct outbreak *o, FILE *out)
{
	static const enum phrase names[] = { PHRASE_C_TIME, PHRASE_C_WHAT, PHRASE_C_WORKS,
		PHRASE_C_HOSTS, PHRASE_C_ATTACKED, PHRASE_C_BEFORE, PHRASE_C_AFTER };
	outbreak_text_room room;
	const cJSON *c, *all = member_at(o->curve, "containments");
	section(o, "helped", PHRASE_H_HELP, out);
	html_element("p", words_help(o, room), out);
	if (o->before)
		html_element("p", words_before(o, room), out);
	if (cJSON_GetArraySize(all)) {
		head_row(o, names, countof(names), 3, out);
		cJSON_ArrayForEach(c, all)
		{
			fputs("<tr>", out);
			html_element("td", words_time(c, "at", room), out);
			html_element("td", words_what(o, c, room), out);
			html_element("td", words_effective(o, c), out);
			number_cell(number_of(c, "hosts"), out);
			fputs("<td class=\"n\">", out);
			html_put(words_attacked(o, c, room), out);
			fputs("</td>", out);
			number_cell(number_of(c, "onsets_before"), out);
			number_cell(number_of(c, "onsets_after"), out);
			fputs("</tr>\n", out);
		}
		close_table(out);
	}
	close_section(out);
}

/* In its language; its key is the class. */
static void put_state(const struct outbreak *o, const char *key, FILE *out)
{
	fprintf(out, "<span class=\"%s\">", key);
	html_put(term_of(TERM_STATE, key, o->lang), out);
	fputs("</span>", out);
}

static void put_next(const struct outbreak *o, FILE *out)
{
	struct next_iter it = { .outbreak = o };
	char number[32];
	size_t n = 0;
	section(o, "next", PHRASE_H_NEXT, out);
	fputs("<ol>\n", out);
	for (; next_iter_next(&it); n++) {
		outbreak_text_room text = "";
		snprintf(number, sizeof number, "%" PRIu64, it.n);
		fputs("<li>", out);
		put_state(o, it.state, out);
		fputc(' ', out);
		html_put(phrase_add(text, sizeof text, PHRASE_NEXT_ROW, o->lang,
				 text_of(member_at(it.host, "next"), "text"), number, NULL),
			out);
		fputs("</li>\n", out);
	}
	fputs("</ol>\n", out);
	if (!n)
		html_element("p", phrase(PHRASE_NEXT_CLEAR, o->lang), out);
	close_section(out);
}

static void put_host(const struct outbreak *o, const cJSON *h, FILE *out)
{
	outbreak_text_room room;
	fputs("<tr><th scope=\"row\">", out);
	html_put(words_plain(h, "address", room), out);
	if (*text_of(h, "name")) {
		fputs("<br>", out);
		html_element("bdi", words_plain(h, "name", room), out);
	}
	fputs("</th><td>", out);
	put_state(o, text_of(h, "state"), out);
	fputs("</td>", out);
	html_element("td", words_time(h, "since", room), out);
	html_element("td", words_time(h, "onset", room), out);
	html_element("td", words_plain(h, "sentence", room), out);
	if (!o->incident)
		number_cell(number_of(h, "incident"), out);
	fputs("</tr>\n", out);
}

static void put_hosts(const struct outbreak *o, FILE *out)
{
	static const enum phrase names[] = { PHRASE_C_HOST, PHRASE_C_STATE, PHRASE_C_SINCE,
		PHRASE_C_ONSET, PHRASE_C_WHY, PHRASE_C_INCIDENT };
	const cJSON *h;
	int n = 0;
	uint64_t more = o->n_hosts_beyond;
	section(o, "hosts", PHRASE_H_WHO, out);
	head_row(o, names, countof(names) - (o->incident != 0), countof(names) - 1, out);
	cJSON_ArrayForEach(h, o->hosts)
	{
		if (n++ < OUTBREAK_HOSTS_SHOWN)
			put_host(o, h, out);
		else
			more++;
	}
	close_table(out);
	if (more) {
		outbreak_text_room text = "";
		char number[32];
		snprintf(number, sizeof number, "%" PRIu64, more);
		html_element("p",
			phrase_add(text, sizeof text, PHRASE_MORE_HOSTS, o->lang, number, NULL),
			out);
	}
	close_section(out);
}

static void put_tree(const struct outbreak *o, FILE *out)
{
	outbreak_text_room room;
	section(o, "tree-of", PHRASE_H_WHOM, out);
	html_element(
		"p", o->tree ? words_tree(o, room) : phrase(PHRASE_TREE_SKIPPED, o->lang), out);
	if (o->tree) {
		fputs("<figure id=\"tree\"></figure>\n", out);
		html_tree(o, out);
		html_element("p", words_folded(o, room), out);
	}
	close_section(out);
}

static void put_where(const struct outbreak *o, FILE *out)
{
	static const enum phrase names[] = { PHRASE_C_NETWORK, PHRASE_C_ACTIVE, PHRASE_C_CONTAINED,
		PHRASE_C_RECOVERED, PHRASE_C_SUSPECTED };
	struct network_count *all = calloc(NETWORKS_SHOWN, sizeof *all);
	outbreak_text_room room;
	size_t n = all ? networks_count(o, all) : 0;
	section(o, "where", PHRASE_H_WHERE, out);
	html_element("p", words_where(o, room), out);
	fputs("<figure id=\"map\"></figure>\n", out);
	head_row(o, names, countof(names), 1, out);
	for (size_t i = 0; i < n; i++) {
		fputs("<tr><th scope=\"row\">", out);
		html_put(all[i].prefix, out);
		if (all[i].name) {
			cJSON *name = cJSON_CreateObject();
			cJSON_AddStringToObject(name, "name", all[i].name);
			fputc(' ', out);
			html_element("bdi", words_plain(name, "name", room), out);
			cJSON_Delete(name);
		}
		fputs("</th>", out);
		for (size_t k = 0; k < countof(all[i].n); k++)
			number_cell(all[i].n[k], out);
		fputs("</tr>\n", out);
	}
	close_table(out);
	close_section(out);
	free(all);
}

static void put_trust(const struct outbreak *o, FILE *out)
{
	static const enum phrase names[] = { PHRASE_C_EXPORTER, PHRASE_C_LOST, PHRASE_C_SAMPLING,
		PHRASE_C_CLOCK, PHRASE_C_SILENCE };
	outbreak_text_room room;
	const cJSON *e;
	int n = 0;
	section(o, "trust", PHRASE_H_TRUST, out);
	html_element("p", words_trust(o, room), out);
	if (cJSON_GetArraySize(o->exporters)) {
		head_row(o, names, countof(names), countof(names), out);
		cJSON_ArrayForEach(e, o->exporters)
		{
			if (n++ >= EXPORTERS_SHOWN)
				continue;
			fputs("<tr>", out);
			html_element("td", words_exporter(o, e, room), out);
			html_element("td", words_lost(e, room), out);
			html_element("td", words_sampling(o, e, room), out);
			html_element("td", words_clock(o, e, room), out);
			html_element("td", words_plain(e, "silence", room), out);
			fputs("</tr>\n", out);
		}
		close_table(out);
	}
	if (n > EXPORTERS_SHOWN)
		html_element("p", words_more(o, (uint64_t)(n - EXPORTERS_SHOWN), room), out);
	close_section(out);
}

static void put_done(const struct outbreak *o, FILE *out)
{
	static const enum phrase names[] = { PHRASE_C_TIME, PHRASE_C_WHO, PHRASE_C_WHAT };
	outbreak_text_room room;
	const cJSON *e;
	section(o, "done", PHRASE_H_DONE, out);
	if (!cJSON_GetArraySize(o->done)) {
		html_element("p", phrase(PHRASE_DONE_NOTHING, o->lang), out);
	} else {
		head_row(o, names, countof(names), countof(names), out);
		cJSON_ArrayForEach(e, o->done)
		{
			fputs("<tr>", out);
			html_element("td", words_at(e, room), out);
			html_element("td", words_plain(e, "actor", room), out);
			fputs("<td>", out);
			html_element("bdi", words_done(o, e, room), out);
			fputs("</td></tr>\n", out);
		}
		close_table(out);
	}
	close_section(out);
}

void html_sections(const struct outbreak *o, FILE *out)
{
	put_what(o, out);
	if (cJSON_GetArraySize(o->incidents)) {
		put_growth(o, out);
		put_help(o, out);
		put_next(o, out);
		put_hosts(o, out);
		put_tree(o, out);
		put_where(o, out);
		put_trust(o, out);
		put_done(o, out);
	}
	section(o, "terms", PHRASE_H_TERMS, out);
	html_element("p", phrase(PHRASE_TERMS, o->lang), out);
	close_section(out);
}
