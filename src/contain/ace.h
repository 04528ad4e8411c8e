// SPDX-License-Identifier: Apache-2.0
// One line of an access list: permit or deny, protocol, addresses, ports.
#ifndef CONTAIN_ACE_H
#define CONTAIN_ACE_H
#include <stdio.h>

#include "contain/config.h"

enum { ACE_BOXES_MAX = 64 };

/** What a line matches: several boxes when it lists ports. */
struct ace {
	enum action action; // ACTION_UNKNOWN: it cannot be read; the boxes hold all it may match
	struct box box[ACE_BOXES_MAX];
	size_t n;
	uint64_t hits; // UINT64_MAX: none told
};

/**
 * Read a line from its permit or deny on.
 *
 * is_standard  a list by source addresses alone
 */
void ace_parse(struct str text, enum family family, bool is_standard, struct ace *out);

/** Write a box as such a line, without permit or deny: for which dialect is in the flags. */
enum ace_dialect { ACE_IOS, ACE_NXOS };

/** Returns false when the box is no prefix pair of that family: it cannot be said in one line. */
bool ace_write(const struct box *b, enum family family, enum ace_dialect dialect, FILE *out);
#endif
