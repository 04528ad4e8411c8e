// SPDX-License-Identifier: Apache-2.0
// cordon incident: the board of incidents, to read and to work with.
#include "app/incident.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "base/typo.h"

enum { WORDS_MANY = 1 << 16 };

static const struct {
	const char *name, *words;
	int least, most; // words behind the verb
	enum store_mode mode;
	int (*run)(struct case_work *w, char **word, int n);
	bool is_direct; // it goes to the store, also beside a daemon, which reads what others wrote
} verbs[] = {
	{ "list", "", 0, 0, STORE_READ, incident_list, false },
	{ "show", "ID", 1, 1, STORE_READ, incident_show, false },
	{ "explain", "ID|HOST", 1, 1, STORE_READ, incident_explain, false },
	{ "note", "ID TEXT ...", 2, WORDS_MANY, STORE_WRITE, incident_note, false },
	{ "assign", "ID WHO", 2, 2, STORE_WRITE, incident_assign, false },
	{ "set", "HOST STATE", 2, 2, STORE_WRITE, incident_set, false },
	{ "address", "HOST ADDRESS", 2, 2, STORE_WRITE, incident_address, false },
	{ "merge", "ID OTHER", 2, 2, STORE_WRITE, incident_merge, false },
	{ "split", "ID HOST ...", 2, WORDS_MANY, STORE_WRITE, incident_split, false },
	{ "export", "ID|all", 1, 1, STORE_READ, incident_export, false },
	{ "import", "FILE|-", 1, 1, STORE_WRITE, incident_import, true },
};

const char *path_of(
	const char *before, const char *word, const char *behind, char room[static PATH_TEXT_BYTES])
{
	char part[PATH_TEXT_BYTES / 2];
	if (!http_escape(word, part, sizeof part))
		snprintf(part, sizeof part, "-"); // no word of anything
	snprintf(room, PATH_TEXT_BYTES, "/api/v1/%s%s%s", before, part, behind);
	return room;
}

static int verb_run(size_t v, const struct incident_options *o, char **word, int n)
{
	struct case_work w = { .options = o };
	struct desk_wish wish = { .name = "cordon incident",
		.said = o->desk,
		.mode = verbs[v].mode,
		.is_direct = verbs[v].is_direct };
	int code = EXIT_ERROR;
	if (verbs[v].is_direct && o->desk.url) {
		fprintf(stderr,
			"cordon incident: %s works on the store of this machine, not with --url\n",
			verbs[v].name);
		return EXIT_ERROR;
	}
	if (desk_open(&w.desk, &wish))
		code = verbs[v].run(&w, word, n);
	desk_close(&w.desk);
	return code;
}

static int incident_run(const void *options, char **word, int n_words)
{
	const char *name[countof(verbs)];
	for (size_t v = 0; v < countof(verbs); v++) {
		name[v] = verbs[v].name;
		if (n_words == 0 || strcmp(word[0], name[v]))
			continue;
		if (n_words - 1 >= verbs[v].least && n_words - 1 <= verbs[v].most)
			return verb_run(v, options, word + 1, n_words - 1);
		fprintf(stderr, "usage: cordon incident %s %s\n", name[v], verbs[v].words);
		return EXIT_ERROR;
	}
	const char *near = n_words ? typo_nearest((struct str){ word[0], strlen(word[0]) }, name,
					     countof(name))
				   : NULL;
	fprintf(stderr, "cordon incident: %s%s%s", n_words ? "no verb '" : "say what to do",
		n_words ? word[0] : "", n_words ? "'" : "");
	if (near)
		fprintf(stderr, ", did you mean '%s'?\n", near);
	else
		fputs(": list, show, explain, note, assign, set, address, merge, split, export, "
		      "import\n",
			stderr);
	return EXIT_ERROR;
}

#define MEMBER(m) offsetof(struct incident_options, m)
static const struct option_row incident_options[] = {
	{ .name = "json",
		.letter = 'j',
		.type = OPTION_FLAG,
		.offset = MEMBER(json),
		.about = "With list and show: a JSON object a line" },
	{ .name = "reason",
		.letter = 'r',
		.value = "TEXT",
		.type = OPTION_TEXT,
		.offset = MEMBER(reason),
		.about = "With set: why, where a person decides" },
	{ .name = "operator-says",
		.value = "TEXT",
		.type = OPTION_TEXT,
		.offset = MEMBER(says),
		.about =
			"With set: vouch for what no instrument has proved, and say how you know" },
	{ .name = "at",
		.value = "TIME",
		.type = OPTION_TEXT,
		.offset = MEMBER(at),
		.about = "With set: when it was so; 2026-03-02T08:00Z, or 2h for two hours ago" },
	{ .name = "since",
		.value = "TIME",
		.type = OPTION_TEXT,
		.offset = MEMBER(since),
		.about = "With address: since when the host has it; now, unless told" },
	{ .name = "until",
		.value = "TIME",
		.type = OPTION_TEXT,
		.offset = MEMBER(until),
		.about = "With address: until when the host had it" },
	{ .name = "format",
		.value = "FORMAT",
		.type = OPTION_TEXT,
		.offset = MEMBER(format),
		.about = "With export: json (all events), stix (STIX 2.1) or misp" },
	{ .name = "tlp",
		.value = "LEVEL",
		.type = OPTION_TEXT,
		.offset = MEMBER(tlp),
		.about =
			"With export, of stix and misp: clear, green, amber (unless told) or red" },
	DESK_OPTIONS(struct incident_options, desk),
};

const struct command incident_command = {
	.name = "incident",
	.synopsis = "VERB [OPTION ...] [WORD ...]",
	.about = "Show incidents and their hosts, and work on them",
	.option = incident_options,
	.n_options = countof(incident_options),
	.options_size = sizeof(struct incident_options),
	.run = incident_run,
};
