// SPDX-License-Identifier: Apache-2.0
// Stamps of fixed shape, read in place; the calendar by Howard Hinnant's days_from_civil.
#include "decode/weblog_time.h"

#include "decode/weblog_scan.h"

static const uint64_t day_ms = 86400000, hour_ms = 3600000, minute_ms = 60000, second_ms = 1000;

bool time_of_day(unsigned year, unsigned month, unsigned day, uint64_t *ms)
{
	static const uint8_t longest[13] = { 0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	if (year < 1970 || year > 9999 || month < 1 || month > 12 || day < 1 ||
		day > longest[month])
		return false;
	unsigned y = year - (month <= 2), era = y / 400, of_era = y % 400;
	unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	uint64_t days = (uint64_t)era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year;
	*ms = (days - 719468) * day_ms;
	return true;
}

unsigned time_month(const char *three)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	for (unsigned m = 0; m < 12; m++)
		if (!memcmp(names + (size_t)3 * m, three, 3))
			return m + 1;
	return 0;
}

static unsigned four(const char *p)
{
	unsigned century = scan_two(p), year = scan_two(p + 2);
	return century > 99 || year > 99 ? 0 : century * 100 + year;
}

bool time_date(struct clock *c, const char *p, uint64_t *ms)
{
	if (!p[0] || memcmp(c->iso_date, p, sizeof c->iso_date) != 0) {
		uint64_t day;
		bool is_date = (p[4] == '-' || p[4] == '/') && p[7] == p[4];
		if (!is_date || !time_of_day(four(p), scan_two(p + 5), scan_two(p + 8), &day))
			return false;
		memcpy(c->iso_date, p, sizeof c->iso_date);
		c->iso_day_ms = day;
	}
	*ms = c->iso_day_ms;
	return true;
}

/* "00:11:57", eight bytes. */
static bool hms(const char *p, uint64_t *ms)
{
	unsigned h = scan_two(p), m = scan_two(p + 3), s = scan_two(p + 6);
	if (p[2] != ':' || p[5] != ':' || h > 23 || m > 59 || s > 60)
		return false;
	*ms = h * hour_ms + m * minute_ms + s * second_ms;
	return true;
}

size_t time_hms(struct str s, uint64_t *ms)
{
	if (s.len < 8 || !hms(s.ptr, ms))
		return 0;
	if (s.len < 10 || (s.ptr[8] != '.' && s.ptr[8] != ',') || !is_digit(s.ptr[9]))
		return 8;
	size_t at = 9;
	unsigned milli = 0, unit = 100;
	for (; at < s.len && is_digit(s.ptr[at]); at++, unit /= 10)
		milli += unit * (unsigned)(s.ptr[at] - '0');
	*ms += milli;
	return at;
}

/* "+0200", "-0930" in ms; false when it is none. */
static bool zone(const char *p, int64_t *ms)
{
	unsigned h = scan_two(p + 1), m = scan_two(p + 3);
	if ((p[0] != '+' && p[0] != '-') || h > 15 || m > 59)
		return false;
	*ms = (int64_t)(h * hour_ms + m * minute_ms) * (p[0] == '-' ? -1 : 1);
	return true;
}

/* Local time less its zone; before the epoch is the epoch. */
static uint64_t less(uint64_t ms, int64_t zone_ms)
{
	return zone_ms > 0 && (uint64_t)zone_ms > ms ? 0 : ms - (uint64_t)zone_ms;
}

bool time_clf(struct clock *c, const char *p, uint64_t *ms)
{
	if (p[0] && !memcmp(c->clf, p, CLF_BYTES)) { // NULs are what nothing was read into
		*ms = c->clf_ms;
		return true;
	}
	uint64_t day, of_day;
	int64_t zone_ms;
	if (p[2] != '/' || p[6] != '/' || p[11] != ':' || p[20] != ' ' || !hms(p + 12, &of_day) ||
		!zone(p + 21, &zone_ms) ||
		!time_of_day(four(p + 7), time_month(p + 3), scan_two(p), &day))
		return false;
	memcpy(c->clf, p, CLF_BYTES);
	*ms = c->clf_ms = less(day + of_day, zone_ms);
	return true;
}

/* A day of the month, "5", " 5" or "05", and the blank after it; gives the bytes read. */
static size_t month_day(struct str s, unsigned *day)
{
	size_t at = s.len && s.ptr[0] == ' ';
	if (s.len < at + 3 || !is_digit(s.ptr[at]))
		return 0;
	*day = (unsigned)(s.ptr[at++] - '0');
	if (is_digit(s.ptr[at]))
		*day = *day * 10 + (unsigned)(s.ptr[at++] - '0');
	return at < s.len && s.ptr[at] == ' ' ? at + 1 : 0;
}

/* " 2001" or "2001 " somewhere around a time; gives the bytes read, the year 0 when there is none. */
static size_t a_year(struct str s, unsigned *year)
{
	*year = s.len >= 4 ? four(s.ptr) : 0;
	if (*year < 1970 || (s.len > 4 && is_digit(s.ptr[4])))
		*year = 0;
	return *year ? 4 : 0;
}

/* "2001 16:23:04", "16:23:04 2001" or "16:23:04"; gives the bytes read. */
static size_t time_and_year(struct str s, unsigned *year, uint64_t *ms)
{
	size_t before = a_year(s, year);
	bool is_before = before && before < s.len && s.ptr[before] == ' ';
	size_t at = is_before ? before + 1 : 0, n = time_hms(scan_from(s, at), ms);
	if (n == 0)
		return 0;
	at += n;
	if (is_before || at >= s.len || s.ptr[at] != ' ')
		return at;
	size_t behind = a_year(scan_from(s, at + 1), year);
	return behind ? at + 1 + behind : at;
}

/* "Aug 5 16:23:04" with a year before or after the time; gives the bytes read. */
static size_t month_time(struct str s, unsigned *year, uint64_t *ms)
{
	unsigned month = s.len > 4 && s.ptr[3] == ' ' ? time_month(s.ptr) : 0, day = 0;
	size_t n_day = month ? month_day(scan_from(s, 4), &day) : 0;
	uint64_t of_day, date;
	size_t n = n_day ? time_and_year(scan_from(s, 4 + n_day), year, &of_day) : 0;
	if (n == 0 || !time_of_day(*year ? *year : 2000, month, day, &date))
		return 0;
	*ms = *year ? date + of_day : 0;
	return 4 + n_day + n;
}

size_t time_asctime(struct str s, uint64_t *ms)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	bool is_day = false;
	if (s.len < 20 || s.ptr[3] != ' ')
		return 0;
	for (size_t i = 0; i < 7; i++)
		is_day = is_day || !memcmp(days + 3 * i, s.ptr, 3);
	unsigned year = 0;
	size_t n = is_day ? month_time(scan_from(s, 4), &year, ms) : 0;
	return n && year ? n + 4 : 0;
}

/* RFC 3339: "2001-08-09T00:11:57.123+02:00", or a blank for the T; gives the bytes read. */
static size_t rfc3339(struct str s, uint64_t *ms)
{
	struct clock fresh = {};
	uint64_t day, of_day;
	int64_t zone_ms;
	if (s.len < ISO_BYTES || s.ptr[4] != '-' || s.ptr[10] != 'T' ||
		!time_date(&fresh, s.ptr, &day))
		return 0;
	size_t n = time_hms(scan_from(s, 11), &of_day);
	if (n == 0)
		return 0;
	size_t at = 11 + n;
	*ms = day + of_day;
	if (at < s.len && s.ptr[at] == 'Z')
		return at + 1;
	if (s.len < at + 6 || s.ptr[at + 3] != ':')
		return at;
	char plain[5] = { s.ptr[at], s.ptr[at + 1], s.ptr[at + 2], s.ptr[at + 4], s.ptr[at + 5] };
	if (!zone(plain, &zone_ms))
		return at;
	*ms = less(*ms, zone_ms);
	return at + 6;
}

size_t time_syslog(struct str s, uint64_t *ms)
{
	size_t mark = s.len && (s.ptr[0] == '*' || s.ptr[0] == '.');
	unsigned year = 0;
	struct str stamp = scan_from(s, mark);
	size_t n = month_time(stamp, &year, ms);
	if (n == 0)
		n = rfc3339(stamp, ms);
	if (n == 0)
		return 0;
	if (mark)
		*ms = 0; // the device itself says that its clock is not set
	return n + mark;
}
