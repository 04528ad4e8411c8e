// SPDX-License-Identifier: Apache-2.0
// How a plan that stands goes on: entries whose hosts still scan are renewed, within what a person approved;
// those that are over are taken out. Nothing ever comes in.
#ifndef CONTAIN_TEND_H
#define CONTAIN_TEND_H
#include "contain/plan.h"

/** What is known of whom an entry stops. */
struct glimpse {
	uint64_t last_ms; // of the last attack by what the entry stops; 0: none is known
	bool is_over;     // it is known, and clean: no incident has it open
};
typedef struct glimpse glimpse_fn(void *ctx, const struct entry *entry);

/** What a person allowed. */
struct leave {
	uint64_t now_ms;
	uint64_t each_ms; // for how long an entry is renewed
	uint64_t most_ms; // no entry lasts longer; 0: none is renewed, and none ends early
};

struct tended {
	size_t n_renewed, n_ended, n_over; // n_over: taken out early, for the host is clean
	size_t n_scanning; // of n_ended: the host still scans, but no more is allowed
};

/**
 * Make the plan anew. An entry is renewed in the second half of its term, when its host attacked within the
 * term; so one that is quiet runs out.
 *
 * out  settled as `old`; at the time `now_ms`
 *
 * Returns false with `e` filled when there is no memory; free with plan_fini in any case.
 */
bool plan_tend(const struct plan *old, const struct leave *leave, glimpse_fn *look, void *ctx,
	struct plan *out, struct tended *tended, struct err *e);

/** Whether two plans stop the same, until the same times; both settled. */
bool plan_is_same(const struct plan *a, const struct plan *b);
#endif
