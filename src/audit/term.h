// SPDX-License-Identifier: Apache-2.0
// The small language of conditions.
#ifndef AUDIT_TERM_H
#define AUDIT_TERM_H
#include "audit/rule.h"
#include "base/yaml.h"

/** Read "field op value" about a kind of facts; an error says what was expected at the term. */
bool term_read(
	struct str text, enum fact_kind kind, struct term *out, struct yml_value at, struct err *e);
#endif
