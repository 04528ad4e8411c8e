// SPDX-License-Identifier: Apache-2.0
// Evidence: the set of all contacts, bounded, and independent of the order of what was seen.
#ifndef DETECT_EVIDENCE_H
#define DETECT_EVIDENCE_H
#include "model/contact.h"

struct evidence;

/**
 * Room for at most `max` contacts, all of it at once; memory is touched as it fills.
 *
 * key  of the hash; instances that are to be merged share it
 *
 * When there are more, a keyed sample of them stays: each contact with the same chance, so a
 * source that tries many stands out as before. Returns NULL when there is no memory.
 */
struct evidence *evidence_new(size_t max, uint64_t key);
void evidence_free(struct evidence *e);

/** Add what flows tell: a flow is a contact, the answer to one, or either. */
void evidence_observe(struct evidence *e, const struct flow *flow, size_t n);

/**
 * Add all of `from`. This is the one way in which evidence comes together: union, so the order,
 * repetition and distribution of what was seen change nothing.
 */
void evidence_merge(struct evidence *into, const struct evidence *from);

/** The contacts, in no order; they hold until the next observe, merge or free. */
const struct contact *evidence_contacts(const struct evidence *e, size_t *n);

/** One contact in this many was kept: 1 while there was room for all. */
uint64_t evidence_thinning(const struct evidence *e);

/** The contacts in canonical order, in memory the caller frees; NULL when there is none. */
struct contact *evidence_sorted(const struct evidence *e, size_t *n);
#endif
