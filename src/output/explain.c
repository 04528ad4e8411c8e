// SPDX-License-Identifier: Apache-2.0
// One host, all of its evidence: which rows, how much each kind weighs, what would clear it.
#include <math.h>

#include "model/words.h"
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

static const char *const clears[N_VERDICTS] = {
	[VERDICT_WORM] = "answers from these peers (an export of the other direction, or packet "
			 "capture at the host); a role or a declared scan in the inventory",
	[VERDICT_SUSPECT] =
		"the outcome of these contacts: export or capture with TCP flags and both "
		"directions, or the same output again after two inactive timeouts (30 s) "
		"without new rows of this source",
	[VERDICT_EXPOSED] = "a check of the server itself: the patch is there, or the mapping is "
			    "gone, and no trace of the worm; a status alone clears nobody",
	[VERDICT_SCANNER] = "a declared scanner in the inventory, with a reason and an expiry",
	[VERDICT_P2P] =
		"nothing has to be cleared; the owner of the host knows whether the program may "
		"run",
	[VERDICT_BACKSCATTER] = "nothing has to be cleared here; the host itself is under attack",
	[VERDICT_POLLER] = "correct the address it polls, or give it the role of a monitor",
	[VERDICT_DECLARED] =
		"nothing: the inventory declares it; it will count again when that expires",
};

/* Where only requests accuse, what flows lack would clear nobody. */
static const char *const clears_by_log[N_VERDICTS] = {
	[VERDICT_WORM] = "proof that another machine had this address at that time (DHCP, NAT, a "
			 "proxy), or a declared scan in the inventory",
	[VERDICT_SUSPECT] = "a look at the host for traces of the worm, or a declared scan in the "
			    "inventory",
	[VERDICT_EXPOSED] = "a check of the server itself: the patch is there, or the mapping is "
			    "gone, and no trace of the worm; a status alone clears nobody",
	[VERDICT_SCANNER] = "a declared scanner in the inventory, with a reason and an expiry",
	[VERDICT_DECLARED] =
		"nothing: the inventory declares it; it will count again when that expires",
};

static void clear_by_number(const struct finding *f, FILE *out)
{
	if (f->n_exhibits && f->verdict == VERDICT_WORM && f->score_nats >= f->needed_nats) {
		double n = ceil((f->score_nats - f->needed_nats) / -sign_nats(SIGN_ANSWERED)) + 1;
		fprintf(out, "  in numbers: %.0f of its unanswered peers shown to have answered\n",
			fmax(1, n / 2));
	}
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
	fprintf(out, "\n  what would clear it: %s\n",
		f->n_exhibits ? clears[f->verdict] : clears_by_log[f->verdict]);
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
