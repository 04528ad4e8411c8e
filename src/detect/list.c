// SPDX-License-Identifier: Apache-2.0
// A pasted list is a snapshot without outcomes: it gives suspects with a probability.
#include <math.h>

#include "detect/case.h"

static const double listed_min = .15;

static enum verdict classify(
	const struct court *c, const struct suspect *s, const struct finding *f)
{
	struct key_slice k = { f->exhibit, f->n_exhibits };
	if (inventory_scanner(c->inventory, s->host, c->now_ms))
		return VERDICT_DECLARED;
	if (f->has_port ? p2p_excuses(s, &k) : s->is_p2p)
		return VERDICT_P2P;
	return inventory_own(c->inventory, s->host) == OWN_NO ? VERDICT_SCANNER : VERDICT_SUSPECT;
}

bool judge_listed(struct court *c, const struct suspect *s, struct finding *f, double less_nats)
{
	f->verdict = classify(c, s, f);
	f->score_nats = walk_over(f->exhibit, f->n_exhibits, INFINITY).best_nats;
	f->confidence = confidence_of(f->score_nats - less_nats, PRIOR_LIST_NATS);
	if (f->confidence >= listed_min && f->contacted - f->outcome[OUTCOME_ANSWERED] >= 2) {
		finding_put(c, f);
		return true;
	}
	if (s->n == 1 && f->n_sign[SIGN_DROPPED] == 1)
		dropped_put(c->out, s->host);
	return false;
}
