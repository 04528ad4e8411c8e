// SPDX-License-Identifier: Apache-2.0
// Goal D7: how many hosts are infected when the outbreak is told, and whether the first is named.
#ifndef QUALITY_SENTINEL_H
#define QUALITY_SENTINEL_H
#include "quality/epidemic.h"
#include "quality/stats.h"

enum { N_COURSES = 8 };

/** What came of one course, over its seeds. */
struct watched {
	struct sample infected, seconds; // at the alarm
	struct sample earliest; // infected when the first probe was told: no detector is earlier
	size_t n, n_alarms;     // runs; those that ended in an alarm
	size_t n_few, n_some;   // with at most 3, at most 10 hosts infected
	size_t n_first_right;   // of the accused at the alarm the earliest is patient zero
	size_t n_lines, n_line_right; // runs with an outbreak line; where it names patient zero
	size_t n_false;               // clean hosts called worm-like
};

struct watches {
	struct watched of[N_COURSES];
};

const struct course *course_at(size_t i); // NULL after the last

/** Let every course run with its seeds, times `percent`, and print what came of it. */
void sentinel_run(struct watches *w, unsigned first_seed, unsigned percent);
void watches_fini(struct watches *w);
#endif
