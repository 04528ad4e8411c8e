// SPDX-License-Identifier: Apache-2.0
// One host, all of its evidence: which rows, how much each kind weighs, what would clear it.
#include "model/words.h"
#include "output/clear.h"
#include "output/report.h"
#include "output/web.h"

static void weights(const struct finding *f, FILE *out)
{
	fprintf(out, "\n  %7s  %8s  %8s  %s\n", "ROWS", "EACH", "SUM", "EVIDENCE");
	for (enum sign s = 0; s < N_SIGNS; s++)
		if (f->n_sign[s])
			fprintf(out, "  %7u  %+8.2f  %+8.2f  %s\n", f->n_sign[s], sign_nats(s),
				f->n_sign[s] * sign_nats(s), sign_text(s));
	fprintf(out,
		"  (nats: log-likelihood ratio of infected against benign; the walk never falls "
		"below 0)\n");
}

static void targeting(const struct finding *f, FILE *out)
{
	fprintf(out, "\n  targeting:");
	for (enum targeting t = 0; t < N_TARGETINGS; t++)
		fprintf(out, " %s %.3f", targeting_name(t), f->targeting[t]);
	fputc('\n', out);
}

static void rows(const struct report *r, const struct finding *f, FILE *out)
{
	char peer[ADDR_TEXT_BYTES], port[PORT_TEXT_BYTES], at[PLACE_TEXT_BYTES];
	char time[TIME_TEXT_BYTES];
	fprintf(out, "\n  %-24s  %-39s  %-10s  %9s  %-20s  %s\n", "FIRST SEEN", "PEER", "PORT",
		"PACKETS", "PLACE", "WHAT IT SAYS");
	for (size_t i = 0; i < f->n_exhibits; i++) {
		const struct contact *c = f->exhibit[i].contact;
		bool has_packets = c->packets > 0;
		char packets[16] = "-";
		if (has_packets)
			snprintf(packets, sizeof packets, "%u", c->packets);
		fprintf(out, "  %-24s  %-39s  %-10s  %9s  %-20s  %s",
			contact_first(c) == UINT64_MAX ? "-" : time_format(contact_first(c), time),
			addr_format(&c->dst, peer), port_format(c->proto, c->port, true, port),
			packets, place_format(r, contact_place(c), at),
			sign_text(f->exhibit[i].sign));
		fputc('\n', out);
	}
}

static void clear_by_number(const struct finding *f, FILE *out)
{
	uint32_t n_open = f->contacted - f->outcome[OUTCOME_ANSWERED];
	if (f->n_to_clear)
		fprintf(out,
			"  in numbers: answers of %u of its %u unanswered peers, the right ones\n",
			f->n_to_clear, n_open);
}

static void infected_by(const struct report *r, const struct finding *f, FILE *out)
{
	char host[ADDR_TEXT_BYTES], time[TIME_TEXT_BYTES], at[PLACE_TEXT_BYTES];
	const struct contact *c = f->infected_by;
	if (c)
		fprintf(out, "  reached on this port by %s at %s (%s), before it began\n",
			addr_format(&c->src, host), time_format(contact_first(c), time),
			place_format(r, contact_place(c), at));
}

static void explain(const struct report *r, const struct finding *f, FILE *out)
{
	char host[ADDR_TEXT_BYTES], port[PORT_TEXT_BYTES], time[TIME_TEXT_BYTES];
	fprintf(out, "%s: %s, %.1f %% sure, %s\n", addr_format(&f->host, host),
		verdict_name(f->verdict), f->confidence * 100, finding_port(f, port));
	fprintf(out, "  %s\n", f->why);
	if (f->onset_ms != UINT64_MAX)
		fprintf(out, "  began %s", time_format(f->onset_ms, time));
	if (f->onset_ms != UINT64_MAX && f->n_to_case)
		fprintf(out, ", %u first contacts made the case", f->n_to_case);
	if (f->onset_ms != UINT64_MAX && f->scale)
		fprintf(out, ", seen at a half-life of %s", f->scale);
	if (f->onset_ms != UINT64_MAX)
		fputc('\n', out);
	infected_by(r, f, out);
	if (f->n_exhibits) {
		weights(f, out);
		targeting(f, out);
		rows(r, f, out);
	}
	web_explain(r, f, out);
	fprintf(out, "\n  what would clear it: %s\n", clear_text(f));
	clear_by_number(f, out);
}

bool report_explain(const struct report *r, const struct addr *host, FILE *out)
{
	bool found = false;
	for (size_t i = 0; i < r->n; i++) {
		if (!addr_eq(&r->finding[i].host, host))
			continue;
		if (found)
			fputc('\n', out);
		explain(r, &r->finding[i], out);
		found = true;
	}
	return found;
}
