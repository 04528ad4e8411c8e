// SPDX-License-Identifier: Apache-2.0
// W3C logs: who is the client and who the server, in every order of columns there is.
#include "test_weblog.h"

#define V5_ROW \
	"2001-08-09 00:11:57 172.20.148.189 - 172.20.225.130 80 GET /default.ida XXXX%u9090=a " \
	"200 -\n"
#define SAYS_V5 \
	"172.20.148.189 > 172.20.225.130:80 2001-08-09T00:11:57Z GET /default.ida ? " \
	"XXXX%u9090=a 200"

static void versions(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"#Fields: date time c-ip cs-username s-ip s-port cs-method cs-uri-stem "
		"cs-uri-query sc-status cs(User-Agent)\n" V5_ROW,
		V5_ROW,
		"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username "
		"c-ip "
		"cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken\n"
		"2001-08-09 00:11:57 172.20.225.130 GET /default.ida XXXX%u9090=a 80 - "
		"172.20.148.189 - 200 0 0 15\n",
		"2001-08-09 00:11:57 172.20.225.130 GET /default.ida XXXX%u9090=a 80 - "
		"172.20.148.189 Mozilla/4.0+(x) http://a/b 200 0 0 15\n",
		"2001-08-09 00:11:57 W3SVC1 WEB1 172.20.225.130 GET /default.ida XXXX%u9090=a 80 - "
		"172.20.148.189 HTTP/1.0 - - - - 200 0 0 1 2 3\n",
		"#Software: Microsoft Internet Information Services 4.0\n#Date: 2001-08-09 "
		"00:00:00\n#Fields: time c-ip s-ip s-port cs-method cs-uri-stem cs-uri-query "
		"sc-status\n"
		"00:11:57 172.20.148.189 172.20.225.130 80 GET /default.ida XXXX%u9090=a 200\n",
		"#Fields: date time cs-uri-stem cs-uri-query sc-status s-ip s-port c-ip cs-method "
		"cs(User-Agent)\n"
		"2001-08-09 00:11:57 \"/default.ida\" \"XXXX%u9090=a\" 200 \"172.20.225.130\" 80 "
		"\"172.20.148.189\" \"GET\" \"a \"\"b\"\" c\"\n",
		"#Fields: date time c-ip s-ip s-port cs-method cs-uri-stem cs-uri-query sc-status\n"
		"2001-08-09\t00:11:57\t172.20.148.189\t172.20.225.130\t80\tGET\t/default.ida\tXXXX%"
		"u9090=a\t200\n",
		"<13>Aug  9 00:11:58 web1 iis: " V5_ROW,
		"\xef\xbb\xbf" V5_ROW,
	};
	for (size_t i = 0; i < countof(texts); i++)
		assert_says(texts[i], SAYS_V5);
}

static void fractions_of_seconds_count(void **state)
{
	(void)state;
	assert_says("#Fields: date time c-ip cs-method cs-uri-stem\n"
		    "2011-02-03 04:05:06.789 10.0.0.1 GET /a\n",
		"10.0.0.1 > -:0 2011-02-03T04:05:06.789Z GET /a ?  0");
}

static void httperr(void **state)
{
	(void)state;
	static const char says[] =
		"172.30.92.88 > 172.30.162.213:80 2002-06-27T20:05:23Z GET /scripts/..%255c../x ? "
		"/c+dir 400";
	static const char *const texts[] = {
		"2002-06-27 20:05:23 172.30.92.88 8009 172.30.162.213 80 HTTP/1.0 GET "
		"/scripts/..%255c../x?/c+dir 400 - URL\n",
		"#Software: Microsoft HTTP API 2.0\n#Fields: date time c-ip c-port s-ip s-port "
		"cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename\n"
		"2002-06-27 20:05:23 172.30.92.88 8009 172.30.162.213 80 HTTP/1.0 GET "
		"/scripts/..%255c../x?/c+dir 400 1 URL DefaultAppPool\n",
	};
	for (size_t i = 0; i < countof(texts); i++) {
		assert_says(texts[i], says);
		struct log_reading *l = log_of(texts[i]);
		assert_true(l->request[0].has & REQUEST_ERROR);
		assert_int_equal(l->trouble.records[KIND_HTTPERR], 1);
		free(l);
	}
	assert_says(
		"2008-01-02 00:11:57 10.0.0.1 1234 10.0.0.2 80 - - - - - Timer_ConnectionIdle\n",
		"10.0.0.1 > 10.0.0.2:80 2008-01-02T00:11:57Z   ?  0");
}

static void a_new_heading_binds_anew(void **state)
{
	(void)state;
	struct log_reading *l =
		log_of("#Fields: date time c-ip s-ip cs-method cs-uri-stem sc-status\r\n"
		       "2001-08-09 00:11:57 10.0.0.1 10.0.0.2 GET /a 200\r\n"
		       "#Software: Microsoft Internet Information Services 5.0\r\n"
		       "#Date: 2001-08-09 00:12:00\r\n"
		       "#Fields: date time s-ip cs-method cs-uri-stem c-ip sc-status\r\n"
		       "2001-08-09 00:12:57 10.0.0.2 GET /a 10.0.0.1 200\r\n");
	assert_books(l, 2, 0, 4);
	assert_string_equal(l->said[0], "10.0.0.1 > 10.0.0.2:0 2001-08-09T00:11:57Z GET /a ?  200");
	assert_string_equal(l->said[1], "10.0.0.1 > 10.0.0.2:0 2001-08-09T00:12:57Z GET /a ?  200");
	free(l);
}

static void without_a_heading_one_address_is_nobodys(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"2001-08-09 00:11:57 10.0.0.1 GET /default.ida XXXX 200 0\n",
		"00:11:57 10.0.0.1 GET /default.ida 200\n",
		"2001-08-09 00:11:57 10.0.0.1 10.0.0.2 GET /default.ida XXXX 200 0\n",
		"2001-08-09 00:11:57 10.0.0.2 80 GET /default.ida XXXX 10.0.0.1 200 0\n",
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct log_reading *l = log_of(rows[i]);
		assert_int_equal(l->n, 1);
		assert_false(l->request[0].has & (REQUEST_HAS_CLIENT | REQUEST_HAS_SERVER));
		assert_int_equal(l->request[0].status, 200);
		free(l);
	}
}

static void the_day_goes_on_after_midnight(void **state)
{
	(void)state;
	struct log_reading *l =
		log_of("#Date: 2001-08-09 23:00:00\n#Fields: time c-ip cs-uri-stem\n"
		       "23:59:59 10.0.0.1 /a\n00:00:01 10.0.0.1 /b\n");
	assert_string_equal(l->said[0], "10.0.0.1 > -:0 2001-08-09T23:59:59Z  /a ?  0");
	assert_string_equal(l->said[1], "10.0.0.1 > -:0 2001-08-10T00:00:01Z  /b ?  0");
	free(l);
}

static void damaged_rows_are_counted(void **state)
{
	(void)state;
	struct log_reading *l =
		log_of("#Fields: date time c-ip s-ip cs-method cs-uri-stem sc-status\n"
		       "2001-08-09 00:11:57 10.0.0.1 10.0.0.2 GET /a\n"
		       "2001-08-09 00:11:57 10.0.0.1 10.0.0.2 GET /a 200 more\n"
		       "2001-13-09 00:11:57 10.0.0.1 10.0.0.2 GET /a 200\n"
		       "2001-08-09 24:11:57 10.0.0.1 10.0.0.2 GET /a 200\n"
		       "2001-08-09 00:11:57 10.0.0.256 10.0.0.2 GET /a 200\n"
		       "2001-08-09 00:11:57 10.0.0.1 10.0.0.2 GET /a OK\n"
		       "\n"
		       "2001-08-09 00:11:57 10.0.0.1 10.0.0.2 GET /a 200");
	assert_books(l, 1, 6, 2);
	assert_int_equal(l->trouble.fault[FAULT_LOG_COLUMNS].n, 2);
	assert_int_equal(l->trouble.fault[FAULT_LOG_FIELD].n, 4);
	assert_int_equal(place_position(l->trouble.fault[FAULT_LOG_COLUMNS].first), 2);
	assert_int_equal(l->trouble.n_notes, 3);
	assert_int_equal(place_position(l->trouble.note[2].at), 4);
	free(l);
}

static void the_firewall_of_windows_gives_flows(void **state)
{
	(void)state;
	struct log_reading *l = log_of(
		"#Verson: 1.0\r\n#Software: Microsoft Internet Connection Firewall\r\n"
		"#Time Format: Local\r\n"
		"#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags "
		"tcpsyn tcpack tcpwin icmptype icmpcode info\r\n\r\n"
		"2004-09-03 07:11:54 OPEN UDP 10.0.0.1 10.0.0.2 1026 53 - - - - - - - -\r\n"
		"2004-09-03 07:11:55 DROP TCP 10.0.0.1 10.0.0.3 1027 445 48 S 1 0 2 - - -\r\n"
		"2004-09-03 07:11:56 CLOSE TCP 10.0.0.1 10.0.0.3 1027 80 - - - - - - - -\r\n"
		"2004-09-03 07:11:57 DROP ICMP 10.0.0.1 10.0.0.4 - - 60 - - - - 8 0 -\r\n");
	enum { BASE = FLOW_HAS_PROTO | FLOW_HAS_TIME };
	assert_books(l, 3, 0, 6);
	assert_int_equal(l->n_flows, 3);
	assert_flow(&l->flow[0], "10.0.0.1:1026 10.0.0.2:53 17 0", BASE | FLOW_HAS_PORTS);
	assert_flow(&l->flow[1], "10.0.0.1:1027 10.0.0.3:445 6 0",
		BASE | FLOW_HAS_PORTS | FLOW_DROPPED | FLOW_HAS_FLAGS);
	assert_int_equal(l->flow[1].tcp_flags, TCP_SYN);
	assert_flow(&l->flow[2], "10.0.0.1:0 10.0.0.4:0 1 0", BASE | FLOW_DROPPED);
	free(l);
}

/* Deterministic dice: xorshift. */
static uint32_t roll(uint32_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed % below;
}

static const struct {
	const char *name, *value;
} columns[] = {
	{ "date", "2001-08-09" },
	{ "time", "00:11:57" },
	{ "c-ip", "10.1.1.1" },
	{ "s-ip", "10.2.2.2" },
	{ "cs-method", "GET" },
	{ "cs-uri-stem", "/default.ida" },
	{ "cs-uri-query", "XXXX" },
	{ "s-port", "8080" },
	{ "c-port", "1044" },
	{ "sc-status", "404" },
	{ "cs-username", "10.3.3.3" },
	{ "s-computername", "10.4.4.4" },
	{ "s-sitename", "W3SVC1" },
	{ "cs(User-Agent)", "10.5.5.5" },
	{ "cs(Cookie)", "c-ip=10.6.6.6" },
	{ "X-Forwarded-For", "10.7.7.7" },
	{ "cs-host", "10.8.8.8" },
	{ "time-taken", "200" },
	{ "sc-win32-status", "200" },
};

enum { ORDERS = 50000 };

/* With any order and choice of columns the client is c-ip and the server s-ip, or not known. */
static void no_order_swaps_client_and_server(void **state)
{
	(void)state;
	uint32_t seed = 20010809;
	struct log_reading *l = calloc(1, sizeof *l);
	assert_non_null(l);
	l->out.emit = log_keep;
	l->out.ctx = l;
	struct weblog_decoder *d =
		weblog_new(SOURCE, WEBLOG_LOG, NULL, &l->out, &l->flows, &l->trouble);
	assert_non_null(d);
	for (int i = 0; i < ORDERS; i++) {
		size_t order[countof(columns)], n = 2 + roll(&seed, countof(columns) - 1);
		for (size_t k = 0; k < countof(order); k++)
			order[k] = k;
		for (size_t k = countof(order) - 1; k > 0; k--) {
			size_t other = roll(&seed, (uint32_t)k + 1), kept = order[k];
			order[k] = order[other];
			order[other] = kept;
		}
		char text[2000];
		size_t used = (size_t)snprintf(text, sizeof text, "#Fields:");
		bool has_client = false, has_server = false, has_any = false;
		for (size_t k = 0; k < n; k++) {
			has_client = has_client || order[k] == 2;
			has_server = has_server || order[k] == 3;
			has_any = has_any || (order[k] >= 2 && order[k] <= 7) || order[k] == 9;
			used += (size_t)snprintf(
				text + used, sizeof text - used, " %s", columns[order[k]].name);
		}
		used += (size_t)snprintf(text + used, sizeof text - used, "\n");
		for (size_t k = 0; k < n; k++)
			used += (size_t)snprintf(text + used, sizeof text - used, "%s%s",
				columns[order[k]].value, k + 1 < n ? " " : "\n");
		l->n = 0;
		weblog_feed(d, bytes_of(text));
		assert_int_equal(l->n, has_any);
		if (!has_any)
			continue;
		const struct request *r = &l->request[0];
		char room[ADDR_TEXT_BYTES];
		assert_int_equal(!!(r->has & REQUEST_HAS_CLIENT), has_client);
		assert_int_equal(!!(r->has & REQUEST_HAS_SERVER), has_server);
		if (has_client)
			assert_string_equal(addr_format(&r->client, room), "10.1.1.1");
		if (has_server)
			assert_string_equal(addr_format(&r->server, room), "10.2.2.2");
	}
	weblog_end(d);
	weblog_free(d);
	assert_int_equal(l->trouble.log.malformed, 0);
	free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions),
		cmocka_unit_test(fractions_of_seconds_count),
		cmocka_unit_test(httperr),
		cmocka_unit_test(a_new_heading_binds_anew),
		cmocka_unit_test(without_a_heading_one_address_is_nobodys),
		cmocka_unit_test(the_day_goes_on_after_midnight),
		cmocka_unit_test(damaged_rows_are_counted),
		cmocka_unit_test(the_firewall_of_windows_gives_flows),
		cmocka_unit_test(no_order_swaps_client_and_server),
	};
	return cmocka_run_group_tests_name("weblog_w3c", tests, NULL, NULL);
}
