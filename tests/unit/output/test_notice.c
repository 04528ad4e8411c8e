// SPDX-License-Identifier: Apache-2.0
// Notices in every format: one line whatever a stranger put into it, and nothing that ends a field.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "model/spool.h"
#include "output/notice.h"

/* A notice whose reason holds whatever could end a line, a field or a text. */
static struct notice nasty(void)
{
	struct notice n = {
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
		.why = "a\nb\rc\"d\\e|f=g\x01h\x7fi\xffj\xc3\xa9",
	};
	return n;
}

static char *written(const struct notice *n, enum alert_format f)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	assert_non_null(out);
	notice_write(n, f, "1.2", out);
	fclose(out);
	return text;
}

static void every_format_is_one_line_of_printable_text(void **)
{
	struct notice n = nasty();
	for (enum alert_format f = 0; f < N_ALERT_FORMATS; f++) {
		char *text = written(&n, f);
		for (const char *p = text; *p; p++)
			assert_true((uint8_t)*p >= ' ' && *p != 0x7f);
		assert_non_null(strstr(text, "\xc3\xa9")); // what is UTF-8 stays
		free(text);
	}
}

static void cef_escapes_what_its_extension_knows(void **)
{
	struct notice n = nasty();
	char *text = written(&n, ALERT_FORMAT_CEF);
	assert_string_equal(text,
		"CEF:0|cordon|cordon|1.2|worm-like|worm-like is found|10|rt=997315917000 "
		"externalId=7 "
		"act=new src=10.0.0.5 proto=TCP dpt=445 cn1=99 cn1Label=Confidence in percent "
		"cs1=tcp/445 cs1Label=Service "
		"msg=a\\nb\\rc\"d\\\\e|f\\=g?h?i\xef\xbf\xbdj\xc3\xa9");
	free(text);
}

static void an_address_of_ipv6_has_the_field_of_its_own(void **)
{
	struct notice n = nasty();
	n.host = (struct addr){ { 0x20, 1, 0x0d, 0xb8, [15] = 1 } };
	char *text = written(&n, ALERT_FORMAT_CEF);
	assert_non_null(strstr(text, " c6a2=2001:db8::1 c6a2Label=Source IPv6 Address "));
	assert_null(strstr(text, "src="));
	free(text);
}

static void what_is_written_is_read_back(void **)
{
	struct notice n = nasty(), again;
	memset(n.why, 0, sizeof n.why);
	memcpy(n.why, "a\n\"\\\x01", 5);
	char *text = written(&n, ALERT_FORMAT_JSON);
	assert_true(notice_parse((struct str){ text, strlen(text) }, &again));
	assert_int_equal(again.number, n.number);
	assert_int_equal(again.time_ms, n.time_ms);
	assert_true(addr_eq(&again.host, &n.host));
	assert_int_equal(again.verdict, n.verdict);
	assert_int_equal(again.port, n.port);
	assert_string_equal(again.why, n.why);
	free(text);
}

static void ecs_has_the_fields_of_its_names(void **)
{
	struct notice n = nasty();
	char *text = written(&n, ALERT_FORMAT_ECS);
	cJSON *o = cJSON_Parse(text);
	assert_non_null(o);
	const cJSON *event = cJSON_GetObjectItemCaseSensitive(o, "event");
	assert_string_equal(
		cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(event, "kind")), "alert");
	const cJSON *source = cJSON_GetObjectItemCaseSensitive(o, "source");
	assert_string_equal(
		cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(source, "ip")), "10.0.0.5");
	assert_non_null(cJSON_GetObjectItemCaseSensitive(o, "@timestamp"));
	cJSON_Delete(o);
	free(text);
}

static void the_header_of_syslog_is_that_of_rfc_5424(void **)
{
	struct notice n = nasty();
	struct syslog_sender from = { .host = "a b\nc", .version = "1.2", .pid = 42 };
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	assert_non_null(out);
	notice_syslog(&n, ALERT_FORMAT_CEF, &from, out);
	fclose(out);
	static const char head[] = "<130>1 2001-08-09T00:11:57Z a?b?c cordon 42 new "
				   "[meta sequenceId=\"7\"] CEF:0|";
	assert_memory_equal(text, head, sizeof head - 1);
	free(text);
}

static void a_spoiled_line_is_damaged_and_the_next_one_is_read(void **)
{
	struct notice n = nasty(), got;
	char sum[SPOOL_SUM_CHARS + 2], all[4096];
	char *json = written(&n, ALERT_FORMAT_JSON);
	spool_line_seal((struct str){ json, strlen(json) }, sum);
	int len = snprintf(all, sizeof all, "%s%s\nshort\n%s%s\n%s", sum, json, sum, json, sum);
	all[SPOOL_SUM_CHARS + 20] ^= 1;
	struct str rest = { all, (size_t)len };
	assert_int_equal(spool_line_next(&rest, &got), SPOOL_DAMAGED);
	assert_int_equal(spool_line_next(&rest, &got), SPOOL_DAMAGED);
	assert_int_equal(spool_line_next(&rest, &got), SPOOL_NOTICE);
	assert_int_equal(got.number, 7);
	assert_int_equal(spool_line_next(&rest, &got), SPOOL_PART);
	free(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_format_is_one_line_of_printable_text),
		cmocka_unit_test(cef_escapes_what_its_extension_knows),
		cmocka_unit_test(an_address_of_ipv6_has_the_field_of_its_own),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(ecs_has_the_fields_of_its_names),
		cmocka_unit_test(the_header_of_syslog_is_that_of_rfc_5424),
		cmocka_unit_test(a_spoiled_line_is_damaged_and_the_next_one_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
