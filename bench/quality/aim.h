// SPDX-License-Identifier: Apache-2.0
// Targeting: how often the strategy is named rightly, by number of peers and by what is visible.
#ifndef QUALITY_AIM_H
#define QUALITY_AIM_H
#include <stddef.h>

/** Answers that were given at .95 or more. */
struct calibration {
	size_t n, n_right;
};

enum { AIM_SIZES = 5, AIM_STRATEGIES = 6 };

struct aim_table {
	double least[AIM_STRATEGIES][AIM_SIZES]; // share right in the worst of the three views
	struct calibration sure;
};

extern const int aim_sizes[AIM_SIZES];
extern const char *const aim_names[AIM_STRATEGIES];

/** Run `n_runs` of each strategy, size and view, and print a table. */
struct aim_table aim_run(size_t n_runs);
#endif
