// SPDX-License-Identifier: Apache-2.0
// Access logs, error logs, squid, IIS' own format, headers of syslog: one line each, and its traps.
#include "test_weblog.h"

static void access_logs(void **state)
{
	(void)state;
	static const struct {
		const char *line, *says;
	} lines[] = {
		{ "218.24.24.27 - - [01/Nov/2002:07:39:55 +1030] \"GET /scripts/root.exe?/c+dir "
		  "HTTP/1.0\" 404 284 \"-\" \"-\"",
			"218.24.24.27 > -:0 2002-10-31T21:09:55Z GET /scripts/root.exe ? /c+dir "
			"404" },
		{ "65.33.94.190 - - [05/Apr/2003:17:26:27 -0500] \"GET /a HTTP/1.0\" 404 276",
			"65.33.94.190 > -:0 2003-04-05T22:26:27Z GET /a ?  404" },
		{ "80.8.55.7 - John Begood [01/Jan/2001:13:01:00 +0100] \"GET /a b HTTP/1.0\" 200 "
		  "-",
			"80.8.55.7 > -:0 2001-01-01T12:01:00Z GET /a b ?  200" },
		{ "172.21.13.45 - REDMOND\\fred [08/Apr/1997:17:39:04 -0800] \"GET /x.dll?h "
		  "HTTP/1.0\""
		  " 200 3401",
			"172.21.13.45 > -:0 1997-04-09T01:39:04Z GET /x.dll ? h 200" },
		{ "www.example.com:80 10.0.0.1 - - [09/Aug/2001:00:11:57 +0000] \"GET /a "
		  "HTTP/1.1\" "
		  "200 5",
			"10.0.0.1 > -:0 2001-08-09T00:11:57Z GET /a ?  200" },
		{ "10.0.0.9:8080 10.0.0.1 - - [09/Aug/2001:00:11:57 +0000] \"GET /a HTTP/1.1\" 200 "
		  "5",
			"10.0.0.1 > 10.0.0.9:8080 2001-08-09T00:11:57Z GET /a ?  200" },
		{ "2001:db8::1 - - [09/Aug/2001:00:11:57 +0000] \"GET /a HTTP/1.1\" 200 5",
			"2001:db8::1 > -:0 2001-08-09T00:11:57Z GET /a ?  200" },
		{ "host.example.com - - [09/Aug/2001:00:11:57 +0000] \"GET /a HTTP/1.1\" 200 5",
			"- > -:0 2001-08-09T00:11:57Z GET /a ?  200" },
		{ "10.0.0.1 - - [09/Aug/2001:00:11:57 +0000] \"GET /a\\\"b\\\\ HTTP/1.1\" 200 5",
			"10.0.0.1 > -:0 2001-08-09T00:11:57Z GET /a\\\"b\\\\ ?  200" },
		{ "10.0.0.1 - - [09/Aug/2001:00:11:57 +0000] \"GET /a\" b HTTP/1.1\" 200 5",
			"10.0.0.1 > -:0 2001-08-09T00:11:57Z GET /a\" b ?  200" },
		{ "10.0.0.1 - - [09/Aug/2001:00:11:57 +0000] \"\\x16\\x03\\x01\" 400 166 \"-\" "
		  "\"-\"",
			"10.0.0.1 > -:0 2001-08-09T00:11:57Z  \\x16\\x03\\x01 ?  400" },
		{ "10.0.0.1 - - [09/Aug/2001:00:11:57 +0000] \"-\" 408 -",
			"10.0.0.1 > -:0 2001-08-09T00:11:57Z  - ?  408" },
		{ "10.0.0.1 - - [09/Aug/2001:00:11:57] \"GET http://h.example/p?q HTTP/1.1\" 200 5",
			"10.0.0.1 > -:0 2001-08-09T00:11:57Z GET /p ? q 200" },
		{ "63.91.167.39 - - [03/Aug/2001:21:56:18 -0700] \"GET /default.ida?NNNN",
			"63.91.167.39 > -:0 2001-08-04T04:56:18Z GET /default.ida ? NNNN 0" },
	};
	for (size_t i = 0; i < countof(lines); i++)
		assert_says(lines[i].line, lines[i].says);
}

static void texts_behind_the_request(void **state)
{
	(void)state;
	struct log_reading *l =
		log_of("10.0.0.1 - - [09/Aug/2001:00:11:57 +0000] \"GET /a HTTP/1.1\" "
		       "200 5 \"http://r/\" \"a \\\"b\\\" c\" \"1.2.3.4, 5.6.7.8\"\n");
	static const struct request none;
	struct request r = l->n ? l->request[0] : none;
	assert_int_equal(r.referer.len, strlen("http://r/"));
	assert_int_equal(r.agent.len, strlen("a \\\"b\\\" c"));
	assert_int_equal(r.forwarded.len, strlen("1.2.3.4, 5.6.7.8"));
	free(l);
}

/* What a header claims may stand before the client: of two addresses neither is accused. */
static void two_addresses_in_front_accuse_nobody(void **state)
{
	(void)state;
	static const char *const heads[] = { "1.2.3.4 10.0.0.1 - -",
		"1.2.3.4, 5.6.7.8 10.0.0.1 - -", "- 1.2.3.4 10.0.0.1 - -", "host - 1.2.3.4 x" };
	for (size_t i = 0; i < countof(heads); i++) {
		char line[200];
		(void)snprintf(line, sizeof line,
			"%s [09/Aug/2001:00:11:57 +0000] \"GET /a HTTP/1.1\" 200 5", heads[i]);
		struct log_reading *l = log_of(line);
		assert_int_equal(l->n, 1);
		assert_false(l->request[0].has & REQUEST_HAS_CLIENT);
		free(l);
	}
}

static void error_logs(void **state)
{
	(void)state;
	static const struct {
		const char *line, *says;
	} lines[] = {
		{ "[Sun Aug 5 16:26:02 2001] [error] [client 66.31.68.147] File does not exist: "
		  "/var/www/html/default.ida",
			"66.31.68.147 > -:0 2001-08-05T16:26:02Z  /var/www/html/default.ida ?  0" },
		{ "Sun Aug 5 16:23:04 2001] [error] [client 66.31.142.16] File does not exist: "
		  "/var/www/html/default.ida",
			"66.31.142.16 > -:0 2001-08-05T16:23:04Z  /var/www/html/default.ida ?  0" },
		{ "[Wed Oct 11 14:32:52.123456 2000] [core:error] [pid 357:tid 43] [client "
		  "72.15.99.187:12345] AH00128: File does not exist: C:/www/default.ida, referer: "
		  "http://a/",
			"72.15.99.187 > -:0 2000-10-11T14:32:52.123Z  C:/www/default.ida ?  0" },
		{ "[Wed Oct 11 14:32:52 2000] [error] [client 2001:db8::1] Invalid URI in request "
		  "GET "
		  "/..%c0%af.. HTTP/1.0",
			"2001:db8::1 > -:0 2000-10-11T14:32:52Z GET /..%c0%af.. ?  0" },
		{ "[Wed Aug  1 05:13:17 2001] [error] [client 61.137.106.19] Client sent malformed "
		  "Host header",
			"61.137.106.19 > -:0 2001-08-01T05:13:17Z   ?  0" },
		{ "2023/01/02 12:34:56 [error] 12#12: *1 open() \"/www/default.ida\" failed (2: No "
		  "such file or directory), client: 10.0.0.1, server: _, request: \"GET "
		  "/default.ida?NNN HTTP/1.1\", host: \"10.0.0.2\"",
			"10.0.0.1 > -:0 2023-01-02T12:34:56Z GET /default.ida ? NNN 0" },
	};
	for (size_t i = 0; i < countof(lines); i++) {
		assert_says(lines[i].line, lines[i].says);
		struct log_reading *l = log_of(lines[i].line);
		assert_true(l->request[0].has & REQUEST_ERROR);
		assert_true(l->request[0].has & REQUEST_LOCAL_TIME);
		free(l);
	}
}

static void a_notice_is_no_request(void **state)
{
	(void)state;
	struct log_reading *l =
		log_of("[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok\n"
		       "2023/01/02 12:34:56 [notice] 12#12: using the \"epoll\" event method\n");
	assert_int_equal(l->n, 0);
	assert_books(l, 2, 0, 0);
	free(l);
}

static void a_forged_client_in_an_error_log_accuses_nobody(void **state)
{
	(void)state;
	struct log_reading *l = log_of(
		"2023/01/02 12:34:56 [error] 12#12: *1 open() \"/www/x, client: 9.9.9.9, server: "
		"y\" "
		"failed, client: 10.0.0.1, server: _, request: \"GET /default.ida?NNN HTTP/1.1\"");
	assert_int_equal(l->n, 1);
	assert_false(l->request[0].has & REQUEST_HAS_CLIENT);
	free(l);
}

/* nginx cuts a line at 2047 bytes: a long path can push the true client out, and hold a false one. */
static void a_client_in_a_cut_error_log_is_not_believed(void **state)
{
	enum { CUT = 2047 };
	static const char head[] =
		"2023/01/02 12:34:56 [error] 12#12: *1 open() \"/www/default.ida, client: "
		"9.9.9.9, "
		"server: y, request: \"GET /default.ida?NNN HTTP/1.0\", host: \"";
	char line[CUT + 1];
	(void)state;
	memset(line, 'a', CUT);
	memcpy(line, head, sizeof head - 1);
	line[CUT] = '\0';
	struct log_reading *l = log_of(line);
	assert_int_equal(l->n, 1);
	assert_false(l->request[0].has & REQUEST_HAS_CLIENT);
	free(l);
	line[CUT - 1] = '\0';
	l = log_of(line);
	assert_true(l->request[0].has & REQUEST_HAS_CLIENT);
	free(l);
}

/* Since 2.4 a port follows, also that of IPv6, which then looks like another address. */
static void a_port_is_no_part_of_an_address(void **state)
{
	static const char before[] =
		"[Wed Oct 11 14:32:52.123456 2000] [core:error] [pid 3:tid 4] ";
	static const char old[] = "[Wed Oct 11 14:32:52 2000] [error] ";
	static const struct {
		const char *before, *client, *is;
	} rows[] = {
		{ before, "2001:db8::1:8080", "2001:db8::1" },
		{ before, "2001:db8::1:50808", "2001:db8::1" },
		{ before, "2001:db8:0:0:0:0:0:1:8080", "2001:db8::1" },
		{ before, "2001:db8::1", "2001:db8::1" },
		{ before, "10.0.0.1:8080", "10.0.0.1" },
		{ before, "10.0.0.1", "10.0.0.1" },
		{ old, "2001:db8::1:8080", "2001:db8::1:8080" },
		{ old, "2001:db8::1", "2001:db8::1" },
	};
	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		char line[300], says[200];
		(void)snprintf(line, sizeof line, "%s[client %s] File does not exist: /w/a",
			rows[i].before, rows[i].client);
		(void)snprintf(says, sizeof says, "%s > -:0 ", rows[i].is);
		struct log_reading *l = log_of(line);
		assert_int_equal(l->n, 1);
		assert_memory_equal(l->said[0], says, strlen(says));
		free(l);
	}
}

static void squid_and_iis(void **state)
{
	(void)state;
	assert_says(
		"1286536308.779    180 192.168.0.224 TCP_MISS/200 411 GET http://a.example/p?q - "
		"DIRECT/1.2.3.4 text/html",
		"192.168.0.224 > -:0 2010-10-08T11:11:48.779Z GET /p ? q 200");
	assert_says(" 86 200.255.5.155 TCP_MISS/404 1495 GET http://pawlacz.com/nul.php - "
		    "DIRECT/193.84.182.19 text/html",
		"200.255.5.155 > -:0 - GET /nul.php ?  404");
	assert_says(
		"192.168.114.201, -, 03/20/01, 7:55:20, W3SVC2, SERVER, 172.21.13.45, 4502, 163, "
		"3223, 200, 0, GET, /DeptLogo.gif, -,\r\n",
		"192.168.114.201 > 172.21.13.45:0 2001-03-20T07:55:20Z GET /DeptLogo.gif ?  200");
	assert_says(
		"192.168.114.201, -, 20.03.01, 17:55:20, W3SVC2, SERVER, 172.21.13.45, 4502, 163, "
		"3223, 200, 0, GET, /default.ida, XX,",
		"192.168.114.201 > 172.21.13.45:0 2001-03-20T17:55:20Z GET /default.ida ? XX 200");
}

static void headers_of_syslog(void **state)
{
	(void)state;
#define LINE "10.0.0.1 - - [09/Aug/2001:00:11:57 +0000] \"GET /a HTTP/1.0\" 200 5"
	static const char says[] = "10.0.0.1 > -:0 2001-08-09T00:11:57Z GET /a ?  200";
	static const char *const heads[] = { "", "Aug  9 00:11:58 web1 httpd[33]: ",
		"<134>Aug  9 00:11:58 web1 httpd: ", "<134>Aug  9 00:11:58 web1 ",
		"<134>1 2001-08-09T00:11:58.123Z web1 httpd 33 - - ",
		("<134>1 2001-08-09T00:11:58Z web1 httpd 33 ID7 [x@1 a=\"b ] \\\" c\"][y] "
		 "\xef\xbb\xbf"),
		"2001-08-09T00:11:58.123456+02:00 web1 nginx: ",
		"Aug  9 00:11:59 relay Aug  9 00:11:58 web1 httpd[33]: ",
		"<13>Aug  9 00:11:59 relay logger: <134>Aug  9 00:11:58 web1 httpd[33]: " };
	for (size_t i = 0; i < countof(heads); i++) {
		char line[400];
		(void)snprintf(line, sizeof line, "%s%s\n", heads[i], LINE);
		assert_says(line, says);
	}
}

static void what_is_no_log(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "\n\n", "# a remark\nx = 1\n", "no rows here\n",
		"Router#show ip cache flow\nVl1 10.0.0.1 Vl3 20.0.0.1 06 0400 0050 2\n",
		("%SEC-6-IPACCESSLOGP: list 199 denied tcp 10.0.61.108(1477) -> 10.0.127.20(445), "
		 "1 "
		 "packet\nRouter#show ip cache flow\n"),
		"look for GET /default.ida in the log\n" };
	for (size_t i = 0; i < countof(texts); i++)
		assert_false(weblog_recognise(bytes_of(texts[i])));
}

static void only_marked_lines_give_texts(void **state)
{
	(void)state;
	static const struct str words[] = { STR("default.ida") };
	struct literals *marks = literals_new(words, countof(words));
	assert_non_null(marks);
	static const char text[] =
		"10.0.0.1 - - [09/Aug/2001:00:11:57 +0000] \"GET /a HTTP/1.0\" 200 5\n"
		"10.0.0.2 - - [09/Aug/2001:00:11:57 +0000] \"GET /DEFAULT.IDA?N HTTP/1.0\" 404 5\n"
		"10.0.0.3 - - [09/Aug/2001:00:11:57 +0000] \"GET /b HTTP/1.0\" 200 5\n";
	for (size_t chunk = 0; chunk < 60; chunk++) {
		struct log_reading *l = log_read(bytes_of(text), chunk, WEBLOG_LOG, marks);
		assert_string_equal(l->said[0], "10.0.0.1 > -:0 2001-08-09T00:11:57Z   ?  200");
		assert_string_equal(
			l->said[1], "10.0.0.2 > -:0 2001-08-09T00:11:57Z GET /DEFAULT.IDA ? N 404");
		assert_false((l->request[0].has | l->request[2].has) & REQUEST_MARKED);
		assert_true(l->request[1].has & REQUEST_MARKED);
		assert_int_equal(l->request[2].offset, strstr(text, "10.0.0.3") - text);
		assert_int_equal(l->trouble.log.marked, 1);
		free(l);
	}
	literals_free(marks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(access_logs),
		cmocka_unit_test(texts_behind_the_request),
		cmocka_unit_test(two_addresses_in_front_accuse_nobody),
		cmocka_unit_test(error_logs),
		cmocka_unit_test(a_notice_is_no_request),
		cmocka_unit_test(a_forged_client_in_an_error_log_accuses_nobody),
		cmocka_unit_test(a_client_in_a_cut_error_log_is_not_believed),
		cmocka_unit_test(a_port_is_no_part_of_an_address),
		cmocka_unit_test(squid_and_iis),
		cmocka_unit_test(headers_of_syslog),
		cmocka_unit_test(what_is_no_log),
		cmocka_unit_test(only_marked_lines_give_texts),
	};
	return cmocka_run_group_tests_name("weblog_formats", tests, NULL, NULL);
}
