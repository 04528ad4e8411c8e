// SPDX-License-Identifier: Apache-2.0
// A lost datagram of an exporter takes thirty flows at once, which may be the answers to one busy host. A worm
// fails more often than not, or in other ways too.
#include "detect/loss.h"

#include <math.h>
#include <stdio.h>

#include "detect/case.h"

static const double confidence_max = .5;

/* Whether hardly anything but flows that did not come speaks against it, and no more than may have been lost. */
static bool may_be_loss(const struct finding *x, uint64_t n_lost)
{
	uint32_t n_silent = x->n_sign[SIGN_NO_REVERSE];
	uint32_t n_else = x->outcome[OUTCOME_FAILED] - n_silent;
	return n_silent > 0 && n_silent <= n_lost && n_silent * UINT64_C(2) < x->contacted &&
	       n_else * STEP_NATS < x->needed_nats;
}

void loss_excuse(struct findings *f, uint64_t n_lost)
{
	for (size_t i = 0; i < f->n; i++) {
		struct finding *x = &f->finding[i];
		if (x->verdict != VERDICT_WORM || !may_be_loss(x, n_lost))
			continue;
		size_t n = strlen(x->why);
		x->verdict = VERDICT_SUSPECT;
		x->confidence = fmin(x->confidence, confidence_max);
		snprintf(x->why + n, sizeof x->why - n,
			"; but more flows than these are missing here: they may have been the "
			"answers");
	}
}
