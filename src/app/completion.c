// SPDX-License-Identifier: Apache-2.0
// Completions for three shells, written from the command table.
#include <string.h>

#include "app/command.h"
#include "base/bytes.h"

static void bash(FILE *out)
{
	fputs("# bash completion for cordon\n_cordon() {\n"
	      "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
	      "\tCOMPREPLY=()\n"
	      "\tif ((COMP_CWORD == 1)); then\n\t\tCOMPREPLY=($(compgen -W '",
		out);
	for (size_t i = 0; i < n_commands; i++)
		fprintf(out, "%s%s", i ? " " : "", commands[i]->name);
	fputs("' -- \"$word\"))\n\t\treturn\n\tfi\n\tcase ${COMP_WORDS[1]}:$before in\n", out);
	for (size_t i = 0; i < n_commands; i++)
		for (size_t k = 0; k < commands[i]->n_options; k++) {
			const struct option_row *o = &commands[i]->option[k];
			if (o->value && !o->takes_file)
				fprintf(out, "\t%s:--%s) return ;;\n", commands[i]->name, o->name);
		}
	fputs("\tesac\n\tif [[ $word != -* ]]; then\n"
	      "\t\tcompopt -o default 2>/dev/null\n\t\treturn\n\tfi\n"
	      "\tcase ${COMP_WORDS[1]} in\n",
		out);
	for (size_t i = 0; i < n_commands; i++) {
		fprintf(out, "\t%s) COMPREPLY=($(compgen -W '--help", commands[i]->name);
		for (size_t k = 0; k < commands[i]->n_options; k++)
			fprintf(out, " --%s", commands[i]->option[k].name);
		fputs("' -- \"$word\")) ;;\n", out);
	}
	fputs("\tesac\n}\ncomplete -F _cordon cordon\n", out);
}

/* Text inside single quotes and brackets of zsh. */
static void zsh_text(const char *text, FILE *out)
{
	for (const char *p = text; *p; p++)
		if (*p == '\'')
			fputs("'\\''", out);
		else if (strchr("[]:\\", *p))
			fprintf(out, "\\%c", *p);
		else
			fputc(*p, out);
}

static void zsh(FILE *out)
{
	fputs("#compdef cordon\n_cordon() {\n\tlocal -a commands=(\n", out);
	for (size_t i = 0; i < n_commands; i++) {
		fprintf(out, "\t\t'%s:", commands[i]->name);
		zsh_text(commands[i]->about, out);
		fputs("'\n", out);
	}
	fputs("\t)\n\tif ((CURRENT == 2)); then\n\t\t_describe command commands\n\t\treturn\n\tfi\n"
	      "\tlocal command=$words[2]\n\tshift words\n\t((CURRENT--))\n"
	      "\tcase $command in\n",
		out);
	for (size_t i = 0; i < n_commands; i++) {
		fprintf(out, "\t%s)\n\t\t_arguments", commands[i]->name);
		for (size_t k = 0; k < commands[i]->n_options; k++) {
			const struct option_row *o = &commands[i]->option[k];
			fprintf(out, " \\\n\t\t\t'--%s[", o->name);
			zsh_text(o->about, out);
			fputc(']', out);
			if (o->value)
				fprintf(out, ":%s:%s", o->value, o->takes_file ? "_files" : "");
			fputc('\'', out);
		}
		fputs(" \\\n\t\t\t'*:file:_files'\n\t\t;;\n", out);
	}
	fputs("\tesac\n}\n_cordon \"$@\"\n", out);
}

static void fish_text(const char *text, FILE *out)
{
	for (const char *p = text; *p; p++)
		fprintf(out, "%s%c", strchr("'\\", *p) ? "\\" : "", *p);
}

static void fish(FILE *out)
{
	fputs("# fish completion for cordon\n", out);
	for (size_t i = 0; i < n_commands; i++) {
		fprintf(out, "complete -c cordon -n __fish_use_subcommand -f -a %s -d '",
			commands[i]->name);
		fish_text(commands[i]->about, out);
		fputs("'\n", out);
		for (size_t k = 0; k < commands[i]->n_options; k++) {
			const struct option_row *o = &commands[i]->option[k];
			fprintf(out, "complete -c cordon -n '__fish_seen_subcommand_from %s' -l %s",
				commands[i]->name, o->name);
			if (o->letter)
				fprintf(out, " -s %c", o->letter);
			if (o->value)
				fputs(o->takes_file ? " -r" : " -x", out);
			fputs(" -d '", out);
			fish_text(o->about, out);
			fputs("'\n", out);
		}
	}
}

static const struct {
	const char *name;
	void (*write)(FILE *out);
} shells[] = {
	{ "bash", bash },
	{ "zsh", zsh },
	{ "fish", fish },
};

static int completion_run(const void *options, char **word, int n_words)
{
	(void)options;
	for (size_t i = 0; n_words == 1 && i < countof(shells); i++)
		if (!strcmp(word[0], shells[i].name)) {
			shells[i].write(stdout);
			return EXIT_NOTHING;
		}
	fputs("cordon completion: name one shell: bash, zsh or fish\n", stderr);
	return EXIT_ERROR;
}

const struct command completion_command = {
	.name = "completion",
	.synopsis = "bash|zsh|fish",
	.about = "Print the completions for a shell",
	.run = completion_run,
};
