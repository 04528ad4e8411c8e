// SPDX-License-Identifier: Apache-2.0
// The truth beside a capture: who is infected, and how much of it can be seen.
#ifndef GENERATE_TRUTH_H
#define GENERATE_TRUTH_H
#include "base/err.h"
#include "generate/world.h"

/**
 * Write one row per infected host and port of its worm, tab-separated, after a line of names.
 *
 * Counts what w->traffic holds: after observe(), what was exported. "-" is the time of no probe.
 */
bool truth_write(const struct world *w, const char *path, struct err *e);
#endif
