// SPDX-License-Identifier: Apache-2.0
// BGP FlowSpec (RFC 8955, RFC 8956): what the two writers of it share.
#ifndef CONTAIN_FLOWSPEC_H
#define CONTAIN_FLOWSPEC_H
#include "contain/target.h"

/** How a writer spells a component. */
struct flowspec_dialect {
	const char *source, *destination;                    // "source %s"
	const char *proto[N_FAMILIES], *from_port, *to_port; // in front of the operators
	const char *icmp_type, *icmp_code, *flags;           // `flags` of what answers
	const char *open, *close, *end;                      // around operators; behind a component
	const char *equal;                                   // "==" or "="
	const char *verb[2];                                 // of a rule, of its way back
	const char *before, *behind[N_FAMILIES];             // the verb
	const char *then, *done;                             // around "discard" or "accept"
};

/**
 * Write a rule a line, or what takes each back.
 *
 * only  of each rule of the effect whether it is written; NULL: all are
 *
 * Returns false with `e` filled, as flowspec_write.
 */
bool flowspec_rules(const struct writing *w, const struct flowspec_dialect *d, const bool *only,
	bool is_undo, struct err *e);

/**
 * Write the match of a box, component by component. By the order of RFC 8955, 5.1 a rule that is more
 * special comes first whatever the order it is announced in: so permits are cut down to the denies
 * they meet (policy_narrow).
 *
 * Returns false when it cannot be said: a span of addresses that is no prefix.
 */
bool flowspec_write(
	const struct box *b, enum family f, const struct flowspec_dialect *d, FILE *out);

/** The policy as routers evaluate it. */
bool flowspec_effect(const struct compiled *c, struct policy *out, struct err *e);

/** Comments both begin with. */
void flowspec_head(const struct writing *w);
#endif
