// SPDX-License-Identifier: Apache-2.0
// Letters are put whole, and take the columns that a terminal gives them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/utf8.h"

static void letters_take_one_column_or_two(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t columns;
	} rows[] = { { "", 0 }, { "infected", 8 }, { "é…", 2 }, { "感染", 4 },
		{ "封じ込め済み", 12 }, { "P2P 様", 6 }, { "ｆｕｌｌ", 8 }, { "한글", 4 },
		{ "𠀋", 2 }, { "🦠", 2 } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(utf8_columns(rows[i].text), rows[i].columns);
}

static void letters_are_put_whole_or_not_at_all(void **state)
{
	(void)state;
	static const char text[] = "aé感🦠";
	static const size_t ends[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10 };
	for (size_t size = 1; size <= sizeof ends / sizeof *ends; size++) {
		char room[16];
		size_t at = utf8_add(room, size, 0, text, strlen(text));
		assert_int_equal(at, ends[size - 1]);
		assert_int_equal(strlen(room), at);
		assert_memory_equal(room, text, at);
	}
	char room[8] = "ab";
	assert_int_equal(
		utf8_add(room, sizeof room, 2, "\xff\xe6", 2), 4); // no UTF-8: byte by byte
	assert_string_equal(room, "ab\xff\xe6");
	assert_int_equal(utf8_add(room, sizeof room, 4, "", 0), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_take_one_column_or_two),
		cmocka_unit_test(letters_are_put_whole_or_not_at_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
