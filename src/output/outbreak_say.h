// SPDX-License-Identifier: Apache-2.0
// What the files share that put sentences of a report together.
#ifndef OUTPUT_OUTBREAK_SAY_H
#define OUTPUT_OUTBREAK_SAY_H
#include "output/outbreak_words.h"

enum { NUMBER_BYTES = 48 };

/** A phrase in the language of the report, in the place of what stands in `room`; words as in phrase_add. */
#define SAY(room, p, o, ...) \
	(*(room) = '\0', phrase_add(room, OUTBREAK_TEXT_BYTES, PHRASE_##p, (o)->lang, __VA_ARGS__))

/** Each gives `room` back: a number, one that is a member of an object, one with two figures that count. */
const char *say_count(uint64_t n, char room[static NUMBER_BYTES]);
const char *say_count_of(const cJSON *object, const char *key, char room[static NUMBER_BYTES]);
const char *say_real(double v, char room[static NUMBER_BYTES]);

/** "42 s", "4.2 min"; a bound that is none: "?". */
const char *say_span(const struct outbreak *o, double s, char room[static NUMBER_BYTES]);
#endif
