// SPDX-License-Identifier: Apache-2.0
// Whether it grows, and what helped, in words.
#include "output/outbreak_say.h"

#include <math.h>
#include <string.h>

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
	say_count_of(g, "onsets", onsets);
	say_count(number_of(g, "window_s") / 60, minutes);
	say_count_of(g, "level_pct", level);
	if (!strcmp(trend, "growing"))
		return SAY(room, GROWING, o, say_span(o, real_of(d, "value"), a),
			say_span(o, real_of(d, "low"), b), say_span(o, real_of(d, "high"), c),
			level, NULL);
	if (!strcmp(trend, "shrinking"))
		return SAY(room, SHRINKING, o, say_span(o, halving(rate, "value"), a),
			say_span(o, halving(rate, "low"), b), say_span(o, halving(rate, "high"), c),
			level, NULL);
	if (!strcmp(trend, "unclear"))
		return SAY(
			room, UNCLEAR, o, onsets, minutes, say_span(o, real_of(d, "low"), a), NULL);
	if (!strcmp(reason, "undated"))
		return SAY(room, UNDATED, o, NULL);
	if (!strcmp(reason, "moment"))
		return SAY(room, MOMENT, o, onsets, NULL);
	return SAY(room, FEW, o, onsets, minutes, say_count_of(g, "onsets_needed", a), NULL);
}

const char *words_r(const struct outbreak *o, outbreak_text_room room)
{
	const cJSON *g = member_at(o->curve, "growth"), *r = member_at(g, "r");
	char a[NUMBER_BYTES], b[NUMBER_BYTES], c[NUMBER_BYTES];
	if (!isnan(real_of(r, "value")))
		return SAY(room, R_KNOWN, o, say_real(real_of(r, "value"), a),
			say_real(real_of(r, "low"), b), say_real(real_of(r, "high"), c), NULL);
	if (!isnan(real_of(r, "low")))
		return SAY(room, R_LEAST, o, say_real(real_of(r, "low"), a), NULL);
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
	return SAY(room, PEAK, o, say_count_of(last, "ever", ever),
		say_count_of(most, "active", peak), words_time(most, "at", at),
		say_count_of(last, "active", now), NULL);
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
	SAY(room, HELP_LATE, o, say_count(n, a), say_count(hosts, b), say_count(attacked, c), NULL);
	if (heard < hosts)
		phrase_add(room, OUTBREAK_TEXT_BYTES, PHRASE_HELP_UNHEARD, o->lang,
			say_count(hosts - heard, a), NULL);
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
	return say_count(n, room);
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
		say_span(o, real_of(d, "value"), a), say_span(o, real_of(d, "low"), b),
		say_span(o, real_of(d, "high"), c), say_count_of(o->before, "level_pct", level),
		NULL);
}
