// SPDX-License-Identifier: Apache-2.0
// Samples of a worm's request in prose: wrapped, spaced, with text glued to them, without a head.
#include "test_weblog.h"

#define X20 "XXXXXXXXXXXXXXXXXXXX"
#define ESCAPES "%u9090%u6858%ucbd3%u7801%u9090%u00c3%u0003%u00=a"

static struct log_reading *one_sample(const char *text)
{
	struct log_reading *l = text_of(text);
	assert_int_equal(l->n, 1);
	assert_true(l->request[0].has & REQUEST_PASTED);
	assert_true(l->request[0].has & REQUEST_MARKED);
	assert_int_equal(l->trouble.records[KIND_PASTED_REQUEST], 1);
	assert_int_equal(l->trouble.log.lines, 0);
	return l;
}

#define WHOLE \
	"172.20.148.189 > 172.20.225.130:80 2001-08-09T00:11:57Z GET /default.ida ? " X20 X20 \
		ESCAPES " 200"

static void wrapped(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"Look for this:\n```\n2001-08-09 00:11:57 172.20.148.189 - 172.20.225.130 80 GET\n"
		"/default.ida\n" X20 "\n" X20
		"%u9090%u6858%ucbd3%u7801%u\n9090%u00c3%u0003%u00=a200 -\n"
		"```\nThe address 10.9.9.9 is nobody.\n",
		"\xe8\xa6\x8b\xe3\x80\x82"
		"2001-08-09 00:11:57 172.20.148.189 - 172.20.225.130 80 GET /default.ida\n\n" X20
		"\n\n" X20 "\n\n%u9090%u6858%ucbd3%u7801%u9090%\n\nu00c3%u 0003%u00=a200 -"
		"\xe3\x81\x93 10.9.9.9\n",
		"prose 2001-08-09 00:11:57 172.20.148.189 - 172.20.225.130 80 GET /default.ida " X20
		" " X20 ESCAPES " 200 -",
	};
	for (size_t i = 0; i < countof(texts); i++) {
		struct log_reading *l = one_sample(texts[i]);
		assert_string_equal(l->said[0], WHOLE);
		free(l);
	}
}

static void wrapped_in_other_formats(void **state)
{
	(void)state;
	struct log_reading *l =
		one_sample("see 10.0.0.1 - - [09/Aug/2001:00:11:57 +0000] \"GET\n"
			   "/default.ida?" X20 "\n" X20 ESCAPES "\nHTTP/1.0\" 404 284\n");
	assert_string_equal(l->said[0],
		"10.0.0.1 > -:0 2001-08-09T00:11:57Z GET /default.ida ? " X20 X20 ESCAPES " 404");
	free(l);
	l = one_sample("2001-08-09 00:11:57 172.20.225.130 GET /default.ida\n" X20 "\n" X20 ESCAPES
		       " 80 - 172.20.148.189 - 200 0 0\n");
	assert_string_equal(l->said[0], WHOLE);
	free(l);
}

static void without_a_head_nobody_is_named(void **state)
{
	(void)state;
	struct log_reading *l =
		one_sample("similar to this:\n\n```\n" X20 "\n" X20
			   "\n%u9090%u6858%ucbd3%u7801%u9090%u 00c3%u0003%u00=a200 -\n"
			   "```\nthe IP address 172.20.148.189 is the attacker\n");
	assert_string_equal(l->said[0], "- > -:0 -   ? " X20 X20 ESCAPES " 200");
	assert_int_equal(place_position(l->request[0].at), 4);
	free(l);
	l = one_sample("a request for /default.ida?" X20 ESCAPES " HTTP/1.0");
	assert_string_equal(l->said[0], "- > -:0 -  /default.ida ? " X20 ESCAPES " 0");
	free(l);
}

static void prose_is_no_sample(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"Look for default.ida in the log of 172.20.148.189.\n",
		X20 X20 X20 "\n",
		"XXXXXXXX%u9090%u6858%ucbd3",
		X20 "100% sure\n",
		"%u9090%u6858%ucbd3%u7801\n",
		X20 "%u9090 is only one escape\n",
		"--------------------%u9090%u6858%ucbd3%u7801\n",
	};
	for (size_t i = 0; i < countof(texts); i++) {
		struct log_reading *l = text_of(texts[i]);
		assert_int_equal(l->n, 0);
		free(l);
	}
}

static void a_line_in_a_text_is_read_once(void **state)
{
	(void)state;
	struct log_reading *l = text_of(
		"A line of the log:\n"
		"2001-08-09 00:11:57 172.20.148.189 - 172.20.225.130 80 GET /default.ida " X20
			ESCAPES " 200 -\nshows it.\n");
	assert_int_equal(l->n, 1);
	assert_false(l->request[0].has & REQUEST_PASTED);
	assert_books(l, 1, 0, 0);
	free(l);
}

static void runs_of_any_length(void **state)
{
	(void)state;
	enum { LONG = 70000 };
	char *text = malloc(LONG + 100);
	assert_non_null(text);
	for (size_t n = 20; n < LONG; n = n * 3 / 2) {
		memset(text, 'N', n);
		for (size_t i = 60; i < n; i += 61)
			text[i] = '\n';
		(void)snprintf(text + n, 100, "%s", ESCAPES "200 -");
		struct log_reading *l = one_sample(text);
		assert_true(l->request[0].query.len > 20);
		assert_int_equal(l->request[0].status, 200);
		free(l);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrapped),
		cmocka_unit_test(wrapped_in_other_formats),
		cmocka_unit_test(without_a_head_nobody_is_named),
		cmocka_unit_test(prose_is_no_sample),
		cmocka_unit_test(a_line_in_a_text_is_read_once),
		cmocka_unit_test(runs_of_any_length),
	};
	return cmocka_run_group_tests_name("weblog_paste", tests, NULL, NULL);
}
