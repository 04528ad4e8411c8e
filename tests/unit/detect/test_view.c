// SPDX-License-Identifier: Apache-2.0
// Escapes, undone one round at a time.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "detect/view.h"

static void each_escape_is_undone_once(void **state)
{
	static const struct {
		struct str text, view;
	} rows[] = {
		{ STR(""), STR("") },
		{ STR("/plain"), STR("/plain") },
		{ STR("/%2e%2E/"), STR("/../") },
		{ STR("%255c"), STR("%5c") },
		{ STR("%5c"), STR("\\") },
		{ STR("%%35c"), STR("%5c") },
		{ STR("%%35%63"), STR("%5c") },
		{ STR("%25%35%63"), STR("%5c") },
		{ STR("%u002e%U002E"), STR("..") },
		{ STR("%u9090%u00c3"), STR("%u9090%u00c3") }, // no letter
		{ STR("\\x22\\X41"), STR("\"A") },
		{ STR("%"), STR("%") },
		{ STR("%4"), STR("%4") },
		{ STR("%zz%u12"), STR("%zz%u12") },
		{ STR("\\x4"), STR("\\x4") },
		{ STR("\\"), STR("\\") },
		{ STR("%00a"), STR("\0a") },
	};
	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		char room[VIEW_BYTES];
		size_t n;
		struct str v = view_decode(rows[i].text, room, &n);
		if (v.len != rows[i].view.len || memcmp(v.ptr, rows[i].view.ptr, v.len))
			fail_msg("%s is %.*s", rows[i].text.ptr, STR_ARG(v));
		assert_int_equal(n > 0, v.ptr == room);
	}
}

static void long_texts_are_cut(void **state)
{
	static char text[VIEW_BYTES + 10];
	char room[VIEW_BYTES];
	size_t n;
	(void)state;
	memset(text, 'a', sizeof text);
	assert_int_equal(view_decode((struct str){ text, sizeof text }, room, &n).len, VIEW_BYTES);
	assert_int_equal(n, 0);
	memcpy(text + VIEW_BYTES - 2, "%41", 3); // the escape is cut in two
	assert_int_equal(view_decode((struct str){ text, sizeof text }, room, &n).len, VIEW_BYTES);
	assert_int_equal(n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_escape_is_undone_once),
		cmocka_unit_test(long_texts_are_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
