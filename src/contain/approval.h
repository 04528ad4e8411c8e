// SPDX-License-Identifier: Apache-2.0
// What a person approved when a plan was applied: the first line of a file whose others are the plan. So one
// file, and one signature over it, says who let what be stopped, why, and until when at most.
#ifndef CONTAIN_APPROVAL_H
#define CONTAIN_APPROVAL_H
#include <cjson/cJSON.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

/** TERM(name, key): texts. Those from INVENTORY on say how the plan was compiled. */
#define TERMS(TERM) \
	TERM(TARGET, "target") \
	TERM(PLAN, "plan")     /* plan_hash of the entries */ \
	TERM(FILTER, "filter") /* what they were compiled to, by its name */ \
	TERM(WHO, "who") \
	TERM(WHY, "why") \
	TERM(AT, "at") \
	TERM(UNTIL, "until")             /* of the last entry */ \
	TERM(RENEW_UNTIL, "renew_until") /* an entry may be renewed until then; absent: never */ \
	TERM(EACH, "each")               /* for how long an entry is renewed */ \
	TERM(INVENTORY, "inventory")     /* the text of the file */ \
	TERM(SERVICES, "services")       /* the same */ \
	TERM(OPERATOR, "operator") \
	TERM(MAX_RULES, "max_rules") \
	TERM(MAX_COLLATERAL, "max_collateral") \
	TERM(FLOOR, "floor") \
	TERM(NEXT_HOP, "next_hop") \
	TERM(PIPE, "pipe") \
	TERM(ACCEPT_LOSS, "accept_loss") /* "yes", or absent; so the next two */ \
	TERM(EBGP, "ebgp") \
	TERM(FOREIGN, "foreign")

#define AS_TERM(name, key) TERM_##name,
enum term { TERMS(AS_TERM) N_TERMS };
#undef AS_TERM

/** Texts are NULL when they are absent; `root` keeps them when they were read. Times: ms, 0 when absent. */
struct approval {
	const char *term[N_TERMS];
	uint64_t at_ms, until_ms, renew_until_ms, each_ms;
	cJSON *root;
};

/** Write the line. Returns whether there was memory for it. */
bool approval_write(const struct approval *a, FILE *out);

/**
 * Read the line: an object of type "approval" with target, plan, filter, at and until.
 *
 * Returns false with `e` filled, and nothing to free; else free with approval_fini.
 */
bool approval_parse(const char *line, struct approval *out, struct err *e);
void approval_fini(struct approval *a);
#endif
