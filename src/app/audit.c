// SPDX-License-Identifier: Apache-2.0
// cordon audit: what routers and switches say of themselves in, symptoms with cause and remedy out.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/audit.h"
#include "app/command.h"
#include "app/sources.h"
#include "audit/conclude.h"
#include "model/words.h"
#include "output/audit.h"
#include "source/input.h"

enum { TOLD_BYTES = 640, READ_CHUNK_BYTES = 1 << 16 };

static const char *const langs[N_LANGS] = { [LANG_EN] = "en", [LANG_JA] = "ja" };

[[gnu::format(printf, 1, 2)]] static void tell(const char *text, ...)
{
	char said[TOLD_BYTES], plain[TOLD_BYTES];
	va_list ap;
	va_start(ap, text);
	vsnprintf(said, sizeof said, text, ap);
	va_end(ap);
	fprintf(stderr, "cordon audit: %s\n", plain_format(said, plain, sizeof plain));
}

static enum lang lang_of(const char *name)
{
	enum lang l = 0;
	while (l < N_LANGS && strcmp(langs[l], name))
		l++;
	return l;
}

static bool options_check(const struct audit_options *o, int n_words)
{
	bool has_input = n_words > 0 || o->before || o->after;
	if (o->json + o->sarif + o->html > 1)
		tell("--json, --sarif and --html exclude each other");
	else if ((o->before != NULL) != (o->after != NULL))
		tell("--before and --after belong together: two captures of the same devices");
	else if (o->before && n_words > 0)
		tell("with --before and --after no other input is read");
	else if (o->lang && lang_of(o->lang) == N_LANGS)
		tell("--lang takes en or ja, not '%s'", o->lang);
	else if (!has_input && !o->rules && !o->facts_of)
		tell("name the files to read, - for standard input; --rules prints the rules");
	else
		return true;
	return false;
}

/* What a device is called that does not say its name: its file, without the folders above `root`. */
static const char *label_of(const char *path, const char *root)
{
	size_t n = strlen(root);
	if (strcmp(path, root) && !strncmp(path, root, n))
		return path + n + strspn(path + n, "/");
	const char *slash = strrchr(path, '/');
	return strcmp(path, "-") == 0 ? "standard input" : slash && slash[1] ? slash + 1 : path;
}

/* Read all of a stream, at most PAPER_MAX. */
static bool slurp(FILE *file, struct bytes *out, uint8_t **room)
{
	size_t n = 0, cap = 0;
	uint8_t *all = NULL;
	for (size_t got = 1; got > 0 && n < PAPER_MAX && !was_interrupted(); n += got) {
		if (cap - n < READ_CHUNK_BYTES) {
			uint8_t *more = realloc(all, cap = cap ? 2 * cap : 2 * READ_CHUNK_BYTES);
			if (!more) {
				free(all);
				return false;
			}
			all = more;
		}
		got = fread(all + n, 1, READ_CHUNK_BYTES, file);
	}
	*room = all;
	*out = (struct bytes){ all, n };
	return true;
}

/* One input; what cannot be read is told, and the others are read. */
static void read_source(
	struct audit_run *run, const char *path, const char *label, enum epoch epoch)
{
	struct input input;
	struct err e = {};
	struct bytes text;
	uint8_t *room = NULL;
	if (!strcmp(path, "-") && isatty(STDIN_FILENO))
		fputs("paste the output of the device, then press Ctrl-D\n", stderr);
	if (!input_open(&input, path, &e)) {
		tell("%s", e.text);
		run->is_partly = true;
		return;
	}
	if (input.content != CONTENT_TEXT && input.content != CONTENT_EMPTY) {
		tell("%s holds %s; give the output of routers and switches as text", input.name,
			content_text(input.content));
		run->is_partly = true;
	} else if (!slurp(input.file, &text, &room) ||
		   !audit_read(run->audit, text, path, label, epoch, &e)) {
		tell("%s", e.text[0] ? e.text : "no memory");
		run->is_partly = true;
	} else {
		hosts_read(&run->hosts, run->audit, run->audit->n_sources - 1);
		if (text.len == PAPER_MAX)
			tell("%s: more than %d MiB: the rest was not read", path, PAPER_MAX >> 20);
		run->is_partly = run->is_partly || text.len == PAPER_MAX;
	}
	free(room);
	if (input_is_damaged(&input, &e)) {
		tell("%s", e.text);
		run->is_partly = true;
	}
	input_close(&input);
}

static bool read_word(struct audit_run *run, char *word, enum epoch epoch)
{
	struct sources s = {};
	struct err e = {};
	if (!sources_expand(&s, &word, 1, &e)) {
		tell("%s", e.text);
		sources_free(&s);
		return false;
	}
	for (size_t i = 0; i < s.n && !was_interrupted(); i++) {
		const char *label = label_of(s.name[i], word);
		bool is_pair = run->options->before && s.n == 1; // the names of two captures differ
		read_source(run, s.name[i], is_pair ? "device" : label, epoch);
	}
	if (s.n_skipped)
		tell("not read: %s%s", s.skipped, s.n_named < s.n_skipped ? " and more" : "");
	sources_free(&s);
	return true;
}

static bool read_all(struct audit_run *run, char **word, int n_words)
{
	const struct audit_options *o = run->options;
	if (o->before)
		return read_word(run, (char *)(uintptr_t)o->before, EPOCH_BEFORE) &&
		       read_word(run, (char *)(uintptr_t)o->after, EPOCH_NOW);
	for (int i = 0; i < n_words; i++)
		if (!read_word(run, word[i], EPOCH_NOW))
			return false;
	return true;
}

static void write_report(const struct audit_run *run, const struct audit_report *r)
{
	if (run->options->json)
		audit_json(r, stdout);
	else if (run->options->sarif)
		audit_sarif(r, CORDON_VERSION, stdout);
	else if (run->options->html)
		audit_html(r, stdout);
	else
		audit_text(r, stdout, isatty(STDOUT_FILENO) && !getenv("NO_COLOR"));
}

/* Found: a warning or worse. A note alone is advice. */
static int exit_code(const struct audit_run *run, const struct audit_report *r)
{
	size_t n_outputs_read = 0;
	bool is_partly = run->is_partly || run->audit->facts.is_full;
	for (size_t i = 0; i < r->n_passages; i++) {
		n_outputs_read += r->passage[i].output != NULL;
		is_partly = is_partly || r->passage[i].check;
	}
	if (is_partly || n_outputs_read == 0)
		return EXIT_PARTLY;
	for (size_t i = 0; i < r->n_hosts; i++)
		if (r->host[i].is_alarm)
			return EXIT_FOUND;
	return r->n_symptoms && r->symptom[0].rank > 0 ? EXIT_FOUND : EXIT_NOTHING;
}

static int conclude(struct audit_run *run)
{
	struct err e = {};
	size_t n;
	enum lang lang = run->options->lang ? lang_of(run->options->lang) : LANG_EN;
	const struct platform *platform = rulebook_platforms(run->rules, &n);
	struct conclusions *c = NULL;
	if (was_interrupted()) {
		tell("interrupted: this is what was read until then");
		run->is_partly = true;
	}
	if (run->audit->facts.is_full)
		tell("more facts than are kept (%d): the rest was not judged", FACTS_MAX);
	if (audit_derive(run->audit, platform, n, &e))
		c = conclusions_new(run->audit, run->rules, lang, &e);
	if (!c) {
		tell("%s", e.text);
		return EXIT_ERROR;
	}
	struct audit_report r = *conclusions_report(c);
	int code = EXIT_ERROR;
	if (hosts_judge(&run->hosts, run->audit)) {
		r.host = run->hosts.host;
		r.n_hosts = run->hosts.n;
		code = exit_code(run, &r);
		if (run->options->facts_of)
			audit_print_facts(run->audit, stdout);
		else
			write_report(run, &r);
	}
	conclusions_free(c);
	return code;
}

static int audit_run(const void *options, char **word, int n_words)
{
	struct audit_run run = { .options = options };
	struct err e = {};
	int code = EXIT_ERROR;
	if (!options_check(run.options, n_words))
		return EXIT_ERROR;
	run.rules = rulebook_new(&e);
	if (!run.rules ||
		(run.options->rules_file &&
			!rulebook_load(run.rules, run.options->rules_file, &e)) ||
		!(run.audit = audit_new(&e)))
		tell("%s", e.text);
	else if (run.options->rules)
		code = audit_print_rules(
			run.rules, run.options->lang ? lang_of(run.options->lang) : LANG_EN);
	else if (run.options->facts_of && n_words == 0 && !run.options->before)
		code = audit_print_kinds();
	else if (hosts_open(&run.hosts)) {
		interrupt_by_ctrl_c(false);
		if (read_all(&run, word, n_words))
			code = conclude(&run);
	}
	hosts_close(&run.hosts);
	audit_free(run.audit);
	rulebook_free(run.rules);
	return code;
}

#define MEMBER(m) offsetof(struct audit_options, m)
static const struct option_row audit_option_rows[] = {
	{ .name = "json",
		.letter = 'j',
		.type = OPTION_FLAG,
		.offset = MEMBER(json),
		.about = "Print a JSON object a symptom, a question, an output, and a summary" },
	{ .name = "sarif",
		.type = OPTION_FLAG,
		.offset = MEMBER(sarif),
		.about = "Print a SARIF 2.1.0 log, for tools that collect results of checks" },
	{ .name = "html",
		.type = OPTION_FLAG,
		.offset = MEMBER(html),
		.about = "Print one page for a browser" },
	{ .name = "before",
		.value = "PATH",
		.type = OPTION_TEXT,
		.offset = MEMBER(before),
		.takes_file = true,
		.about = "An earlier capture of the same devices, a file or folder: shows trends" },
	{ .name = "after",
		.value = "PATH",
		.type = OPTION_TEXT,
		.offset = MEMBER(after),
		.takes_file = true,
		.about = "The later capture, with --before" },
	{ .name = "rules",
		.type = OPTION_FLAG,
		.offset = MEMBER(rules),
		.about = "Print the rules as a table, and read nothing" },
	{ .name = "rules-file",
		.value = "FILE",
		.type = OPTION_TEXT,
		.offset = MEMBER(rules_file),
		.takes_file = true,
		.about = "More rules and platforms, or others in place of known ones" },
	{ .name = "facts",
		.type = OPTION_FLAG,
		.offset = MEMBER(facts_of),
		.about = "Print what was read, a JSON object a fact; without input, the kinds "
			 "there are" },
	{ .name = "lang",
		.value = "LANG",
		.type = OPTION_TEXT,
		.offset = MEMBER(lang),
		.about = "Language of what is told of a symptom: en or ja" },
};

const struct command audit_command = {
	.name = "audit",
	.synopsis = "[OPTION ...] FILE | DIR ... | -",
	.about = "Read outputs of routers and switches: symptoms, causes, remedies",
	.option = audit_option_rows,
	.n_options = countof(audit_option_rows),
	.options_size = sizeof(struct audit_options),
	.run = audit_run,
};
