// SPDX-License-Identifier: Apache-2.0
// The comma separated format of IIS, "Microsoft IIS log file format": fixed values in local time.
#include "decode/weblog_line.h"

/* "03/20/01" of the server's country: month or day first, told only where one of them is above 12. */
static bool native_date(struct str s, uint64_t *ms)
{
	struct str rest = s;
	char separator = s.len > 2 && memchr(s.ptr, '/', s.len) ? '/' : '.';
	unsigned a = scan_number(scan_word(&rest, separator));
	unsigned b = scan_number(scan_word(&rest, separator)), year = scan_number(rest);
	if (year < 100)
		year += year < 70 ? 2000 : 1900;
	bool is_day_first = separator == '.' || (a > 12 && b <= 12);
	return a <= 31 && b <= 31 &&
	       time_of_day(year, is_day_first ? b : a, is_day_first ? a : b, ms);
}

/* "7:55:20" */
static bool native_time(struct str s, uint64_t *ms)
{
	char eight[8] = "0";
	if (s.len != 7 && s.len != 8)
		return false;
	memcpy(eight + (8 - s.len), s.ptr, s.len);
	return time_hms((struct str){ eight, 8 }, ms) == 8;
}

/*
 * IIS' own format, of which each value ends with a comma: client, user, date, time, service, computer,
 * server, ms, bytes in and out, status, its code of Windows, method, target, parameters.
 */
enum line_is iis_native_read(struct reading *in, struct str line)
{
	enum {
		CLIENT,
		USER,
		DATE,
		TIME,
		SERVICE,
		COMPUTER,
		SERVER,
		MS,
		BYTES_IN,
		BYTES_OUT,
		STATUS,
		CODE,
		METHOD,
		TARGET,
		PARAMETERS,
		N_VALUES
	};
	struct request *r = in->request;
	struct str value[N_VALUES], rest = line;
	uint64_t day, of_day;
	size_t n = 0;
	for (; n < N_VALUES && rest.len; n++)
		value[n] = scan_trim(scan_word(&rest, ','));
	if (n < TARGET || !native_date(value[DATE], &day) || !native_time(value[TIME], &of_day))
		return LINE_OTHER;
	in->kind = KIND_IIS_NATIVE;
	if (n < N_VALUES || rest.len > 1)
		return LINE_COLUMNS;
	request_client(r, value[CLIENT]);
	if (scan_addr(value[SERVER], &r->server))
		r->has |= REQUEST_HAS_SERVER;
	request_time(r, day + of_day, true);
	request_status(r, scan_status(value[STATUS]));
	if (scan_number(value[STATUS]) == UINT32_MAX || scan_number(value[CODE]) == UINT32_MAX)
		return LINE_FIELD;
	if (in->wants_texts) {
		r->method = value[METHOD];
		request_target(r, value[TARGET]);
		if (!scan_is_dash(value[PARAMETERS]))
			r->query = value[PARAMETERS];
	}
	return LINE_REQUEST;
}
