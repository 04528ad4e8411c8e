// SPDX-License-Identifier: Apache-2.0
// cordon config check: reads cordon.yaml and what it names, and says what holds.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/command.h"
#include "app/config_check.h"
#include "base/typo.h"
#include "detect/signature.h"
#include "model/words.h"
#include "output/json.h"

enum { VALUE_WIDTH = 24 };

struct config_options {
	bool json;
};

/* What was read; freed with config_free. */
struct config {
	const char *path; // NULL: no file, the defaults hold
	struct settings settings;
	struct inventory *inventory;
	struct signatures *signatures;
	struct warnings warnings;
};

static bool config_load(struct config *c, struct err *e)
{
	struct settings *s = &c->settings;
	settings_init(s);
	if (c->path && !settings_load(s, c->path, e))
		return false;
	c->signatures = signatures_new(e);
	if (!c->signatures ||
		(s->signatures[0] && !signatures_load(c->signatures, s->signatures, e)))
		return false;
	if (s->inventory[0])
		c->inventory = inventory_load(s->inventory, e);
	return c->inventory || !s->inventory[0];
}

static void config_free(struct config *c)
{
	if (c)
		signatures_free(c->signatures);
	if (c)
		inventory_free(c->inventory);
	free(c);
}

/* "cordon.yaml:3" or "default". */
static void print_origin(const struct config *c, enum setting k)
{
	char name[SETTINGS_PATH_BYTES];
	if (c->settings.line[k])
		printf("%s:%u", plain_format(c->path, name, sizeof name), c->settings.line[k]);
	else
		fputs("default", stdout);
}

/* The listeners of a key; NULL when it has none. */
static const struct listener *listeners_of(const struct settings *s, enum setting k, size_t *n)
{
	*n = k == SETTING_LISTEN ? s->n_listeners : k == SETTING_HTTP ? s->n_http : 0;
	return k == SETTING_LISTEN ? s->listener : k == SETTING_HTTP ? s->http : NULL;
}

static void print_listeners(const struct config *c, enum setting k)
{
	size_t n;
	const struct listener *listener = listeners_of(&c->settings, k, &n);
	for (size_t i = 0; i < n; i++) {
		char text[LISTENER_TEXT_BYTES];
		printf("%-16s %-*s ", i ? "" : setting_name(k), VALUE_WIDTH,
			listener_format(&listener[i], text));
		print_origin(c, k);
		puts(listener_is_local(&listener[i]) ? "" : ", reachable from outside");
	}
}

static void print_logs(const struct config *c)
{
	char shown[SETTINGS_PATH_BYTES];
	for (size_t i = 0; i < c->settings.n_logs; i++) {
		printf("%-16s %-*s ", i ? "" : setting_name(SETTING_LOGS), VALUE_WIDTH,
			plain_format(settings_log(&c->settings, i), shown, sizeof shown));
		print_origin(c, SETTING_LOGS);
		putchar('\n');
	}
}

static void print_row(const struct config *c, enum setting k)
{
	char value[SETTING_TEXT_BYTES], shown[SETTING_TEXT_BYTES];
	size_t n;
	if (listeners_of(&c->settings, k, &n) && n) {
		print_listeners(c, k);
		return;
	}
	if (k == SETTING_LOGS && c->settings.n_logs) {
		print_logs(c);
		return;
	}
	setting_format(&c->settings, k, value);
	printf("%-16s %-*s ", setting_name(k), VALUE_WIDTH,
		value[0] ? plain_format(value, shown, sizeof shown) : "-");
	print_origin(c, k);
	putchar('\n');
}

static void print_table(const struct config *c)
{
	char room[SETTINGS_PATH_BYTES + WARNING_BYTES];
	const struct warnings *w = &c->warnings;
	printf("%-16s %-*s %s\n", "KEY", VALUE_WIDTH, "VALUE", "FROM");
	for (enum setting k = 0; k < N_SETTINGS; k++)
		print_row(c, k);
	putchar('\n');
	for (size_t i = 0; i < w->n; i++) {
		const struct warning *one = &w->warning[i];
		fputs("warning: ", stdout);
		if (one->at.line && c->path)
			printf("%s:%u:%u: ", plain_format(c->path, room, sizeof room), one->at.line,
				one->at.column);
		printf("%s: %s\n", setting_name(one->about),
			plain_format(one->text, room, sizeof room));
	}
	printf("%s: no error, %zu warning%s\n",
		c->path ? plain_format(c->path, room, sizeof room) : "no file, defaults", w->n,
		w->n == 1 ? "" : "s");
}

static void json_listeners(struct json *j, const struct listener *listener, size_t n)
{
	json_open(j, '[');
	for (size_t i = 0; i < n; i++) {
		char address[ADDR_TEXT_BYTES];
		json_open(j, '{');
		json_key(j, "address");
		json_text(j, addr_format(&listener[i].address, address));
		json_key(j, "port");
		json_uint(j, listener[i].port);
		json_key(j, "reachable_from_outside");
		json_bool(j, !listener_is_local(&listener[i]));
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void json_place(struct json *j, const struct setting_place *at)
{
	const struct {
		const char *key;
		unsigned n;
	} row[] = { { "line", at->line }, { "column", at->column } };
	for (size_t i = 0; i < countof(row); i++) {
		json_key(j, row[i].key);
		if (row[i].n)
			json_uint(j, row[i].n);
		else
			json_null(j);
	}
}

static void json_logs(struct json *j, const struct settings *s)
{
	json_open(j, '[');
	for (size_t i = 0; i < s->n_logs; i++)
		json_text(j, settings_log(s, i));
	json_close(j, ']');
}

static void json_setting(struct json *j, const struct settings *s, enum setting k)
{
	char room[SETTING_TEXT_BYTES];
	const char *value = setting_format(s, k, room);
	json_key(j, setting_name(k));
	json_open(j, '{');
	json_key(j, "value");
	size_t n;
	const struct listener *listener = listeners_of(s, k, &n);
	if (listener)
		json_listeners(j, listener, n);
	else if (k == SETTING_LOGS && s->n_logs)
		json_logs(j, s);
	else
		json_text(j, value[0] ? value : NULL);
	json_key(j, "line");
	if (s->line[k])
		json_uint(j, s->line[k]);
	else
		json_null(j);
	json_close(j, '}');
}

static void print_json(const struct config *c)
{
	struct json j = { .out = stdout };
	json_open(&j, '{');
	json_key(&j, "type");
	json_text(&j, "config");
	json_key(&j, "file");
	json_text(&j, c->path);
	json_key(&j, "settings");
	json_open(&j, '{');
	for (enum setting k = 0; k < N_SETTINGS; k++)
		json_setting(&j, &c->settings, k);
	json_close(&j, '}');
	json_key(&j, "warnings");
	json_open(&j, '[');
	for (size_t i = 0; i < c->warnings.n; i++) {
		json_open(&j, '{');
		json_key(&j, "key");
		json_text(&j, setting_name(c->warnings.warning[i].about));
		json_key(&j, "text");
		json_text(&j, c->warnings.warning[i].text);
		json_place(&j, &c->warnings.warning[i].at);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	json_end(&j);
}

static int check(const struct config_options *o, const char *path)
{
	struct err e = {};
	struct config *c = calloc(1, sizeof *c);
	int code = EXIT_ERROR;
	if (!c) {
		fputs("cordon config: no memory\n", stderr);
		return EXIT_ERROR;
	}
	c->path = path;
	if (!path && access(SETTINGS_FILE, F_OK) == 0)
		c->path = SETTINGS_FILE;
	if (config_load(c, &e)) {
		settings_check(&c->settings, c->inventory, &c->warnings);
		(o->json ? print_json : print_table)(c);
		code = EXIT_NOTHING;
	} else {
		char room[sizeof e.text];
		fprintf(stderr, "cordon config: %s\n", plain_format(e.text, room, sizeof room));
	}
	config_free(c);
	return code;
}

static int config_run(const void *options, char **word, int n_words)
{
	static const char *const verb[] = { "check" };
	if (n_words >= 1 && n_words <= 2 && !strcmp(word[0], verb[0]))
		return check(options, n_words == 2 ? word[1] : NULL);
	const char *meant = n_words ? typo_nearest((struct str){ word[0], strlen(word[0]) }, verb,
					      countof(verb))
				    : NULL;
	if (n_words > 2 && !strcmp(word[0], verb[0]))
		fputs("cordon config check: takes one file\n", stderr);
	else if (meant)
		fprintf(stderr, "cordon config: no '%s', did you mean '%s'?\n", word[0], meant);
	else
		fputs("cordon config: say what to do: cordon config check [FILE]\n", stderr);
	return EXIT_ERROR;
}

static const struct option_row config_options[] = {
	{ .name = "json",
		.letter = 'j',
		.type = OPTION_FLAG,
		.offset = offsetof(struct config_options, json),
		.about = "Print one JSON object: every key with its value and line, and the "
			 "warnings" },
};

const struct command config_command = {
	.name = "config",
	.synopsis = "check [OPTION ...] [FILE]",
	.about = "Check the settings of the daemon, and say what holds",
	.option = config_options,
	.n_options = countof(config_options),
	.options_size = sizeof(struct config_options),
	.run = config_run,
};
