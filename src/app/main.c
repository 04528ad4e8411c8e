// SPDX-License-Identifier: Apache-2.0
// cordon: finds the hosts that spread a worm, from the telemetry a network already has.
//
// Map of the source. Data flows one way: source/ opens inputs and knows captures, decode/ turns
// bytes and text into flows, detect/ turns flows into evidence and evidence into findings,
// output/ tells them, http/ answers who asks. model/ holds the nouns all of them share, base/ the
// tools that know no network. app/ is this folder: one file a subcommand, the only place that logs,
// exits and wires.
// src/LAYERS says who may include whom.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "base/bytes.h"

const struct command *const commands[] = {
	&detect_command,
	&watch_command,
	&status_command,
	&top_command,
	&incident_command,
	&report_command,
	&contain_command,
	&audit_command,
	&store_command,
	&config_command,
	&alert_command,
	&help_command,
	&completion_command,
	&version_command,
};
const size_t n_commands = countof(commands);

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < n_commands; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static int version_run(const void *options, char **word, int n_words)
{
	(void)options, (void)word, (void)n_words;
	puts("cordon " CORDON_VERSION);
	return EXIT_NOTHING;
}

const struct command version_command = {
	.name = "version",
	.synopsis = "",
	.about = "Print the version",
	.run = version_run,
};

/* A full disk or a closed pipe must not look like success. */
static int flushed(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fprintf(stderr, "cordon: write standard output: %s\n", strerror(errno));
	return EXIT_ERROR;
}

static int run(const struct command *c, char **word, int n_words)
{
	void *options = calloc(1, c->options_size ? c->options_size : 1);
	if (!options) {
		fputs("cordon: no memory\n", stderr);
		return EXIT_ERROR;
	}
	int n = options_parse(c, word, n_words, options), code = EXIT_ERROR;
	if (n == -2) {
		help_write(c, stdout);
		code = EXIT_NOTHING;
	} else if (n >= 0) {
		code = c->run(options, word, n);
	}
	free(options);
	return flushed(code);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *word, *command;
	} aliases[] = { { "--help", "help" }, { "-h", "help" }, { "--version", "version" },
		{ "-V", "version" } };

	if (argc < 2) {
		help_all(stderr);
		return EXIT_ERROR;
	}
	const char *name = argv[1];
	for (size_t i = 0; i < countof(aliases); i++)
		if (!strcmp(name, aliases[i].word))
			name = aliases[i].command;
	const struct command *c = command_find(name);
	if (c)
		return run(c, argv + 2, argc - 2);

	const char *near = command_nearest(name);
	fprintf(stderr, "cordon: no command '%s'", name);
	if (near)
		fprintf(stderr, ", did you mean '%s'?\n", near);
	else
		fputs("; 'cordon help' lists them\n", stderr);
	return EXIT_ERROR;
}
