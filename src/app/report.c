// SPDX-License-Identifier: Apache-2.0
// cordon report: one file that tells a reader in minutes what happens, and what to do.
#include "app/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/command.h"
#include "app/dashboard.h"
#include "base/typo.h"
#include "model/inventory.h"
#include "model/words.h"

static void write_csv_only(const struct outbreak *o, FILE *out)
{
	const cJSON *h;
	outbreak_csv_head(out);
	cJSON_ArrayForEach(h, o->hosts)
	{
		outbreak_csv_host(h, out);
	}
}

static const struct format {
	const char *name, *ending;
	void (*write)(const struct outbreak *o, FILE *out);
	bool all_hosts; // else those that are shown
} formats[] = {
	{ "text", ".txt", outbreak_text, false },
	{ "html", ".html", outbreak_html, false },
	{ "json", ".json", outbreak_json, true },
	{ "csv", ".csv", write_csv_only, true },
};

static bool complain(const char *what, const char *why)
{
	fprintf(stderr, "cordon report: %s: %s\n", what, why);
	return false;
}

/* By its name, else by the name of the file; NULL after a message. */
static const struct format *format_of(const struct report_options *o)
{
	const char *names[countof(formats)];
	const char *dot = o->output ? strrchr(o->output, '.') : NULL;
	for (size_t i = 0; i < countof(formats); i++) {
		names[i] = formats[i].name;
		if (o->format ? !strcmp(o->format, formats[i].name)
			      : dot && !strcmp(dot, formats[i].ending))
			return &formats[i];
	}
	if (!o->format)
		return &formats[0];
	const char *near =
		typo_nearest((struct str){ o->format, strlen(o->format) }, names, countof(names));
	fprintf(stderr, "cordon report: --format takes html, text, json or csv, not '%s'%s%s%s\n",
		o->format, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	return NULL;
}

/* As the user reads elsewhere, unless told. Returns N_LANGS after a message. */
static enum lang lang_of(const char *said)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	if (said && strcmp(said, "en") != 0 && strcmp(said, "ja") != 0) {
		fprintf(stderr, "cordon report: --lang takes en or ja, not '%s'\n", said);
		return N_LANGS;
	}
	for (size_t i = 0; i < countof(names) && !said; i++) {
		const char *v = getenv(names[i]);
		if (v && *v)
			said = v;
	}
	return said && !strncmp(said, "ja", 2) ? LANG_JA : LANG_EN;
}

/* Written beside it first, so that what was there is whole until this is. */
static bool save(const char *path, const char *text, size_t len)
{
	char fresh[4096];
	int n = snprintf(fresh, sizeof fresh, "%s.part", path);
	if (n < 0 || (size_t)n >= sizeof fresh)
		return complain(path, "the name is too long");
	FILE *out = fopen(fresh, "we");
	bool ok = out && fwrite(text, 1, len, out) == len;
	ok = out && fclose(out) == 0 && ok;
	ok = ok && rename(fresh, path) == 0;
	if (ok)
		return true;
	int why = errno;
	if (out)
		unlink(fresh);
	return complain(path, strerror(why));
}

static bool write_out(
	const struct report_options *o, const struct format *f, const struct outbreak *report)
{
	char *text = NULL;
	size_t len = 0;
	if (!o->output || !strcmp(o->output, "-")) {
		f->write(report, stdout);
		return true;
	}
	FILE *out = open_memstream(&text, &len);
	if (!out)
		return complain(o->output, "no memory");
	f->write(report, out);
	bool ok = fclose(out) == 0 ? save(o->output, text, len) : complain(o->output, "no memory");
	free(text);
	return ok;
}

static bool make(struct desk *d, const struct report_options *o, const struct format *f,
	enum lang lang, int *code)
{
	struct gathered g;
	char made[TIME_TEXT_BYTES];
	char range[2][TIME_TEXT_BYTES];
	bool ok = gather(d, o, lang, f->all_hosts, &g);
	if (ok) {
		struct outbreak report = { .lang = lang,
			.made = time_format(wall_ms() / 1000 * 1000, made),
			.version = CORDON_VERSION,
			.incident = g.incident,
			.from = g.from_ms ? time_format(g.from_ms, range[0]) : NULL,
			.to = g.to_ms ? time_format(g.to_ms, range[1]) : NULL,
			.incidents = g.incidents,
			.board = g.board,
			.hosts = g.hosts,
			.n_hosts_beyond = g.n_hosts_beyond,
			.curve = g.curve,
			.before = g.before,
			.tree = g.tree,
			.branches = g.branches,
			.map = g.map,
			.exporters = g.exporters,
			.done = g.done,
			.sheet = report_sheet,
			.script = { dashboard_report_script(), dashboard_report_script_hash() },
			.style = { dashboard_report_style(), dashboard_report_style_hash() } };
		ok = write_out(o, f, &report);
		*code = g.n_open ? EXIT_FOUND : EXIT_NOTHING;
	}
	gathered_fini(&g);
	return ok;
}

static int report_run(const void *options, char **word, int n_words)
{
	const struct report_options *o = options;
	struct desk_wish wish = { .name = "cordon report", .said = o->desk, .mode = STORE_READ };
	struct err e = {};
	struct desk d;
	int code = EXIT_ERROR;
	if (n_words) {
		fprintf(stderr, "cordon report: '%s' is no option; which incident: --incident\n",
			word[0]);
		return EXIT_ERROR;
	}
	const struct format *f = format_of(o);
	enum lang lang = lang_of(o->lang);
	if (!f || lang == N_LANGS)
		return EXIT_ERROR;
	struct inventory *inventory = o->inventory ? inventory_load(o->inventory, &e) : NULL;
	if (o->inventory && !inventory) {
		fprintf(stderr, "cordon report: %s\n", e.text);
		return EXIT_ERROR;
	}
	if (desk_open(&d, &wish)) {
		d.api.inventory = inventory;
		if (!make(&d, o, f, lang, &code))
			code = EXIT_ERROR;
	}
	desk_close(&d);
	inventory_free(inventory);
	return code;
}

#define MEMBER(m) offsetof(struct report_options, m)
static const struct option_row report_options[] = {
	{ .name = "incident",
		.letter = 'i',
		.value = "ID",
		.type = OPTION_TEXT,
		.offset = MEMBER(incident),
		.about = "Report on this incident; else on all, or the only one" },
	{ .name = "from",
		.value = "TIME",
		.type = OPTION_TEXT,
		.offset = MEMBER(from),
		.about = "What went on from this time on, such as 2026-03-02T08:00Z, or 2h for so "
			 "long ago" },
	{ .name = "to",
		.value = "TIME",
		.type = OPTION_TEXT,
		.offset = MEMBER(to),
		.about = "What went on until then; now unless told" },
	{ .name = "format",
		.letter = 'f',
		.value = "FORMAT",
		.type = OPTION_TEXT,
		.offset = MEMBER(format),
		.about = "html, text, json or csv; else by the ending of --output, else text" },
	{ .name = "output",
		.letter = 'o',
		.value = "FILE",
		.type = OPTION_TEXT,
		.offset = MEMBER(output),
		.takes_file = true,
		.about = "Write it there; '-' is standard output, as without it" },
	{ .name = "lang",
		.letter = 'l',
		.value = "LANG",
		.type = OPTION_TEXT,
		.offset = MEMBER(lang),
		.about = "Language, en or ja; else by LANG" },
	{ .name = "inventory",
		.letter = 'I',
		.value = "FILE",
		.type = OPTION_TEXT,
		.offset = MEMBER(inventory),
		.takes_file = true,
		.about = "Own networks and names, where no daemon runs: cordon-inventory(5)" },
	DESK_OPTIONS(struct report_options, desk),
};

const struct command report_command = {
	.name = "report",
	.synopsis = "[--incident ID] [--from TIME] [--to TIME] [--format FORMAT] [-o FILE]",
	.about = "Tell an outbreak in one file: what happens, whether it grows, what to do",
	.option = report_options,
	.n_options = countof(report_options),
	.options_size = sizeof(struct report_options),
	.run = report_run,
};
