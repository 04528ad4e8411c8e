// SPDX-License-Identifier: Apache-2.0
// A lost datagram of an exporter takes thirty flows at once, which may be the answers to one busy host. A worm
// fails more often than not, or in other ways too. Where IPv6 is announced and leads nowhere, every page that a
// browser loads fails first; a worm tries more addresses than a user does.
#include "detect/excuse.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "detect/case.h"

enum { HTTP = 80, HTTPS = 443, SURFED_MAX = 256 };

static const double confidence_max = .5;

void excuse(struct finding *x, const char *cause, ...)
{
	size_t n = strlen(x->why);
	x->verdict = VERDICT_SUSPECT;
	x->confidence = fmin(x->confidence, confidence_max);
	n += (size_t)snprintf(x->why + n, sizeof x->why - n, "; but ");
	va_list ap;
	va_start(ap, cause);
	if (n < sizeof x->why)
		vsnprintf(x->why + n, sizeof x->why - n, cause, ap);
	va_end(ap);
}

/* Whether hardly anything but flows that did not come speaks against it, and no more than may have been lost. */
static bool may_be_loss(const struct finding *x, uint64_t n_lost)
{
	uint32_t n_silent = x->n_sign[SIGN_NO_REVERSE];
	uint32_t n_else = x->outcome[OUTCOME_FAILED] - n_silent;
	return n_silent > 0 && n_silent <= n_lost && n_silent * UINT64_C(2) < x->contacted &&
	       n_else * STEP_NATS < x->needed_nats;
}

/* Whether all that an IPv6 address ever did was to ask some web servers, of which none answered. */
static bool may_be_cut_off(const struct finding *x)
{
	bool may_be = !addr_is_v4(&x->host) && x->n_host_exhibits <= SURFED_MAX;
	for (size_t i = 0; may_be && i < x->n_host_exhibits; i++) {
		const struct contact *c = x->host_exhibit[i].contact;
		enum sign s = x->host_exhibit[i].sign;
		may_be = s != SIGN_ANSWERED && s != SIGN_DARK &&
			 (c->port == HTTPS || c->port == HTTP);
	}
	return may_be;
}

void excuse_find(struct findings *f, uint64_t n_lost)
{
	for (size_t i = 0; i < f->n; i++) {
		struct finding *x = &f->finding[i];
		if (x->verdict != VERDICT_WORM)
			continue;
		if (may_be_loss(x, n_lost))
			excuse(x, "more flows than these are missing here: they may have been the "
				  "answers");
		else if (may_be_cut_off(x))
			excuse(x, "nobody ever answered this address: its IPv6 may lead nowhere, "
				  "while programs go on over IPv4");
	}
}
