// SPDX-License-Identifier: Apache-2.0
// The worst charge speaks for a host; the way that leads nearest to recovery is its next step.
#include "app/api_reason.h"

#include <stdio.h>
#include <string.h>

#include "app/clock.h"
#include "base/utf8.h"
#include "model/term.h"
#include "model/words.h"

static bool is_worse(const struct charge *c, const struct charge *than)
{
	if (!than || c->verdict != than->verdict)
		return !than || c->verdict < than->verdict;
	return c->confidence_pct != than->confidence_pct ? c->confidence_pct > than->confidence_pct
							 : c->contacted > than->contacted;
}

struct reason reason_of(const struct board *b, const struct member *m)
{
	struct reason r = {};
	const struct charge *c;
	const struct edge *e;
	for (uint32_t at = m->first_charge; (c = board_charge(b, at)); at = c->next) {
		r.was_withdrawn |= c->is_withdrawn;
		if (c->is_withdrawn)
			continue;
		r.n_more += r.charge != NULL;
		if (is_worse(c, r.charge))
			r.charge = c;
	}
	for (uint32_t at = m->first_edge; (e = board_edge(b, at)); at = e->next) {
		double p = board_edge_probability(b, e);
		if (e->onset_ms != m->onset_ms || p <= r.from_probability)
			continue;
		r.from = board_member(b, e->from)->host;
		r.from_probability = p;
	}
	return r;
}

static void add_charge(const struct charge *c, enum lang lang, char room[static SENTENCE_BYTES])
{
	char contacted[16], confidence[8];
	snprintf(contacted, sizeof contacted, "%u", c->contacted);
	snprintf(confidence, sizeof confidence, "%u", c->confidence_pct);
	phrase_add(room, SENTENCE_BYTES, PHRASE_WHY_CONTACTED, lang,
		term_of(TERM_VERDICT, verdict_name(c->verdict), lang), c->cause, contacted,
		confidence, term_of(TERM_SOURCE, evidence_source_key(c->source), lang), NULL);
}

const char *reason_format(const struct board *b, const struct member *m, enum lang lang,
	char room[static SENTENCE_BYTES])
{
	char time[TIME_TEXT_BYTES], from[ADDR_TEXT_BYTES], number[16];
	struct reason r = reason_of(b, m);
	room[0] = '\0';
	if (!r.charge) {
		enum phrase p = r.was_withdrawn ? PHRASE_WHY_WITHDRAWN : PHRASE_WHY_NOTHING;
		return phrase_add(room, SENTENCE_BYTES, p, lang, NULL);
	}
	add_charge(r.charge, lang, room);
	if (r.n_more) {
		snprintf(number, sizeof number, "%u", r.n_more);
		phrase_add(room, SENTENCE_BYTES, PHRASE_WHY_MANY, lang, number, NULL);
	}
	if (m->onset_ms)
		phrase_add(room, SENTENCE_BYTES, PHRASE_WHY_ONSET, lang,
			time_format(m->onset_ms / 1000 * 1000, time), NULL);
	if (r.from) {
		snprintf(number, sizeof number, "%.0f", r.from_probability * 100);
		phrase_add(room, SENTENCE_BYTES, PHRASE_WHY_FROM, lang,
			api_address(b, r.from, from), number, NULL);
	}
	return room;
}

static const struct {
	bool has_way;
	enum state to;
	enum phrase phrase;
} steps[N_STATES] = {
	[STATE_SUSPECTED] = { true, STATE_INFECTED, PHRASE_NEXT_SUSPECTED },
	[STATE_INFECTED] = { true, STATE_CONTAINED, PHRASE_NEXT_CONTAIN },
	[STATE_CONTAINED] = { true, STATE_REMEDIATING, PHRASE_NEXT_CLEAN },
	[STATE_REMEDIATING] = { true, STATE_REMEDIATED, PHRASE_NEXT_DONE },
	[STATE_REBUILDING] = { true, STATE_REMEDIATED, PHRASE_NEXT_DONE },
	[STATE_DISCONNECTED] = { true, STATE_REMEDIATING, PHRASE_NEXT_CLEAN },
	[STATE_REMEDIATED] = { true, STATE_VERIFYING, PHRASE_NEXT_WAIT },
	[STATE_VERIFYING] = { true, STATE_RECOVERED, PHRASE_NEXT_VERIFY },
	[STATE_RECOVERED] = { true, STATE_CLOSED, PHRASE_NEXT_QUIET },
	[STATE_REINFECTED] = { true, STATE_CONTAINED, PHRASE_NEXT_CONTAIN },
	[STATE_FALSE_POSITIVE] = { false, 0, PHRASE_NEXT_NONE },
	[STATE_CLOSED] = { false, 0, PHRASE_NEXT_NONE },
};

struct next_step next_step_of(const struct board *b, const struct member *m, uint64_t now_ms)
{
	struct next_step n = { .has_way = steps[m->state].has_way,
		.to = steps[m->state].to,
		.phrase = steps[m->state].phrase };
	if (!n.has_way)
		return n;
	struct wish wish = { .to = n.to, .at_ms = now_ms };
	struct ruling r = lifecycle_ask(b, m, &wish);
	n.may = r.may;
	n.needs = r.may ? 0 : r.missing | r.any_of;
	if (n.may && m->state != STATE_REMEDIATED)
		n.phrase = PHRASE_NEXT_MAY;
	return n;
}

/* What is missing, between commas. */
static void list_needs(uint32_t needs, enum lang lang, char room[static SENTENCE_BYTES])
{
	size_t at = 0;
	room[0] = '\0';
	for (enum guard g = 0; g < N_GUARDS; g++) {
		if (!(needs >> g & 1))
			continue;
		const char *comma = at ? phrase(PHRASE_COMMA, lang) : "";
		const char *word = term_of(TERM_GUARD, guard_key(g), lang);
		at = utf8_add(room, SENTENCE_BYTES, at, comma, strlen(comma));
		at = utf8_add(room, SENTENCE_BYTES, at, word, strlen(word));
	}
}

const char *next_step_format(
	const struct next_step *n, enum lang lang, char room[static SENTENCE_BYTES])
{
	char told[SENTENCE_BYTES];
	const char *key = state_key(n->to), *word = term_of(TERM_STATE, key, lang);
	if (n->phrase != PHRASE_NEXT_MAY)
		list_needs(n->needs, lang, told);
	else if (lang == LANG_EN)
		snprintf(told, sizeof told, "%s", key);
	else // who types it needs the key
		snprintf(told, sizeof told, "%s (%s)", word, key);
	room[0] = '\0';
	return phrase_add(room, SENTENCE_BYTES, n->phrase, lang, told, NULL);
}

void api_write_next(struct json *j, const struct next_step *n, enum lang lang)
{
	char text[SENTENCE_BYTES];
	json_key(j, "next");
	json_open(j, '{');
	api_write_words(j, "to", n->has_way ? state_key(n->to) : NULL);
	json_key(j, "may");
	json_bool(j, n->may);
	json_key(j, "needs");
	json_open(j, '[');
	for (enum guard g = 0; g < N_GUARDS; g++)
		if (n->needs >> g & 1)
			json_text(j, guard_key(g));
	json_close(j, ']');
	api_write_words(j, "text", next_step_format(n, lang, text));
	json_close(j, '}');
}
