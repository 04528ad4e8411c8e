// SPDX-License-Identifier: Apache-2.0
// Bodies of events: what is written is read, what is wrong has a reason.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/incident/case.h"

static void what_is_written_is_read(void **state)
{
	(void)state;
	char room[BODY_BYTES];
	struct err e = {};
	struct body in = { .text = { [BODY_WORDS] = "\"quoted\" \x1b[2J \xe2\x82\xac" },
		.number = { [BODY_LAST] = T0 } };
	struct body out;
	assert_true(body_format(&in, room));
	assert_true(body_parse(room, &out, &e));
	assert_string_equal(out.text[BODY_WORDS], in.text[BODY_WORDS]);
	assert_int_equal(out.number[BODY_LAST], T0);
	assert_null(out.text[BODY_WHO]);
	body_free(&out);
}

static void what_is_no_utf8_is_replaced(void **state)
{
	(void)state;
	char room[BODY_BYTES];
	assert_true(body_format(&(struct body){ .text = { [BODY_WHO] = "a\x9b\xffz" } }, room));
	assert_string_equal(room, "{\"who\":\"a??z\"}");
}

static void what_is_too_long_does_not_fit(void **state)
{
	(void)state;
	char room[BODY_BYTES], text[BODY_BYTES + 1];
	memset(text, 'x', BODY_BYTES);
	text[BODY_BYTES] = '\0';
	assert_false(body_format(&(struct body){ .text = { [BODY_WHO] = text } }, room));
}

static void what_is_wrong_has_a_reason(void **state)
{
	(void)state;
	static const char *const wrong[] = { "", "[]", "{", "{\"who\":5}", "{\"last_ms\":-1}",
		"{\"last_ms\":1.5}", "{\"last_ms\":1e300}", "{\"last_ms\":\"5\"}", "{} x", "null" };
	for (size_t i = 0; i < countof(wrong); i++) {
		struct err e = {};
		struct body out;
		assert_false(body_parse(wrong[i], &out, &e));
		assert_true(e.text[0]);
	}
	char deep[BODY_BYTES];
	memset(deep, '[', sizeof deep - 1);
	deep[sizeof deep - 1] = '\0';
	struct err e = {};
	assert_false(body_parse(deep, &(struct body){}, &e));
}

static void each_kind_has_what_it_needs(void **state)
{
	(void)state;
	struct err e = {};
	assert_true(body_check(EVENT_OPENED, &(struct body){}, &e));
	assert_false(body_check(EVENT_JOINED, &(struct body){}, &e));
	assert_string_equal(e.text, "event 'host-joined' without 'address'");
	assert_false(body_check(EVENT_MERGED, &(struct body){}, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(what_is_no_utf8_is_replaced),
		cmocka_unit_test(what_is_too_long_does_not_fit),
		cmocka_unit_test(what_is_wrong_has_a_reason),
		cmocka_unit_test(each_kind_has_what_it_needs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
