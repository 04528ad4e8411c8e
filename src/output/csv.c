// SPDX-License-Identifier: Apache-2.0
// Findings as CSV: one table of columns makes the header and the rows.
#include "model/attack.h"
#include "model/words.h"
#include "output/report.h"

static void quoted(FILE *out, const char *text)
{
	fputc('"', out);
	for (const char *p = text; *p; p++)
		fputs(*p == '"' ? "\"\"" : (char[]){ *p, 0 }, out);
	fputc('"', out);
}

static void host(const struct finding *f, FILE *out)
{
	char room[ADDR_TEXT_BYTES];
	fputs(addr_format(&f->host, room), out);
}

static void verdict(const struct finding *f, FILE *out)
{
	fputs(verdict_name(f->verdict), out);
}

static void confidence(const struct finding *f, FILE *out)
{
	fprintf(out, "%.3f", f->confidence);
}

static void proto(const struct finding *f, FILE *out)
{
	if (f->proto != PROTO_UNKNOWN)
		fprintf(out, "%u", f->proto);
}

static void port(const struct finding *f, FILE *out)
{
	if (f->has_port && port_is_told(f->proto, f->port))
		fprintf(out, "%u", f->port);
}

static void contacted(const struct finding *f, FILE *out)
{
	fprintf(out, "%u", f->contacted);
}

static void failed(const struct finding *f, FILE *out)
{
	fprintf(out, "%u", f->outcome[OUTCOME_FAILED]);
}

static void unknown(const struct finding *f, FILE *out)
{
	fprintf(out, "%u", f->outcome[OUTCOME_UNKNOWN]);
}

static void targeting(const struct finding *f, FILE *out)
{
	enum targeting best = 0;
	for (enum targeting t = 0; t < N_TARGETINGS; t++)
		if (f->targeting[t] > f->targeting[best])
			best = t;
	fputs(targeting_name(best), out);
}

static void targeting_posterior(const struct finding *f, FILE *out)
{
	double best = 0;
	for (enum targeting t = 0; t < N_TARGETINGS; t++)
		best = f->targeting[t] > best ? f->targeting[t] : best;
	fprintf(out, "%.3f", best);
}

static void first_seen(const struct finding *f, FILE *out)
{
	char room[TIME_TEXT_BYTES];
	if (f->first_ms != UINT64_MAX)
		fputs(time_format(f->first_ms, room), out);
}

static void last_seen(const struct finding *f, FILE *out)
{
	char room[TIME_TEXT_BYTES];
	if (f->last_ms != 0)
		fputs(time_format(f->last_ms, room), out);
}

static void why(const struct finding *f, FILE *out)
{
	quoted(out, f->why);
}

static void signatures(const struct finding *f, FILE *out)
{
	for (size_t i = 0; i < f->n_attacks; i++)
		fprintf(out, "%s%s", i ? " " : "", f->attack[i]->signature->id);
}

static const struct {
	const char *name;
	void (*write)(const struct finding *f, FILE *out);
} columns[] = {
	{ "host", host },
	{ "class", verdict },
	{ "confidence", confidence },
	{ "protocolIdentifier", proto },
	{ "destinationTransportPort", port },
	{ "peers_contacted", contacted },
	{ "peers_failed", failed },
	{ "peers_unknown", unknown },
	{ "targeting", targeting },
	{ "targeting_posterior", targeting_posterior },
	{ "first_seen", first_seen },
	{ "last_seen", last_seen },
	{ "why", why },
	{ "signatures", signatures },
};

void report_csv(const struct report *r, FILE *out)
{
	fputs("rank", out);
	for (size_t c = 0; c < countof(columns); c++)
		fprintf(out, ",%s", columns[c].name);
	fputs("\r\n", out);
	for (size_t i = 0; i < r->n; i++) {
		fprintf(out, "%zu", i + 1);
		for (size_t c = 0; c < countof(columns); c++) {
			fputc(',', out);
			columns[c].write(&r->finding[i], out);
		}
		fputs("\r\n", out);
	}
}
