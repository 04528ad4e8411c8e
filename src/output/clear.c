// SPDX-License-Identifier: Apache-2.0
// A text by class, and by what the finding rests on.
#include "output/clear.h"

#define DECLARED_SCAN "a declared scanner in the inventory, with a reason and an expiry"
#define SERVER_CHECK \
	"a check of the server itself: the patch is there, or the mapping is gone, and no trace " \
	"of the worm; a status alone clears nobody"
#define UNTIL_EXPIRY "nothing: the inventory declares it; it will count again when that expires"

static const char *const by_flows[N_VERDICTS] = {
	[VERDICT_WORM] = "answers from these peers (an export of the other direction, or packet "
			 "capture at the host); a role or a declared scan in the inventory",
	[VERDICT_SUSPECT] =
		"the outcome of these contacts: export or capture with TCP flags and both "
		"directions, or the same output again after two inactive timeouts (30 s) "
		"without new rows of this source",
	[VERDICT_EXPOSED] = SERVER_CHECK,
	[VERDICT_SCANNER] = DECLARED_SCAN,
	[VERDICT_P2P] =
		"nothing has to be cleared; the owner of the host knows whether the program may "
		"run",
	[VERDICT_BACKSCATTER] = "nothing has to be cleared here; the host itself is under attack",
	[VERDICT_POLLER] = "correct the address it polls, or give it the role of a monitor",
	[VERDICT_DECLARED] = UNTIL_EXPIRY,
};

/* Where only requests accuse, what flows lack would clear nobody. */
static const char *const by_logs[N_VERDICTS] = {
	[VERDICT_WORM] = "proof that another machine had this address at that time (DHCP, NAT, a "
			 "proxy), or a declared scan in the inventory",
	[VERDICT_SUSPECT] = "a look at the host for traces of the worm, or a declared scan in the "
			    "inventory",
	[VERDICT_EXPOSED] = SERVER_CHECK,
	[VERDICT_SCANNER] = DECLARED_SCAN,
	[VERDICT_P2P] = "nothing has to be cleared",
	[VERDICT_BACKSCATTER] = "nothing has to be cleared here",
	[VERDICT_POLLER] = "nothing has to be cleared",
	[VERDICT_DECLARED] = UNTIL_EXPIRY,
};

static const char by_hurry[] =
	"a program that its owner knows and that does this as its work: give the host its role, or "
	"declare the scan, in the inventory";
static const char by_answers[] =
	"answers from these peers, or none more that fail: with time the score falls by itself; a "
	"role or a declared scan in the inventory";

const char *clear_text(const struct finding *f)
{
	if (f->n_exhibits == 0)
		return by_logs[f->verdict];
	if (f->verdict == VERDICT_SUSPECT && (f->n_burst || f->n_rush))
		return by_hurry;
	if (f->verdict == VERDICT_SUSPECT && f->n_to_clear && !f->is_sampled)
		return by_answers;
	return by_flows[f->verdict];
}
