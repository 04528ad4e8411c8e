// SPDX-License-Identifier: Apache-2.0
// What of a policy is not in force any more: somebody took out an element, a route, a rule.
#ifndef CONTAIN_LOSS_H
#define CONTAIN_LOSS_H
#include "contain/policy.h"

/**
 * Find the rules that are lost. One is there when the same rule is in force, or when each packet that it decides
 * has its fate all the same; what a line decides that cannot be read is not lost.
 *
 * wanted, now  indexed
 * at_ms        rules that end before it are not missed
 * lost         of each rule of `wanted`
 *
 * Returns how many; SIZE_MAX, with `e` filled, when there is no memory.
 */
size_t policy_lost(const struct policy *wanted, const struct policy *now, uint64_t at_ms,
	bool *lost, struct err *e);
#endif
