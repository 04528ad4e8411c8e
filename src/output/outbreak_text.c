// SPDX-License-Identifier: Apache-2.0
// The report as text, for a terminal or a mail.
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "model/term.h"
#include "output/outbreak_words.h"

enum { TEXT_HOSTS = 100, TEXT_NODES = 100, TEXT_DONE = 20, DEPTH_MAX = 12 };

static void head(const struct outbreak *o, enum phrase p, FILE *out)
{
	fprintf(out, "\n== %s ==\n", phrase(p, o->lang));
}

static void say(FILE *out, const char *text)
{
	fprintf(out, "%s\n", text);
}

static void tell_what(const struct outbreak *o, FILE *out)
{
	outbreak_text_room room;
	const cJSON *i;
	int n = 0, n_all = cJSON_GetArraySize(o->incidents);
	struct incident_iter it = { .outbreak = o };
	head(o, PHRASE_H_WHAT, out);
	if (!cJSON_GetArraySize(o->incidents)) {
		say(out, phrase(PHRASE_WHAT_NOTHING, o->lang));
		return;
	}
	say(out, words_hosts(o, room));
	say(out, words_courses(o, room));
	for (; n < INCIDENTS_SHOWN && (i = incident_iter_next(&it)); n++) {
		say(out, words_incident(o, i, room));
		say(out, words_first(o, i, room));
	}
	if (n < n_all)
		say(out, words_more(o, (uint64_t)(n_all - n), room));
}

static void tell_growth(const struct outbreak *o, FILE *out)
{
	outbreak_text_room room, from, to;
	const cJSON *g = member_at(o->curve, "growth");
	head(o, PHRASE_H_GROWING, out);
	say(out, words_growth(o, room));
	if (is_set(g, "enough")) {
		snprintf(room, sizeof room, "%" PRIu64, number_of(g, "onsets"));
		outbreak_text_room text = "";
		say(out, phrase_add(text, sizeof text, PHRASE_WINDOW, o->lang, room,
				 words_time(g, "from", from), words_time(g, "to", to), NULL));
	}
	say(out, words_r(o, room));
	say(out, words_peak(o, room));
}

static void tell_help(const struct outbreak *o, FILE *out)
{
	outbreak_text_room room, what, attacked;
	const cJSON *c;
	head(o, PHRASE_H_HELP, out);
	say(out, words_help(o, room));
	if (o->before)
		say(out, words_before(o, room));
	cJSON_ArrayForEach(c, member_at(o->curve, "containments")) fprintf(out,
		"  %s  %s: %s %s, %s %" PRIu64 ", %s %s, %s %" PRIu64 ", %s %" PRIu64 "\n",
		words_time(c, "at", room), words_what(o, c, what), phrase(PHRASE_C_WORKS, o->lang),
		words_effective(o, c), phrase(PHRASE_C_HOSTS, o->lang), number_of(c, "hosts"),
		phrase(PHRASE_C_ATTACKED, o->lang), words_attacked(o, c, attacked),
		phrase(PHRASE_C_BEFORE, o->lang), number_of(c, "onsets_before"),
		phrase(PHRASE_C_AFTER, o->lang), number_of(c, "onsets_after"));
}

static void tell_next(const struct outbreak *o, FILE *out)
{
	struct next_iter it = { .outbreak = o };
	size_t n = 0;
	head(o, PHRASE_H_NEXT, out);
	for (; next_iter_next(&it); n++)
		fprintf(out, "%zu. %s: %s (%" PRIu64 ")\n", n + 1,
			term_of(TERM_STATE, it.state, o->lang),
			text_of(member_at(it.host, "next"), "text"), it.n);
	if (!n)
		say(out, phrase(PHRASE_NEXT_CLEAR, o->lang));
}

/* Blanks that bring a word to so many columns. */
static int pad(const char *word, int columns)
{
	int n = (int)utf8_columns(word);
	return n < columns ? columns - n : 0;
}

static void tell_hosts(const struct outbreak *o, FILE *out)
{
	outbreak_text_room a, b, c, d;
	const cJSON *h;
	int n = 0;
	uint64_t more = o->n_hosts_beyond;
	head(o, PHRASE_H_WHO, out);
	cJSON_ArrayForEach(h, o->hosts)
	{
		if (n++ >= TEXT_HOSTS) {
			more++;
			continue;
		}
		const char *name = words_plain(h, "name", b);
		const char *state = words_state(o, h, "state");
		fprintf(out, "%-15s %s%*s %s  %s%s%s\n", words_plain(h, "address", a), state,
			pad(state, 14), "", words_time(h, "since", c), name, *name ? ": " : "",
			words_plain(h, "sentence", d));
	}
	if (!more)
		return;
	outbreak_text_room text = "";
	snprintf(a, sizeof a, "%" PRIu64, more);
	say(out, phrase_add(text, sizeof text, PHRASE_MORE_HOSTS, o->lang, a, NULL));
}

static void tell_node(const struct outbreak *o, const cJSON *node, int depth, FILE *out)
{
	outbreak_text_room a, b, count;
	double p = real_of(node, "probability");
	fprintf(out, "%*s", 2 * depth, "");
	words_plain(node, "address", a);
	if (!strcmp(text_of(node, "kind"), "fold")) {
		outbreak_text_room text = "";
		snprintf(count, sizeof count, "%" PRIu64, number_of(node, "hosts"));
		fputs(phrase_add(text, sizeof text, PHRASE_TREE_FOLD, o->lang, count, a, NULL),
			out);
	} else {
		const char *name = words_plain(node, "name", b);
		fprintf(out, "%s%s%s%s %s", a, *name ? " (" : "", name, *name ? ")" : "",
			words_state(o, node, "state"));
	}
	const char *comma = phrase(PHRASE_COMMA, o->lang);
	if (!isnan(p))
		fprintf(out, "%s%.0f %%", comma, p * 100);
	words_others(o, node, a);
	fprintf(out, "%s%s\n", *a ? comma : "", a);
}

/* Below each host those that it infected: nodes come by size, so they are asked for again and again. */
static int tell_below(
	const struct outbreak *o, const char *parent, int depth, int n_left, FILE *out)
{
	const cJSON *node, *nodes = member_at(o->branches, "nodes");
	cJSON_ArrayForEach(node, nodes)
	{
		if (n_left == 0 || strcmp(text_of(node, "parent"), parent) != 0)
			continue;
		tell_node(o, node, depth, out);
		n_left--;
		if (!strcmp(text_of(node, "kind"), "host") && depth < DEPTH_MAX)
			n_left = tell_below(o, text_of(node, "id"), depth + 1, n_left, out);
	}
	return n_left;
}

static void tell_tree(const struct outbreak *o, FILE *out)
{
	outbreak_text_room room;
	head(o, PHRASE_H_WHOM, out);
	if (!o->tree) {
		say(out, phrase(PHRASE_TREE_SKIPPED, o->lang));
		return;
	}
	say(out, words_tree(o, room));
	int left = tell_below(o, "", 0, TEXT_NODES, out);
	int n = cJSON_GetArraySize(member_at(o->branches, "nodes"));
	if (n > TEXT_NODES - left)
		say(out, words_more(o, (uint64_t)(n - TEXT_NODES + left), room));
}

static void tell_where(const struct outbreak *o, FILE *out)
{
	struct network_count all[NETWORKS_SHOWN];
	outbreak_text_room room;
	size_t n = networks_count(o, all);
	head(o, PHRASE_H_WHERE, out);
	say(out, words_where(o, room));
	for (size_t i = 0; i < n; i++)
		fprintf(out,
			"%-18s %s %" PRIu64 ", %s %" PRIu64 ", %s %" PRIu64 ", %s %" PRIu64 "\n",
			all[i].prefix, phrase(PHRASE_C_ACTIVE, o->lang), all[i].n[0],
			phrase(PHRASE_C_CONTAINED, o->lang), all[i].n[1],
			phrase(PHRASE_C_RECOVERED, o->lang), all[i].n[2],
			phrase(PHRASE_C_SUSPECTED, o->lang), all[i].n[3]);
}

static void tell_trust(const struct outbreak *o, FILE *out)
{
	outbreak_text_room room, exporter, lost, sampling, clock;
	const cJSON *e;
	int n = 0;
	head(o, PHRASE_H_TRUST, out);
	say(out, words_trust(o, room));
	cJSON_ArrayForEach(e, o->exporters)
	{
		if (n++ < EXPORTERS_SHOWN)
			fprintf(out, "  %s: %s %s, %s %s, %s %s; %s\n",
				words_exporter(o, e, exporter), phrase(PHRASE_C_LOST, o->lang),
				words_lost(e, lost), phrase(PHRASE_C_SAMPLING, o->lang),
				words_sampling(o, e, sampling), phrase(PHRASE_C_CLOCK, o->lang),
				words_clock(o, e, clock), words_plain(e, "silence", room));
	}
	if (n > EXPORTERS_SHOWN)
		say(out, words_more(o, (uint64_t)(n - EXPORTERS_SHOWN), room));
}

static void tell_done(const struct outbreak *o, FILE *out)
{
	outbreak_text_room at, who, room;
	const cJSON *e;
	int n = 0;
	head(o, PHRASE_H_DONE, out);
	if (!cJSON_GetArraySize(o->done))
		say(out, phrase(PHRASE_DONE_NOTHING, o->lang));
	cJSON_ArrayForEach(e, o->done)
	{
		if (n++ < TEXT_DONE)
			fprintf(out, "  %s  %s: %s\n", words_at(e, at),
				words_plain(e, "actor", who), words_done(o, e, room));
	}
}

void outbreak_text(const struct outbreak *o, FILE *out)
{
	outbreak_text_room room;
	fprintf(out, "%s: ", phrase(PHRASE_TITLE, o->lang));
	say(out, words_scope(o, room));
	say(out, words_made(o, room));
	tell_what(o, out);
	if (!cJSON_GetArraySize(o->incidents))
		return;
	tell_growth(o, out);
	tell_help(o, out);
	tell_next(o, out);
	tell_hosts(o, out);
	tell_tree(o, out);
	tell_where(o, out);
	tell_trust(o, out);
	tell_done(o, out);
}
