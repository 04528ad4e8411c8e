// SPDX-License-Identifier: Apache-2.0
// Rules: which facts together are a symptom, and what to tell about it. rules/audit.yaml holds ours.
#ifndef AUDIT_RULE_H
#define AUDIT_RULE_H
#include "audit/audit.h"
#include "model/signature.h"

enum { TERMS_MAX = 8, CONDITIONS_MAX = 6, VARIANTS_MAX = 4, CHOICES_MAX = 12, YIELDS_MAX = 8 };

enum term_op {
	TERM_EQ,
	TERM_NE,
	TERM_LT,
	TERM_LE,
	TERM_GT,
	TERM_GE,
	TERM_HAS,
	TERM_RISES,
	N_TERM_OPS
};

/** "field = a | b", "field >= 20", "field rises". */
struct term {
	enum fact_field field;
	enum term_op op;
	struct str choice[CHOICES_MAX]; // words it may be
	size_t n_choices;
	uint64_t number; // of the numeric ones, in the unit of the field
};

/** A fact of a kind that meets all terms, or `count` of them. */
struct condition {
	unsigned kind;
	struct term term[TERMS_MAX];
	size_t n_terms;
	uint64_t count;
};

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_CRITICAL, N_SEVERITIES };

/** What a rule says: ROW(name, key, whether it must). */
#define RULE_TEXTS(ROW) \
	ROW(SYMPTOM, "symptom", true) \
	ROW(CAUSE, "cause", true) \
	ROW(ACTION, "action", true) \
	ROW(VERIFY, "verify", true) \
	ROW(RISK, "risk", true) \
	ROW(ROLLBACK, "rollback", true) \
	ROW(OURS, "ours", false) /* what no document that was read says */

#define AS_TEXT(name, key, must) RULE_##name,
enum rule_text { RULE_TEXTS(AS_TEXT) N_RULE_TEXTS };
#undef AS_TEXT

/** Advice that holds when its conditions do. */
struct variant {
	struct condition when[CONDITIONS_MAX];
	size_t n_when;
	const char *text[N_LANGS];
	const char *command; // in place of the rule's; NULL: that one
};

/** Whether hosts that scan may be behind a symptom. */
enum by_traffic { BY_TRAFFIC_YES, BY_TRAFFIC_NO };

struct rule {
	const char *id;
	unsigned severity; // enum severity
	struct condition when[CONDITIONS_MAX];
	size_t n_when;
	struct condition witness[CONDITIONS_MAX];
	size_t n_witnesses;
	const char *text[N_RULE_TEXTS][N_LANGS];
	struct variant variant[VARIANTS_MAX]; // instead of the action; the first that holds
	size_t n_variants;
	const char *command;            // that mends it; NULL when a person must choose
	const char *check;              // that shows whether it is mended
	const char *yields[YIELDS_MAX]; // to these rules: then it is a witness of theirs
	size_t n_yields;
	const char *source;  // document that says so; NULL: none is named
	uint64_t confidence; // percent, by `when` alone
	unsigned by_traffic; // enum by_traffic
	int node;
};

/** A set of rules; texts are views into its documents. */
struct rulebook;

/** The rules of the program. Returns NULL, with `e` filled, without memory. */
struct rulebook *rulebook_new(struct err *e);

/** Put a file before them: a known id or platform is replaced, new platforms come first. False with `e` saying where. */
bool rulebook_load(struct rulebook *r, const char *path, struct err *e);
bool rulebook_parse(struct rulebook *r, struct str text, const char *name, struct err *e);
void rulebook_free(struct rulebook *r);

size_t rulebook_count(const struct rulebook *r);
const struct rule *rulebook_get(const struct rulebook *r, size_t i);
const struct rule *rulebook_find(const struct rulebook *r, const char *id);
const struct platform *rulebook_platforms(const struct rulebook *r, size_t *n);

const char *severity_name(unsigned s); // "note", "warning", "critical"

/** A condition in words of the rule file: "route: default = yes, medium = broadcast". */
const char *condition_format(const struct condition *c, char *room, size_t size);
#endif
