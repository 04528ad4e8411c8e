// SPDX-License-Identifier: Apache-2.0
// What was found a moment ago is given again, to whoever asks for the same, and the oldest makes room.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "app/api_cache.h"
#include "app/clock.h"

static void what_was_found_is_given_again_by_its_name_and_size(void **state)
{
	(void)state;
	struct api_cache *c = api_cache_new();
	uint64_t in = 7, out = 0;
	uint32_t narrow = 0;
	assert_non_null(c);
	assert_false(api_cache_get(c, "a", &out, sizeof out));
	api_cache_put(c, "a", steady_ms(), &in, sizeof in);
	assert_true(api_cache_get(c, "a", &out, sizeof out));
	assert_int_equal(out, 7);
	assert_false(api_cache_get(c, "b", &out, sizeof out));
	assert_false(api_cache_get(c, "a", &narrow, sizeof narrow));
	in = 8;
	api_cache_put(c, "a", steady_ms(), &in, sizeof in);
	assert_true(api_cache_get(c, "a", &out, sizeof out));
	assert_int_equal(out, 8);
	assert_false(api_cache_get(NULL, "a", &out, sizeof out));
	api_cache_put(NULL, "a", 0, &in, sizeof in);
	api_cache_free(c);
}

static void there_are_never_more_than_a_few(void **state)
{
	(void)state;
	struct api_cache *c = api_cache_new();
	char key[CACHED_KEY_BYTES];
	int n = 0, out;
	assert_non_null(c);
	for (int i = 0; i < 100; i++) {
		snprintf(key, sizeof key, "%d", i);
		api_cache_put(c, key, steady_ms(), &i, sizeof i);
		assert_true(api_cache_get(c, key, &out, sizeof out) && out == i);
	}
	for (int i = 0; i < 100; i++) {
		snprintf(key, sizeof key, "%d", i);
		n += api_cache_get(c, key, &out, sizeof out);
	}
	assert_int_equal(n, 8);
	api_cache_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_found_is_given_again_by_its_name_and_size),
		cmocka_unit_test(there_are_never_more_than_a_few),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
