// SPDX-License-Identifier: Apache-2.0
// Help, and the lists in the man pages: the table, told to people.
#include <string.h>

#include "app/command.h"
#include "app/counters.h"
#include "base/bytes.h"

static void option_head(const struct option_row *o, char room[static 64])
{
	snprintf(room, 64, "%s%c%s --%s%s%s", o->letter ? "-" : " ", o->letter ? o->letter : ' ',
		o->letter ? "," : " ", o->name, o->value ? " " : "", o->value ? o->value : "");
}

void help_write(const struct command *c, FILE *out)
{
	fprintf(out, "usage: cordon %s%s%s\n\n%s.\n", c->name, *c->synopsis ? " " : "", c->synopsis,
		c->about);
	if (c->n_options)
		fputc('\n', out);
	for (size_t i = 0; i < c->n_options; i++) {
		char head[64];
		option_head(&c->option[i], head);
		fprintf(out, "  %-26s %s\n", head, c->option[i].about);
	}
	if (c == &detect_command)
		fputs("\nexit status: 0 nothing found, 1 something found, 2 error, 3 input partly "
		      "unusable\nmanual: man cordon-detect\n",
			out);
}

void help_all(FILE *out)
{
	fputs("usage: cordon COMMAND [OPTION ...] [WORD ...]\n\n"
	      "Finds the hosts that spread a worm, from the telemetry a network already has.\n\n",
		out);
	for (size_t i = 0; i < n_commands; i++)
		fprintf(out, "  %-12s %s\n", commands[i]->name, commands[i]->about);
	fputs("\n  cordon help COMMAND     its options\n"
	      "\nTo begin: type 'show ip cache flow' on the router, and paste what it prints into\n"
	      "cordon detect -\n",
		out);
}

static void mdoc_text(const char *text, FILE *out)
{
	for (const char *p = text; *p; p++)
		fputs(*p == '\\' ? "\\e" : (char[]){ *p, 0 }, out);
	fputc('\n', out);
}

void help_mdoc(const struct command *c, FILE *out)
{
	fputs(".Bl -tag -width Ds\n", out);
	for (size_t i = 0; !c && i < n_commands; i++) {
		fprintf(out, ".It Cm %s\n", commands[i]->name);
		mdoc_text(commands[i]->about, out);
	}
	for (size_t i = 0; c && i < c->n_options; i++) {
		const struct option_row *o = &c->option[i];
		fputs(".It ", out);
		if (o->letter)
			fprintf(out, "Fl %c%s%s , ", o->letter, o->value ? " Ar " : "",
				o->value ? o->value : "");
		fprintf(out, "Fl -%s%s%s\n", o->name, o->value ? " Ar " : "",
			o->value ? o->value : "");
		mdoc_text(o->about, out);
	}
	fputs(".El\n", out);
}

struct help_options {
	bool mdoc, metrics;
};

static int help_run(const void *options, char **word, int n_words)
{
	const struct help_options *o = options;
	const struct command *c = n_words ? command_find(word[0]) : NULL;
	if (n_words && !c) {
		const char *near = command_nearest(word[0]);
		fprintf(stderr, "cordon help: no command '%s'%s%s%s\n", word[0],
			near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
		return EXIT_ERROR;
	}
	if (o->metrics)
		metrics_mdoc(stdout);
	else if (o->mdoc)
		help_mdoc(c, stdout);
	else if (c)
		help_write(c, stdout);
	else
		help_all(stdout);
	return EXIT_NOTHING;
}

static const struct option_row help_options[] = {
	{ .name = "mdoc",
		.offset = offsetof(struct help_options, mdoc),
		.about = "Print the list as mdoc(7), for the man pages" },
	{ .name = "metrics",
		.offset = offsetof(struct help_options, metrics),
		.about = "Print the metrics of the daemon as mdoc(7)" },
};

const struct command help_command = {
	.name = "help",
	.synopsis = "[COMMAND]",
	.about = "Explain the commands, or one of them",
	.option = help_options,
	.n_options = countof(help_options),
	.options_size = sizeof(struct help_options),
	.run = help_run,
};
