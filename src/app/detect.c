// SPDX-License-Identifier: Apache-2.0
// cordon detect: files in, a ranked table of infected hosts out.
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/command.h"
#include "app/ingest.h"
#include "app/sources.h"
#include "base/hash.h"
#include "detect/judge.h"
#include "detect/power.h"
#include "output/report.h"

struct detect_options {
	bool json, csv, power;
	const char *explain, *inventory, *interface;
	size_t memory;
};

static const size_t memory_default = (size_t)512 << 20, memory_least = (size_t)1 << 20;

static volatile sig_atomic_t interrupted;

/* The first Ctrl-C ends the reading, the second the program. */
static void interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

/* A read that waits for a paste must end, so no call is begun again. */
static void interrupt_by_ctrl_c(void)
{
	struct sigaction once = { .sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND };
	sigemptyset(&once.sa_mask);
	sigaction(SIGINT, &once, NULL);
}

static uint64_t now_ms(void)
{
	return (uint64_t)time(NULL) * 1000;
}

static bool options_check(const struct detect_options *o, int n_words, struct addr *host)
{
	if (n_words == 0 && !o->interface) {
		fputs("cordon detect: name the files to read, - for standard input, or "
		      "--interface\n",
			stderr);
		return false;
	}
	if (o->json + o->csv + (o->explain != NULL) > 1) {
		fputs("cordon detect: --json, --csv and --explain exclude each other\n", stderr);
		return false;
	}
	if (o->power && o->csv) {
		fputs("cordon detect: --power has no columns: not with --csv\n", stderr);
		return false;
	}
	if (o->explain && !addr_parse((struct str){ o->explain, strlen(o->explain) }, host)) {
		fprintf(stderr, "cordon detect: --explain takes an address, not '%s'\n",
			o->explain);
		return false;
	}
	if (o->memory && o->memory < memory_least) {
		fputs("cordon detect: --memory takes at least 1M\n", stderr);
		return false;
	}
	return true;
}

/* Findings are for stdout; what concerns the input goes to stderr, so a pipe stays clean. */
static bool write_report(
	const struct report *r, const struct detect_options *o, const struct addr *host)
{
	bool is_terminal = isatty(STDOUT_FILENO);
	if (o->json)
		report_json(r, stdout);
	else if (o->csv)
		report_csv(r, stdout);
	else if (!o->explain)
		report_table(r, stdout, is_terminal && !getenv("NO_COLOR"));
	else if (!report_explain(r, host, stdout)) {
		printf("%s: no finding: this input shows too little of it, or nothing bad\n",
			o->explain);
		return false;
	}
	return true;
}

/* A file name as a shell takes it; what a terminal would obey is made harmless. */
static void print_word(const char *word)
{
	static const char harmless[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
		"_./:@%+=,-";
	char plain[PLACE_TEXT_BYTES];
	bool is_harmless = strspn(word, harmless) == strlen(word);
	plain_format(word, plain, sizeof plain);
	fputs(is_harmless ? " " : " '", stdout);
	for (const char *p = plain; *p; p++)
		if (*p == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*p);
	if (!is_harmless)
		putchar('\'');
}

/* What to do next, for the reader of the table. */
static void suggest(
	const struct report *r, const struct detect_options *o, char **word, int n_words)
{
	char room[ADDR_TEXT_BYTES];
	if (o->json || o->csv || o->explain || r->n == 0 || n_words == 0)
		return;
	printf("\nNext: cordon detect --explain %s", addr_format(&r->finding[0].host, room));
	for (int i = 0; i < n_words; i++)
		if (strcmp(word[i], "-"))
			print_word(word[i]);
		else
			fputs(" FILE (the paste, saved)", stdout);
	putchar('\n');
}

/* Sources are named while they fit into a note; the rest is in their number. */
static void note_background(struct trouble *t, const struct findings *f)
{
	char text[NOTE_BYTES / 2] = "", room[ADDR_TEXT_BYTES];
	uint32_t n_named = 0;
	for (; n_named < f->n_dropped_sources && n_named < DROPPED_SHOWN; n_named++) {
		size_t used = strlen(text);
		const char *name = addr_format(&f->dropped_source[n_named], room);
		if (used + strlen(name) + sizeof ", " > sizeof text)
			break;
		snprintf(text + used, sizeof text - used, "%s%s", used ? ", " : "", name);
	}
	if (f->n_dropped_sources)
		note_put(t, PLACE_NONE,
			"%u source%s with one dropped row each (DstIf Null): background from "
			"outside that was turned away, not listed: %s%s",
			f->n_dropped_sources, f->n_dropped_sources == 1 ? "" : "s", text,
			n_named < f->n_dropped_sources ? ", ..." : "");
}

static int exit_code(const struct report *r, bool is_live)
{
	for (enum fault f = FAULT_NONE + 1; f < N_FAULTS; f++)
		if (r->trouble->fault[f].n)
			return EXIT_PARTLY;
	if ((interrupted && !is_live) || r->trouble->flows == 0)
		return EXIT_PARTLY;
	for (size_t i = 0; i < r->n; i++)
		if (verdict_is_alarm(r->finding[i].verdict))
			return EXIT_FOUND;
	return EXIT_NOTHING;
}

static void note_expired(struct trouble *t, const struct inventory *inventory, uint64_t at_ms)
{
	struct scanner_iter it = { .inventory = inventory };
	for (const struct declared_scanner *s; (s = scanner_next(&it));)
		if (scanner_is_expired(s, at_ms))
			note_put(t, PLACE_NONE,
				"declared scanner %s expired on %s: it counts again", s->address,
				s->expires);
}

/* What the verdict says of the input as a whole. */
static void note_findings(struct ingest *in, const struct findings *f)
{
	note_background(&in->trouble, f);
	if (f->n_cut_off) {
		char time[TIME_TEXT_BYTES];
		note_put(&in->trouble, PLACE_NONE,
			"%u hosts lost all answers at once, since %s: look for an outage of the "
			"network first; they are suspects until answers come back",
			f->n_cut_off, time_format(f->cut_off_since_ms, time));
	}
	if (f->seen.n_unsaid)
		note_put(&in->trouble, PLACE_NONE,
			"exporters that seem to sample and do not say so: %llu, as connections of "
			"a "
			"single packet show; missing answers and small flows were not counted "
			"there: state the rate under 'sampling' in the inventory",
			(unsigned long long)f->seen.n_unsaid);
	if (evidence_thinning(in->evidence) > 1)
		note_put(&in->trouble, PLACE_NONE,
			"more contacts than --memory holds: judged on a sample of 1 in %llu; small "
			"scans may be missed",
			(unsigned long long)evidence_thinning(in->evidence));
}

/* Read, judge, tell. */
static int detect(struct ingest *in, const struct detect_options *o, const struct addr *host,
	char **word, int n_words)
{
	struct findings findings;
	struct power power;
	size_t n_files = in->n_sources - (o->interface != NULL);
	for (size_t i = 0; i < n_files && !interrupted; i++)
		ingest_read(in, (uint16_t)i);
	if (o->interface && !interrupted)
		ingest_interface(in, (uint16_t)n_files);
	else if (interrupted)
		fputs("cordon: interrupted: this is what was read until then\n", stderr);
	uint64_t at_ms = now_ms(); // a record from the future must not expire what was declared
	if (in->last_ms && in->last_ms < at_ms)
		at_ms = in->last_ms;
	note_expired(&in->trouble, in->inventory, at_ms);
	evidence_end_thread(in->evidence);
	if (!judge(in->evidence, in->inventory, at_ms, in->n_cores > 1, &findings)) {
		fputs("cordon detect: no memory for the verdict; try a smaller --memory\n", stderr);
		findings_free(&findings);
		return EXIT_ERROR;
	}
	note_findings(in, &findings);
	struct report r = {
		.finding = findings.finding,
		.n = findings.n,
		.outbreak = findings.outbreak,
		.n_outbreaks = findings.n_outbreaks,
		.trouble = &in->trouble,
		.names = &in->names,
		.source = in->source,
		.has_packets = in->has_packets,
		.n_sources = in->n_sources,
	};
	if (o->power) {
		power_reckon(&findings.seen, &power);
		r.power = &power;
	}
	report_trouble(&r, stderr);
	bool found = write_report(&r, o, host);
	if (o->power && !o->json)
		report_power(&r, stdout);
	suggest(&r, o, word, n_words);
	int code = exit_code(&r, o->interface != NULL);
	findings_free(&findings);
	return found || code == EXIT_PARTLY ? code : EXIT_NOTHING;
}

/* Cores that this process may use. */
static unsigned count_cores(void)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	return sched_getaffinity(0, sizeof set, &set) ? 1 : (unsigned)CPU_COUNT(&set);
}

static int detect_run(const void *options, char **word, int n_words)
{
	const struct detect_options *o = options;
	struct addr host = {};
	struct err e = {};
	if (!options_check(o, n_words, &host))
		return EXIT_ERROR;
	struct inventory *inventory = o->inventory ? inventory_load(o->inventory, &e) : NULL;
	if (o->inventory && !inventory) {
		fprintf(stderr, "cordon: %s\n", e.text);
		return EXIT_ERROR;
	}

	struct sources sources = {};
	if (!sources_expand(&sources, word, (size_t)n_words, &e) ||
		(o->interface && !sources_put(&sources, o->interface, &e))) {
		fprintf(stderr, "cordon detect: %s\n", e.text);
		sources_free(&sources);
		inventory_free(inventory);
		return EXIT_ERROR;
	}

	size_t memory = o->memory ? o->memory : memory_default;
	int code = EXIT_ERROR;
	struct ingest *in = calloc(1, sizeof *in);
	bool *has_packets = calloc(sources.n, sizeof *has_packets);
	struct evidence *evidence = evidence_new(evidence_max_for(memory), hash_key());
	struct templates *templates = templates_new();
	if (in && has_packets && evidence && templates) {
		in->evidence = evidence;
		in->templates = templates;
		in->inventory = inventory;
		in->source = sources.name;
		in->has_packets = has_packets;
		in->n_sources = sources.n;
		in->shows_progress = isatty(STDERR_FILENO);
		in->n_cores = count_cores();
		in->interrupted = &interrupted;
		ingest_init(in);
		sources_note(&sources, &in->trouble);
		interrupt_by_ctrl_c();
		code = detect(in, o, &host, word, n_words);
	} else {
		fputs("cordon detect: no memory; try a smaller --memory\n", stderr);
	}
	templates_free(templates);
	evidence_free(evidence);
	inventory_free(inventory);
	sources_free(&sources);
	free(has_packets);
	free(in);
	return code;
}

#define MEMBER(m) offsetof(struct detect_options, m)
static const struct option_row detect_options[] = {
	{ .name = "json",
		.letter = 'j',
		.type = OPTION_FLAG,
		.offset = MEMBER(json),
		.about = "Print a JSON object a finding, and a summary as the last line" },
	{ .name = "csv",
		.type = OPTION_FLAG,
		.offset = MEMBER(csv),
		.about = "Print a line of comma-separated values a finding" },
	{ .name = "explain",
		.letter = 'e',
		.value = "HOST",
		.type = OPTION_TEXT,
		.offset = MEMBER(explain),
		.about = "Print every row of evidence about one host, its weight, what would clear "
			 "it" },
	{ .name = "power",
		.letter = 'p',
		.type = OPTION_FLAG,
		.offset = MEMBER(power),
		.about = "Print what this input could have shown, and what it cannot show" },
	{ .name = "inventory",
		.letter = 'i',
		.value = "FILE",
		.type = OPTION_TEXT,
		.offset = MEMBER(inventory),
		.takes_file = true,
		.about = "What is known of the site: networks, unused addresses, roles, scanners" },
	{ .name = "interface",
		.letter = 'I',
		.value = "IF",
		.type = OPTION_TEXT,
		.offset = MEMBER(interface),
		.about = "Listen on a network interface until Ctrl-C; nothing is sent" },
	{ .name = "memory",
		.value = "SIZE",
		.type = OPTION_SIZE,
		.offset = MEMBER(memory),
		.about = "Memory to use, 512M unless told; beyond it a sample of the contacts is "
			 "judged" },
};

const struct command detect_command = {
	.name = "detect",
	.synopsis = "[OPTION ...] FILE | DIR ... | -",
	.about = "Find infected hosts in router output, exports and captures",
	.option = detect_options,
	.n_options = countof(detect_options),
	.options_size = sizeof(struct detect_options),
	.run = detect_run,
};
