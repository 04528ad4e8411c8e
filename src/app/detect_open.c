// SPDX-License-Identifier: Apache-2.0
// A run of `cordon detect`: what it needs is got, what it read is judged, and all is freed.
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "app/detect.h"
#include "base/hash.h"

static const size_t memory_default = (size_t)512 << 20;

enum { CLIENTS_MAX = 5 << 17 }; // of web servers, whose requests are counted: 25 MB

static uint64_t now_ms(void)
{
	return (uint64_t)time(NULL) * 1000;
}

/* When the last of all records was, but not in the future: that must not expire what was declared. */
uint64_t run_judged_at(const struct run *run)
{
	uint64_t at_ms = now_ms(), of_logs = attacks_last_ms(run->attacks);
	uint64_t last = run->in->last_ms > of_logs ? run->in->last_ms : of_logs;
	return last && last < at_ms ? last : at_ms;
}

bool run_judge(const struct run *run, struct findings *out)
{
	uint64_t at_ms = run_judged_at(run);
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
		.lang = o->lang ? detect_lang(o->lang) : LANG_EN,
	};
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
	in->interrupted = interrupted_flag();
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
