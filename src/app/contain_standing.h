// SPDX-License-Identifier: Apache-2.0
// A plan that this machine applied, as it stands: which approval it is under, and its entries with their present
// ends. One file a target in the state directory, which goes when the plan is over or withdrawn.
#ifndef APP_CONTAIN_STANDING_H
#define APP_CONTAIN_STANDING_H
#include "app/contain_audit.h"
#include "app/contain_drive.h"

struct standing {
	char approval[APPROVAL_NAME_BYTES];
	struct plan plan;
};

/** Write it down. Returns false after a message. */
bool standing_put(const char *directory, const struct driver *d, const char *approval,
	const struct plan *plan);

/**
 * Have it alone: while one applies or withdraws, nobody looks after it, or what is let go would be taken for lost.
 *
 * waits  until it is free
 *
 * Gives what to close(); -1 when it is not free, or after a message.
 */
int standing_lock(const char *directory, const struct driver *d, bool waits);

/** Whether one is there. */
bool standing_is(const char *directory, const struct driver *d);

/** Read it. Returns false with `e` filled; else free the plan with plan_fini. */
bool standing_load(
	const char *directory, const struct driver *d, struct standing *out, struct err *e);

void standing_drop(const char *directory, const struct driver *d);

/** Who looks after what stands. */
struct tender;

/** NULL when there is no memory. */
struct tender *tender_new(const char *directory);
void tender_free(struct tender *t);

/**
 * Look once at all that stands: renew what its approval permits, take away what is over, put back what was
 * lost, rule by rule, where the approval permits renewals. What is done is told and goes to the audit trail; what
 * was lost and may not be put back is told. Gives how many plans it changed or found so, and in `is_fine`
 * whether nothing was refused.
 */
size_t tender_look(struct tender *t, uint64_t now_ms, bool *is_fine);
#endif
