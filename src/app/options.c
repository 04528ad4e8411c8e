// SPDX-License-Identifier: Apache-2.0
// Reading of options by the table: long, short, "--name=value", "--" and "-".
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "app/command.h"
#include "base/quantity.h"
#include "base/typo.h"

enum { NAMES_MAX = 64 };

const char *command_nearest(const char *word)
{
	const char *name[NAMES_MAX] = {};
	assert(n_commands <= NAMES_MAX);
	for (size_t i = 0; i < n_commands; i++)
		name[i] = commands[i]->name;
	return typo_nearest((struct str){ word, strlen(word) }, name, n_commands);
}

static const struct option_row *by_name(const struct command *c, const char *name, size_t len)
{
	for (size_t i = 0; i < c->n_options; i++)
		if (strlen(c->option[i].name) == len && !strncmp(c->option[i].name, name, len))
			return &c->option[i];
	return NULL;
}

static const struct option_row *by_letter(const struct command *c, char letter)
{
	for (size_t i = 0; i < c->n_options; i++)
		if (c->option[i].letter == letter)
			return &c->option[i];
	return NULL;
}

/* "512M" in bytes. */
static bool size_assign(const char *text, size_t *out)
{
	uint64_t bytes;
	if (!size_parse((struct str){ text, strlen(text) }, &bytes) || bytes > SIZE_MAX)
		return false;
	*out = (size_t)bytes;
	return true;
}

static bool list_add(
	const struct command *c, const struct option_row *o, const char *value, void *out)
{
	struct text_list *list = out;
	if (list->n == LIST_MAX) {
		fprintf(stderr, "cordon %s: --%s more than %d times\n", c->name, o->name, LIST_MAX);
		return false;
	}
	list->text[list->n++] = value;
	return true;
}

static bool assign(
	const struct command *c, const struct option_row *o, const char *value, void *out)
{
	void *member = (char *)out + o->offset;
	switch (o->type) {
	case OPTION_FLAG:
		*(bool *)member = true;
		return true;
	case OPTION_TEXT:
		*(const char **)member = value;
		return true;
	case OPTION_LIST:
		return list_add(c, o, value, member);
	case OPTION_SIZE:
		if (size_assign(value, member))
			return true;
		fprintf(stderr, "cordon %s: --%s takes a size like 512M, not '%s'\n", c->name,
			o->name, value);
	}
	return false;
}

static bool unknown(const struct command *c, const char *word)
{
	const char *name[NAMES_MAX] = {};
	assert(c->n_options <= NAMES_MAX);
	for (size_t i = 0; i < c->n_options; i++)
		name[i] = c->option[i].name;
	size_t dashes = strspn(word, "-");
	struct str typed = { word + dashes, strlen(word) - dashes };
	const char *best = dashes == 2 ? typo_nearest(typed, name, c->n_options) : NULL;
	fprintf(stderr, "cordon %s: unknown option '%s'", c->name, word);
	if (best)
		fprintf(stderr, ", did you mean '--%s'?\n", best);
	else
		fprintf(stderr, "; 'cordon help %s' lists them\n", c->name);
	return false;
}

/* Of two values one would be lost without a word; a flag says the same twice. */
static bool is_again(const struct command *c, const struct option_row *o, uint64_t *given)
{
	uint64_t bit = UINT64_C(1) << (o - c->option);
	bool is_again = (*given & bit) && (o->type == OPTION_TEXT || o->type == OPTION_SIZE);
	*given |= bit;
	if (is_again)
		fprintf(stderr, "cordon %s: --%s is given twice, and takes one value\n", c->name,
			o->name);
	return is_again;
}

/* One word that begins with a dash; takes the next one as its value when it needs one. */
static bool one(
	const struct command *c, char **word, int n_words, int *i, uint64_t *given, void *out)
{
	const char *w = word[*i], *value = NULL;
	const struct option_row *o;
	if (w[1] == '-') {
		const char *equals = strchr(w, '=');
		o = by_name(c, w + 2, equals ? (size_t)(equals - w - 2) : strlen(w + 2));
		value = equals ? equals + 1 : NULL;
	} else {
		o = by_letter(c, w[1]);
		value = w[2] ? w + 2 : NULL;
	}
	if (!o)
		return unknown(c, w);
	if (o->type == OPTION_FLAG && value) {
		fprintf(stderr, "cordon %s: '%s': --%s takes no value\n", c->name, w, o->name);
		return false;
	}
	if (o->type != OPTION_FLAG && !value) {
		if (*i + 1 == n_words) {
			fprintf(stderr, "cordon %s: --%s needs %s\n", c->name, o->name, o->value);
			return false;
		}
		value = word[++*i];
	}
	return !is_again(c, o, given) && assign(c, o, value, out);
}

int options_parse(const struct command *c, char **word, int n_words, void *out)
{
	int n = 0;
	bool only_words = false;
	uint64_t given = 0; // by rows of the table
	assert(c->n_options <= NAMES_MAX);
	for (int i = 0; i < n_words; i++) {
		if (only_words || word[i][0] != '-' || !word[i][1])
			word[n++] = word[i];
		else if (!strcmp(word[i], "--"))
			only_words = true;
		else if (!strcmp(word[i], "--help") || !strcmp(word[i], "-h"))
			return -2;
		else if (!one(c, word, n_words, &i, &given, out))
			return -1;
	}
	return n;
}
