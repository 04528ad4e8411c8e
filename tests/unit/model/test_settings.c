// SPDX-License-Identifier: Apache-2.0
// What cordon.yaml may say, what holds without it, and the exact words of what it refuses.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "model/settings.h"

static struct settings settings_of(const char *text)
{
	struct settings s;
	struct err e = {};
	settings_init(&s);
	if (!settings_parse(&s, (struct str){ text, strlen(text) }, "f", &e))
		fail_msg("%s", e.text);
	return s;
}

static void says(const struct settings *s, enum setting k, const char *what)
{
	char room[SETTING_TEXT_BYTES];
	assert_string_equal(setting_format(s, k, room), what);
}

static void nothing_said_is_the_default(void **state)
{
	(void)state;
	static const char *const empty[] = { "", "# nothing\n", "{}\n" };
	for (size_t i = 0; i < countof(empty); i++) {
		struct settings s = settings_of(empty[i]);
		for (enum setting k = 0; k < N_SETTINGS; k++)
			assert_int_equal(s.line[k], 0);
		says(&s, SETTING_LISTEN, "127.0.0.1:2055, 127.0.0.1:4739, 127.0.0.1:6343");
		says(&s, SETTING_SOCKETS, "1");
		says(&s, SETTING_RECEIVE_BUFFER, "64M");
		says(&s, SETTING_INTERFACE, "");
		says(&s, SETTING_MEMORY, "512M");
		says(&s, SETTING_WINDOW, "500ms");
		says(&s, SETTING_REMEMBER, "1d");
		says(&s, SETTING_CLOCK_SKEW, "5min");
		says(&s, SETTING_KEEP_EVIDENCE, "365d");
		says(&s, SETTING_STORE_SIZE, "4G");
		says(&s, SETTING_KEEP_SERIES, "6h");
		says(&s, SETTING_SERIES_SIZE, "16M");
		says(&s, SETTING_INVENTORY, "");
		says(&s, SETTING_SIGNATURES, "");
		says(&s, SETTING_LEASES, "");
		says(&s, SETTING_ALERTS, "");
	}
}

static void every_key_is_read(void **state)
{
	(void)state;
	struct settings s = settings_of("listen: [0.0.0.0:2055, \"[::1]:4739\"]\n"
					"sockets: 4\n"
					"receive-buffer: 1G\n"
					"interface: eth0\n"
					"logs: [/var/log/x.log, /srv/logs]\n"
					"memory: 2G\n"
					"window: 1s\n"
					"remember: 7d\n"
					"clock-skew: 0\n"
					"state-directory: /srv/cordon\n"
					"keep-evidence: 90d\n"
					"store-size: 2G\n"
					"keep-series: 1d\n"
					"series-size: 32M\n"
					"inventory: /etc/site.yaml\n"
					"signatures: /etc/signatures.yaml\n"
					"leases: [/var/lib/dhcp/dhcpd.leases, kea.csv]\n"
					"alerts: [{type: file, to: /srv/a, format: cef}]\n"
					"http: [192.0.2.1:8055, \"[::1]:8056\"]\n"
					"http-hosts: [cordon.example.net, c]\n"
					"http-viewers: /etc/viewers\n"
					"http-operators: /etc/operators\n"
					"http-certificate: /etc/cordon.pem\n"
					"http-key: /etc/cordon.key\n");
	for (enum setting k = 0; k < N_SETTINGS; k++)
		assert_int_equal(s.line[k], k + 1);
	assert_int_equal(s.n_listeners, 2);
	assert_int_equal(s.listener[1].port, 4739);
	assert_int_equal(s.listener[1].address.octet[15], 1);
	assert_int_equal(s.sockets, 4);
	assert_int_equal(s.receive_buffer, 1 << 30);
	assert_string_equal(s.interface, "eth0");
	assert_int_equal(s.memory, UINT64_C(2) << 30);
	assert_int_equal(s.window_ms, 1000);
	assert_int_equal(s.remember_ms, UINT64_C(7) * 86400 * 1000);
	assert_int_equal(s.clock_skew_ms, 0);
	assert_string_equal(s.state_directory, "/srv/cordon");
	assert_int_equal(s.keep_evidence_ms, UINT64_C(90) * 86400 * 1000);
	assert_int_equal(s.store_size, UINT64_C(2) << 30);
	assert_int_equal(s.keep_series_ms, 86400 * 1000);
	assert_int_equal(s.series_size, 32 << 20);
	assert_string_equal(s.inventory, "/etc/site.yaml");
	assert_string_equal(s.signatures, "/etc/signatures.yaml");
	says(&s, SETTING_LEASES, "/var/lib/dhcp/dhcpd.leases, kea.csv");
	says(&s, SETTING_LISTEN, "0.0.0.0:2055, [::1]:4739");
	says(&s, SETTING_LOGS, "/var/log/x.log, /srv/logs");
	assert_int_equal(s.n_logs, 2);
	assert_string_equal(settings_log(&s, 1), "/srv/logs");
	assert_int_equal(s.log_at[1].line, 5);
	assert_int_equal(s.log_at[1].column, 24);
	says(&s, SETTING_ALERTS, "file /srv/a (scanner, cef)");
	says(&s, SETTING_HTTP, "192.0.2.1:8055, [::1]:8056");
	says(&s, SETTING_HTTP_HOSTS, "cordon.example.net, c");
	says(&s, SETTING_HTTP_VIEWERS, "/etc/viewers");
	says(&s, SETTING_HTTP_OPERATORS, "/etc/operators");
	says(&s, SETTING_HTTP_CERTIFICATE, "/etc/cordon.pem");
	says(&s, SETTING_HTTP_KEY, "/etc/cordon.key");
}

static void limits_are_inside(void **state)
{
	(void)state;
	static const char *const good[] = { "sockets: 1", "sockets: 64", "receive-buffer: 64K",
		"receive-buffer: 65536", "memory: 1M", "memory: 1T", "window: 50ms", "window: 1min",
		"remember: 1min", "remember: 30d", "clock-skew: 24h", "listen: ['127.0.0.1:1']",
		"listen: ['[::]:65535']", "{listen: [], interface: any}", "http: []",
		"http: ['127.9.9.9:1', '[::1]:1']", "{http: ['0.0.0.0:1'], http-viewers: f}",
		"{http: ['0.0.0.0:1'], http-operators: f}",
		"{http: ['0.0.0.0:1'], http-certificate: f, http-key: f}", "http-hosts: []",
		"{listen: [], logs: [x]}", "logs: []" };
	for (size_t i = 0; i < countof(good); i++)
		settings_of(good[i]);
}

static void what_is_refused_says_where_and_why(void **state)
{
	(void)state;
#define BUFFER "a size from 64K to 1G (units K, M, G, T)"
#define WINDOW "a duration from 50ms to 1min (units ms, s, min, h, d)"
#define LISTENER "an address and a port (127.0.0.1:2055, [::1]:4739)"
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "receive-bufer: 64M", "f:1:1: unknown key 'receive-bufer', did you mean "
					"'receive-buffer'?" },
		{ "memory: 1G\nmemory: 2G",
			"f:2:1: key 'memory' stands here again, first in line 1" },
		{ "[]", "f:1:1: expected settings, got a list" },
		{ "logs: /var/log", "f:1:7: expected a list of paths of logs, or of folders of "
				    "logs, got '/var/log'" },
		{ "logs: [[]]", "f:1:8: expected the path of a log, or of a folder of logs, got "
				"a list" },
		{ "logs: [a, b, a]", "f:1:14: this log stands in line 1 already" },
		{ "logs: [~/x]", "f:1:8: '~' is the shell's: write the folder out" },
		{ "http: ['127.0.0.1:1', '10.0.0.1:1']",
			"f:1:23: others can reach this address: name 'http-viewers' or "
			"'http-operators' (files of tokens), or 'http-certificate'" },
		{ "http: ['[::]:1']",
			"f:1:8: others can reach this address: name 'http-viewers' or "
			"'http-operators' (files of tokens), or 'http-certificate'" },
		{ "http: off", "f:1:7: expected a list of addresses with their ports, got 'off'" },
		{ "http: [a:1]", "f:1:8: expected " LISTENER ", got 'a:1'" },
		{ "http: ['127.0.0.1:1', '127.0.0.1:2', '127.0.0.1:3', '127.0.0.1:4', "
		  "'127.0.0.1:5']",
			"f:1:68: more than 4 listeners" },
		{ "http-hosts: [a b]",
			"f:1:14: expected a host name without port (cordon.example.net), got 'a "
			"b'" },
		{ "http-hosts: [a, b, c, d, e, f, g, h, i]", "f:1:38: more than 8 names" },
		{ "http-certificate: f", "f:1:19: 'http-certificate' and 'http-key' go together" },
		{ "http-key: f", "f:1:11: 'http-certificate' and 'http-key' go together" },
		{ "sockets: 0", "f:1:10: expected a whole number from 1 to 64, got '0'" },
		{ "sockets: 65", "f:1:10: expected a whole number from 1 to 64, got '65'" },
		{ "sockets:", "f:1:9: expected a whole number from 1 to 64, got nothing" },
		{ "receive-buffer: 65535", "f:1:17: expected " BUFFER ", got '65535'" },
		{ "receive-buffer: 2G", "f:1:17: expected " BUFFER ", got '2G'" },
		{ "receive-buffer: 64MB", "f:1:17: expected " BUFFER ", got '64MB'" },
		{ "receive-buffer: [1M]", "f:1:17: expected " BUFFER ", got a list" },
		{ "memory: 1023K",
			"f:1:9: expected a size from 1M to 1T (units K, M, G, T), got '1023K'" },
		{ "memory: 2T",
			"f:1:9: expected a size from 1M to 1T (units K, M, G, T), got '2T'" },
		{ "window: 500", "f:1:9: expected " WINDOW ", got '500'" },
		{ "window: 49ms", "f:1:9: expected " WINDOW ", got '49ms'" },
		{ "window: 61s", "f:1:9: expected " WINDOW ", got '61s'" },
		{ "window: {a: b}", "f:1:9: expected " WINDOW ", got a mapping" },
		{ "remember: 59s", "f:1:11: expected a duration from 1min to 30d (units ms, s, "
				   "min, h, d), got '59s'" },
		{ "remember: 31d", "f:1:11: expected a duration from 1min to 30d (units ms, s, "
				   "min, h, d), got '31d'" },
		{ "clock-skew: 25h", "f:1:13: expected a duration from 0ms to 1d (units ms, s, "
				     "min, h, d), got '25h'" },
		{ "listen: 127.0.0.1:2055", "f:1:9: expected a list of addresses with their "
					    "ports, got '127.0.0.1:2055'" },
		{ "listen:", "f:1:8: expected a list of addresses with their ports, got nothing" },
		{ "listen: []",
			"f:1:9: no listener, no 'interface' and no 'logs': there is nothing to "
			"watch" },
		{ "listen: [2055]", "f:1:10: expected " LISTENER ", got '2055'" },
		{ "listen: [':2055']", "f:1:10: expected " LISTENER ", got ':2055'" },
		{ "listen: ['*:2055']", "f:1:10: expected " LISTENER ", got '*:2055'" },
		{ "listen: [127.0.0.1]", "f:1:10: expected " LISTENER ", got '127.0.0.1'" },
		{ "listen: ['127.0.0.1:']", "f:1:10: expected " LISTENER ", got '127.0.0.1:'" },
		{ "listen: ['127.0.0.1:0']", "f:1:10: expected " LISTENER ", got '127.0.0.1:0'" },
		{ "listen: ['1.2.3.4:65536']",
			"f:1:10: expected " LISTENER ", got '1.2.3.4:65536'" },
		{ "listen: ['::1:2055']", "f:1:10: expected " LISTENER ", got '::1:2055'" },
		{ "listen: ['[1.2.3.4]:1']", "f:1:10: expected " LISTENER ", got '[1.2.3.4]:1'" },
		{ "listen: ['localhost:1']", "f:1:10: expected " LISTENER ", got 'localhost:1'" },
		{ "listen: ['224.0.0.1:1']", "f:1:10: expected " LISTENER ", got '224.0.0.1:1'" },
		{ "listen: [\"127.0.0.1\\0x:1\"]",
			"f:1:10: expected " LISTENER ", got '127.0.0.1?x:1'" },
		{ "listen: [~]", "f:1:10: expected " LISTENER ", got nothing" },
		{ "listen: ['[::1]:1',\n '[0::1]:1']",
			"f:2:2: this listener stands in line 1 already" },
		{ "interface:", "f:1:11: expected the name of a network interface, got nothing" },
		{ "interface: \"e\\e[2J\"",
			"f:1:12: expected the name of a network interface, got 'e?[2J'" },
		{ "state-directory: ''", "f:1:18: expected the path of a folder, got ''" },
		{ "inventory: ~/site.yaml", "f:1:12: '~' is the shell's: write the folder out" },
		{ "leases: /var/lib/dhcp/dhcpd.leases",
			"f:1:9: expected a list of lease files, got '/var/lib/dhcp/dhcpd.leases'" },
		{ "leases: [a, \"b\\n\"]", "f:1:13: expected the path of a lease file, got 'b?'" },
		{ "leases: [~/a]", "f:1:10: '~' is the shell's: write the folder out" },
		{ "leases: [a, b, c, d, e, f, g, h, i]", "f:1:34: more than 8 lease files" },
		{ "signatures: \"a\\nb\"", "f:1:13: expected the path of a file, got 'a?b'" },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct settings s, before;
		struct err e = {};
		settings_init(&s);
		before = s;
		if (settings_parse(&s, (struct str){ rows[i].text, strlen(rows[i].text) }, "f", &e))
			fail_msg("'%s' is refused", rows[i].text);
		assert_string_equal(e.text, rows[i].says);
		assert_memory_equal(&s, &before, sizeof s);
	}
}

static void sixty_four_listeners_fit_and_no_more(void **state)
{
	(void)state;
	char text[4096], room[SETTING_TEXT_BYTES];
	struct settings s;
	struct err e = {};
	settings_init(&s);
	size_t n = (size_t)snprintf(text, sizeof text, "listen:\n");
	for (int i = 0; i < LISTENERS_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof text - n,
			"- '[2001:db8:1111:2222:3333:4444:5555:%x]:65535'\n", 0x1000 + i);
	assert_true(settings_parse(&s, (struct str){ text, n }, "f", &e));
	assert_int_equal(s.n_listeners, LISTENERS_MAX);
	assert_int_equal(strlen(setting_format(&s, SETTING_LISTEN, room)), 64 * 48 - 2);
	n += (size_t)snprintf(text + n, sizeof text - n, "- 127.0.0.1:1\n");
	assert_false(settings_parse(&s, (struct str){ text, n }, "f", &e));
	assert_string_equal(e.text, "f:66:3: more than 64 listeners");
}

static void paths_are_meant_from_the_folder_of_the_file(void **state)
{
	(void)state;
	static const struct {
		const char *name, *inventory;
	} rows[] = {
		{ "cordon.yaml", "site.yaml" },
		{ "/etc/cordon/cordon.yaml", "/etc/cordon/site.yaml" },
		{ "conf/cordon.yaml", "conf/site.yaml" },
		{ "/cordon.yaml", "/site.yaml" },
	};
	struct settings s;
	struct err e = {};
	for (size_t i = 0; i < countof(rows); i++) {
		settings_init(&s);
		assert_true(settings_parse(&s,
			STR("inventory: site.yaml\nsignatures: /x\nlogs: [/y, site.yaml]"),
			rows[i].name, &e));
		assert_string_equal(settings_log(&s, 0), "/y");
		assert_string_equal(settings_log(&s, 1), rows[i].inventory);
		assert_string_equal(s.inventory, rows[i].inventory);
		assert_string_equal(s.signatures, "/x");
	}
}

static void a_path_that_does_not_fit_is_refused(void **state)
{
	(void)state;
	static const char key[] = "inventory: ";
	char text[sizeof key + SETTINGS_PATH_BYTES];
	struct settings s;
	struct err e = {};
	settings_init(&s);
	memset(text, 'x', sizeof text);
	memcpy(text, key, sizeof key - 1);
	size_t fits = sizeof key - 1 + SETTINGS_PATH_BYTES - 1;
	assert_true(settings_parse(&s, (struct str){ text, fits }, "f", &e));
	assert_int_equal(strlen(s.inventory), SETTINGS_PATH_BYTES - 1);
	assert_false(settings_parse(&s, (struct str){ text, fits }, "d/f", &e));
	assert_string_equal(
		e.text, "d/f:1:12: with the folder of this file longer than 4095 bytes");
	assert_false(settings_parse(&s, (struct str){ text, fits + 1 }, "f", &e));
	assert_string_equal(e.text, "f:1:12: longer than 4095 bytes");
}

static void state_of_the_daemon_is_where_the_system_says(void **state)
{
	(void)state;
	bool is_root = geteuid() == 0;
	struct settings s;
	unsetenv("STATE_DIRECTORY");
	setenv("HOME", "/home/u", 1);
	setenv("XDG_STATE_HOME", "/x", 1);
	settings_init(&s);
	assert_string_equal(s.state_directory, is_root ? "/var/lib/cordon" : "/x/cordon");
	setenv("XDG_STATE_HOME", "not/absolute", 1);
	settings_init(&s);
	assert_string_equal(
		s.state_directory, is_root ? "/var/lib/cordon" : "/home/u/.local/state/cordon");
	setenv("STATE_DIRECTORY", "/run/state/cordon", 1);
	settings_init(&s);
	assert_string_equal(s.state_directory, "/run/state/cordon");
	setenv("STATE_DIRECTORY", "/a:/b", 1);
	unsetenv("XDG_STATE_HOME");
	unsetenv("HOME");
	settings_init(&s);
	assert_string_equal(s.state_directory, "/var/lib/cordon");
	unsetenv("STATE_DIRECTORY");
}

static void who_can_reach_a_listener(void **state)
{
	(void)state;
	struct settings s = settings_of("listen: ['127.0.0.1:1', '127.9.9.9:1', '[::1]:1', "
					"'0.0.0.0:1', '10.0.0.1:1', '[::]:1', '[fe80::1]:1']");
	for (size_t i = 0; i < s.n_listeners; i++)
		assert_int_equal(listener_is_local(&s.listener[i]), i < 3);
}

static void a_missing_file_is_an_error_with_its_name(void **state)
{
	(void)state;
	struct settings s;
	struct err e = {};
	settings_init(&s);
	assert_false(settings_load(&s, "/nonexistent/cordon.yaml", &e));
	assert_string_equal(e.text, "open /nonexistent/cordon.yaml: No such file or directory");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_said_is_the_default),
		cmocka_unit_test(every_key_is_read),
		cmocka_unit_test(limits_are_inside),
		cmocka_unit_test(what_is_refused_says_where_and_why),
		cmocka_unit_test(sixty_four_listeners_fit_and_no_more),
		cmocka_unit_test(paths_are_meant_from_the_folder_of_the_file),
		cmocka_unit_test(a_path_that_does_not_fit_is_refused),
		cmocka_unit_test(state_of_the_daemon_is_where_the_system_says),
		cmocka_unit_test(who_can_reach_a_listener),
		cmocka_unit_test(a_missing_file_is_an_error_with_its_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
