// SPDX-License-Identifier: Apache-2.0
// A pasted list is a snapshot without outcomes: it gives suspects with a probability.
#include <math.h>

#include "detect/case.h"

static const double listed_min = .15;

bool judge_listed(struct court *c, const struct suspect *s, struct finding *f, double less_nats)
{
	struct key_slice k = { f->exhibit, f->n_exhibits };
	bool is_p2p = f->has_port ? p2p_excuses(s, &k) : s->is_p2p;
	f->verdict = scan_classify(c, s, is_p2p, VERDICT_SUSPECT);
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
