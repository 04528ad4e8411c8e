// SPDX-License-Identifier: Apache-2.0
// cordon audit: what routers and switches say of themselves in, symptoms with cause and remedy out.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/audit.h"
#include "app/command.h"
#include "audit/conclude.h"
#include "model/words.h"
#include "output/audit.h"

enum { TOLD_BYTES = 640 };

static const char *const langs[N_LANGS] = { [LANG_EN] = "en", [LANG_JA] = "ja" };

void audit_tell(const char *text, ...)
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
		audit_tell("--json, --sarif and --html exclude each other");
	else if ((o->before != NULL) != (o->after != NULL))
		audit_tell(
			"--before and --after belong together: two captures of the same devices");
	else if (o->before && n_words > 0)
		audit_tell("with --before and --after no other input is read");
	else if (o->lang && lang_of(o->lang) == N_LANGS)
		audit_tell("--lang takes en or ja, not '%s'", o->lang);
	else if (!has_input && !o->rules && !o->facts_of)
		audit_tell(
			"name the files to read, - for standard input; --rules prints the rules");
	else
		return true;
	return false;
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
		audit_tell("interrupted: this is what was read until then");
		run->is_partly = true;
	}
	if (run->audit->facts.is_full)
		audit_tell("more facts than are kept (%d): the rest was not judged", FACTS_MAX);
	if (audit_derive(run->audit, platform, n, &e))
		c = conclusions_new(run->audit, run->rules, lang, &e);
	if (!c) {
		audit_tell("%s", e.text);
		return EXIT_ERROR;
	}
	struct audit_report r = *conclusions_report(c);
	int code = EXIT_ERROR;
	if (hosts_judge(&run->hosts, run->audit) &&
		hosts_note_inputs(&run->hosts, run->audit, lang)) {
		r.host = run->hosts.host;
		r.n_hosts = run->hosts.n;
		r.remark = run->hosts.remark;
		r.n_remarks = run->hosts.n_remarks;
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
		audit_tell("%s", e.text);
	else if (run.options->rules)
		code = audit_print_rules(
			run.rules, run.options->lang ? lang_of(run.options->lang) : LANG_EN);
	else if (run.options->facts_of && n_words == 0 && !run.options->before)
		code = audit_print_kinds();
	else if (hosts_open(&run.hosts)) {
		interrupt_by_signals(true);
		if (audit_read_all(&run, word, n_words))
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
