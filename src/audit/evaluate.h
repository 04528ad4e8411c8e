// SPDX-License-Identifier: Apache-2.0
// Whether a condition holds: yes, no, or nobody can tell.
#ifndef AUDIT_EVALUATE_H
#define AUDIT_EVALUATE_H
#include "audit/rule.h"

enum truth { TRUTH_NO, TRUTH_UNKNOWN, TRUTH_YES };

enum { MATCHES_MAX = 12 };

/** What a condition came to. */
struct ruling {
	enum truth truth;
	uint32_t fact[MATCHES_MAX]; // that meet it, in the order they were read
	uint32_t earlier;           // of a rise: the fact that it rose from, UINT32_MAX else
	uint64_t n_facts;           // that meet it, also those not kept
	bool is_unsure;             // all of them are in output that may be another device's
	const char *reason;         // of UNKNOWN
	bool wants_another;         // of UNKNOWN: a second capture would tell
};

/**
 * Ask a condition of one device.
 *
 * A yes needs one fact. A no needs more: a fact that says the opposite, beyond doubt whose it is, or
 * a list that was read whole. A list that was cut, a line that was not understood, a sum that does not
 * hold, a field that is not there: each makes it UNKNOWN.
 */
struct ruling evaluate(const struct audit *a, uint32_t device, const struct condition *c);

/** Ask a condition of one fact of its kind: whether that meets it. */
enum truth evaluate_fact(
	const struct audit *a, uint32_t device, uint32_t fact, const struct condition *c);
#endif
