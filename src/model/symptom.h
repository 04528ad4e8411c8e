// SPDX-License-Identifier: Apache-2.0
// What an audit found in the words of devices, for outputs to tell.
#ifndef MODEL_SYMPTOM_H
#define MODEL_SYMPTOM_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "model/signature.h"

/** What is told of a symptom, in this order: ROW(name, key, title in English, in Japanese). */
#define TOLD(ROW) \
	ROW(SYMPTOM, "symptom", "Symptom", "症状") \
	ROW(CAUSE, "cause", "Probable cause", "考えられる原因") \
	ROW(ACTION, "action", "Action", "対処") \
	ROW(COMMAND, "command", "Command", "コマンド") \
	ROW(VERIFY, "verify", "Verification", "確認") \
	ROW(CHECK, "check", "Check with", "確認コマンド") \
	ROW(RISK, "risk", "Risk", "リスク") \
	ROW(ROLLBACK, "rollback", "Rollback", "元に戻す方法") \
	ROW(SOURCE, "source", "Source", "出典") \
	ROW(OURS, "ours", "No source for", "出典なし")

#define AS_TOLD(name, key, en, ja) TOLD_##name,
enum told { TOLD(AS_TOLD) N_TOLD };
#undef AS_TOLD

/** A line that proves something, and the command it is the answer to. */
struct quote {
	const char *source;
	uint32_t line;
	struct str text;
	const char *command;
	bool is_witness; // strengthens, but is not needed
};

enum { QUOTES_MAX = 12 };

struct symptom {
	const char *rule;     // its id
	const char *severity; // "critical", "warning", "note"
	unsigned rank;        // larger is worse
	unsigned confidence;  // percent
	uint32_t device;
	const char *told[N_TOLD]; // NULL: there is none
	struct quote quote[QUOTES_MAX];
	size_t n_quotes;
	uint64_t n_facts; // that show it; more than are quoted
	bool is_unsure;   // whose output it is cannot be told
	bool by_traffic;  // hosts that the device shows may be behind it
};

/** What could not be told of a device, and the command that would tell. */
struct question {
	const char *rule;
	uint32_t device;
	const char *command; // NULL: none would
	const char *reason;
	bool wants_another; // the same command once more, later
};

/** A stretch of input that was recognised. */
struct passage {
	const char *source;
	const char *output; // the usual command; NULL when it is not one we read
	struct str command; // as typed
	uint32_t device, line, last_line, n_facts, n_unknown, first_unknown, check_line;
	bool is_complete;
	const char *check; // which sum does not hold; NULL: none, or all hold
};

/** A host that the flows in an output accuse. */
struct audited_host {
	const char *address, *verdict, *port, *why;
	unsigned confidence; // percent
	uint32_t device;     // whose output shows it
	bool is_alarm;
};

/** What the list of flows itself says, or lacks: "list is incomplete: 4 of 30 entries printed". */
struct remark {
	const char *source; // NULL: of no line
	uint64_t line;
	const char *text;
};

struct audited_device {
	const char *name;
	const char *os, *release, *platform; // NULL: not told
	size_t n_symptoms, n_clear, n_unknown;
};

struct audit_report {
	const struct symptom *symptom; // worst first, then as they were found
	size_t n_symptoms;
	const struct question *question;
	size_t n_questions;
	const struct passage *passage;
	size_t n_passages;
	const struct audited_device *device;
	size_t n_devices;
	const struct audited_host *host; // most certain first
	size_t n_hosts;
	const struct remark *remark;
	size_t n_remarks;
	size_t n_sources;
	size_t n_joined; // lines that a terminal had broken within a word
	size_t n_rules;
	enum lang lang;
};

/** Whether a symptom names a host: its device shows it, and it is more likely infected than not. */
bool symptom_names(const struct symptom *s, const struct audited_host *h);

const char *told_key(enum told t);
const char *told_title(enum told t, enum lang lang);
#endif
