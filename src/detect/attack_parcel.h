// SPDX-License-Identifier: Apache-2.0
// Attacks on their way between processes: a ledger in which each names the files that its lines are of,
// so it can be read by who knows nothing else.
#ifndef DETECT_ATTACK_PARCEL_H
#define DETECT_ATTACK_PARCEL_H
#include "detect/attack_save.h"

/** What a source of places is: a path, and which of the files that stood there one after the other. */
struct attack_source {
	uint64_t generation; // drawn; never 0
	struct str path;
};

/** Write an attack, behind the sources of its lines; lines of those that `source` does not know stay. */
void attack_parcel_put(const struct attack *a,
	bool (*source)(void *ctx, uint16_t number, struct attack_source *out), void *ctx,
	struct ledger *l);

/** How they come back. */
struct attack_taker {
	struct attacks *attacks;
	/** The number of a source here; false: there is no room, its lines are left out. */
	bool (*source)(void *ctx, const struct attack_source *source, uint16_t *number);
	void *ctx;
};

/**
 * Add the attacks of a text.
 *
 * n_unknown  is added to: attacks whose signature there is not
 *
 * Returns false, with the reason, when it is bad; what stood before that is added.
 */
bool attack_parcel_take(
	struct str text, const struct attack_taker *to, uint64_t *n_unknown, struct err *e);
#endif
