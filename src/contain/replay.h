// SPDX-License-Identifier: Apache-2.0
// Flows that were seen, through a policy: does it stop what it should, and nothing else.
#ifndef CONTAIN_REPLAY_H
#define CONTAIN_REPLAY_H
#include "contain/compile.h"
#include "model/flow.h"

enum fate {
	FATE_STOPPED,   // of the plan, and denied
	FATE_MISSED,    // of the plan, and let through without a reason
	FATE_KEPT,      // of the plan, and let through for a protected service
	FATE_INNOCENT,  // not of the plan, and denied
	FATE_UNTOUCHED, // not of the plan, and let through
	FATE_UNKNOWN,   // the flow tells too little, or a line decides that cannot be read
	N_FATES
};

enum { REPLAY_SHOWN = 16 };

struct replay {
	const struct policy *wanted, *policy;
	size_t n_permits;  // rules of the policy that protect
	uint64_t since_ms; // flows that ended before are passed over
	uint64_t *hits; // packets that each rule of the policy decides, added to; NULL: not asked
	uint64_t n[N_FATES];
	struct flow missed[REPLAY_SHOWN], innocent[REPLAY_SHOWN]; // the first
	uint64_t last_ms; // of what got through although the plan stops it
};

/** Judge flows; to be given as `emit` of a batch. */
void replay_take(void *ctx, const struct flow *flow, size_t n);

/** What becomes of one flow. */
enum fate replay_fate(const struct replay *r, const struct flow *f);
#endif
