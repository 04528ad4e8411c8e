// SPDX-License-Identifier: Apache-2.0
// What changes when one policy takes the place of another: not lines, but packets.
#ifndef CONTAIN_DIFF_H
#define CONTAIN_DIFF_H
#include "contain/policy.h"

enum change {
	CHANGE_BLOCKED,   // was permitted, will be denied
	CHANGE_UNBLOCKED, // was denied, will be permitted
	CHANGE_UNKNOWN,   // a line that cannot be read decides on one side
	N_CHANGES
};

/** Takes a box of packets that change; sources that follow each other come joined. */
typedef void change_fn(void *ctx, enum change change, const struct box *box);

enum diff_result { DIFF_DONE, DIFF_TOO_MANY, DIFF_NO_MEMORY };

/**
 * Compare, exactly, the packets of one family. Both policies are indexed.
 *
 * Returns DIFF_TOO_MANY when the policies are too tangled to be compared: then it is unknown.
 */
enum diff_result policy_diff(const struct policy *old, const struct policy *new, enum family family,
	change_fn *take, void *ctx);
#endif
