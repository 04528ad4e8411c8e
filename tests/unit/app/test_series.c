// SPDX-License-Identifier: Apache-2.0
// Pages of a ring that has turned, and the table of counters behind it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cjson/cJSON.h>
#include <stdlib.h>

#include "app/api.h"

enum { ROOM = 2160, LOST = 5 }; // LOST: readings that are gone

static struct series *series;

static int fill(void **state)
{
	(void)state;
	series = calloc(1, sizeof *series);
	if (!series)
		return -1;
	if (!series_resize(series, (uint64_t)ROOM * SERIES_STEP_MS, SIZE_MAX))
		return -1;
	series->n = ROOM + LOST;
	for (uint64_t n = LOST + 1; n <= series->n; n++)
		series->reading[(n - 1) % ROOM] =
			(struct counter_reading){ .at_ms = n * 1000, .value = { n } };
	return 0;
}

static int empty(void **state)
{
	(void)state;
	series_fini(series);
	free(series);
	return 0;
}

static const struct board *no_board(void *ctx, struct err *e)
{
	(void)ctx, (void)e;
	return NULL;
}

static cJSON *ask(const char *target, unsigned status)
{
	struct api api = { .board = no_board, .series = series };
	struct http_answer a = {};
	api_call(&api, "GET", target, "", STR(""), &a);
	assert_int_equal(a.status, status);
	cJSON *root = cJSON_ParseWithLength(a.body, a.len);
	assert_non_null(root);
	free(a.body);
	return root;
}

/* Times of the items in seconds, and the cursor. */
static void gives(const char *target, int n, const int *seconds, const char *next)
{
	cJSON *root = ask(target, 200), *items = cJSON_GetObjectItem(root, "items");
	const char *cursor = cJSON_GetStringValue(cJSON_GetObjectItem(root, "next"));
	assert_int_equal(cJSON_GetArraySize(items), n);
	for (int i = 0; i < n; i++)
		assert_int_equal(
			cJSON_GetObjectItem(cJSON_GetArrayItem(items, i), "at_ms")->valuedouble,
			seconds[i] * 1000);
	assert_string_equal(cursor ? cursor : "", next);
	cJSON_Delete(root);
}

static void pages_begin_with_the_oldest_that_is_there(void **state)
{
	(void)state;
	enum { LAST = ROOM + LOST };
	gives("/api/v1/series?limit=2", 2, (const int[]){ 6, 7 }, "7");
	gives("/api/v1/series?limit=2&cursor=7", 2, (const int[]){ 8, 9 }, "9");
	gives("/api/v1/series?limit=1&cursor=2", 1, (const int[]){ 6 },
		"6"); // it is gone meanwhile
	gives("/api/v1/series?limit=2&order=newest", 2, (const int[]){ LAST, LAST - 1 }, "2164");
	gives("/api/v1/series?limit=9&order=newest&cursor=8", 2, (const int[]){ 7, 6 }, "");
	gives("/api/v1/series?since_ms=2164500", 1, (const int[]){ LAST }, "");
	gives("/api/v1/series?cursor=99999", 0, NULL, "");
}

static void another_length_keeps_the_latest(void **state)
{
	(void)state;
	enum { LAST = ROOM + LOST };
	assert_true(series_resize(series, (uint64_t)3 * SERIES_STEP_MS, SIZE_MAX));
	gives("/api/v1/series", 3, (const int[]){ LAST - 2, LAST - 1, LAST }, "");
	assert_true(series_resize(series, (uint64_t)60 * SERIES_STEP_MS, SIZE_MAX));
	gives("/api/v1/series", 3, (const int[]){ LAST - 2, LAST - 1, LAST }, "");
	assert_true(series_resize(series, UINT64_MAX, 2 * sizeof *series->reading));
	gives("/api/v1/series", 2, (const int[]){ LAST - 1, LAST }, "");
	assert_true(series_resize(series, 0, 0)); // one at least
	gives("/api/v1/series", 1, (const int[]){ LAST }, "");
}

static void names_choose_counters(void **state)
{
	(void)state;
	static const struct {
		const char *target;
		int n;
	} cases[] = {
		{ "/api/v1/series?limit=1&name=collected.datagrams", 1 },
		{ "/api/v1/series?limit=1&name=collected.datagrams,parcels", 5 },
		{ "/api/v1/series?limit=1&name=none", 0 },
		{ "/api/v1/series?limit=1&name=collect", 0 },
		{ "/api/v1/series?limit=1&name=,,", 0 },
	};
	for (size_t i = 0; i < countof(cases); i++) {
		cJSON *root = ask(cases[i].target, 200);
		cJSON *item = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "items"), 0);
		assert_int_equal(
			cJSON_GetArraySize(cJSON_GetObjectItem(item, "values")), cases[i].n);
		cJSON_Delete(root);
	}
	cJSON_Delete(ask("/api/v1/series?since_ms=x", 400));
	struct api api = { .board = no_board };
	struct http_answer a = {};
	api_call(&api, "GET", "/api/v1/series", "", STR(""), &a);
	assert_int_equal(a.status, 503);
	free(a.body);
}

static void no_two_counters_have_one_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_counters; i++)
		for (size_t k = 0; k < i; k++)
			assert_false(!strcmp(counters[i].group, counters[k].group) &&
				     !strcmp(counters[i].key, counters[k].key));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_begin_with_the_oldest_that_is_there),
		cmocka_unit_test(another_length_keeps_the_latest),
		cmocka_unit_test(names_choose_counters),
		cmocka_unit_test(no_two_counters_have_one_name),
	};
	return cmocka_run_group_tests(tests, fill, empty);
}
