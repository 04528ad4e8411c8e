// SPDX-License-Identifier: Apache-2.0
// The files of the dashboard: how they are sent, and how much they are. A build without its tools has a page
// that says so.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "app/dashboard.h"

enum { BUNDLE_BYTES_MAX = 60 * 1024 };

static struct http_answer ask(size_t page, bool takes_gzip)
{
	struct http_answer a = {};
	struct http_request q = { .method = "GET", .takes_gzip = takes_gzip };
	dashboard_pages[page].run(NULL, &q, &a);
	return a;
}

static bool is_there(void)
{
	return !dashboard_lacks()[0];
}

static void pages_are_for_everybody_and_take_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_dashboard_pages; i++) {
		assert_string_equal(dashboard_pages[i].method, "GET");
		assert_int_equal(dashboard_pages[i].role, HTTP_NOBODY);
		assert_null(dashboard_pages[i].body);
	}
}

static void every_file_comes_packed_under_a_strict_policy(void **state)
{
	(void)state;
	static const char *const wanted[] = { "default-src 'none'", "frame-ancestors 'none'",
		"require-trusted-types-for 'script'", "trusted-types 'none'", "base-uri 'none'" };
	for (size_t i = 0; i < n_dashboard_pages; i++) {
		struct http_answer a = ask(i, true);
		bool is_page = !strcmp(dashboard_pages[i].path, "/");
		bool is_icon = strstr(dashboard_pages[i].path, "icon");
		assert_int_equal(a.status, is_there() || is_page || is_icon ? 200 : 404);
		if (a.status == 200) {
			assert_string_equal(a.encoding, "gzip");
			assert_memory_equal(a.body, "\x1f\x8b", 2);
			for (size_t k = 0; k < countof(wanted); k++)
				assert_non_null(strstr(a.policy, wanted[k]));
			assert_null(strstr(a.policy, "unsafe"));
		}
		free(a.body);
	}
}

static void who_takes_no_gzip_is_told_so(void **state)
{
	(void)state;
	struct http_answer a = ask(0, false);
	assert_int_equal(a.status, 406);
	assert_non_null(strstr(a.body, "--compressed"));
	free(a.body);
}

static void the_dashboard_is_60_kb_at_most(void **state)
{
	(void)state;
	size_t sum = 0;
	for (size_t i = 0; i < n_dashboard_pages; i++) {
		struct http_answer a = ask(i, true);
		sum += a.status == 200 ? a.len : 0;
		free(a.body);
	}
	if (is_there())
		print_message("# the dashboard: %zu bytes as they are sent, of %d\n", sum,
			BUNDLE_BYTES_MAX);
	else
		print_message("# SKIPPED: no dashboard in this build, which lacks %s\n",
			dashboard_lacks());
	assert_true(sum > 0 && sum <= BUNDLE_BYTES_MAX);
}

static void parts_of_a_report_are_named_by_their_hash(void **state)
{
	(void)state;
	const struct {
		struct str text;
		const char *hash;
	} parts[] = { { dashboard_report_script(), dashboard_report_script_hash() },
		{ dashboard_report_style(), dashboard_report_style_hash() } };
	for (size_t i = 0; i < countof(parts); i++) {
		assert_int_equal(parts[i].text.len > 0, is_there());
		assert_int_equal(strlen(parts[i].hash), strlen("sha256-") + 44);
		assert_memory_equal(parts[i].hash, "sha256-", strlen("sha256-"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_for_everybody_and_take_nothing),
		cmocka_unit_test(every_file_comes_packed_under_a_strict_policy),
		cmocka_unit_test(who_takes_no_gzip_is_told_so),
		cmocka_unit_test(the_dashboard_is_60_kb_at_most),
		cmocka_unit_test(parts_of_a_report_are_named_by_their_hash),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
