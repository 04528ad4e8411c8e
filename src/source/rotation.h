// SPDX-License-Identifier: Apache-2.0
// The order in which files of one folder were written, as their names tell it.
#ifndef SOURCE_ROTATION_H
#define SOURCE_ROTATION_H
#include <stdbool.h>

/**
 * Compare two names of files, as strcmp does: oldest first.
 *
 * Numbers count as numbers (ex9.log before ex10.log). Of the generations of a log, whatever they are
 * packed with: dated ones (x.log-20260302.gz) by date, then numbered ones from the highest (x.log.2.gz)
 * down, then the one that is being written (x.log). Two different names are never equal.
 */
int rotation_compare(const char *a, const char *b);

/** Whether a name is that of an older generation of a log: x.log.1 of x.log, not packed. */
bool rotation_is_of(const char *name, const char *log);
#endif
