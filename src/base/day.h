// SPDX-License-Identifier: Apache-2.0
// Days of the calendar, as files of rules and of the site write them.
#ifndef BASE_DAY_H
#define BASE_DAY_H
#include "base/bytes.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

/** Seconds since the Unix epoch of the midnight (UTC) that starts a day, from "1970-01-01" to
 * "9999-12-31"; -1 when there is no such day. */
int64_t day_parse(struct str text);
#endif
