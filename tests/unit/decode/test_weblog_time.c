// SPDX-License-Identifier: Apache-2.0
// Stamps of logs: the calendar against that of the C library, and each way to write a time.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "decode/weblog_time.h"
#include "model/words.h"

static void every_day_is_that_of_the_c_library(void **state)
{
	(void)state;
	enum { DAYS = 60000, DAY_S = 86400 };
	for (time_t day = 0; day < DAYS; day++) {
		time_t at = day * DAY_S;
		struct tm tm;
		uint64_t ms = 1;
		gmtime_r(&at, &tm);
		assert_true(time_of_day((unsigned)tm.tm_year + 1900, (unsigned)tm.tm_mon + 1,
			(unsigned)tm.tm_mday, &ms));
		assert_int_equal(ms, (uint64_t)at * 1000);
	}
	uint64_t ms;
	assert_false(time_of_day(1969, 12, 31, &ms));
	assert_false(time_of_day(2001, 0, 1, &ms));
	assert_false(time_of_day(2001, 13, 1, &ms));
	assert_false(time_of_day(2001, 1, 0, &ms));
	assert_false(time_of_day(2001, 4, 31, &ms));
}

static struct str str_of(const char *text)
{
	return (struct str){ text, strlen(text) };
}

static void clf(void **state)
{
	(void)state;
	static const struct {
		const char *text, *says;
	} stamps[] = {
		{ "09/Aug/2001:00:11:57 +0000", "2001-08-09T00:11:57Z" },
		{ "09/Aug/2001:00:11:57 +0200", "2001-08-08T22:11:57Z" },
		{ "31/Dec/2001:23:00:00 -0930", "2002-01-01T08:30:00Z" },
		{ "09/Aug/2001:00:11:57 +0000", "2001-08-09T00:11:57Z" },
		{ "09/aug/2001:00:11:57 +0000", NULL },
		{ "09/Aug/2001:24:11:57 +0000", NULL },
		{ "09/Aug/2001:00:60:57 +0000", NULL },
		{ "09/Aug/2001:00:11:57 +1600", NULL },
		{ "9 /Aug/2001:00:11:57 +0000", NULL },
		{ "09/Aug/2001 00:11:57 +0000", NULL },
	};
	struct clock clock = {};
	for (size_t i = 0; i < countof(stamps); i++) {
		char room[TIME_TEXT_BYTES];
		uint64_t ms;
		bool is = time_clf(&clock, stamps[i].text, &ms);
		assert_int_equal(is, stamps[i].says != NULL);
		if (is)
			assert_string_equal(time_format(ms, room), stamps[i].says);
	}
}

static void syslog(void **state)
{
	(void)state;
	static const struct {
		const char *text, *says; // NULL: none; "": without a year
		size_t n;
	} stamps[] = {
		{ "Aug  9 00:11:57 host", "", 15 },
		{ "Aug 9 00:11:57 host", "", 14 },
		{ "Aug  9 2001 00:11:57: x", "2001-08-09T00:11:57Z", 20 },
		{ "Aug  9 00:11:57.125 2001 x", "2001-08-09T00:11:57.125Z", 24 },
		{ "*Aug  9 2001 00:11:57: x", "", 21 },
		{ "2001-08-09T00:11:57Z host", "2001-08-09T00:11:57Z", 20 },
		{ "2001-08-09T00:11:57.123456+02:00 host", "2001-08-08T22:11:57.123Z", 32 },
		{ "2001-08-09T00:11:57 host", "2001-08-09T00:11:57Z", 19 },
		{ "2001-08-09 00:11:57 host", NULL, 0 },
		{ "Aug 32 00:11:57 host", NULL, 0 },
		{ "Foo  9 00:11:57 host", NULL, 0 },
		{ "Aug  9 0:11:57 host", NULL, 0 },
		{ "Aug", NULL, 0 },
		{ "", NULL, 0 },
	};
	for (size_t i = 0; i < countof(stamps); i++) {
		char room[TIME_TEXT_BYTES];
		uint64_t ms = 1;
		size_t n = time_syslog(str_of(stamps[i].text), &ms);
		assert_int_equal(n, stamps[i].n);
		if (stamps[i].says)
			assert_string_equal(ms ? time_format(ms, room) : "", stamps[i].says);
	}
}

static void every_beginning_of_a_stamp_is_none(void **state)
{
	(void)state;
	static const char text[] = "Sun Aug  5 16:23:04.123456 2001";
	uint64_t ms;
	assert_int_equal(time_asctime(str_of(text), &ms), sizeof text - 1);
	for (size_t n = 0; n + 1 < sizeof text; n++) {
		char *exact = malloc(n ? n : 1);
		assert_non_null(exact);
		memcpy(exact, text, n);
		assert_int_equal(time_asctime((struct str){ exact, n }, &ms), 0);
		free(exact);
	}
}

/* A clock that has read nothing yet remembers nothing. */
static void nuls_are_no_time(void **state)
{
	static const char nuls[26];
	struct clock c = {};
	uint64_t ms = 1;
	(void)state;
	assert_false(time_clf(&c, nuls, &ms));
	assert_false(time_date(&c, nuls, &ms));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nuls_are_no_time),
		cmocka_unit_test(every_day_is_that_of_the_c_library),
		cmocka_unit_test(clf),
		cmocka_unit_test(syslog),
		cmocka_unit_test(every_beginning_of_a_stamp_is_none),
	};
	return cmocka_run_group_tests_name("weblog_time", tests, NULL, NULL);
}
