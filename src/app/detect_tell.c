// SPDX-License-Identifier: Apache-2.0
// What a verdict comes to for who reads it: the report, notes on the input, what to do next, the exit code.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/command.h"
#include "app/detect.h"
#include "output/report.h"

/* Findings are for stdout; what concerns the input goes to stderr, so a pipe stays clean. */
bool detect_write(const struct report *r, const struct detect_options *o, const struct addr *host)
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

int detect_exit_code(const struct report *r, bool is_live)
{
	for (enum fault f = FAULT_NONE + 1; f < N_FAULTS; f++)
		if (r->trouble->fault[f].n)
			return EXIT_PARTLY;
	if ((was_interrupted() && !is_live) || (r->trouble->flows == 0 && r->n_requests == 0))
		return EXIT_PARTLY;
	for (size_t i = 0; i < r->n; i++)
		if (verdict_is_alarm(r->finding[i].verdict))
			return EXIT_FOUND;
	return r->n_unnamed ? EXIT_PARTLY : EXIT_NOTHING; // an attack, but by whom?
}

void detect_note_expired(struct trouble *t, const struct inventory *inventory, uint64_t at_ms)
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
