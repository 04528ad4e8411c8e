// SPDX-License-Identifier: Apache-2.0
// The ways in which logs write time. Each reader checks the shape and gives ms since the Unix epoch.
#ifndef DECODE_WEBLOG_TIME_H
#define DECODE_WEBLOG_TIME_H
#include "base/bytes.h"

enum { ISO_BYTES = 19, CLF_BYTES = 26 };

/** The last stamps, for logs are in order and a second holds many lines. All zero is the beginning. */
struct clock {
	char clf[CLF_BYTES];
	char iso_date[10];
	uint64_t clf_ms, iso_day_ms;
};

/** ms at the begin of a day of the Gregorian calendar; false when there is none, or before 1970. */
bool time_of_day(unsigned year, unsigned month, unsigned day, uint64_t *ms);

/** Number of the English month that the three letters name, 1 to 12; 0: none. */
unsigned time_month(const char *three);

/** "2001-08-09" or "2001/08/09" at `p`, ten bytes. */
bool time_date(struct clock *c, const char *p, uint64_t *ms);

/** "00:11:57" and a fraction if any; gives the bytes read, 0 when it is none. */
size_t time_hms(struct str s, uint64_t *ms);

/** "09/Aug/2001:00:11:57 +0200" in the common log format, at `p`, 26 bytes; as UTC. */
bool time_clf(struct clock *c, const char *p, uint64_t *ms);

/** "Sun Aug 5 16:23:04 2001", with a fraction if any; gives the bytes read, 0 when it is none. */
size_t time_asctime(struct str s, uint64_t *ms);

/**
 * The time a message of syslog begins with: "Aug  5 16:23:04", "Aug  5 2001 16:23:04",
 * "Aug 5 16:23:04.123 2001", or RFC 3339; marks of clocks that are not set, '*' and '.', may stand before.
 *
 * Gives the bytes read, 0 when it is none. Without a year `ms` is 0: unknown.
 */
size_t time_syslog(struct str s, uint64_t *ms);
#endif
