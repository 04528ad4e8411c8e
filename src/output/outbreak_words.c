// SPDX-License-Identifier: Apache-2.0
// All numbers come from the answers; here they only get their words.
#include "output/outbreak_say.h"

#include <string.h>

#include "base/utf8.h"
#include "model/term.h"
#include "model/words.h"

enum { PLAIN_BYTES = 400 };

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
		SAY(room, SCOPE_ONE, o, say_count(o->incident, number), NULL);
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
	return SAY(room, WHAT_INCIDENT, o, say_count_of(i, "id", id),
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
	return SAY(room, WHAT_HOSTS, o, say_count(hosts, a),
		say_count(hosts - count_states(o, done), b), NULL);
}

const char *words_courses(const struct outbreak *o, outbreak_text_room room)
{
	static const char *const active[] = { "infected", "reinfected", NULL };
	static const char *const held[] = { "contained", "remediating", "rebuilding",
		"disconnected", "remediated", "verifying", NULL };
	static const char *const recovered[] = { "recovered", "closed", NULL };
	char a[NUMBER_BYTES], b[NUMBER_BYTES], c[NUMBER_BYTES], d[NUMBER_BYTES], e[NUMBER_BYTES];
	return SAY(room, WHAT_COURSES, o, say_count(count_states(o, active), a),
		say_count(count_states(o, held), b), say_count(count_states(o, recovered), c),
		say_count(count_state(o, "suspected"), d),
		say_count(count_state(o, "false-positive"), e), NULL);
}

const char *words_first(const struct outbreak *o, const cJSON *i, outbreak_text_room room)
{
	outbreak_text_room first;
	const char *why = text_of(i, "first_host_why");
	if (*text_of(i, "first_host"))
		return SAY(room, FIRST, o, words_plain(i, "first_host", first), why, NULL);
	return SAY(room, FIRST_UNKNOWN, o, why, NULL);
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
	return SAY(room, MORE_ROWS, o, say_count(n, number), NULL);
}
