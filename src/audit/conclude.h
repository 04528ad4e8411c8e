// SPDX-License-Identifier: Apache-2.0
// From facts and rules to what is told.
#ifndef AUDIT_CONCLUDE_H
#define AUDIT_CONCLUDE_H
#include "audit/evaluate.h"
#include "model/symptom.h"

struct conclusions;

/**
 * Ask each rule of each device.
 *
 * a, rules  kept: what is told are views into both; facts were derived
 *
 * Returns NULL, with `e` filled, when there is no memory. Free with conclusions_free.
 */
struct conclusions *conclusions_new(
	const struct audit *a, const struct rulebook *rules, enum lang lang, struct err *e);
void conclusions_free(struct conclusions *c);

const struct audit_report *conclusions_report(const struct conclusions *c);

/** What a rule came to on a device, also when it is told within another symptom. */
enum truth conclusions_verdict(const struct conclusions *c, uint32_t device, size_t rule);
#endif
