// SPDX-License-Identifier: Apache-2.0
// Names of rotated files, in the order in which they were written.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "generate/dice.h"
#include "source/rotation.h"

/* Each row is in its order, the blank ends it. */
static void oldest_first(void **state)
{
	(void)state;
	static const char *const rows[][8] = {
		{ "access.log.10.gz", "access.log.9.gz", "access.log.2.gz", "access.log.1",
			"access.log" },
		{ "access_log-20260301.gz", "access_log-20260302", "access_log" },
		{ "x-20260301-1772438400.gz", "x-20260301-1772442000", "x" },
		{ "x-2026-03-01", "x-2026-03-02.zst", "x.2", "x.1", "x" },
		{ "ex010801.log", "ex010802.log", "ex010810.log", "ex010901.log" },
		{ "u_ex26030208_x.log", "u_ex26030210_x.log" },
		{ "extend1.log", "extend2.log", "extend10.log" },
		{ "nfcapd.202603020755", "nfcapd.202603020800", "nfcapd.current.77" },
		{ "export.001", "export.002", "export.010" },
		{ "flows.pcap", "flows.pcap1", "flows.pcap2", "flows.pcap10" },
		{ "a.log.2.xz", "a.log.1.zst", "a.log", "b.log.1", "b.log" },
		{ "a", "a1", "a01b", "a2", "b" },
		{ "1.gz", "2.gz", "10.gz" },
		{ "x.99999999999999999998", "x.99999999999999999999" },
		{ "", "-", "-20260302", ".1" },
	};
	for (size_t i = 0; i < countof(rows); i++)
		for (size_t a = 0; a < countof(rows[i]) && rows[i][a]; a++)
			for (size_t b = 0; b < countof(rows[i]) && rows[i][b]; b++) {
				int c = rotation_compare(rows[i][a], rows[i][b]);
				int want = (a > b) - (a < b);
				if ((c > 0) - (c < 0) != want)
					fail_msg("'%s' '%s': %d", rows[i][a], rows[i][b], c);
			}
}

static int ordered(const char *a, const char *b)
{
	int c = rotation_compare(a, b);
	return (c > 0) - (c < 0);
}

/* Sorting goes astray where an order is none. */
static void it_is_an_order(void **state)
{
	(void)state;
	static const char letters[] = "a1290..--gz";
	struct dice d = { .state = 4 };
	for (size_t round = 0; round < 200000; round++) {
		char name[3][12];
		for (size_t i = 0; i < countof(name); i++) {
			size_t len = dice_below(&d, sizeof name[i]);
			for (size_t k = 0; k < len; k++)
				name[i][k] = letters[dice_below(&d, sizeof letters - 1)];
			name[i][len] = '\0';
		}
		int ab = ordered(name[0], name[1]), bc = ordered(name[1], name[2]);
		assert_int_equal(ab, -ordered(name[1], name[0]));
		assert_int_equal(ab == 0, strcmp(name[0], name[1]) == 0);
		if (ab <= 0 && bc <= 0 && ordered(name[0], name[2]) > 0)
			fail_msg("'%s' '%s' '%s'", name[0], name[1], name[2]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(oldest_first),
		cmocka_unit_test(it_is_an_order),
	};
	return cmocka_run_group_tests_name("rotation", tests, NULL, NULL);
}
