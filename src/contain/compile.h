// SPDX-License-Identifier: Apache-2.0
// A plan becomes a policy: what is protected first, then what is stopped, then all else goes on.
#ifndef CONTAIN_COMPILE_H
#define CONTAIN_COMPILE_H
#include "contain/cover.h"
#include "contain/plan.h"
#include "contain/policy.h"
#include "contain/protect.h"

struct limits {
	size_t max_rules; // that deny
	uint64_t max_collateral;
	uint8_t floor[N_FAMILIES]; // as people count: 24 of IPv4, 64 of IPv6
};

/** Permits have the index of their shield as origin, denies that of the first entry in them. */
struct compiled {
	struct policy policy;
	size_t n_permits; // the first rules
	struct cover cover;
	size_t n_hosts;
	size_t n_empty; // entries of which protection leaves nothing to stop
	size_t empty;   // the first of them
	const struct protection *protection;
	const struct plan *plan;
};

/** The packets that an entry stops. */
struct box entry_box(const struct entry *e);

/** The plan as it was asked for: without protection, without aggregation. Free with policy_fini. */
bool plan_wanted(const struct plan *plan, struct policy *out, struct err *e);

/**
 * Compile. What of the protection meets nothing that is stopped is left out. When the cover is not
 * feasible, the policy is empty and `cover` tells why.
 *
 * Returns false, with `e` filled, when there is no memory or a host is wider than the floor; free
 * with compiled_fini in any case. Plan and protection must last as long.
 */
bool plan_compile(const struct plan *plan, const struct protection *protection,
	const struct limits *limits, struct compiled *out, struct err *e);
void compiled_fini(struct compiled *c);
#endif
