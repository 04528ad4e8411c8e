// SPDX-License-Identifier: Apache-2.0
// A policy: rules of which the first that matches counts. The evaluator of every filter that cordon
// writes or reads.
#ifndef CONTAIN_POLICY_H
#define CONTAIN_POLICY_H
#include "base/err.h"
#include "contain/box.h"

/** What becomes of a packet. Unknown: a line decides it that cordon cannot read. */
enum action { ACTION_PERMIT, ACTION_DENY, ACTION_UNKNOWN, N_ACTIONS };

struct rule {
	struct box box;
	enum action action;
	uint32_t line;     // of the text it was read from; 0: none
	uint32_t origin;   // of what it was made: an index, the maker's business
	uint64_t until_ms; // when it ends; 0: never
};

/** Rules in order, and what becomes of the rest. */
struct policy {
	struct rule *rule;
	size_t n, cap;
	enum action rest;
	size_t *narrow, *wide; // indices: those with a prefix as source, by address; all others
	u128 *reach;           // the highest address of any narrow one up to here
	size_t n_narrow, n_wide;
};

#define RULE_REST SIZE_MAX // the packet met no rule

void policy_fini(struct policy *p);

/** Append a rule. Returns false, with `e` filled, when there is no memory. */
bool policy_put(struct policy *p, const struct rule *rule, struct err *e);

/** Rules of FlowSpec in order: cordon's permits are more special than each deny they meet (RFC 8955, 5.1). */
void policy_settle(struct policy *p);

/** Make ready for questions, once all rules are there. Returns false when there is no memory. */
bool policy_index(struct policy *p, struct err *e);

/** The fate of a packet; `rule`, which may be NULL, gets the index of the rule, or RULE_REST. */
enum action policy_judge(const struct policy *p, const struct packet *packet, size_t *rule);

/** Takes a piece of a box that one rule, or the rest, decides. Returns whether to go on. */
typedef bool piece_fn(void *ctx, const struct box *piece, enum action action, size_t rule);

enum split { SPLIT_DONE, SPLIT_STOPPED, SPLIT_TOO_MANY, SPLIT_NO_MEMORY };

/**
 * Cut a box into disjoint pieces, each decided by one of the first `n_rules` rules or by the rest.
 *
 * Returns SPLIT_DONE; SPLIT_STOPPED when `take` returned false; SPLIT_TOO_MANY when it would be more
 * than PIECES_MAX: then nothing is known of what was not given.
 */
enum split policy_split(
	const struct policy *p, size_t n_rules, const struct box *box, piece_fn *take, void *ctx);
enum { PIECES_MAX = 1 << 20 };
#endif
