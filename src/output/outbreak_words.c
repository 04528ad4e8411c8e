// SPDX-License-Identifier: Apache-2.0
// All numbers come from the answers; here they only get their words.
#include "output/outbreak_words.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "model/term.h"
#include "model/words.h"

enum { NUMBER_BYTES = 48, PLAIN_BYTES = 400 };

#define SAY(room, p, o, ...) \
	(*(room) = '\0', phrase_add(room, OUTBREAK_TEXT_BYTES, PHRASE_##p, (o)->lang, __VA_ARGS__))

static const char *count(uint64_t n, char room[static NUMBER_BYTES])
{
	snprintf(room, NUMBER_BYTES, "%" PRIu64, n);
	return room;
}

static const char *count_of(const cJSON *object, const char *key, char room[static NUMBER_BYTES])
{
	return count(number_of(object, key), room);
}

static const char *real(double v, char room[static NUMBER_BYTES])
{
	snprintf(room, NUMBER_BYTES, isnan(v) ? "?" : v < 10 ? "%.1f" : "%.0f", v);
	return room;
}

/* "42 s", "4.2 min"; a bound that is none: "?". */
static const char *span(const struct outbreak *o, double s, char room[static NUMBER_BYTES])
{
	static const struct {
		double most, unit;
		enum phrase phrase;
	} rows[] = { { 120, 1, PHRASE_SPAN_S }, { 7200, 60, PHRASE_SPAN_MIN },
		{ 172800, 3600, PHRASE_SPAN_H }, { INFINITY, 86400, PHRASE_SPAN_D } };
	char number[NUMBER_BYTES];
	size_t i = 0;
	while (i + 1 < countof(rows) && !(s < rows[i].most))
		i++;
	room[0] = '\0';
	if (isnan(s))
		return "?";
	return phrase_add(
		room, NUMBER_BYTES, rows[i].phrase, o->lang, real(s / rows[i].unit, number), NULL);
}

/* Where a text was cut, half a letter may stand: it goes, and a sign says that there was more. */
static void mark_cut(char *room)
{
	size_t n = strlen(room);
	while (n > 0 && ((unsigned char)room[n - 1] & 0xc0) == 0x80)
		n--;
	if (n > 0 && utf8_length((const unsigned char *)room + n - 1) == 0)
		room[n - 1] = '\0';
	strncat(room, "…", OUTBREAK_TEXT_BYTES - strlen(room) - 1);
}

const char *words_plain(const cJSON *object, const char *key, outbreak_text_room room)
{
	const char *text = text_of(object, key);
	plain_format(text, room, PLAIN_BYTES);
	if (strlen(text) >= PLAIN_BYTES)
		mark_cut(room);
	return room;
}

const char *words_time(const cJSON *object, const char *key, outbreak_text_room room)
{
	const char *text = text_of(object, key);
	if (strlen(text) < 19)
		return "-";
	snprintf(room, OUTBREAK_TEXT_BYTES, "%.10s %.8s", text, text + 11);
	return room;
}

const char *words_at(const cJSON *event, outbreak_text_room room)
{
	char time[TIME_TEXT_BYTES];
	time_format(number_of(event, "at_ms"), time);
	snprintf(room, OUTBREAK_TEXT_BYTES, "%.10s %.8s", time, time + 11);
	return room;
}

const char *words_scope(const struct outbreak *o, outbreak_text_room room)
{
	char number[NUMBER_BYTES];
	if (o->incident)
		SAY(room, SCOPE_ONE, o, count(o->incident, number), NULL);
	else
		SAY(room, SCOPE_ALL, o, NULL);
	if (!o->from && !o->to)
		return room;
	phrase_add(room, OUTBREAK_TEXT_BYTES, PHRASE_COMMA, o->lang, NULL);
	return phrase_add(room, OUTBREAK_TEXT_BYTES, PHRASE_SCOPE_RANGE, o->lang,
		o->from ? o->from : text_of(o->curve, "from"), o->to ? o->to : o->made, NULL);
}

const char *words_made(const struct outbreak *o, outbreak_text_room room)
{
	return SAY(room, MADE, o, o->made, o->version, NULL);
}

const char *words_incident(const struct outbreak *o, const cJSON *i, outbreak_text_room room)
{
	char id[NUMBER_BYTES];
	outbreak_text_room causes, who, opened;
	return SAY(room, WHAT_INCIDENT, o, count_of(i, "id", id),
		term_of(TERM_STATUS, text_of(i, "status"), o->lang),
		words_plain(i, "causes", causes), words_time(i, "opened", opened),
		*text_of(i, "assignee") ? words_plain(i, "assignee", who)
					: phrase(PHRASE_NOBODY, o->lang),
		NULL);
}

uint64_t count_state(const struct outbreak *o, const char *state)
{
	const cJSON *s;
	cJSON_ArrayForEach(s, member_at(o->board, "states"))
	{
		if (!strcmp(text_of(s, "state"), state))
			return number_of(s, "hosts");
	}
	return 0;
}

static uint64_t count_states(const struct outbreak *o, const char *const *state)
{
	uint64_t n = 0;
	for (; *state; state++)
		n += count_state(o, *state);
	return n;
}

static const char *const done[] = { "recovered", "closed", "false-positive", NULL };

/* As cordon incident list counts them. */
const char *words_hosts(const struct outbreak *o, outbreak_text_room room)
{
	char a[NUMBER_BYTES], b[NUMBER_BYTES];
	uint64_t hosts = number_of(o->board, "hosts");
	return SAY(room, WHAT_HOSTS, o, count(hosts, a), count(hosts - count_states(o, done), b),
		NULL);
}

const char *words_courses(const struct outbreak *o, outbreak_text_room room)
{
	static const char *const active[] = { "infected", "reinfected", NULL };
	static const char *const held[] = { "contained", "remediating", "rebuilding",
		"disconnected", "remediated", "verifying", NULL };
	static const char *const recovered[] = { "recovered", "closed", NULL };
	char a[NUMBER_BYTES], b[NUMBER_BYTES], c[NUMBER_BYTES], d[NUMBER_BYTES], e[NUMBER_BYTES];
	return SAY(room, WHAT_COURSES, o, count(count_states(o, active), a),
		count(count_states(o, held), b), count(count_states(o, recovered), c),
		count(count_state(o, "suspected"), d), count(count_state(o, "false-positive"), e),
		NULL);
}

const char *words_first(const struct outbreak *o, const cJSON *i, outbreak_text_room room)
{
	outbreak_text_room first;
	const char *why = text_of(i, "first_host_why");
	if (*text_of(i, "first_host"))
		return SAY(room, FIRST, o, words_plain(i, "first_host", first), why, NULL);
	return SAY(room, FIRST_UNKNOWN, o, why, NULL);
}

/* Of a rate that is below 0 the time to half of it. */
static double halving(const cJSON *rate, const char *key)
{
	double v = real_of(rate, key);
	return v < 0 ? -M_LN2 * 3600 / v : NAN;
}

const char *words_growth(const struct outbreak *o, outbreak_text_room room)
{
	const cJSON *g = member_at(o->curve, "growth"), *d = member_at(g, "doubling_s");
	const cJSON *rate = member_at(g, "growth_per_h");
	const char *trend = text_of(g, "trend"), *reason = text_of(g, "reason");
	char a[NUMBER_BYTES], b[NUMBER_BYTES], c[NUMBER_BYTES], level[NUMBER_BYTES];
	char onsets[NUMBER_BYTES], minutes[NUMBER_BYTES];
	count_of(g, "onsets", onsets);
	count(number_of(g, "window_s") / 60, minutes);
	count_of(g, "level_pct", level);
	if (!strcmp(trend, "growing"))
		return SAY(room, GROWING, o, span(o, real_of(d, "value"), a),
			span(o, real_of(d, "low"), b), span(o, real_of(d, "high"), c), level, NULL);
	if (!strcmp(trend, "shrinking"))
		return SAY(room, SHRINKING, o, span(o, halving(rate, "value"), a),
			span(o, halving(rate, "low"), b), span(o, halving(rate, "high"), c), level,
			NULL);
	if (!strcmp(trend, "unclear"))
		return SAY(room, UNCLEAR, o, onsets, minutes, span(o, real_of(d, "low"), a), NULL);
	if (!strcmp(reason, "undated"))
		return SAY(room, UNDATED, o, NULL);
	if (!strcmp(reason, "moment"))
		return SAY(room, MOMENT, o, onsets, NULL);
	return SAY(room, FEW, o, onsets, minutes, count_of(g, "onsets_needed", a), NULL);
}

const char *words_r(const struct outbreak *o, outbreak_text_room room)
{
	const cJSON *g = member_at(o->curve, "growth"), *r = member_at(g, "r");
	char a[NUMBER_BYTES], b[NUMBER_BYTES], c[NUMBER_BYTES];
	if (!isnan(real_of(r, "value")))
		return SAY(room, R_KNOWN, o, real(real_of(r, "value"), a),
			real(real_of(r, "low"), b), real(real_of(r, "high"), c), NULL);
	if (!isnan(real_of(r, "low")))
		return SAY(room, R_LEAST, o, real(real_of(r, "low"), a), NULL);
	return SAY(room, R_UNKNOWN, o, NULL);
}

const char *words_peak(const struct outbreak *o, outbreak_text_room room)
{
	const cJSON *p, *most = NULL, *last = NULL;
	char ever[NUMBER_BYTES], peak[NUMBER_BYTES], now[NUMBER_BYTES];
	outbreak_text_room at;
	cJSON_ArrayForEach(p, member_at(o->curve, "points"))
	{
		if (!most || number_of(p, "active") > number_of(most, "active"))
			most = p;
		last = p;
	}
	return SAY(room, PEAK, o, count_of(last, "ever", ever), count_of(most, "active", peak),
		words_time(most, "at", at), count_of(last, "active", now), NULL);
}

const char *words_help(const struct outbreak *o, outbreak_text_room room)
{
	uint64_t n = 0, hosts = 0, heard = 0, attacked = 0;
	char a[NUMBER_BYTES], b[NUMBER_BYTES], c[NUMBER_BYTES];
	const cJSON *each;
	cJSON_ArrayForEach(each, member_at(o->curve, "containments"))
	{
		n++;
		hosts += number_of(each, "hosts");
		heard += number_of(each, "hosts_heard");
		attacked += number_of(each, "attacked_since");
	}
	if (!n)
		return SAY(room, HELP_NOTHING, o, NULL);
	SAY(room, HELP_LATE, o, count(n, a), count(hosts, b), count(attacked, c), NULL);
	if (heard < hosts)
		phrase_add(room, OUTBREAK_TEXT_BYTES, PHRASE_HELP_UNHEARD, o->lang,
			count(hosts - heard, a), NULL);
	return room;
}

const char *words_effective(const struct outbreak *o, const cJSON *containment)
{
	const char *key = text_of(containment, "effective");
	return phrase(!strcmp(key, "yes")  ? PHRASE_YES
		      : !strcmp(key, "no") ? PHRASE_NO
					   : PHRASE_UNKNOWN,
		o->lang);
}

const char *words_attacked(
	const struct outbreak *o, const cJSON *containment, outbreak_text_room room)
{
	uint64_t n = number_of(containment, "attacked_since");
	if (!n && number_of(containment, "hosts_heard") < number_of(containment, "hosts"))
		return phrase(PHRASE_UNKNOWN, o->lang);
	return count(n, room);
}

const char *words_what(const struct outbreak *o, const cJSON *containment, outbreak_text_room room)
{
	if (!strcmp(text_of(containment, "what"), "vouched for"))
		return phrase(PHRASE_VOUCHED, o->lang);
	return words_plain(containment, "what", room);
}

const char *words_before(const struct outbreak *o, outbreak_text_room room)
{
	const cJSON *d = member_at(o->before, "doubling_s");
	char a[NUMBER_BYTES], b[NUMBER_BYTES], c[NUMBER_BYTES], level[NUMBER_BYTES];
	outbreak_text_room to;
	if (strcmp(text_of(o->before, "trend"), "growing") != 0)
		return SAY(room, BEFORE_OTHER, o, words_time(o->before, "to", to), NULL);
	return SAY(room, BEFORE_GROWING, o, words_time(o->before, "to", to),
		span(o, real_of(d, "value"), a), span(o, real_of(d, "low"), b),
		span(o, real_of(d, "high"), c), count_of(o->before, "level_pct", level), NULL);
}

const char *words_tree(const struct outbreak *o, outbreak_text_room room)
{
	char a[NUMBER_BYTES], b[NUMBER_BYTES];
	uint64_t roots = 0;
	const cJSON *n;
	cJSON_ArrayForEach(n, member_at(o->branches, "nodes"))
	{
		if (*text_of(n, "parent"))
			continue;
		bool is_host = !strcmp(text_of(n, "kind"), "host");
		roots += is_host ? 1 : number_of(n, "children");
	}
	return SAY(room, TREE_TEXT, o, count_of(o->branches, "hosts", a), count(roots, b), NULL);
}

static const char *odds(double p, char room[static NUMBER_BYTES])
{
	snprintf(room, NUMBER_BYTES, "%.0f %%", p * 100);
	return room;
}

const char *words_others(const struct outbreak *o, const cJSON *node, outbreak_text_room room)
{
	const cJSON *other;
	char number[NUMBER_BYTES];
	outbreak_text_room address;
	double unseen = real_of(node, "unseen_probability");
	bool has_parent = *text_of(node, "parent");
	room[0] = '\0';
	cJSON_ArrayForEach(other, member_at(node, "others"))
	{
		if (*room)
			phrase_add(room, OUTBREAK_TEXT_BYTES, PHRASE_COMMA, o->lang, NULL);
		phrase_add(room, OUTBREAK_TEXT_BYTES, PHRASE_TREE_OR, o->lang,
			words_plain(other, "address", address),
			odds(real_of(other, "probability"), number), NULL);
	}
	if (!(unseen >= 0.005) || (!*room && !has_parent))
		return room;
	if (*room)
		phrase_add(room, OUTBREAK_TEXT_BYTES, PHRASE_COMMA, o->lang, NULL);
	return phrase_add(
		room, OUTBREAK_TEXT_BYTES, PHRASE_TREE_UNSEEN, o->lang, odds(unseen, number), NULL);
}

const char *words_folded(const struct outbreak *o, outbreak_text_room room)
{
	char number[NUMBER_BYTES];
	uint64_t hosts = number_of(o->branches, "hosts"), shown = number_of(o->branches, "shown");
	room[0] = '\0';
	if (shown >= hosts)
		return room;
	return SAY(room, TREE_FOLDED, o, count(hosts - shown, number), NULL);
}

const char *words_where(const struct outbreak *o, outbreak_text_room room)
{
	struct network_count *all = calloc(NETWORKS_SHOWN, sizeof *all);
	char a[NUMBER_BYTES], b[NUMBER_BYTES];
	size_t n = all ? networks_count(o, all) : 0;
	free(all);
	SAY(room, WHERE_TEXT, o, count(n, a), count_of(o->map, "outside", b), NULL);
	if (!strcmp(text_of(o->map, "source"), "learned"))
		phrase_add(room, OUTBREAK_TEXT_BYTES, PHRASE_WHERE_LEARNED, o->lang, NULL);
	return room;
}

const char *words_trust(const struct outbreak *o, outbreak_text_room room)
{
	uint64_t n = 0, trusted = 0;
	char a[NUMBER_BYTES], b[NUMBER_BYTES];
	const cJSON *e;
	cJSON_ArrayForEach(e, o->exporters)
	{
		n++;
		trusted += is_set(e, "silence_is_trusted");
	}
	if (!n)
		return SAY(room, TRUST_NONE, o, NULL);
	if (n == trusted)
		return SAY(room, TRUST_ALL, o, count(n, a), NULL);
	return SAY(room, TRUST_SOME, o, count(trusted, a), count(n, b), NULL);
}

const char *words_exporter(const struct outbreak *o, const cJSON *e, outbreak_text_room room)
{
	char domain[NUMBER_BYTES];
	outbreak_text_room a, b;
	words_plain(e, "exporter", a);
	count_of(e, "observationDomainId", domain);
	if (*text_of(e, "name"))
		return SAY(room, EXPORTER_NAMED, o, words_plain(e, "name", b), a, domain, NULL);
	return SAY(room, EXPORTER, o, a, domain, NULL);
}

const char *words_lost(const cJSON *e, outbreak_text_room room)
{
	double share = real_of(e, "lost_share") * 100;
	snprintf(room, OUTBREAK_TEXT_BYTES,
		isnan(share)               ? "?"
		: share > 0 && share < 0.1 ? "< 0.1 %%"
		: share > 0 && share < 10  ? "%.1f %%"
					   : "%.0f %%",
		share);
	return room;
}

const char *words_sampling(const struct outbreak *o, const cJSON *e, outbreak_text_room room)
{
	char number[NUMBER_BYTES];
	uint64_t n = number_of(e, "samplingInterval");
	if (n > 1)
		return SAY(room, SAMPLING_PART, o, count(n, number), NULL);
	return phrase(n ? PHRASE_SAMPLING_ALL : PHRASE_SAMPLING_UNTOLD, o->lang);
}

const char *words_clock(const struct outbreak *o, const cJSON *e, outbreak_text_room room)
{
	char by[NUMBER_BYTES];
	double s = real_of(e, "clock_skew_s");
	if (fabs(s) < 1)
		return phrase(PHRASE_CLOCK_RIGHT, o->lang);
	span(o, fabs(s), by);
	return s < 0 ? SAY(room, CLOCK_BEHIND, o, by, NULL) : SAY(room, CLOCK_AHEAD, o, by, NULL);
}

const char *words_done(const struct outbreak *o, const cJSON *ev, outbreak_text_room room)
{
	const cJSON *body = member_at(ev, "body");
	const char *kind = text_of(ev, "kind");
	outbreak_text_room a, b;
	if (!strcmp(kind, "note"))
		return words_plain(body, "text", room);
	if (!strcmp(kind, "state"))
		return SAY(room, STATE_TO, o, words_plain(ev, "address", a),
			words_state(o, body, "from"), words_state(o, body, "to"),
			words_plain(body, "reason", b), NULL);
	snprintf(room, OUTBREAK_TEXT_BYTES, "%.64s: %.300s%.64s",
		term_of(TERM_EVENT, kind, o->lang), words_plain(body, "who", a),
		words_plain(ev, "address", b));
	return room;
}

const char *words_state(const struct outbreak *o, const cJSON *object, const char *key)
{
	return term_of(TERM_STATE, text_of(object, key), o->lang);
}

const char *words_more(const struct outbreak *o, uint64_t n, outbreak_text_room room)
{
	char number[NUMBER_BYTES];
	return SAY(room, MORE_ROWS, o, count(n, number), NULL);
}
