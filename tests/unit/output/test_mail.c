// SPDX-License-Identifier: Apache-2.0
// Messages of mail: headers and lines as the RFCs have them, whatever is in a notice, and Japanese that comes back.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "output/mail.h"

static const struct mail_head head = {
	.from = "監視センター、情報システム部ネットワーク管理室 <cordon@example.net>",
	.to = "noc@example.net, a@example.org",
	.host = "site.example.net",
	.version = "1.2",
	.now_ms = UINT64_C(1796098524000), // 2026-12-01T04:15:24Z
};

static struct notice notice(const char *why)
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
		.incident = 3,
		.episode = 1,
		.service = "tcp/445",
	};
	snprintf(n.why, sizeof n.why, "%s", why);
	return n;
}

static char *written(const struct mail_head *h, const struct notice *n, size_t count, uint64_t more)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	assert_non_null(out);
	assert_true(mail_write(h, n, count, more, out));
	fclose(out);
	return text;
}

static int hex(char c)
{
	return c <= '9' ? c - '0' : c - 'A' + 10;
}

/* What a reader of mail makes of the body; in place. */
static char *decoded(char *message)
{
	char *body = strstr(message, "\n\n") + 2, *to = body;
	for (const char *p = body; *p;)
		if (*p != '=') {
			*to++ = *p++;
		} else if (p[1] == '\n') {
			p += 2;
		} else {
			*to++ = (char)(hex(p[1]) << 4 | hex(p[2]));
			p += 3;
		}
	*to = '\0';
	return body;
}

static void every_line_is_short_and_of_ascii(void **)
{
	char why[NOTICE_WHY_BYTES];
	memset(why, '=', sizeof why);
	for (size_t i = 0; i + 3 < sizeof why; i += 5)
		memcpy(why + i, "感", 3);
	why[sizeof why - 1] = '\0';
	struct notice n[3] = { notice(why), notice("\nBcc: x@example.com\r\n.\r\n"), notice(" ") };
	char *text = written(&head, n, 3, 1000);
	const char *body = strstr(text, "\n\n");
	size_t line = 0;
	for (const char *p = text; *p; p++) {
		assert_true(*p == '\n' || ((uint8_t)*p >= ' ' && (uint8_t)*p < 0x7f));
		line = *p == '\n' ? 0 : line + 1;
		assert_in_range(line, 0, p > body ? 76 : 998);
		assert_false(*p == ' ' && p[1] == '\n'); // which mail systems take away
	}
	free(text);
}

static void headers_are_those_of_rfc_5322(void **)
{
	static const char expected[] =
		"From: =?UTF-8?B?55uj6KaW44K744Oz44K/44O844CB5oOF5aCx44K344K544OG44Og?=\n"
		" =?UTF-8?B?6YOo44ON44OD44OI44Ov44O844Kv566h55CG5a6k?=\n"
		" <cordon@example.net>\n"
		"To: noc@example.net,\n a@example.org\n"
		"Subject: cordon: 10.0.0.5 worm-like is found (tcp/445)\n"
		"Date: Tue, 01 Dec 2026 04:15:24 +0000\n"
		"Message-ID: <cordon.7.1.997315917000@site.example.net>\n"
		"Auto-Submitted: auto-generated\n"
		"MIME-Version: 1.0\n"
		"Content-Type: text/plain; charset=UTF-8\n"
		"Content-Transfer-Encoding: quoted-printable\n\n";
	struct notice n = notice("x");
	char *text = written(&head, &n, 1, 0);
	assert_memory_equal(text, expected, sizeof expected - 1);
	free(text);
}

static void without_a_sender_it_is_from_this_machine(void **)
{
	struct mail_head h = head;
	struct notice n = notice("x");
	h.from = "";
	char *text = written(&h, &n, 1, 0);
	assert_memory_equal(text, "From: \"cordon\" <cordon@site.example.net>\n", 41);
	free(text);
	h.host = "a b\n";
	text = written(&h, &n, 1, 0);
	assert_memory_equal(text, "From: \"cordon\" <cordon@localhost>\n", 34);
	free(text);
	h.from = "a \"b\" <c@example.net>";
	text = written(&h, &n, 1, 0);
	assert_memory_equal(text, "From: \"a \\\"b\\\"\"\n <c@example.net>\n", 33);
	free(text);
}

static void what_is_read_is_what_was_written(void **)
{
	struct notice n = notice("GET /感染=\xff\x01 \n次");
	char *text = written(&head, &n, 1, 0);
	const char *body = decoded(text);
	assert_non_null(strstr(body, "1 alert. / 警報 1 件\n"));
	assert_non_null(
		strstr(body, "2001-08-09T00:11:57Z  new  10.0.0.5  worm-like  tcp/445  99%  "
			     "incident 3\n    GET /感染=\xef\xbf\xbd   次\n"));
	assert_non_null(strstr(body, "cordon incident explain 10.0.0.5\n"));
	free(text);
}

static void a_digest_names_the_worst_and_counts_all(void **)
{
	struct notice n[3] = { notice("a"), notice("b"), notice("c") };
	n[0].verdict = VERDICT_SCANNER;
	n[1].host = addr_v4(0x0a000006);
	n[2].kind = NOTICE_OVER;
	char *text = written(&head, n, 3, 5);
	assert_non_null(strstr(text,
		"Subject: cordon: 8 alerts, the worst: 10.0.0.6 worm-like is found (tcp/445)\n"));
	const char *body = decoded(text);
	assert_non_null(strstr(body, "5 more are not listed here. / ほか 5 件は省略:\n"));
	assert_non_null(strstr(body, "over  10.0.0.5  worm-like  tcp/445  incident 3\n    c\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_is_short_and_of_ascii),
		cmocka_unit_test(headers_are_those_of_rfc_5322),
		cmocka_unit_test(without_a_sender_it_is_from_this_machine),
		cmocka_unit_test(what_is_read_is_what_was_written),
		cmocka_unit_test(a_digest_names_the_worst_and_counts_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
