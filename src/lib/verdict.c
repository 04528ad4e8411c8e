// SPDX-License-Identifier: Apache-2.0
// Verdicts: findings in the public form, which need nothing of the detector any more.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "detect/judge.h"
#include "lib/detector.h"

struct row {
	struct cordon_finding finding;
	struct cordon_targeting targeting[N_TARGETINGS];
	char host[ADDR_TEXT_BYTES], why[WHY_BYTES];
};

struct cordon_verdict {
	size_t n;
	struct row row[];
};

/* Texts and posteriors point into the row itself. */
static void row_fill(struct row *r, const struct finding *f)
{
	const char *attack = verdict_attack(f->verdict);
	snprintf(r->why, sizeof r->why, "%s", f->why);
	for (enum targeting t = 0; t < N_TARGETINGS; t++)
		r->targeting[t] = (struct cordon_targeting){ targeting_name(t), f->targeting[t] };
	r->finding = (struct cordon_finding){
		.host = addr_format(&f->host, r->host),
		.class_name = verdict_name(f->verdict),
		.why = r->why,
		.attack = *attack ? attack : NULL,
		.is_alarm = verdict_is_alarm(f->verdict),
		.is_listed = f->is_listed,
		.is_sampled = f->is_sampled,
		.confidence = f->confidence,
		.score_nats = f->score_nats,
		.needed_nats = f->needed_nats,
		.proto = f->proto == PROTO_UNKNOWN ? -1 : f->proto,
		.port = f->has_port ? f->port : -1,
		.n_peers = f->contacted,
		.n_failed = f->outcome[OUTCOME_FAILED],
		.n_unknown = f->outcome[OUTCOME_UNKNOWN],
		.n_answered = f->outcome[OUTCOME_ANSWERED],
		.n_targetings = N_TARGETINGS,
		.targeting = r->targeting,
		.first_ms = f->first_ms == UINT64_MAX ? 0 : f->first_ms,
		.last_ms = f->last_ms,
		.onset_ms = f->onset_ms == UINT64_MAX ? 0 : f->onset_ms,
	};
	memcpy(r->finding.address.octet, f->host.octet, sizeof r->finding.address.octet);
}

struct cordon_verdict *cordon_judge(struct cordon *c, uint64_t now_ms, struct cordon_error *error)
{
	struct findings findings;
	if (!c) {
		error_put(error, CORDON_ARGUMENT, NULL);
		return NULL;
	}
	detector_settle(c);
	now_ms = now_ms ? now_ms : c->last_ms ? c->last_ms : (uint64_t)time(NULL) * 1000;
	struct cordon_verdict *v = NULL;
	if (judge(c->evidence, c->site->inventory, now_ms, false, &findings))
		v = calloc(1, sizeof *v + findings.n * sizeof v->row[0]);
	for (; v && v->n < findings.n; v->n++)
		row_fill(&v->row[v->n], &findings.finding[v->n]);
	findings_free(&findings);
	if (!v)
		error_put(error, CORDON_NO_MEMORY, NULL);
	return v;
}

void cordon_verdict_free(struct cordon_verdict *v)
{
	free(v);
}

const struct cordon_finding *cordon_finding_next(struct cordon_finding_iter *it)
{
	if (!it || !it->verdict || it->at >= it->verdict->n)
		return NULL;
	return &it->verdict->row[it->at++].finding;
}
