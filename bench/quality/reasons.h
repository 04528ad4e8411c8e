// SPDX-License-Identifier: Apache-2.0
// Goal D8: whether every alarm says what it rests on and what would take it back, to people
// (`--explain`) and to programs (`--json`).
#ifndef QUALITY_REASONS_H
#define QUALITY_REASONS_H
#include <stddef.h>

struct findings;

struct reasons {
	size_t n_alarms, n_rows;
	size_t n_lacking; // alarms whose texts lack something
	char lacks[256];  // of the first: what
};

/** Hold what is printed of each alarm against the finding itself. */
void reasons_check(struct reasons *r, const struct findings *found);
#endif
