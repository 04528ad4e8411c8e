// SPDX-License-Identifier: Apache-2.0
// What the files behind `cordon audit` share.
#ifndef APP_AUDIT_H
#define APP_AUDIT_H
#include <stdarg.h>
#include <stdio.h>

#include "app/detect.h"
#include "audit/rule.h"
#include "model/symptom.h"

struct audit_options {
	bool json, sarif, html, rules, facts_of;
	const char *before, *after, *rules_file, *lang;
};

/** The flows in the same inputs, on their way through detection. */
struct audit_hosts {
	struct detect_options options;
	struct run run;
	struct findings findings;
	struct audited_host *host;
	char (*text)[2][ADDR_TEXT_BYTES + PORT_TEXT_BYTES]; // address and port of each
	size_t n;
	struct remark *remark;
	size_t n_remarks, cap_remarks;
	uint32_t *source; // of the audit, by source of the detection
	size_t cap_sources;
};

/** Make ready. Returns false, after a message, when there is no memory; end with hosts_close. */
bool hosts_open(struct audit_hosts *h);
void hosts_close(struct audit_hosts *h);

/** Read the flows in a source of the audit, the last that was read. */
void hosts_read(struct audit_hosts *h, const struct audit *a, size_t of);

/** Judge, and say in whose output each host stands. Returns false without memory, after a message. */
bool hosts_judge(struct audit_hosts *h, const struct audit *a);

/** Add what is to be said of the inputs themselves to the remarks. Returns false without memory, after a message. */
bool hosts_note_inputs(struct audit_hosts *h, const struct audit *a, enum lang lang);

struct audit_run {
	const struct audit_options *options;
	struct rulebook *rules;
	struct audit *audit;
	struct audit_hosts hosts;
	bool is_partly; // some input could not be used
};

/** Read all inputs into run->audit, in their order; what cannot be read is told. Returns false, after a
 * message, when a word names nothing that can be expanded. */
bool audit_read_all(struct audit_run *run, char **word, int n_words);

/** Say something on standard error. */
[[gnu::format(printf, 1, 2)]] void audit_tell(const char *text, ...);

/** Print the rules as a table in Markdown, as the guide has it; an exit code. */
int audit_print_rules(const struct rulebook *rules, enum lang lang);

/** Print the kinds of facts with their fields; an exit code. */
int audit_print_kinds(void);

/** Print each fact as an object of NDJSON, in the order they were read. */
void audit_print_facts(const struct audit *a, FILE *out);
#endif
