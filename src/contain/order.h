// SPDX-License-Identifier: Apache-2.0
// Rules that match most come first, where that changes no packet's fate.
#ifndef CONTAIN_ORDER_H
#define CONTAIN_ORDER_H
#include "contain/policy.h"

enum { ORDER_RULES_MAX = 2048 };

/**
 * Find an order of the first `n` rules in which packets meet few of them. Two rules change places only
 * when they do the same or share no packet, so each packet keeps its fate.
 *
 * n      at most ORDER_RULES_MAX
 * hits   packets that each rule decides
 * order  gets indices of rules, each once; never worse than the order as it was; equal ones keep it
 *
 * Returns false, with `e` filled, when there is no memory.
 */
bool policy_order(
	const struct policy *p, size_t n, const uint64_t *hits, size_t *order, struct err *e);

/** How many rules a packet meets in that order, on average over `hits`; NULL: as they stand. */
double order_cost(const uint64_t *hits, const size_t *order, size_t n);
#endif
