// SPDX-License-Identifier: Apache-2.0
// The ranked table for people, and the lines about the input that go to stderr.
#include <math.h>
#include <string.h>

#include "model/words.h"
#include "output/report.h"

static const double decided = .95; // below, the posterior of targeting names no winner

static const char *const red = "\033[1;31m", *const yellow = "\033[33m", *const plain = "\033[0m";

static const char *colour_of(const struct finding *f)
{
	return f->verdict == VERDICT_WORM ? red : verdict_is_alarm(f->verdict) ? yellow : "";
}

static void targeting_text(const struct finding *f, char room[static 32])
{
	enum targeting best = 0;
	for (enum targeting t = 0; t < N_TARGETINGS; t++)
		if (f->targeting[t] > f->targeting[best])
			best = t;
	if (f->targeting[best] < decided)
		snprintf(room, 32, "undecided");
	else
		snprintf(room, 32, "%s %.0f%%", targeting_name(best), f->targeting[best] * 100);
}

/* "08-09 00:11:57" is enough in a table; the year is in --json and --explain. */
static const char *short_time(uint64_t ms, uint64_t unknown, char room[static TIME_TEXT_BYTES])
{
	if (ms == unknown)
		return "-";
	time_format(ms, room);
	room[10] = ' ';
	room[19] = '\0';
	return room + 5;
}

static int width_of_hosts(const struct report *r)
{
	char room[ADDR_TEXT_BYTES];
	size_t width = strlen("HOST");
	for (size_t i = 0; i < r->n; i++) {
		size_t n = strlen(addr_format(&r->finding[i].host, room));
		width = n > width ? n : width;
	}
	return (int)width;
}

static void row(const struct report *r, const struct finding *f, int width, FILE *out, bool colour)
{
	char host[ADDR_TEXT_BYTES], port[PORT_TEXT_BYTES], targeting[32];
	char first[TIME_TEXT_BYTES], last[TIME_TEXT_BYTES];
	char plain_name[NAME_BYTES];
	const char *interface = f->input ? names_get(r->names, NAME_FLAG | (f->input - 1u)) : NULL;
	const char *on = colour ? colour_of(f) : "";
	targeting_text(f, targeting);
	fprintf(out, "%s%-*s  %-16s%s  %3.0f%%  %-14s %6u %6u %7u  %-18s %-14s  %s\n", on, width,
		addr_format(&f->host, host), verdict_name(f->verdict), *on ? plain : "",
		floor(f->confidence * 100), finding_port(f, port), f->contacted,
		f->outcome[OUTCOME_FAILED], f->outcome[OUTCOME_UNKNOWN], targeting,
		short_time(f->first_ms, UINT64_MAX, first), short_time(f->last_ms, 0, last));
	fprintf(out, "    %s%s%s\n",
		interface ? plain_format(interface, plain_name, sizeof plain_name) : "",
		interface ? ": " : "", f->why);
}

void report_line(const struct finding *f, uint64_t now_ms, FILE *out, bool colour)
{
	char now[TIME_TEXT_BYTES], host[ADDR_TEXT_BYTES], port[PORT_TEXT_BYTES];
	const char *on = colour ? colour_of(f) : "";
	fprintf(out, "%s  %s%s  %s%s  %.0f%%  %s  %s\n", time_format(now_ms, now), on,
		addr_format(&f->host, host), verdict_name(f->verdict), *on ? plain : "",
		floor(f->confidence * 100), finding_port(f, port), f->why);
}

/* "No host looks infected in the 12 flows and 1 request that could be read." */
static void looked_at(unsigned long long n_flows, unsigned long long n_requests, FILE *out)
{
	fputs("No host looks infected in the ", out);
	if (n_flows)
		fprintf(out, "%llu flow%s", n_flows, n_flows == 1 ? "" : "s");
	if (n_flows && n_requests)
		fputs(" and ", out);
	if (n_requests)
		fprintf(out, "%llu request%s", n_requests, n_requests == 1 ? "" : "s");
	fputs(" that could be read.\n", out);
}

/* Nothing found is only good news when something was looked at. */
static void nobody(const struct report *r, FILE *out)
{
	unsigned long long n = r->trouble->flows;
	if (n == 0 && r->n_requests == 0 && r->trouble->datagrams)
		fprintf(out,
			"Nothing was read that could be judged: the %llu export datagrams held no "
			"flow. "
			"This says nothing about any host.\n",
			(unsigned long long)r->trouble->datagrams);
	else if (n == 0 && r->n_requests == 0)
		fputs("Nothing was read that could be judged: this says nothing about any host.\n",
			out);
	else if (r->n_unnamed)
		fprintf(out,
			"No host can be named: %llu request%s of an attack tell%s no client. This "
			"clears "
			"nobody.\n",
			(unsigned long long)r->n_unnamed, r->n_unnamed == 1 ? "" : "s",
			r->n_unnamed == 1 ? "s" : "");
	else
		looked_at(n, r->n_requests, out);
}

void report_table(const struct report *r, FILE *out, bool colour)
{
	int width = width_of_hosts(r);
	if (r->n == 0) {
		nobody(r, out);
		return;
	}
	fprintf(out, "%-*s  %-16s  %4s  %-14s %6s %6s %7s  %-18s %-14s  %s\n", width, "HOST",
		"VERDICT", "CONF", "PROTO/PORT", "PEERS", "FAILED", "UNKNOWN", "TARGETING",
		"FIRST SEEN", "LAST SEEN");
	for (size_t i = 0; i < r->n; i++)
		row(r, &r->finding[i], width, out, colour);
	if (r->n_outbreaks)
		fputc('\n', out);
	for (size_t i = 0; i < r->n_outbreaks; i++) {
		char room[OUTBREAK_TEXT_BYTES];
		fprintf(out, "Outbreak: %s\n", outbreak_format(&r->outbreak[i], room));
	}
}

/* Faults of a whole input were told, with their remedy, when it was opened. */
static bool was_told(const struct trouble *t, enum fault f)
{
	bool begins_whole = place_position(t->fault[f].first) == 0;
	bool is_whole = t->fault[f].n == 1 && begins_whole;
	return f == FAULT_UNREADABLE || f == FAULT_COMPRESSED || f == FAULT_PACKED ||
	       f == FAULT_NOT_TEXT || f == FAULT_EMPTY || f == FAULT_CUT_CAPTURE ||
	       f == FAULT_LINK_TYPE || (f == FAULT_PACKING && begins_whole) ||
	       ((f == FAULT_LAYOUT || f == FAULT_CUT_FILE) && is_whole);
}

static void log_lines(const struct trouble *t, FILE *out)
{
	if (t->log.lines == 0)
		return;
	fprintf(out, "log lines: %llu read: %llu parsed, %llu malformed, %llu skipped\n",
		(unsigned long long)t->log.lines, (unsigned long long)t->log.parsed,
		(unsigned long long)t->log.malformed, (unsigned long long)t->log.skipped);
}

void report_trouble(const struct report *r, FILE *out)
{
	char room[PLACE_TEXT_BYTES], text[NOTE_BYTES];
	const struct trouble *t = r->trouble;
	log_lines(t, out);
	for (uint32_t i = 0; i < t->n_notes; i++) {
		if (t->note[i].at != PLACE_NONE)
			fprintf(out, "%s: ", place_format(r, t->note[i].at, room));
		fprintf(out, "note: %s\n", plain_format(t->note[i].text, text, sizeof text));
	}
	if (t->n_notes_lost)
		fprintf(out, "note: %u more notes\n", t->n_notes_lost);
	for (enum fault f = FAULT_NONE + 1; f < N_FAULTS; f++) {
		if (t->fault[f].n == 0 || was_told(t, f))
			continue;
		fprintf(out, "%s", place_format(r, t->fault[f].first, room));
		if (t->fault[f].offset)
			fprintf(out, ", byte %llu", (unsigned long long)t->fault[f].offset);
		fprintf(out, ": %s (%s)", fault_text(f), fault_source(f));
		if (t->fault[f].n > 1)
			fprintf(out, "; %llu times", (unsigned long long)t->fault[f].n);
		fputc('\n', out);
	}
}
