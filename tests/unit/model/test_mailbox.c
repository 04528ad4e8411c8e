// SPDX-License-Identifier: Apache-2.0
// Addresses of mail: what is one, with and without a name, and what could be taken for an option or a second one.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "model/mailbox.h"

static void what_is_an_address_and_what_is_none(void **)
{
	static const struct {
		const char *text;
		bool is_one;
	} rows[] = {
		{ "a@b", true },
		{ "first.last+tag=x@mail.example.net", true },
		{ "root@localhost", true },
		{ "", false },
		{ "a", false },
		{ "@b", false },
		{ "a@", false },
		{ "a@b@c", false },
		{ "-f@b", false }, // an option of sendmail
		{ "a b@c", false },
		{ "a@b\n", false },
		{ "a@b,c@d", false },
		{ "\"a\"@b", false },
		{ "a@[127.0.0.1]", false },
		{ "監視@example.net", false },
	};
	for (size_t i = 0; i < countof(rows); i++)
		assert_int_equal(mailbox_is((struct str){ rows[i].text, strlen(rows[i].text) }),
			rows[i].is_one);
	assert_false(mailbox_is((struct str){ "a\0@b", 4 }));
}

static void says(struct str s, const char *text)
{
	assert_int_equal(s.len, strlen(text));
	assert_memory_equal(s.ptr, text, s.len);
}

static void a_name_may_stand_before_it(void **)
{
	struct mailbox m = {};
	assert_true(mailbox_parse(" a@b ", &m));
	says(m.address, "a@b");
	assert_int_equal(m.name.len, 0);
	assert_true(mailbox_parse("監視 室  <a@b>", &m));
	says(m.name, "監視 室");
	says(m.address, "a@b");
	assert_true(mailbox_parse("<a@b>", &m));
	static const char *const none[] = { "x", "x <a@b", "x <a@b> y", "x <<a@b>>", "<>",
		"a@b <c>" };
	for (size_t i = 0; i < countof(none); i++)
		assert_false(mailbox_parse(none[i], &m));
}

static void a_list_has_commas(void **)
{
	static const char *const items[] = { "a@b", "", "c@d" };
	struct str one;
	size_t at = 0, n = 0;
	for (; mailbox_next(" a@b ,, c@d", &at, &one); n++)
		says(one, items[n]);
	assert_int_equal(n, countof(items));
	at = 0;
	assert_false(mailbox_next("", &at, &one));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_an_address_and_what_is_none),
		cmocka_unit_test(a_name_may_stand_before_it),
		cmocka_unit_test(a_list_has_commas),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
