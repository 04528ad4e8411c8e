// SPDX-License-Identifier: Apache-2.0
// What is proved of a policy before anybody sees it.
#ifndef CONTAIN_CHECK_H
#define CONTAIN_CHECK_H
#include "contain/policy.h"
#include "contain/protect.h"

/** A piece of a protected service that a policy does not let through. */
struct breach {
	uint32_t shield;
	struct box piece;
	enum action action; // deny, or unknown
	size_t rule;
};

enum { BREACHES_MAX = 256 };

struct proof {
	struct breach breach[BREACHES_MAX]; // the first ones, at most one a shield
	size_t n_breaches;                  // shields that are broken
	size_t n_undecided;                 // shields too many pieces long to be decided
};

/**
 * Prove that no packet of a protected service is denied: by boxes, not by samples.
 *
 * family  packets of the other one are not asked for
 *
 * Returns whether it was proved; false with `e` filled also for want of memory.
 */
bool check_protection(const struct policy *policy, const struct protection *protection,
	enum family family, struct proof *out, struct err *e);

/** A rule that never decides, for those before it decide all of its packets, one or many together. */
struct shade {
	size_t rule, by, n_by; // `by`: one of those, n_by: how many there are
	bool is_contrary;      // they do something else than the rule says
};

/** Find those; appends to `out`, at most `room`. Returns their number, SIZE_MAX for want of memory. */
size_t check_shades(const struct policy *policy, struct shade *out, size_t room);

/**
 * Find those of the first `n_rules` rules without which no packet has another fate, for what they decide
 * is decided alike behind them. Each by itself: of two that stand in for each other, both are given.
 *
 * Appends to `out`, at most `room`. Returns their number, SIZE_MAX for want of memory.
 */
size_t check_spares(const struct policy *policy, size_t n_rules, size_t *out, size_t room);
#endif
