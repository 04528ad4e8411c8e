// SPDX-License-Identifier: Apache-2.0
// Sizes and durations: what is one, what is none, and that what is written can be read.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/quantity.h"

struct row {
	const char *text;
	uint64_t is;
};

typedef bool parse_fn(struct str text, uint64_t *out);

static void are(parse_fn *parse, const struct row *row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t v = 0;
		if (!parse((struct str){ row[i].text, strlen(row[i].text) }, &v))
			fail_msg("'%s' is one", row[i].text);
		assert_int_equal(v, row[i].is);
	}
}

static void are_not(parse_fn *parse, const char *const *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t v = 77;
		if (parse((struct str){ text[i], strlen(text[i]) }, &v))
			fail_msg("'%s' is none", text[i]);
		assert_int_equal(v, 77);
	}
}

static void sizes_have_units_of_1024(void **state)
{
	(void)state;
	static const struct row good[] = {
		{ "0", 0 },
		{ "1", 1 },
		{ "4096", 4096 },
		{ "64K", 64 << 10 },
		{ "512M", 512 << 20 },
		{ "3G", UINT64_C(3) << 30 },
		{ "16777215T", UINT64_C(16777215) << 40 },
		{ "9999999999999999999", UINT64_C(9999999999999999999) },
	};
	static const char *const bad[] = { "", "M", "-1", "+1", " 1", "1 ", "1 M", "1m", "1MB",
		"1.5G", "0x10", "010", "1e3", "16777216T", "10000000000000000000", "1M1" };
	are(size_parse, good, countof(good));
	are_not(size_parse, bad, countof(bad));
}

static void durations_say_their_unit(void **state)
{
	(void)state;
	static const struct row good[] = {
		{ "0", 0 },
		{ "0s", 0 },
		{ "500ms", 500 },
		{ "90s", 90000 },
		{ "5min", 300000 },
		{ "24h", 86400000 },
		{ "30d", UINT64_C(2592000000) },
	};
	static const char *const bad[] = { "", "5", "5m", "5 min", "1.5h", "-1s", "h", "05s",
		"1h30min", "9999999999999999999d" };
	are(duration_parse, good, countof(good));
	are_not(duration_parse, bad, countof(bad));
}

static void what_is_written_is_whole_and_read_back(void **state)
{
	(void)state;
	static const struct row size[] = { { "0", 0 }, { "1023", 1023 }, { "1K", 1024 },
		{ "1025", 1025 }, { "1536M", UINT64_C(1536) << 20 },
		{ "18446744073709551615", UINT64_MAX } };
	static const struct row duration[] = { { "0ms", 0 }, { "999ms", 999 }, { "90s", 90000 },
		{ "1d", 86400000 }, { "36h", 129600000 } };
	char room[QUANTITY_TEXT_BYTES];
	for (size_t i = 0; i < countof(size); i++)
		assert_string_equal(size_format(size[i].is, room), size[i].text);
	for (size_t i = 0; i < countof(duration); i++)
		assert_string_equal(duration_format(duration[i].is, room), duration[i].text);
	are(size_parse, size, countof(size) - 1); // the last has twenty digits
	are(duration_parse, duration, countof(duration));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_have_units_of_1024),
		cmocka_unit_test(durations_say_their_unit),
		cmocka_unit_test(what_is_written_is_whole_and_read_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
