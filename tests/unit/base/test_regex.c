// SPDX-License-Identifier: Apache-2.0
// What an expression matches, catches, refuses and gives up.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/regex.h"

static enum regex_answer answer(const char *pattern, struct str text, struct str *group)
{
	struct err e = {};
	struct regex *r = regex_new(pattern, &e);
	struct regex_room *room = regex_room_new();
	if (!r || !room)
		fail_msg("%s: %s", pattern, e.text);
	enum regex_answer a = regex_match(r, room, text, "host", group);
	regex_room_free(room);
	regex_free(r);
	return a;
}

static void matches_bytes_without_regard_to_case(void **state)
{
	(void)state;
	assert_int_equal(answer("Default\\.ida$", STR("/DEFAULT.IDA"), NULL), REGEX_YES);
	assert_int_equal(answer("ida$", STR("ida\n"), NULL), REGEX_NO);
	assert_int_equal(answer("a.b", STR("a\nb"), NULL), REGEX_YES);
	assert_int_equal(answer("a.b", STR("a\0b"), NULL), REGEX_YES);
	assert_int_equal(answer("\\xff", STR("\xff"), NULL), REGEX_YES);
	assert_int_equal(answer("^$", (struct str){}, NULL), REGEX_YES);
}

static void a_named_group_catches(void **state)
{
	struct str group = STR("before");
	(void)state;
	assert_int_equal(answer("-i (?<host>[0-9.]+)", STR("-i 10.0.0.1 GET"), &group), REGEX_YES);
	assert_int_equal(group.len, 8);
	assert_memory_equal(group.ptr, "10.0.0.1", 8);
	assert_int_equal(answer("a(?<host>b)?", STR("ac"), &group), REGEX_YES);
	assert_int_equal(group.len, 0);
	assert_int_equal(answer("(a)", STR("a"), &group), REGEX_YES);
	assert_int_equal(group.len, 0);
}

static void what_takes_too_long_is_given_up(void **state)
{
	(void)state;
	assert_int_equal(answer("(a+)+b", STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), NULL),
		REGEX_NO); // the engine sees that there is no b
	assert_int_equal(
		answer("((a|aa)+)+[!-#]$", STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa?"), NULL),
		REGEX_LIMIT);
}

static void a_bad_expression_is_told_with_its_byte(void **state)
{
	static const char *const rows[][2] = {
		{ "(a", "missing closing parenthesis, at byte 2 of the expression" },
		{ "a[", "missing terminating ] for character class, at byte 2 of the expression" },
		{ "\\C", "using \\C is disabled by the application, at byte 2 of the expression" },
	};
	char text[REGEX_MAX_BYTES + 2] = "";
	struct err e = {};
	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		assert_null(regex_new(rows[i][0], &e));
		assert_string_equal(e.text, rows[i][1]);
	}
	memset(text, 'a', sizeof text - 1);
	assert_null(regex_new(text, &e));
	assert_string_equal(e.text, "longer than 1024 bytes");
	regex_free(NULL);
	regex_room_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_bytes_without_regard_to_case),
		cmocka_unit_test(a_named_group_catches),
		cmocka_unit_test(what_takes_too_long_is_given_up),
		cmocka_unit_test(a_bad_expression_is_told_with_its_byte),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
