// SPDX-License-Identifier: Apache-2.0
// The numbers of all contacts, brought together in groups of whole sources: some hundred contacts a group, so
// that whatever is made of one stays in the cache.
#ifndef DETECT_GROUPS_H
#define DETECT_GROUPS_H
#include "detect/evidence.h"

enum { N_HALVES = 2 }; // of the contacts, which two threads may go through at once

/** Eight bytes a contact, and four once all are put in; holds while nothing is added to the evidence. */
struct groups {
	const struct evidence *evidence;
	size_t n; // groups
	size_t *end[N_HALVES];
	uint32_t *group;  // of each contact
	uint32_t *number; // of all contacts, group by group
};

/** Returns false when there is no memory; free with groups_fini either way. */
bool groups_init(struct groups *g, const struct evidence *e);
void groups_fini(struct groups *g);

/** Where the first half of the contacts ends. */
size_t groups_middle(const struct groups *g);

/**
 * First all contacts are counted, some at a time, or those of each half by another thread; then all is laid out; then
 * each half is put in.
 */
void groups_count(struct groups *g, size_t from, size_t to);
void groups_lay_out(struct groups *g);
void groups_put(struct groups *g, size_t half);

/** Each contact is in its group: what was only needed for that is given back. */
void groups_settle(struct groups *g);

/** Where a group begins in `number`; of the one behind the last, where that ends. */
static inline size_t groups_begin(const struct groups *g, size_t group)
{
	return group ? g->end[N_HALVES - 1][group - 1] : 0;
}
#endif
