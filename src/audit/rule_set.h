// SPDX-License-Identifier: Apache-2.0
// What is inside a set of rules.
#ifndef AUDIT_RULE_SET_H
#define AUDIT_RULE_SET_H
#include "audit/rule.h"
#include "base/yaml.h"

struct rulebook {
	struct rule **rule;
	size_t n, cap;
	struct platform *platform; // the first that fits counts
	size_t n_platforms, cap_platforms;
	struct yml **document;
	size_t n_documents, cap_documents;
};

/** Read the lists of a document into `set`, the rules of one file; false with `e` filled. */
bool rulebook_read(const struct yml *doc, struct rulebook *set, struct err *e);

/** Read a condition; an error says where. */
bool condition_read(struct yml_value value, struct condition *out, struct err *e);

/** Whether a rule that was read holds together, and fits to those in `set`. */
bool rule_check(
	const struct rulebook *set, const struct rule *r, struct yml_value at, struct err *e);

/** The text of rules/audit.yaml. */
struct str rulebook_builtin(void);
#endif
