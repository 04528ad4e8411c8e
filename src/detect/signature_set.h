// SPDX-License-Identifier: Apache-2.0
// What is inside the set of signatures, for the files that fill and search it.
#ifndef DETECT_SIGNATURE_SET_H
#define DETECT_SIGNATURE_SET_H
#include "base/literals.h"
#include "base/regex.h"
#include "base/yaml.h"
#include "detect/signature.h"

/** A signature with what finds it. */
struct rule {
	struct signature is;
	struct regex *pattern[SIGNATURE_PATTERNS_MAX];
	size_t n_patterns;
	struct str literal[SIGNATURE_PATTERNS_MAX];
	size_t n_literals;
	int node; // of its id, for messages
};

struct signatures {
	struct rule **rule;
	size_t n, cap;
	struct yml **document; // texts of the rules are views into these
	size_t n_documents, cap_documents;
};

/** Read the list of a document into `rules`, the rules of one file; false with `e` filled. */
bool rules_read(const struct yml *doc, struct signatures *rules, struct err *e);
void rule_free(struct rule *r);

/** The text of rules/signatures.yaml. */
struct str signatures_builtin(void);
#endif
