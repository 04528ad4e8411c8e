// SPDX-License-Identifier: Apache-2.0
// What cannot be followed is refused before anything is read.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/follow.h"

/* Whether the state would lie in a folder that is followed, and be taken for a log. */
static bool holds_state(const char *word, const char *state)
{
	struct stat folder, of_state;
	char *copy = strdup(state);
	char *slash = copy ? strrchr(copy, '/') : NULL;
	if (slash)
		slash[slash == copy] = '\0';
	bool is_in = copy && stat(word, &folder) == 0 && S_ISDIR(folder.st_mode) &&
		     stat(slash ? copy : ".", &of_state) == 0 && folder.st_ino == of_state.st_ino &&
		     folder.st_dev == of_state.st_dev;
	free(copy);
	return is_in;
}

/* What is known not to be text is refused at once; anything may still become a log. */
static bool is_followable(const char *word)
{
	struct err e;
	struct input input;
	struct stat st;
	if (stat(word, &st) || S_ISDIR(st.st_mode))
		return true;
	if (!S_ISREG(st.st_mode)) {
		ingest_tell("%s is no file and no folder: it cannot be followed", word);
		return false;
	}
	if (!input_open(&input, word, &e)) {
		ingest_tell("%s", e.text);
		input_close(&input);
		return false;
	}
	bool is_fine = input.content == CONTENT_TEXT || input.content == CONTENT_EMPTY ||
		       input.content == CONTENT_BINARY;
	if (!is_fine)
		ingest_tell("%s holds %s: only logs are followed, read it without --follow", word,
			content_text(input.content));
	input_close(&input);
	return is_fine;
}

bool follow_check(const struct detect_options *o, char **word, int n_words)
{
	static const char *const without = "cordon detect: --state goes with --follow\n";
	if (!o->follow) {
		if (o->state)
			fputs(without, stderr);
		return !o->state;
	}
	const char *other = o->csv ? "--csv" : o->explain ? "--explain" : NULL;
	other = o->interface ? "--interface" : other;
	if (other) {
		fprintf(stderr, "cordon detect: %s does not go with --follow\n", other);
		return false;
	}
	for (int i = 0; i < n_words; i++) {
		if (!strcmp(word[i], "-")) {
			fputs("cordon detect: standard input cannot be followed: name the file, or "
			      "leave --follow away\n",
				stderr);
			return false;
		}
		if (!is_followable(word[i]))
			return false;
		if (o->state && holds_state(word[i], o->state)) {
			fprintf(stderr,
				"cordon detect: --state in a folder that is followed: put it "
				"elsewhere than %s\n",
				word[i]);
			return false;
		}
	}
	return true;
}
