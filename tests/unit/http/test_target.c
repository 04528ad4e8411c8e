// SPDX-License-Identifier: Apache-2.0
// What a target is taken apart into, and what of it could be read in two ways.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/target.h"

static void taken(const char *raw, size_t n, const char *const *segment)
{
	struct http_target t;
	struct err e = {};
	if (!target_parse(raw, &t, &e))
		fail_msg("%s: %s", raw, e.text);
	assert_int_equal(t.n_segments, n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(t.segment[i], segment[i]);
}

static void paths_become_their_parts(void **state)
{
	(void)state;
	taken("/", 0, NULL);
	taken("/?a=1", 0, NULL);
	taken("/a", 1, (const char *const[]){ "a" });
	taken("/api/v1/hosts/2001:db8::1", 4,
		(const char *const[]){ "api", "v1", "hosts", "2001:db8::1" });
	taken("/a%20b/%c3%A9", 2, (const char *const[]){ "a b", "\u00e9" });
	taken("/a%2fb", 1, (const char *const[]){ "a/b" });
	taken("/a+b", 1, (const char *const[]){ "a+b" });
	taken("/...", 1, (const char *const[]){ "..." });
}

static void what_could_be_two_things_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "a", "*", "http://h/a", "//", "/a/", "/a//b", "/.",
		"/..", "/a/../b", "/%2e%2e/b", "/%2E", "/a%", "/a%2", "/a%zz", "/a%00", "/%0a",
		"/a%7f", "/%ff", "/%c3", "/\xff", "/a#b", "/1/2/3/4/5/6/7/8/9", "/?a", "/?a=1&a=2",
		"/?a=%00", "/?a=%", "/?a=\xff", "/?a=1&&b=2",
		"/?a=&b=&c=&d=&e=&f=&g=&h=&i=&j=&k=&l=&m=" };
	for (size_t i = 0; i < countof(bad); i++) {
		struct http_target t;
		struct err e = {};
		if (target_parse(bad[i], &t, &e))
			fail_msg("taken: %s", bad[i]);
		assert_true(e.text[0]);
	}
}

static void a_target_holds_2048_bytes(void **state)
{
	(void)state;
	char raw[TARGET_BYTES_MAX + 2];
	struct http_target t;
	struct err e = {};
	memset(raw, 'a', sizeof raw);
	raw[0] = '/';
	raw[TARGET_BYTES_MAX] = '\0';
	assert_true(target_parse(raw, &t, &e));
	raw[TARGET_BYTES_MAX] = 'a';
	raw[TARGET_BYTES_MAX + 1] = '\0';
	assert_false(target_parse(raw, &t, &e));
}

static void parameters_are_found_by_name(void **state)
{
	(void)state;
	struct http_target t;
	struct err e = {};
	assert_true(target_parse("/a?x=1&y=a+b%26c%2Bd&z=", &t, &e));
	assert_string_equal(target_get(&t, "x"), "1");
	assert_string_equal(target_get(&t, "y"), "a b&c+d");
	assert_string_equal(target_get(&t, "z"), "");
	assert_null(target_get(&t, "X"));
	assert_null(target_get(&t, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_become_their_parts),
		cmocka_unit_test(what_could_be_two_things_is_refused),
		cmocka_unit_test(a_target_holds_2048_bytes),
		cmocka_unit_test(parameters_are_found_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
