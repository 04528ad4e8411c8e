// SPDX-License-Identifier: Apache-2.0
// cordon alert test: a notice that is marked as a test goes to each target, by the couriers of the daemon.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/command.h"
#include "app/courier.h"
#include "output/json.h"

struct alert_options {
	const char *config;
	bool json;
};

static struct notice test_notice(void)
{
	return (struct notice){
		.time_ms = wall_ms(),
		.kind = NOTICE_TEST,
		.host = addr_v4(0xc0000201), // RFC 5737: of documentation
		.verdict = VERDICT_WORM,     // which every target wants
		.proto = PROTO_UNKNOWN,
		.service = "not told",
		.why = "this is a test of the alerts of cordon: no host is meant",
	};
}

static void tell_json(const struct alert_target *t, const char *why)
{
	struct json j = { .out = stdout };
	json_open(&j, '{');
	json_key(&j, "type");
	json_text(&j, "alert-test");
	json_key(&j, "target");
	json_text(&j, alert_type_key(t->type));
	json_key(&j, "to");
	json_text(&j, t->to);
	json_key(&j, "is_sent");
	json_bool(&j, !why);
	json_key(&j, "why");
	json_text(&j, why);
	json_close(&j, '}');
	json_end(&j);
}

static bool try_target(const struct alert_target *t, bool json)
{
	struct courier c;
	struct err e = {};
	struct notice n = test_notice();
	char room[sizeof e.text], name[ALERT_NAME_BYTES];
	bool is_sent = courier_init(&c, t, &e) && courier_bring(&c, &n, &e);
	courier_fini(&c);
	if (json)
		tell_json(t, is_sent ? NULL : e.text);
	else
		printf("%-4s %s%s%s\n", is_sent ? "sent" : "NOT", alert_target_name(t, name),
			is_sent ? "" : ": ",
			plain_format(is_sent ? "" : e.text, room, sizeof room));
	return is_sent;
}

static int test(const struct alert_options *o)
{
	struct err e = {};
	struct settings *s = malloc(sizeof *s);
	const char *path = o->config;
	size_t n_sent = 0;
	int code = EXIT_ERROR;
	if (!path && access(SETTINGS_FILE, F_OK) == 0)
		path = SETTINGS_FILE;
	if (!s) {
		fputs("cordon alert: no memory\n", stderr);
		return EXIT_ERROR;
	}
	settings_init(s);
	(void)webhook_prepare();
	if (path && !settings_load(s, path, &e)) {
		fprintf(stderr, "cordon alert: %s\n", e.text);
	} else if (s->n_alerts == 0) {
		fprintf(stderr,
			"cordon alert: %s names no target: add 'alerts', see cordon.yaml(5)\n",
			path ? path : "there is no " SETTINGS_FILE ", which");
	} else {
		for (size_t i = 0; i < s->n_alerts; i++)
			n_sent += try_target(&s->alert[i], o->json);
		code = n_sent == s->n_alerts ? EXIT_NOTHING : EXIT_PARTLY;
	}
	free(s);
	return code;
}

static int alert_run(const void *options, char **word, int n_words)
{
	if (n_words == 1 && !strcmp(word[0], "test"))
		return test(options);
	if (n_words > 1 && !strcmp(word[0], "test"))
		fprintf(stderr, "cordon alert test: takes no '%s'; the file is named by --config\n",
			word[1]);
	else
		fputs("cordon alert: say what to do: cordon alert test [--config FILE]\n", stderr);
	return EXIT_ERROR;
}

static const struct option_row alert_options[] = {
	{ .name = "config",
		.letter = 'c',
		.value = "FILE",
		.type = OPTION_TEXT,
		.offset = offsetof(struct alert_options, config),
		.takes_file = true,
		.about = "Settings, see cordon.yaml(5); without it " SETTINGS_FILE
			 ", where that exists" },
	{ .name = "json",
		.letter = 'j',
		.type = OPTION_FLAG,
		.offset = offsetof(struct alert_options, json),
		.about = "Print one JSON object for each target" },
};

const struct command alert_command = {
	.name = "alert",
	.synopsis = "test [OPTION ...]",
	.about = "Try the targets of alerts with one that is marked as a test",
	.option = alert_options,
	.n_options = countof(alert_options),
	.options_size = sizeof(struct alert_options),
	.run = alert_run,
};
