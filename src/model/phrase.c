// SPDX-License-Identifier: Apache-2.0
// Places are filled by number, so that each language has its own order.
#include "model/phrase.h"

#include <stdarg.h>
#include <string.h>

#include "base/utf8.h"

enum { WORDS_MAX = 9 };

static const char *const phrases[N_PHRASES][N_LANGS] = {
#define AS_ROW(name, en, ja) [PHRASE_##name] = { [LANG_EN] = en, [LANG_JA] = ja },
	PHRASES(AS_ROW)
#undef AS_ROW
};

const char *phrase(enum phrase p, enum lang lang)
{
	return phrases[p][lang];
}

/* As much as has room, in whole letters; returns the new end. */
static size_t add(char *room, size_t size, size_t at, const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		int n = utf8_length((const unsigned char *)text + i);
		size_t step = n > 0 ? (size_t)n : 1;
		if (at + step >= size)
			break;
		memcpy(room + at, text + i, step);
		at += step;
		i += step;
	}
	room[at] = '\0';
	return at;
}

const char *phrase_add(char *room, size_t size, enum phrase p, enum lang lang, ...)
{
	const char *word[WORDS_MAX] = {};
	size_t n_words = 0, at = strlen(room);
	va_list ap;
	va_start(ap, lang);
	for (const char *w; (w = va_arg(ap, const char *)) && n_words < WORDS_MAX;)
		word[n_words++] = w;
	va_end(ap);
	for (const char *t = phrases[p][lang]; *t;) {
		size_t plain = strcspn(t, "{");
		at = add(room, size, at, t, plain);
		t += plain;
		if (!*t)
			break;
		size_t i = (size_t)(t[1] - '1');
		bool is_place = i < n_words && t[2] == '}';
		at = is_place ? add(room, size, at, word[i], strlen(word[i]))
			      : add(room, size, at, t, 1);
		t += is_place ? 3 : 1;
	}
	return room;
}
