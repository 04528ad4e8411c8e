// SPDX-License-Identifier: Apache-2.0
// Which row of a table answers, and what is said when none does.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/router.h"

static const struct route routes[] = {
	{ .method = "GET", .path = "/a" },
	{ .method = "GET", .path = "/a/{x}" },
	{ .method = "POST", .path = "/a/{x}" },
	{ .method = "GET", .path = "/a/{x}/b/{y}" },
	{ .method = "GET", .path = "/" },
};

static enum route_found find(const char *method, const char *raw, const struct route **out,
	const char **capture, char *allow)
{
	static struct http_target t;
	struct err e;
	assert_true(target_parse(raw, &t, &e));
	return route_find(routes, countof(routes), method, &t, out, capture, allow);
}

static void a_path_finds_its_row(void **state)
{
	(void)state;
	static const struct {
		const char *method, *raw;
		size_t row;
		const char *capture[2];
	} cases[] = {
		{ "GET", "/a", 0, {} },
		{ "HEAD", "/a", 0, {} },
		{ "GET", "/", 4, {} },
		{ "GET", "/a/7", 1, { "7" } },
		{ "POST", "/a/b?c=d", 2, { "b" } },
		{ "GET", "/a/1/b/2%20", 3, { "1", "2 " } },
		{ "GET", "/a/{x}", 1, { "{x}" } },
	};
	for (size_t i = 0; i < countof(cases); i++) {
		const struct route *found = NULL;
		const char *capture[HTTP_CAPTURES_MAX] = {};
		char allow[ALLOW_TEXT_BYTES];
		assert_int_equal(
			find(cases[i].method, cases[i].raw, &found, capture, allow), ROUTE_FOUND);
		assert_ptr_equal(found, &routes[cases[i].row]);
		for (size_t c = 0; c < 2 && cases[i].capture[c]; c++)
			assert_string_equal(capture[c], cases[i].capture[c]);
	}
}

static void what_is_not_there_is_told_apart_from_what_is_not_done(void **state)
{
	(void)state;
	static const struct {
		const char *method, *raw, *allow;
	} cases[] = {
		{ "GET", "/b", "" },
		{ "GET", "/aa", "" },
		{ "GET", "/a/1/b", "" },
		{ "GET", "/a/1/c/2", "" },
		{ "GET", "/a/1/b/2/3", "" },
		{ "POST", "/a", "GET, HEAD" },
		{ "PUT", "/a/1", "GET, HEAD, POST" },
		{ "get", "/a", "GET, HEAD" },
	};
	for (size_t i = 0; i < countof(cases); i++) {
		const struct route *found = NULL;
		const char *capture[HTTP_CAPTURES_MAX] = {};
		char allow[ALLOW_TEXT_BYTES];
		assert_int_equal(find(cases[i].method, cases[i].raw, &found, capture, allow),
			*cases[i].allow ? ROUTE_NO_METHOD : ROUTE_NO_PATH);
		assert_string_equal(allow, cases[i].allow);
		assert_null(found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_finds_its_row),
		cmocka_unit_test(what_is_not_there_is_told_apart_from_what_is_not_done),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
