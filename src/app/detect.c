// SPDX-License-Identifier: Apache-2.0
// cordon detect: files in, a ranked table of infected hosts out.
#include <signal.h>
#include <stdlib.h>

#include "app/command.h"
#include "app/detect.h"
#include "app/follow.h"
#include "detect/power.h"
#include "output/report.h"

static volatile sig_atomic_t interrupted;

static const int ends[] = { SIGINT, SIGTERM, SIGHUP };

/* The first `n` of them get a handler; a SIGHUP that nohup had ignored stays so. */
static void on_ends(size_t n, void (*handler)(int))
{
	struct sigaction now = { .sa_handler = handler }, before;
	sigemptyset(&now.sa_mask);
	for (size_t i = 0; i < n; i++) {
		bool is_known = !sigaction(ends[i], NULL, &before);
		if (ends[i] != SIGHUP || !is_known || before.sa_handler != SIG_IGN)
			sigaction(ends[i], &now, NULL);
	}
}

/* The first of them ends the reading, the second, whichever it is, the program. */
static void interrupt(int number)
{
	(void)number;
	interrupted = 1;
	on_ends(countof(ends), SIG_DFL);
}

/* A read that waits for a paste must end, so no call is begun again. */
void interrupt_by_signals(bool only_ctrl_c)
{
	on_ends(only_ctrl_c ? 1 : countof(ends), interrupt);
}

bool was_interrupted(void)
{
	return interrupted;
}

const volatile sig_atomic_t *interrupted_flag(void)
{
	return &interrupted;
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

/* Judge what was read, and tell. */
static int conclude(const struct run *run, const struct detect_options *o, const struct addr *host,
	char **word, int n_words)
{
	struct ingest *in = run->in;
	struct findings findings;
	struct power power;
	detect_note_expired(&in->trouble, in->inventory, run_judged_at(run));
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
	bool found = detect_write(&r, o, host);
	if (o->power && !o->json)
		report_power(&r, stdout);
	detect_suggest(&r, o, word, n_words);
	int code = detect_exit_code(&r, o->interface || o->follow);
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

int detect_run(const void *options, char **word, int n_words)
{
	const struct detect_options *o = options;
	struct addr host = {};
	struct run run = {};
	struct err e = {};
	int code = EXIT_ERROR;
	if (!detect_check(o, n_words, &host) || !follow_check(o, word, n_words))
		return EXIT_ERROR;
	if ((!o->follow && !sources_expand(&run.sources, word, (size_t)n_words, &e)) ||
		(o->interface && !sources_put(&run.sources, o->interface, &e))) {
		fprintf(stderr, "cordon detect: %s\n", e.text);
	} else if (run_open(&run, o)) {
		sources_note(&run.sources, &run.in->trouble);
		interrupt_by_signals(false);
		code = detect(&run, o, &host, word, n_words);
	}
	run_free(&run);
	return code;
}
