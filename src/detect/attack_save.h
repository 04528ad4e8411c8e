// SPDX-License-Identifier: Apache-2.0
// Attacks as rows of a state, so that another run goes on with what this one knows.
#ifndef DETECT_ATTACK_SAVE_H
#define DETECT_ATTACK_SAVE_H
#include "base/ledger.h"
#include "detect/attacks.h"

/**
 * Write all of it but the counts of clients that are no attackers. Places are written with the number
 * of their source: what that means is the caller's to write.
 */
void attacks_save(const struct attacks *a, struct ledger *l);

/** Write one attack; what is common to all, how many requests there were and when the last. */
void attack_save(const struct attack *a, struct ledger *l);
void attacks_save_requests(const struct attacks *a, struct ledger *l);

/** How attacks come back: zero but for the first three is the beginning. */
struct attack_loader {
	struct attacks *attacks;
	bool (*source)(void *ctx, uint64_t saved, uint16_t *now); // false: its lines are left out
	void *ctx;
	struct attack *attack; // that the rows to come belong to; NULL: its signature is not known
	bool has_attack;
	uint64_t n_unknown; // attacks whose signature there is no more
};

/** Whether a row is of attacks. */
bool attack_row_is(const struct ledger_row *row);

/** Add what a row says; rows come in the order in which they were written. False: it is bad. */
bool attack_load(struct attack_loader *in, const struct ledger_row *row, struct err *e);
#endif
