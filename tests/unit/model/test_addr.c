// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/addr.h"

static struct str str_of(const char *text)
{
	return (struct str){ text, strlen(text) };
}

static struct addr addr_of(const char *text)
{
	struct addr a = {};
	if (!addr_parse(str_of(text), &a))
		fail_msg("%s is an address", text);
	return a;
}

static void text_goes_in_and_out(void **state)
{
	(void)state;
	static const char *const same[] = { "0.0.0.0", "10.1.2.3", "255.255.255.255", "::", "::1",
		"2001:db8::1", "fe80::1:0:0:1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" };
	char room[ADDR_TEXT_BYTES];
	for (size_t i = 0; i < countof(same); i++) {
		struct addr a = addr_of(same[i]);
		assert_string_equal(addr_format(&a, room), same[i]);
		assert_int_equal(addr_is_v4(&a), !strchr(same[i], ':'));
	}
}

static void v4_has_one_form(void **state)
{
	(void)state;
	struct addr plain = addr_v4(0x0a010203), text = addr_of("10.1.2.3");
	struct addr mapped = addr_of("::ffff:10.1.2.3"), six = addr_of("::FFFF:0A01:203");
	assert_true(addr_eq(&plain, &text));
	assert_true(addr_eq(&plain, &mapped));
	assert_true(addr_eq(&plain, &six));
	assert_int_equal(addr_low32(&plain), 0x0a010203);
	struct addr compatible = addr_of("::10.1.2.3"); // RFC 4291 2.5.5.1, deprecated: IPv6
	assert_false(addr_is_v4(&compatible));
}

static void no_addresses(void **state)
{
	(void)state;
	static const char *const wrong[] = { "", " ", "10", "10.1.2", "10.1.2.3.4", "10.1.2.256",
		"10.1.2.3 ", " 10.1.2.3", "10.1.2.-1", "0x0a.1.2.3", "10.1.2.3/32", ":",
		":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "fe80::1%eth0",
		"g::", "12345::", "[::1]", "example.org",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" };
	struct addr a = addr_v4(1), before = a;
	for (size_t i = 0; i < countof(wrong); i++) {
		if (addr_parse(str_of(wrong[i]), &a))
			fail_msg("'%s' is no address", wrong[i]);
		assert_true(addr_eq(&a, &before));
	}
	assert_false(addr_parse((struct str){ NULL, 0 }, &a));
	assert_false(addr_parse(STR("10.1.2.3\0"), &a) && addr_parse(STR("10.1\0.2.3"), &a));
}

static void only_the_view_is_read(void **state)
{
	(void)state;
	struct addr a;
	assert_true(addr_parse((struct str){ "10.1.2.34", 8 }, &a));
	assert_int_equal(addr_low32(&a), 0x0a010203);
}

static void common_bits(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		unsigned bits;
	} rows[] = {
		{ "10.0.0.0", "10.0.0.0", 128 },
		{ "10.0.0.0", "10.0.0.1", 127 },
		{ "10.0.0.0", "138.0.0.0", 96 },
		{ "10.0.0.0", "10.128.0.0", 104 },
		{ "::", "8000::", 0 },
		{ "::", "1::", 15 },
		{ "::ffff:0:0", "::fffe:0:0", 95 },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct addr a = addr_of(rows[i].a), b = addr_of(rows[i].b);
		assert_int_equal(addr_common_bits(&a, &b), rows[i].bits);
		assert_int_equal(addr_common_bits(&b, &a), rows[i].bits);
	}
}

static void order_is_that_of_numbers(void **state)
{
	(void)state;
	static const char *const rising[] = { "::", "::1", "0.0.0.0", "9.255.255.255", "10.0.0.0",
		"255.255.255.255", "2001:db8::", "ff02::1" };
	for (size_t i = 1; i < countof(rising); i++) {
		struct addr a = addr_of(rising[i - 1]), b = addr_of(rising[i]);
		assert_true(addr_cmp(&a, &b) < 0);
		assert_true(addr_cmp(&b, &a) > 0);
		assert_int_equal(addr_cmp(&a, &a), 0);
	}
}

static void groups(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool is_group;
	} rows[] = {
		{ "223.255.255.255", false },
		{ "224.0.0.0", true },
		{ "239.255.255.255", true },
		{ "240.0.0.0", false },
		{ "255.255.255.254", false },
		{ "255.255.255.255", true },
		{ "ff00::", true },
		{ "feff::1", false },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct addr a = addr_of(rows[i].text);
		assert_int_equal(addr_is_multicast(&a), rows[i].is_group);
	}
}

static void good_prefixes(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned bits;
		const char *inside, *outside;
	} rows[] = {
		{ "0.0.0.0/0", 96, "255.255.255.255", "2001:db8::1" },
		{ "10.0.0.0/8", 104, "10.255.255.255", "11.0.0.0" },
		{ "10.0.0.0/08", 104, "10.0.0.0", "9.255.255.255" },
		{ "10.1.2.2/31", 127, "10.1.2.3", "10.1.2.4" },
		{ "10.1.2.3/32", 128, "10.1.2.3", "10.1.2.2" },
		{ "10.1.2.3", 128, "10.1.2.3", "10.1.2.2" },
		{ "128.0.0.0/1", 97, "128.0.0.0", "127.255.255.255" },
		{ "::1", 128, "::1", "::" },
		{ "2001:db8::/32", 32, "2001:db8:ffff::1", "2001:db9::" },
		{ "2001:db8::1/128", 128, "2001:db8::1", "2001:db8::2" },
		{ "8000::/1", 1, "ffff::", "7fff::" },
		{ "::ffff:10.0.0.0/8", 104, "10.2.0.0", "::1" },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct prefix p;
		if (!prefix_parse(str_of(rows[i].text), &p))
			fail_msg("%s is a prefix", rows[i].text);
		struct addr in = addr_of(rows[i].inside), out = addr_of(rows[i].outside);
		assert_int_equal(p.bits, rows[i].bits);
		assert_true(prefix_has(&p, &in));
		assert_false(prefix_has(&p, &out));
	}
	struct prefix all;
	assert_true(prefix_parse(STR("::/0"), &all));
	struct addr v4 = addr_v4(1);
	assert_true(prefix_has(&all, &v4)); // IPv4 is mapped into IPv6
}

static void bad_prefixes(void **state)
{
	(void)state;
	static const char *const wrong[] = { "", "/", "/8", "10.0.0.0/", "10.0.0.0/33",
		"10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/ 8", "10.0.0.0/8 ", "10.0.0.0/8/8",
		"10.0.0.0/0008", "10.0.0.0/4294967304", "10.0.0.0/0x8", "10.0.0.1/8", "10.1.2.3/31",
		"0.0.0.1/0", "10/8", "10.0.0.0/255.0.0.0", "2001:db8::/129", "2001:db8::1/64",
		"::1/0", "::ffff:10.0.0.0/104", "2001:db8::/", "x/8" };
	struct prefix p = { .bits = 77 };
	for (size_t i = 0; i < countof(wrong); i++) {
		if (prefix_parse(str_of(wrong[i]), &p))
			fail_msg("'%s' is no prefix", wrong[i]);
		assert_int_equal(p.bits, 77);
	}
	assert_false(prefix_parse((struct str){ NULL, 0 }, &p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_goes_in_and_out),
		cmocka_unit_test(v4_has_one_form),
		cmocka_unit_test(no_addresses),
		cmocka_unit_test(only_the_view_is_read),
		cmocka_unit_test(common_bits),
		cmocka_unit_test(order_is_that_of_numbers),
		cmocka_unit_test(groups),
		cmocka_unit_test(good_prefixes),
		cmocka_unit_test(bad_prefixes),
	};
	return cmocka_run_group_tests_name("addr", tests, NULL, NULL);
}
