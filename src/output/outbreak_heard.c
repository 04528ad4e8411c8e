// SPDX-License-Identifier: Apache-2.0
// Exporters and whether their silence can be trusted, in words.
#include "output/outbreak_say.h"

#include <math.h>
#include <stdio.h>

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
		return SAY(room, TRUST_ALL, o, say_count(n, a), NULL);
	return SAY(room, TRUST_SOME, o, say_count(trusted, a), say_count(n, b), NULL);
}

const char *words_exporter(const struct outbreak *o, const cJSON *e, outbreak_text_room room)
{
	char domain[NUMBER_BYTES];
	outbreak_text_room a, b;
	words_plain(e, "exporter", a);
	say_count_of(e, "observationDomainId", domain);
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
		return SAY(room, SAMPLING_PART, o, say_count(n, number), NULL);
	return phrase(n ? PHRASE_SAMPLING_ALL : PHRASE_SAMPLING_UNTOLD, o->lang);
}

const char *words_clock(const struct outbreak *o, const cJSON *e, outbreak_text_room room)
{
	char by[NUMBER_BYTES];
	double s = real_of(e, "clock_skew_s");
	if (fabs(s) < 1)
		return phrase(PHRASE_CLOCK_RIGHT, o->lang);
	say_span(o, fabs(s), by);
	return s < 0 ? SAY(room, CLOCK_BEHIND, o, by, NULL) : SAY(room, CLOCK_AHEAD, o, by, NULL);
}
