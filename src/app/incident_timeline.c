// SPDX-License-Identifier: Apache-2.0
// What an incident was: its events in the order they were told, and the addresses that a host had.
#include <inttypes.h>
#include <stdio.h>

#include "app/incident.h"
#include "model/words.h"

enum { LINE_BYTES = 512, WORD_BYTES = 160 };

static const char *plain(
	const cJSON *object, const char *key, const char *none, char room[static WORD_BYTES])
{
	return plain_of(object, key, none, room, WORD_BYTES);
}

void incident_names(const cJSON *host)
{
	char room[WORD_BYTES];
	static const struct {
		const char *key, *before;
	} shown[] = { { "mac", "MAC " }, { "name", "named " }, { "since", "since " },
		{ "until", "until " } };
	const cJSON *name;
	cJSON_ArrayForEach(name, cJSON_GetObjectItemCaseSensitive(host, "names"))
	{
		bool has_more = false;
		for (size_t i = 0; i < countof(shown); i++)
			has_more = has_more || *text_of(name, shown[i].key);
		if (!has_more)
			continue;
		printf("      %s", plain(name, "address", "", room));
		for (size_t i = 0; i < countof(shown); i++)
			if (*text_of(name, shown[i].key))
				printf(", %s%s", shown[i].before,
					plain(name, shown[i].key, "", room));
		putchar('\n');
	}
}

static void tenure_line(const cJSON *body, char text[static LINE_BYTES], size_t n)
{
	static const struct {
		const char *key, *word;
	} ends[] = { { "since_ms", "since" }, { "until_ms", "until" } };
	char time[TIME_TEXT_BYTES];
	for (size_t i = 0; i < countof(ends) && n < LINE_BYTES; i++)
		if (number_of(body, ends[i].key))
			n += (size_t)snprintf(text + n, LINE_BYTES - n, " %s %s", ends[i].word,
				time_format(number_of(body, ends[i].key), time));
}

/* The parts of a body that people want to read, in one line that no terminal obeys. */
static void body_line(const cJSON *body, bool is_address, char out[static LINE_BYTES])
{
	static const struct {
		const char *key, *before;
	} shown[] = { { "from", "" }, { "to", "-> " }, { "verdict", "" }, { "cause", "" },
		{ "source", "by " }, { "effective", "containment works: " }, { "target", "by " },
		{ "address", "" }, { "mac", "MAC " }, { "name", "named " },
		{ "guards", "proved: " }, { "said", "vouched for: " }, { "who", "to " },
		{ "text", "" }, { "reason", "because: " }, { "why", "" }, { "where", "at " } };
	char text[LINE_BYTES] = "";
	size_t n = 0;
	for (size_t i = 0; i < countof(shown) && n < sizeof text; i++) {
		const char *v = text_of(body, shown[i].key);
		if (*v)
			n += (size_t)snprintf(text + n, sizeof text - n, "%s%s%s", n ? " " : "",
				shown[i].before, v);
	}
	if (number_of(body, "other") && n < sizeof text)
		n += (size_t)snprintf(text + n, sizeof text - n, "%sincident %" PRIu64,
			n ? " " : "", number_of(body, "other"));
	if (is_address)
		tenure_line(body, text, n);
	plain_format(text, out, LINE_BYTES);
}

bool incident_timeline_line(void *ctx, const cJSON *ev)
{
	char time[TIME_TEXT_BYTES], kind[WORD_BYTES], address[WORD_BYTES], actor[WORD_BYTES];
	char text[LINE_BYTES] = "", from[WORD_BYTES];
	const cJSON *body = cJSON_GetObjectItemCaseSensitive(ev, "body");
	enum event_kind what = N_EVENTS;
	(void)ctx;
	(void)event_parse(text_of(ev, "kind"), &what);
	if (what == EVENT_EVIDENCE && !*text_of(body, "cause") && !*text_of(body, "effective"))
		return true; // silence that goes on is no news in a story
	if (what == EVENT_EDGE)
		snprintf(text, sizeof text, "may have it from %s", plain(ev, "from", "", from));
	else
		body_line(body, what == EVENT_ADDRESS, text);
	printf("  %-24s  %-16s  %-15s  %-10s  %s\n", time_format(number_of(ev, "at_ms"), time),
		plain(ev, "kind", "", kind), plain(ev, "address", "", address),
		plain(ev, "actor", "", actor), text);
	return true;
}
