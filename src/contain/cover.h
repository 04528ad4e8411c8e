// SPDX-License-Identifier: Apache-2.0
// The best cover of hosts by at most so many prefixes: with the fewest innocent addresses in them.
#ifndef CONTAIN_COVER_H
#define CONTAIN_COVER_H
#include "base/err.h"
#include "contain/box.h"

/** Hosts that are blocked alike; prefixes of one family, sorted, none inside another. */
struct crowd {
	const struct range *host;
	size_t n;
	uint32_t tag; // goes to the result
};

struct cover_limits {
	size_t max_rules;          // over all crowds
	uint64_t max_collateral;   // innocent addresses, over all crowds
	uint8_t floor[N_FAMILIES]; // no wider prefix, as length in the 128-bit form
	/** Whether a span holds an address that must not be taken in; with its context. */
	bool (*is_precious)(void *ctx, const struct range *s);
	void *ctx;
};

struct covered {
	struct range span;
	uint32_t tag;
	uint64_t innocent; // addresses in it that are no host
};

struct cover {
	struct covered *prefix; // by crowd, then address
	size_t n;
	uint64_t collateral;       // saturates
	bool is_feasible;          // false: `prefix` is empty, and the figures below tell why
	bool is_exact;             // false: on the convex hull only, for want of time
	size_t n_lossless;         // rules without any innocent address
	size_t n_least;            // rules at the least, whatever the collateral
	uint64_t least_collateral; // with max_rules; UINT64_MAX: cannot be
};

/** Largest hosts times rules that is solved exactly. */
#define COVER_EXACT_MAX (UINT64_C(1) << 29)

/**
 * Find it. By dynamic programming over the binary tree of addresses: of each subtree, the least
 * collateral with 1, 2, 3 ... rules, from those of its halves or as one prefix. Beyond
 * COVER_EXACT_MAX a price for a rule is searched by bisection instead.
 *
 * Returns false, with `e` filled, when there is no memory; free with cover_fini.
 */
bool cover_find(const struct crowd *crowd, size_t n_crowds, const struct cover_limits *limits,
	struct cover *out, struct err *e);
void cover_fini(struct cover *c);
#endif
