// SPDX-License-Identifier: Apache-2.0
// What the files behind `cordon audit` share.
#ifndef APP_AUDIT_H
#define APP_AUDIT_H
#include <stdarg.h>
#include <stdio.h>

#include "audit/rule.h"

struct audit_options {
	bool json, sarif, html, rules, facts_of;
	const char *before, *after, *rules_file, *lang;
};

struct audit_run {
	const struct audit_options *options;
	struct rulebook *rules;
	struct audit *audit;
	bool is_partly; // some input could not be used
};

/** Print the rules as a table in Markdown, as the guide has it; an exit code. */
int audit_print_rules(const struct rulebook *rules, enum lang lang);

/** Print the kinds of facts with their fields; an exit code. */
int audit_print_kinds(void);

/** Print each fact as an object of NDJSON, in the order they were read. */
void audit_print_facts(const struct audit *a, FILE *out);
#endif
