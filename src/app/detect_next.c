// SPDX-License-Identifier: Apache-2.0
// The command that explains what was just told: it has to come to the same verdict, and to be pasted into a shell.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "app/detect.h"
#include "model/words.h"

/* Whether a terminal shows a word as it is. */
static bool is_plain(const char *word)
{
	size_t size = strlen(word) + 1;
	char *plain = malloc(size);
	bool is_same = plain && !strcmp(plain_format(word, plain, size), word);
	free(plain);
	return is_same;
}

/* Bytes as escapes, for what a terminal would obey: bash, zsh and ksh read it, and POSIX since 2024. */
static void print_escaped(const char *word)
{
	fputs("$'", stdout);
	for (const char *p = word; *p; p++)
		if (isascii(*p) && isprint(*p) && *p != '\'' && *p != '\\')
			putchar(*p);
		else
			printf("\\%03o", (unsigned)(unsigned char)*p);
	putchar('\'');
}

static void print_quoted(const char *word)
{
	putchar('\'');
	for (const char *p = word; *p; p++)
		if (*p == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*p);
	putchar('\'');
}

/* A blank and a word as a shell takes it. */
static void print_word(const char *word)
{
	static const char harmless[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@%+,-";
	putchar(' ');
	if (*word && strspn(word, harmless) == strlen(word))
		fputs(word, stdout);
	else if (is_plain(word))
		print_quoted(word);
	else
		print_escaped(word);
}

static void print_option(const char *name, const char *value)
{
	if (!value)
		return;
	printf(" %s", name);
	print_word(value);
}

static void print_memory(size_t bytes)
{
	static const char units[] = "\0KMG";
	size_t i = 0;
	while (i + 2 < sizeof units && bytes % 1024 == 0) {
		bytes /= 1024;
		i++;
	}
	printf(" --memory %zu%.1s", bytes, &units[i]);
}

/* What changes a verdict, and the language of what is explained. */
static void print_options(const struct detect_options *o)
{
	print_option("-i", o->inventory);
	print_option("--signatures", o->signatures);
	print_option("--lang", o->lang);
	if (o->memory)
		print_memory(o->memory);
}

static void print_files(char **word, int n_words)
{
	bool is_option = false;
	for (int i = 0; i < n_words; i++)
		is_option |= word[i][0] == '-' && word[i][1];
	if (is_option)
		fputs(" --", stdout);
	for (int i = 0; i < n_words; i++)
		if (strcmp(word[i], "-"))
			print_word(word[i]);
		else
			fputs(" FILE (the paste, saved)", stdout);
}

/* What an interface showed is gone, and what was read before a `state` was written is not read again. */
static bool can_repeat(const struct detect_options *o)
{
	return !o->interface && !o->state;
}

void detect_suggest(
	const struct report *r, const struct detect_options *o, char **word, int n_words)
{
	char room[ADDR_TEXT_BYTES];
	if (o->json || o->csv || o->explain || r->n == 0 || n_words == 0 || !can_repeat(o))
		return;
	printf("\nNext: cordon detect --explain %s", addr_format(&r->finding[0].host, room));
	print_options(o);
	print_files(word, n_words);
	putchar('\n');
}
