// SPDX-License-Identifier: Apache-2.0
// All phrases of all outputs, compiled and sorted by the byte they can begin with.
#ifndef AUDIT_PHRASES_H
#define AUDIT_PHRASES_H
#include "audit/output.h"
#include "audit/pattern.h"

struct phrases;

struct phrases *phrases_new(void); // NULL: no memory
void phrases_free(struct phrases *p);

/** Where a phrase is looked for. */
struct spot {
	struct str text;
	size_t at;
	bool begins_line;
	const struct output *current; // NULL: none
	bool is_alone;                // what belongs to another output does not count
};

/** The first phrase that fits: of the current output, then of the others. NULL: none. */
const struct phrase *phrases_find(const struct phrases *p, const struct spot *s,
	const struct output **of, struct caught *out);
#endif
