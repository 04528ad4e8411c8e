// SPDX-License-Identifier: Apache-2.0
// Outlines that operators write: what is filled in can change no shape, and what is wrong is told with its place.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "output/outline.h"

static struct notice nasty(void)
{
	return (struct notice){
		.number = 7,
		.time_ms = UINT64_C(997315917000),
		.kind = NOTICE_NEW,
		.host = addr_v4(0x0a000005),
		.verdict = VERDICT_WORM,
		.proto = 6,
		.port = 445,
		.has_port = true,
		.percent = 99,
		.service = "tcp/445",
		.why = "\",\"admin\":true,\"x\":\" \\ {{host}} \n\t\x01\xff 感染",
	};
}

/* What is posted of it, to be freed. */
static char *filled(const char *text, const struct notice *n)
{
	struct err e = {};
	char *room = NULL;
	size_t len = 0;
	struct outline *o = outline_parse((struct str){ text, strlen(text) }, "f", &e);
	if (!o)
		fail_msg("%s: %s", text, e.text);
	FILE *out = open_memstream(&room, &len);
	assert_non_null(out);
	assert_true(outline_write(o, n, ALERT_FORMAT_JSON, "1.2", out));
	fclose(out);
	outline_free(o);
	return room;
}

static void becomes(const char *text, const char *expected)
{
	struct notice n = nasty();
	char *got = filled(text, &n);
	assert_string_equal(got, expected);
	free(got);
}

static void places_inside_texts_are_text_and_others_values(void **)
{
	becomes("{\"a\": \"host {{host}}, port {{port}}\"}",
		"{\"a\": \"host 10.0.0.5, port 445\"}");
	becomes("{\"a\": {{host}}, \"b\": [{{ port }},{{number}}]}",
		"{\"a\": \"10.0.0.5\", \"b\": [445,7]}");
	becomes("{{title}}", "\"cordon: 10.0.0.5 worm-like is found\"");
	becomes("[\"{{kind}} {{class}} {{technique}} {{severity}} {{confidence_percent}}\","
		"{{protocol_number}},{{service}},{{time}},{{version}}]",
		"[\"new worm-like T1210 10 99\",6,\"tcp/445\",\"2001-08-09T00:11:57Z\",\"1.2\"]");
	becomes(" \"a\\\\\\\"{{host}}\\u007b{\"\n", " \"a\\\\\\\"10.0.0.5\\u007b{\"\n");
}

static void what_a_notice_has_not_is_null_or_nothing(void **)
{
	becomes("[{{incident}},{{episode}},{{held_back}},\"<{{incident}}>\"]",
		"[null,null,null,\"<>\"]");
	struct notice n = nasty();
	n.has_port = false;
	char *got = filled("[{{port}},\"{{port}}\"]", &n);
	assert_string_equal(got, "[null,\"\"]");
	free(got);
}

static void nothing_in_a_notice_changes_the_shape(void **)
{
	struct notice n = nasty();
	char *text = filled("{\"t\":\"{{why}}\",\"v\":{{why}},\"n\":{{alert}}}", &n);
	cJSON *o = cJSON_Parse(text);
	if (!o)
		fail_msg("no JSON: %s", text);
	assert_int_equal(cJSON_GetArraySize(o), 3);
	const char *inside = cJSON_GetObjectItemCaseSensitive(o, "t")->valuestring;
	assert_string_equal(inside, cJSON_GetObjectItemCaseSensitive(o, "v")->valuestring);
	assert_non_null(strstr(inside, "\",\"admin\":true,\"x\":\" \\ {{host}} \n\t\x01"));
	const cJSON *alert = cJSON_GetObjectItemCaseSensitive(o, "n");
	assert_string_equal(cJSON_GetObjectItemCaseSensitive(alert, "type")->valuestring, "alert");
	cJSON_Delete(o);
	free(text);
}

static void what_is_wrong_is_told_with_line_and_column(void **)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "", "f:1:1: no JSON here" },
		{ "{\"a\": {{hots}}}", "f:1:9: no place 'hots', did you mean 'host'?" },
		{ "{\n  \"感\": \"{{ password }}\"}",
			"f:2:12: no place 'password': cordon.yaml(5)" },
		{ "{\"a\": \"{{host}\"}", "f:1:8: '{{' without '}}' in its line" },
		{ "{\"a\": \"{{alert}}\"}", "f:1:8: 'alert' is an object: without quotes" },
		{ "{\"a\": {{port}}{{port}}}", "f:1:7: a place is a whole" },
		{ "{\"a\": 1{{port}}}", "f:1:8: a place is a whole value" },
		{ "{\n{{kind}}: 1}", "f:2:1: a place is a whole value, or" },
		{ "{\"a\": 1,\n \"b\": }", "f:2:7: no JSON here" },
		{ "{\"a\": 1} x", "f:1:10: no JSON here" },
		{ "{\"a\": \"x\ny\"}", "f:1:9: a control character" },
		{ "{\"a\": \"\xff\"}", "f:1:8: no UTF-8" },
		{ "{\"a\": \"x", "f:1:" },
	};
	for (size_t i = 0; i < countof(cases); i++) {
		struct err e = {};
		struct str text = { cases[i].text, strlen(cases[i].text) };
		assert_null(outline_parse(text, "f", &e));
		if (!strstr(e.text, cases[i].expected))
			fail_msg("'%s' in place of '%s'", e.text, cases[i].expected);
	}
}

static void there_is_an_end_to_it(void **)
{
	static char text[OUTLINE_BYTES_MAX + 2];
	struct err e = {};
	size_t n = 0;
	text[n++] = '"';
	for (int i = 0; i <= OUTLINE_PLACES_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "{{why}}");
	text[n++] = '"';
	assert_null(outline_parse((struct str){ text, n }, "f", &e));
	assert_non_null(strstr(e.text, "more than 64 places"));
	memset(text, ' ', sizeof text);
	assert_null(outline_parse((struct str){ text, sizeof text }, "f", &e));
	assert_non_null(strstr(e.text, "longer than 16384 bytes"));
	assert_null(outline_load("/nonexistent/f", &e));
	assert_non_null(strstr(e.text, "open /nonexistent/f"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_inside_texts_are_text_and_others_values),
		cmocka_unit_test(what_a_notice_has_not_is_null_or_nothing),
		cmocka_unit_test(nothing_in_a_notice_changes_the_shape),
		cmocka_unit_test(what_is_wrong_is_told_with_line_and_column),
		cmocka_unit_test(there_is_an_end_to_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
