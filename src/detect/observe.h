// SPDX-License-Identifier: Apache-2.0
// From one flow to what it says of contacts.
#ifndef DETECT_OBSERVE_H
#define DETECT_OBSERVE_H
#include "detect/slot.h"

/** What can be seen of most flows at a glance. */
struct glances;

struct glances *glances_new(void); // NULL when there is no memory
void glances_free(struct glances *g);

/**
 * Say what flows tell: that a source opened something, that it answered, or perhaps either; nothing
 * of what is no contact: groups, other protocols.
 *
 * key  of the hashes
 * out  appended to; there is room for two contacts a flow
 */
void observe(
	const struct glances *g, const struct flow *flow, size_t n, uint64_t key, struct load *out);

/** The same, of plain flows. */
void observe_plain(
	const struct glances *g, const struct plains *plain, uint64_t key, struct load *out);
#endif
