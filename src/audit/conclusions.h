// SPDX-License-Identifier: Apache-2.0
// What is inside conclusions, for the files that make them.
#ifndef AUDIT_CONCLUSIONS_H
#define AUDIT_CONCLUSIONS_H
#include "audit/conclude.h"
#include "audit/wording.h"

enum { WITNESS_PERCENT = 15, UNSURE_PERCENT = 50, MOST_PERCENT = 99 };

struct conclusions {
	const struct audit *a;
	const struct rulebook *rules;
	struct symptom *symptom;
	size_t n_symptoms, cap_symptoms;
	struct question *question;
	size_t n_questions, cap_questions;
	struct passage *passage;
	size_t n_passages;
	struct audited_device *device;
	char **text; // of malloc
	size_t n_texts, cap_texts;
	struct audit_report report;
	enum truth *verdict; // device * rules + rule
	enum lang lang;
	bool is_poor; // of memory
};

/** Keep a text of malloc as long as the conclusions; NULL, which is marked, without memory. */
const char *conclusions_keep(struct conclusions *c, char *text);

/** Put the symptom of a rule that was found. */
void symptom_put(struct conclusions *c, uint32_t device, const struct findings_of_rule *f);

/** Put a line that proves it, once. */
void symptom_quote(struct symptom *s, struct quote q, bool is_witness);
#endif
