// SPDX-License-Identifier: Apache-2.0
// cordon detect: files in, a ranked table of infected hosts out.
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/command.h"
#include "app/detect.h"
#include "app/follow.h"
#include "base/hash.h"
#include "detect/power.h"
#include "output/report.h"

static const size_t memory_default = (size_t)512 << 20, memory_least = (size_t)1 << 20;

enum { CLIENTS_MAX = 5 << 17 }; // of web servers, whose requests are counted: 25 MB

static const char *const langs[N_LANGS] = { [LANG_EN] = "en", [LANG_JA] = "ja" };

static volatile sig_atomic_t interrupted;

/* The first Ctrl-C ends the reading, the second the program. */
static void interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

/* A read that waits for a paste must end, so no call is begun again. */
void interrupt_by_ctrl_c(bool by_term)
{
	struct sigaction once = { .sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND };
	sigemptyset(&once.sa_mask);
	sigaction(SIGINT, &once, NULL);
	if (by_term)
		sigaction(SIGTERM, &once, NULL);
}

bool was_interrupted(void)
{
	return interrupted;
}

static uint64_t now_ms(void)
{
	return (uint64_t)time(NULL) * 1000;
}

/* N_LANGS when there are no texts in that language. */
static enum lang lang_of(const char *name)
{
	enum lang l = 0;
	while (l < N_LANGS && strcmp(langs[l], name))
		l++;
	return l;
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
	if (o->lang && lang_of(o->lang) == N_LANGS) {
		fprintf(stderr, "cordon detect: --lang takes en or ja, not '%s'\n", o->lang);
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
	if (o->json && o->follow)
		report_json_summary(r, stdout); // its findings were told
	else if (o->json)
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
	if ((interrupted && !is_live) || (r->trouble->flows == 0 && r->n_requests == 0))
		return EXIT_PARTLY;
	for (size_t i = 0; i < r->n; i++)
		if (verdict_is_alarm(r->finding[i].verdict))
			return EXIT_FOUND;
	return r->n_unnamed ? EXIT_PARTLY : EXIT_NOTHING; // an attack, but by whom?
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

void run_notes(const struct run *run, const struct findings *f)
{
	struct ingest *in = run->in;
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

static void read_all(struct ingest *in, const struct detect_options *o)
{
	size_t n_files = in->n_sources - (o->interface != NULL);
	for (size_t i = 0; i < n_files && !interrupted; i++)
		ingest_read(in, (uint16_t)i);
	if (o->interface && !interrupted)
		ingest_interface(in, (uint16_t)n_files);
	else if (interrupted)
		fputs("cordon: interrupted: this is what was read until then\n", stderr);
	requests_flush(&in->requests);
}

/* When the last of all records was, but not in the future: that must not expire what was declared. */
static uint64_t judged_at(const struct run *run)
{
	uint64_t at_ms = now_ms(), of_logs = attacks_last_ms(run->attacks);
	uint64_t last = run->in->last_ms > of_logs ? run->in->last_ms : of_logs;
	return last && last < at_ms ? last : at_ms;
}

bool run_judge(const struct run *run, struct findings *out)
{
	uint64_t at_ms = judged_at(run);
	evidence_end_thread(run->evidence);
	if (judge(run->evidence, run->inventory, at_ms, run->in->n_cores > 1, out) &&
		attacks_into(run->attacks, at_ms, out))
		return true;
	fputs("cordon detect: no memory for the verdict; try a smaller --memory\n", stderr);
	findings_free(out);
	return false;
}

struct report run_report(
	const struct run *run, const struct detect_options *o, const struct findings *f)
{
	struct ingest *in = run->in;
	return (struct report){
		.finding = f->finding,
		.n = f->n,
		.outbreak = f->outbreak,
		.n_outbreaks = f->n_outbreaks,
		.trouble = &in->trouble,
		.names = &in->names,
		.source = in->source,
		.has_packets = in->has_packets,
		.n_sources = in->n_sources,
		.n_requests = attacks_requests(run->attacks),
		.n_unnamed = attacks_unnamed(run->attacks),
		.lang = o->lang ? lang_of(o->lang) : LANG_EN,
	};
}

/* Judge what was read, and tell. */
static int conclude(const struct run *run, const struct detect_options *o, const struct addr *host,
	char **word, int n_words)
{
	struct ingest *in = run->in;
	struct findings findings;
	struct power power;
	note_expired(&in->trouble, in->inventory, judged_at(run));
	if (!run_judge(run, &findings))
		return EXIT_ERROR;
	run_notes(run, &findings);
	attacks_note(run->attacks, &in->trouble);
	struct report r = run_report(run, o, &findings);
	if (o->power) {
		power_reckon(&findings.seen, &power);
		r.power = &power;
	}
	report_trouble(&r, stderr);
	bool found = write_report(&r, o, host);
	if (o->power && !o->json)
		report_power(&r, stdout);
	suggest(&r, o, word, n_words);
	int code = exit_code(&r, o->interface || o->follow);
	findings_free(&findings);
	return found || code == EXIT_PARTLY ? code : EXIT_NOTHING;
}

static int detect(struct run *run, const struct detect_options *o, const struct addr *host,
	char **word, int n_words)
{
	bool is_fine = true;
	if (o->follow)
		is_fine = follow_files(run, o, word, n_words);
	else
		read_all(run->in, o);
	batch_flush(&run->in->batch);
	bool has_begun = is_fine || run->in->n_sources > 0;
	int code = has_begun ? conclude(run, o, host, word, n_words) : EXIT_ERROR;
	return is_fine ? code : EXIT_ERROR;
}

/* Cores that this process may use. */
static unsigned count_cores(void)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	return sched_getaffinity(0, sizeof set, &set) ? 1 : (unsigned)CPU_COUNT(&set);
}

static void take_requests(void *ctx, const struct request *request, size_t n)
{
	attacks_observe(ctx, request, n);
}

/* Files that the user wrote. Returns false after a message. */
static bool rules_load(struct run *run, const struct detect_options *o)
{
	struct err e = {};
	if (o->inventory)
		run->inventory = inventory_load(o->inventory, &e);
	if (o->inventory && !run->inventory) {
		fprintf(stderr, "cordon: %s\n", e.text);
		return false;
	}
	run->signatures = signatures_new(&e);
	if (run->signatures &&
		(!o->signatures || signatures_load(run->signatures, o->signatures, &e)))
		return true;
	fprintf(stderr, "cordon: %s\n", e.text);
	return false;
}

static bool memory_get(struct run *run, const struct detect_options *o)
{
	struct str literal[LITERALS_MAX];
	size_t n_literals = signatures_literals(run->signatures, literal);
	uint64_t key = hash_key();
	run->in = calloc(1, sizeof *run->in);
	run->has_packets = calloc(o->follow ? SOURCES_MAX : run->sources.n, sizeof(bool));
	run->evidence = evidence_new(evidence_max_for(o->memory ? o->memory : memory_default), key);
	run->templates = templates_new();
	run->marks = literals_new(literal, n_literals);
	run->attacks = attacks_new(run->signatures, run->inventory, CLIENTS_MAX, key);
	return run->in && run->has_packets && run->evidence && run->templates && run->marks &&
	       run->attacks;
}

void run_free(struct run *run)
{
	attacks_free(run->attacks);
	literals_free(run->marks);
	templates_free(run->templates);
	evidence_free(run->evidence);
	signatures_free(run->signatures);
	inventory_free(run->inventory);
	sources_free(&run->sources);
	free(run->has_packets);
	free(run->in);
}

static void ingest_fill(struct ingest *in, const struct run *run, const struct detect_options *o)
{
	in->evidence = run->evidence;
	in->templates = run->templates;
	in->inventory = run->inventory;
	in->source = run->sources.name;
	in->has_packets = run->has_packets;
	in->n_sources = run->sources.n;
	in->marks = run->marks;
	in->shows_progress = isatty(STDERR_FILENO);
	in->attacks = run->attacks;
	in->n_cores = o->follow ? 1 : count_cores(); // followed lines are few at a time
	in->interrupted = &interrupted;
	ingest_init(in);
	in->requests.emit = take_requests;
	in->requests.ctx = run->attacks;
}

bool run_open(struct run *run, const struct detect_options *o)
{
	if (!rules_load(run, o))
		return false;
	if (!memory_get(run, o)) {
		fputs("cordon detect: no memory; try a smaller --memory\n", stderr);
		return false;
	}
	ingest_fill(run->in, run, o);
	return true;
}

static int detect_run(const void *options, char **word, int n_words)
{
	const struct detect_options *o = options;
	struct addr host = {};
	struct run run = {};
	struct err e = {};
	int code = EXIT_ERROR;
	if (!options_check(o, n_words, &host) || !follow_check(o, word, n_words))
		return EXIT_ERROR;
	if ((!o->follow && !sources_expand(&run.sources, word, (size_t)n_words, &e)) ||
		(o->interface && !sources_put(&run.sources, o->interface, &e))) {
		fprintf(stderr, "cordon detect: %s\n", e.text);
	} else if (run_open(&run, o)) {
		sources_note(&run.sources, &run.in->trouble);
		interrupt_by_ctrl_c(o->follow);
		code = detect(&run, o, &host, word, n_words);
	}
	run_free(&run);
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
	{ .name = "signatures",
		.value = "FILE",
		.type = OPTION_TEXT,
		.offset = MEMBER(signatures),
		.takes_file = true,
		.about = "More signatures of requests in web logs, or others in place of known "
			 "ones" },
	{ .name = "lang",
		.value = "LANG",
		.type = OPTION_TEXT,
		.offset = MEMBER(lang),
		.about = "Language of what --explain says of a signature: en or ja" },
	{ .name = "interface",
		.letter = 'I',
		.value = "IF",
		.type = OPTION_TEXT,
		.offset = MEMBER(interface),
		.about = "Listen on a network interface until Ctrl-C; nothing is sent" },
	{ .name = "follow",
		.letter = 'f',
		.type = OPTION_FLAG,
		.offset = MEMBER(follow),
		.about = "Read on as logs grow and rotate, and tell findings at once, until "
			 "Ctrl-C" },
	{ .name = "state",
		.value = "FILE",
		.type = OPTION_TEXT,
		.offset = MEMBER(state),
		.takes_file = true,
		.about = "With --follow: keep in FILE how far was read, and go on there next "
			 "time" },
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
