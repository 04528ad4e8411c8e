// SPDX-License-Identifier: Apache-2.0
// Two pieces of work, side by side.
#ifndef BASE_PAIR_H
#define BASE_PAIR_H
#include <stdbool.h>

/** A function and what it works on. */
struct work {
	void (*run)(void *on);
	void *on;
};

/** Do both: the second on a thread of its own if it is wanted and to be had, else one by one. */
void do_both(struct work first, struct work second, bool on_threads);
#endif
