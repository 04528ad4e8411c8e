// SPDX-License-Identifier: Apache-2.0
// What the parts of verification share: a look at one entry through the rules of a device.
#ifndef CONTAIN_VERIFY_LOOK_H
#define CONTAIN_VERIFY_LOOK_H
#include "contain/verify.h"

/** What the rules of a device do with the packets of one entry. */
struct look {
	const uint64_t *counted; // hits of the rules; NULL: none are
	const struct protection *protection;
	const struct policy *rules;
	const struct entry *entry;
	bool stops, leaves, is_unknown;
	bool has_hits, has_shared;
	uint64_t hits;
	size_t last;
};

/** Look what the rules of one device, or for one neighbour, do with it. Returns false for want of memory. */
bool look_at(
	struct look *l, const struct policy *rules, const struct entry *entry, enum standing *out);

/** One entry at all neighbours of ExaBGP that are to hear its family. False, with `e` filled, for want of memory. */
bool verification_hear(struct verification *v, const struct hearers *h, size_t entry,
	enum standing *out, struct err *e);
#endif
