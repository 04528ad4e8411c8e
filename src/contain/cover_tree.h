// SPDX-License-Identifier: Apache-2.0
// What the ways to find a cover share: the nodes of the tree of a crowd.
#ifndef CONTAIN_COVER_TREE_H
#define CONTAIN_COVER_TREE_H
#include "contain/cover.h"

struct node {
	size_t lo, hi, turn; // hosts of it; from `turn` on in the upper half
	struct range span;   // the smallest prefix that holds them
	uint64_t innocent;   // addresses in it that are no host; saturates
	bool may_join;       // it may be blocked as one
};

struct solver {
	const struct cover_limits *limits;
	struct cover *out;
	size_t cap;
	const struct crowd *crowd;
	u128 *hosts_before; // addresses of hosts before each, to count those between two
};

/** Sum that stops below UINT64_MAX, which stands for "cannot be". */
uint64_t cover_sum(uint64_t a, uint64_t b);

/** Turn to a crowd. Returns false when there is no memory. */
bool cover_begin(struct solver *s, const struct crowd *c);

/** The node of hosts lo to hi - 1. */
struct node cover_node(const struct solver *s, const struct crowd *c, size_t lo, size_t hi);

/** Put a node into the result, as one prefix. */
bool cover_emit(struct solver *s, const struct node *n);

/** Fill the result with the best cover of at most limits->max_rules; one is known to be. */
bool cover_exact(struct solver *s, const struct crowd *crowd, size_t n_crowds);
bool cover_priced(struct solver *s, const struct crowd *crowd, size_t n_crowds);
#endif
