// SPDX-License-Identifier: Apache-2.0
// Findings become entries of a plan: NDJSON of cordon detect --json, its table, or a plan kept before.
#ifndef CONTAIN_FINDINGS_H
#define CONTAIN_FINDINGS_H
#include "contain/plan.h"

enum { PORTS_MAX = 64, NOTED_MAX = 8 };

/** How findings become entries. */
struct taking {
	struct entry_port port[PORTS_MAX]; // for hosts of whom no port is known
	size_t n_ports;
	enum direction direction;
	uint8_t least_pct; // less sure findings are left out
	uint64_t until_ms; // of what findings tell; a plan says it itself
};

/** What was read, and why the rest was not taken. */
struct taken {
	size_t n_lines, n_findings, n_entries;
	size_t n_malformed, first_malformed; // lines that are neither; the number of the first
	size_t n_harmless;                   // classes that nobody has to act on
	size_t n_exposed;  // servers that were attacked: no proof that they spread
	size_t n_unsure;   // below least_pct
	size_t n_judged;   // inputs of detect in which something could be judged
	size_t n_portless; // no port is told, and none was given
	char portless[NOTED_MAX][ADDR_TEXT_BYTES];
	struct err malformed; // what is wrong with the first
};

/**
 * Read one line, without its line feed, into the plan.
 *
 * Returns false with `e` filled when there is no memory. Trouble with the line is counted in `t`.
 */
bool findings_take(
	struct plan *plan, const struct taking *how, char *line, struct taken *t, struct err *e);

/** The name for messages and the text of one entry as a line of NDJSON. */
void entry_write(const struct entry *entry, FILE *out);
#endif
