// SPDX-License-Identifier: Apache-2.0
// Numbers and spans as sentences of a report have them.
#include "output/outbreak_say.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

const char *say_count(uint64_t n, char room[static NUMBER_BYTES])
{
	snprintf(room, NUMBER_BYTES, "%" PRIu64, n);
	return room;
}

const char *say_count_of(const cJSON *object, const char *key, char room[static NUMBER_BYTES])
{
	return say_count(number_of(object, key), room);
}

const char *say_real(double v, char room[static NUMBER_BYTES])
{
	snprintf(room, NUMBER_BYTES, isnan(v) ? "?" : v < 10 ? "%.1f" : "%.0f", v);
	return room;
}

/* "42 s", "4.2 min"; a bound that is none: "?". */
const char *say_span(const struct outbreak *o, double s, char room[static NUMBER_BYTES])
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
	return phrase_add(room, NUMBER_BYTES, rows[i].phrase, o->lang,
		say_real(s / rows[i].unit, number), NULL);
}
