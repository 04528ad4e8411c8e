// SPDX-License-Identifier: Apache-2.0
// Texts that somebody else chose, on their way to a terminal.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/words.h"

static void what_a_terminal_obeys_is_made_harmless(void **state)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{ "router.log", "router.log" },
		{ "a\x1b[31mb\x7f", "a?[31mb?" },
		{ "\xc2\x9b"
		  "31m",
			"?31m" },
		{ "a\x9b"
		  "31m\x9d",
			"a?31m?" }, // C1 as single bytes
		{ "\xe2\x80\xae", "?" },
		{ "\xe3\x83\x9b\xe3\x82\x9b", "\xe3\x83\x9b\xe3\x82\x9b" }, // 9b inside a character
		{ "\xf0\x9f\x9b\x9b", "\xf0\x9f\x9b\x9b" },
		{ "\xe3\x9b", "\xe3?" },
		{ "\xe9t\xe9", "\xe9t\xe9" },
	};
	char room[32];
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(plain_format(rows[i].from, room, sizeof room), rows[i].to);
}

static void a_text_that_is_too_long_is_cut(void **state)
{
	char room[5];
	(void)state;
	assert_string_equal(plain_format("abcdef", room, sizeof room), "abcd");
	assert_int_equal(strlen(plain_format("abc\xe3\x83\x9b", room, sizeof room)), 4);
}

static void a_service_is_read_as_it_is_written(void **state)
{
	static const struct {
		uint8_t proto;
		uint16_t port;
	} rows[] = { { 6, 80 }, { 17, 1434 }, { 6, 1 }, { 132, 65535 } };
	static const char *const none[] = { "tcp, several ports", "tcp, port not told", "icmp echo",
		"not told", "http", "", "tcp/", "tcp/65536", "tcp/80x", "tc/80", "tcpx/80",
		"web:code-red", "icmp 3/1" };
	char room[PORT_TEXT_BYTES];
	uint8_t proto = 1;
	uint16_t port = 1;
	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_false(service_parse(none[i], &proto, &port));
	assert_int_equal(proto + port, 2); // as it was
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		port_format(rows[i].proto, rows[i].port, true, room);
		assert_true(service_parse(room, &proto, &port));
		assert_int_equal(proto, rows[i].proto);
		assert_int_equal(port, rows[i].port);
	}
}

/* Captures that cut packets behind IP told of port 0, as if there were one. */
static void a_port_of_zero_is_not_told(void **state)
{
	static const struct {
		uint8_t proto;
		const char *text;
	} rows[] = { { 6, "tcp, port not told" }, { 17, "udp, port not told" },
		{ 132, "sctp, port not told" }, { 1, "icmp 0/0" }, { 47, "protocol 47" } };
	char room[PORT_TEXT_BYTES];
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		port_format(rows[i].proto, 0, true, room);
		assert_string_equal(room, rows[i].text);
		assert_int_equal(
			port_is_told(rows[i].proto, 0), rows[i].proto == 1 || rows[i].proto == 47);
		assert_true(port_is_told(rows[i].proto, 1));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_port_of_zero_is_not_told),
		cmocka_unit_test(a_service_is_read_as_it_is_written),
		cmocka_unit_test(what_a_terminal_obeys_is_made_harmless),
		cmocka_unit_test(a_text_that_is_too_long_is_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
