// SPDX-License-Identifier: Apache-2.0
// Subcommands and their options: one table makes parsing, help, man pages and completions.
#ifndef APP_COMMAND_H
#define APP_COMMAND_H
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/** What a process says to its caller when it ends. */
enum exit_code { EXIT_NOTHING, EXIT_FOUND, EXIT_ERROR, EXIT_PARTLY };

enum option_type { OPTION_FLAG, OPTION_TEXT, OPTION_SIZE, OPTION_LIST };

/** The values of an option that may be given again and again, in order. */
enum { LIST_MAX = 64 };
struct text_list {
	const char *text[LIST_MAX];
	size_t n;
};

struct option_row {
	const char *name;  // without the dashes
	char letter;       // 0 when there is none
	const char *value; // what it takes, in capitals; NULL for a flag
	const char *about; // a sentence without its full stop
	enum option_type type;
	size_t offset;   // of its member in the command's options: bool, const char *, size_t, list
	bool takes_file; // completion offers files
};

struct command {
	const char *name;
	const char *synopsis; // behind the name
	const char *about;
	const struct option_row *option;
	size_t n_options;
	size_t options_size;
	/** Runs with its options and the rest of the words. Returns an exit code. */
	int (*run)(const void *options, char **word, int n_words);
};

extern const struct command detect_command, watch_command, status_command, top_command,
	incident_command, report_command, contain_command, audit_command, store_command,
	config_command, alert_command, help_command, completion_command, version_command;

/** All commands, in the order of the help. */
extern const struct command *const commands[];
extern const size_t n_commands;

const struct command *command_find(const char *name);

/** The word of a list that is nearest to `word`, at most two edits away; NULL when none is. */
const char *command_nearest(const char *word);

/**
 * Read options into `out`, and gather the other words in front of `word`.
 *
 * Returns the number of other words, or -1 after a message to stderr; -2 when help was asked.
 */
int options_parse(const struct command *c, char **word, int n_words, void *out);

void help_write(const struct command *c, FILE *out);
void help_all(FILE *out);

/** The list of options, or of commands when `c` is NULL, as mdoc(7). */
void help_mdoc(const struct command *c, FILE *out);

#define CORDON_VERSION "0.1.0"
#endif
