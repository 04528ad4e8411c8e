// SPDX-License-Identifier: Apache-2.0
// Texts of rules with the fields of facts in their places, and the lines that prove them.
#ifndef AUDIT_WORDING_H
#define AUDIT_WORDING_H
#include "audit/evaluate.h"
#include "model/symptom.h"

/** What the conditions of a rule came to on one device: first those of `when`, then the witnesses. */
struct findings_of_rule {
	const struct rule *rule;
	struct ruling ruling[2 * CONDITIONS_MAX];
};

/**
 * Put the fields into a text: {field} of the first condition, {kind.field} of the first of that kind.
 *
 * Returns text of malloc, NULL without memory. What is unknown becomes "?".
 */
char *wording_fill(const struct audit *a, const struct findings_of_rule *f, const char *text);

/** A line of a fact; of a long one the part where what the condition asks for stands. */
struct quote wording_quote(
	const struct audit *a, const struct fact *x, const struct condition *c, uint32_t line);
#endif
