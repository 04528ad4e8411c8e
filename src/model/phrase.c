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

/* Of "host|hosts}" the first word for one, else the second. */
static size_t add_number(char *room, size_t size, size_t at, const char *words, bool is_one)
{
	size_t one = strcspn(words, "|}"), all = strcspn(words, "}");
	const char *more = one < all ? words + one + 1 : words + all;
	return is_one ? utf8_add(room, size, at, words, one)
		      : utf8_add(room, size, at, more, (size_t)(words + all - more));
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
		at = utf8_add(room, size, at, t, plain);
		t += plain;
		if (!*t)
			break;
		size_t i = (size_t)(t[1] - '1');
		bool is_place = i < n_words && (t[2] == '}' || t[2] == '#');
		if (is_place && t[2] == '#')
			at = add_number(room, size, at, t + 3, !strcmp(word[i], "1"));
		else
			at = is_place ? utf8_add(room, size, at, word[i], strlen(word[i]))
				      : utf8_add(room, size, at, t, 1);
		t += is_place ? strcspn(t, "}") + 1 : 1;
	}
	return room;
}
