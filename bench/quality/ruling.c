// SPDX-License-Identifier: Apache-2.0
// The library, driven as `cordon detect` drives it.
#include "quality/ruling.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "detect/judge.h"
#include "quality/reasons.h"

enum { MEMORY = 512 << 20 };

static enum ruled ruled_of(enum verdict v)
{
	static const enum ruled of[N_VERDICTS] = { [VERDICT_WORM] = RULED_WORM,
		[VERDICT_SUSPECT] = RULED_SUSPECT,
		[VERDICT_SCANNER] = RULED_SCANNER,
		[VERDICT_P2P] = RULED_P2P,
		[VERDICT_BACKSCATTER] = RULED_OTHER,
		[VERDICT_POLLER] = RULED_OTHER,
		[VERDICT_DECLARED] = RULED_OTHER };
	return of[v];
}

static void fill_aim(struct ruling *r, const struct finding *f)
{
	enum targeting best = 0;
	for (enum targeting t = 0; t < N_TARGETINGS; t++)
		if (f->targeting[t] > f->targeting[best])
			best = t;
	r->aim = targeting_name(best);
	r->aim_share = f->targeting[best];
}

/** When the case was made, and how many first contacts after the infection that took. */
static void fill_case(struct ruling *r, const struct finding *f, uint64_t since_ms)
{
	size_t end = f->onset + f->n_to_case;
	r->is_crossed = f->n_to_case > 0 && end <= f->n_exhibits;
	if (!r->is_crossed)
		return;
	uint64_t case_ms = contact_first(f->exhibit[end - 1].contact);
	if (case_ms == UINT64_MAX)
		return;
	r->case_ms = case_ms;
	for (size_t i = 0; i < end; i++)
		r->n_since += contact_first(f->exhibit[i].contact) >= since_ms;
}

static struct ruling ruling_of(
	const struct finding *f, size_t rank, const struct patient *patient, size_t n_patients)
{
	struct ruling r = { .host = f->host,
		.ruled = ruled_of(f->verdict),
		.proto = f->proto,
		.port = f->port,
		.has_port = f->has_port,
		.rank = (uint32_t)rank };
	uint64_t since_ms = 0;
	for (size_t i = 0; i < n_patients; i++)
		if (addr_eq(&patient[i].host, &f->host))
			since_ms = patient[i].since_ms;
	fill_aim(&r, f);
	fill_case(&r, f, since_ms);
	return r;
}

struct rulings rulings_of(const struct sight *s, const struct inventory *inventory,
	const struct patient *patient, size_t n_patients, struct reasons *reasons)
{
	struct findings found = {};
	struct rulings out = {};
	uint64_t last_ms = 0;
	for (size_t i = 0; i < s->n; i++)
		last_ms = s->flow[i].last_ms > last_ms ? s->flow[i].last_ms : last_ms;
	struct evidence *e = evidence_new(evidence_max_for(MEMORY), 1);
	if (e)
		evidence_observe(e, s->flow, s->n);
	bool is_fine = e && judge(e, inventory, last_ms, false, &found);
	out.ruling = calloc(found.n + 1, sizeof *out.ruling);
	if (!is_fine || !out.ruling) {
		perror("quality: judge");
		exit(2);
	}
	for (size_t i = 0; i < found.n; i++)
		out.ruling[out.n++] = ruling_of(&found.finding[i], i + 1, patient, n_patients);
	for (size_t i = 0; i < found.n_outbreaks; i++)
		out.shared_targets = fmax(out.shared_targets, found.outbreak[i].shared_targets);
	if (reasons)
		reasons_check(reasons, &found);
	findings_free(&found);
	evidence_free(e);
	return out;
}

void rulings_free(struct rulings *r)
{
	free(r->ruling);
	*r = (struct rulings){};
}

struct inventory *site_inventory(void)
{
	struct err e = {};
	struct inventory *i = inventory_parse(STR("networks: [10.1.0.0/16]\n"
						  "assigned: [10.1.0.0/20, 10.1.64.0/22]\n"
						  "dark: [10.0.0.0/8]\n"),
		"site", &e);
	if (!i) {
		fprintf(stderr, "quality: %s\n", e.text);
		exit(2);
	}
	return i;
}

void site_inventory_free(struct inventory *inventory)
{
	inventory_free(inventory);
}
