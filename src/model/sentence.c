// SPDX-License-Identifier: Apache-2.0
// Templates are tried in the order of the file, each place first with as little as it may hold. The dashboard does
// the same (web/src/words/language.ts).
#include "model/sentence.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "model/term.h"

__asm__(".pushsection .rodata\n"
	"rules_sentences_begin:\n"
	".incbin \"rules/sentences.txt\"\n"
	".byte 0\n"
	".popsection\n");
extern const char rules_sentences_begin[];

enum {
	PLACES_MAX = 12,
	SHORT_MAX = 120, // bytes of a piece {name}
	LONG_MAX = 1000, // of {name*}
	DEPTH_MAX = 6,   // of sentences within sentences
	STEPS_MAX = 200000,
	WORD_MAX = 24
};

struct piece {
	struct str name, text;
};

/* How a text fits a template. */
struct fit {
	struct piece piece[PLACES_MAX];
	size_t n;
	unsigned *steps;
};

/* What is told, and how many ways may still be tried. */
struct telling {
	char *room;
	size_t size, at;
	unsigned steps;
};

static struct str behind(struct str s, size_t n)
{
	return (struct str){ s.ptr + n, s.len - n };
}

static bool fits(struct str template, struct str text, struct fit *f);

/* A template that begins with a place. */
static bool place_fits(struct str template, struct str text, struct fit *f)
{
	const char *end = memchr(template.ptr, '}', template.len);
	if (!end || f->n == PLACES_MAX)
		return false;
	bool is_long = end[-1] == '*';
	struct piece *p = &f->piece[f->n++];
	size_t most = is_long ? LONG_MAX : SHORT_MAX;
	struct str rest = behind(template, (size_t)(end + 1 - template.ptr));
	p->name = (struct str){ template.ptr + 1, (size_t)(end - is_long - template.ptr - 1) };
	for (size_t n = 1; n <= most && n <= text.len && *f->steps > 0; n++) {
		--*f->steps;
		p->text = (struct str){ text.ptr, n };
		if (fits(rest, behind(text, n), f))
			return true;
	}
	f->n--;
	return false;
}

static bool fits(struct str template, struct str text, struct fit *f)
{
	size_t n = 0;
	while (n < template.len && template.ptr[n] != '{') {
		if (n == text.len || template.ptr[n] != text.ptr[n])
			return false;
		n++;
	}
	if (n == template.len)
		return n == text.len;
	return place_fits(behind(template, n), behind(text, n), f);
}

/* The next row of the file: English, and behind a tab the other; false at the end. */
static bool next_row(const char **at, struct str *en, struct str *ja)
{
	while (**at) {
		struct str line = { *at, strcspn(*at, "\n") };
		const char *tab = memchr(line.ptr, '\t', line.len);
		*at += line.len + (line.ptr[line.len] == '\n');
		if (!tab || *line.ptr == '#')
			continue;
		*en = (struct str){ line.ptr, (size_t)(tab - line.ptr) };
		*ja = behind(line, en->len + 1);
		return true;
	}
	return false;
}

static void put(struct telling *t, struct str s)
{
	t->at = utf8_add(t->room, t->size, t->at, s.ptr, s.len);
}

static bool tell(struct telling *t, struct str text, int depth);

/* A piece that is no sentence: states in it have their words. */
static void tell_words(struct telling *t, struct str text)
{
	char key[WORD_MAX];
	for (size_t at = 0; at < text.len;) {
		size_t n = 0;
		while (at + n < text.len && text.ptr[at + n] != ' ')
			n++;
		struct str word = { text.ptr + at, n };
		snprintf(key, sizeof key, "%.*s", STR_ARG(word));
		const char *told = n < sizeof key ? term_of(TERM_STATE, key, LANG_JA) : key;
		put(t, told == key ? word : (struct str){ told, strlen(told) });
		at += n;
		if (at < text.len)
			put(t, (struct str){ text.ptr + at++, 1 });
	}
}

static void tell_piece(struct telling *t, const struct fit *f, struct str name, int depth)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct piece *p = &f->piece[i];
		if (p->name.len != name.len || memcmp(p->name.ptr, name.ptr, name.len) != 0)
			continue;
		if (!tell(t, p->text, depth + 1))
			tell_words(t, p->text);
		return;
	}
}

static bool tell_whole(struct telling *t, struct str text, int depth)
{
	struct str en, ja;
	for (const char *row = rules_sentences_begin; next_row(&row, &en, &ja);) {
		struct fit f = { .steps = &t->steps };
		if (!fits(en, text, &f))
			continue;
		while (ja.len) {
			const char *open = memchr(ja.ptr, '{', ja.len);
			const char *end =
				open ? memchr(open, '}', ja.len - (size_t)(open - ja.ptr)) : NULL;
			size_t plain = end ? (size_t)(open - ja.ptr) : ja.len;
			put(t, (struct str){ ja.ptr, plain });
			if (end)
				tell_piece(t, &f,
					(struct str){ open + 1, (size_t)(end - open - 1) }, depth);
			ja = behind(ja, end ? (size_t)(end + 1 - ja.ptr) : ja.len);
		}
		return true;
	}
	return false;
}

/* Sentences behind one another: as long a one as is known, and what is behind it. */
static bool tell_parts(struct telling *t, struct str text, int depth)
{
	for (size_t at = text.len; at-- > 1;) {
		if (text.ptr[at] != ';' || at + 2 > text.len || text.ptr[at + 1] != ' ')
			continue;
		struct str rest = behind(text, at + 2);
		if (!tell_whole(t, (struct str){ text.ptr, at }, depth + 1))
			continue;
		put(t, STR("。"));
		if (!tell(t, rest, depth + 1))
			put(t, rest);
		return true;
	}
	return false;
}

static bool tell(struct telling *t, struct str text, int depth)
{
	return depth <= DEPTH_MAX && text.len &&
	       (tell_whole(t, text, depth) || tell_parts(t, text, depth));
}

const char *sentence_tell(const char *english, enum lang lang, char *room, size_t size)
{
	struct telling t = { .room = room, .size = size, .steps = STEPS_MAX };
	if (lang != LANG_JA || !tell(&t, (struct str){ english, strlen(english) }, 0))
		return english;
	return room;
}
