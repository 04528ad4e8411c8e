// SPDX-License-Identifier: Apache-2.0
// What becomes of entries that stand: renewed within leave, ended, let go; and what an approval says.
#include "unit/contain/site.h"

#include "contain/approval.h"
#include "contain/tend.h"
#include "model/prefixes.h"

enum { HOUR_MS = 3600 * 1000 };
static const uint64_t t0 = UINT64_C(946684800000); // 2000-01-01

/* One entry that was set at t0 for two hours. */
static struct entry two_hours(const char *host)
{
	struct entry e = { .until_ms = t0 + 2 * HOUR_MS, .verdict = N_VERDICTS };
	assert_true(prefix_parse((struct str){ host, strlen(host) }, &e.host));
	assert_true(entry_port_parse("tcp/80", &e.port));
	return e;
}

static struct glimpse look(void *ctx, const struct entry *entry)
{
	(void)entry;
	return *(struct glimpse *)ctx;
}

static void an_entry_goes_on_only_within_leave_and_while_its_host_scans(void **state)
{
	(void)state;
	static const struct {
		const char *what;
		int now_min, last_min; // from t0; last -1: no attack is known
		bool is_over;
		int most_h;    // 0: no leave
		int until_min; // -1: it is taken out
		size_t n_scanning;
	} row[] = {
		{ "in the first half nothing is due", 30, 29, false, 24, 120, 0 },
		{ "in the second half who scans is renewed", 61, 60, false, 24, 61 + 120, 0 },
		{ "no longer than leave", 61, 60, false, 3, 180, 0 },
		{ "without leave it is not", 61, 60, false, 0, 120, 0 },
		{ "nor when leave brings nothing", 61, 60, false, 2, 120, 0 },
		{ "who was quiet since it was set runs out", 61, 0, false, 24, 120, 0 },
		{ "who is not known runs out", 61, -1, false, 24, 120, 0 },
		{ "at its end it is taken out", 120, 0, false, 24, -1, 0 },
		{ "without leave, and said when it still scans", 120, 119, false, 0, -1, 1 },
		{ "beyond leave, and said", 180, 179, false, 3, -1, 1 },
		{ "a host that is clean is let go at once", 1, 0, true, 24, -1, 0 },
		{ "but not without leave", 1, 0, true, 0, 120, 0 },
	};
	for (size_t i = 0; i < countof(row); i++) {
		struct plan old = {}, out;
		struct err e = {};
		struct tended n;
		struct entry entry = two_hours("10.1.1.7");
		struct glimpse g = { .is_over = row[i].is_over };
		if (row[i].last_min >= 0)
			g.last_ms = t0 + (uint64_t)row[i].last_min * 60000;
		struct leave leave = { .now_ms = t0 + (uint64_t)row[i].now_min * 60000,
			.each_ms = row[i].most_h ? 2 * HOUR_MS : 0 };
		if (row[i].most_h)
			leave.most_ms = t0 + (uint64_t)row[i].most_h * HOUR_MS;
		assert_true(plan_put(&old, &entry, &e));
		assert_true(plan_tend(&old, &leave, look, &g, &out, &n, &e));
		uint64_t until = row[i].until_min < 0 ? 0 : t0 + (uint64_t)row[i].until_min * 60000;
		if ((out.n ? out.entry[0].until_ms : 0) != until ||
			n.n_scanning != row[i].n_scanning ||
			n.n_renewed + n.n_ended + n.n_over != (until != entry.until_ms))
			fail_msg("%s", row[i].what);
		plan_fini(&old);
		plan_fini(&out);
	}
}

static void nothing_ever_comes_in(void **state)
{
	(void)state;
	struct dice d = { 7 };
	for (int round = 0; round < 1000; round++) {
		struct plan old = {}, out;
		struct err e = {};
		struct tended n;
		struct glimpse g = { t0 + dice_below(&d, 4 * HOUR_MS), dice_below(&d, 4) == 0 };
		struct leave leave = { t0 + dice_below(&d, 4 * HOUR_MS), 2 * HOUR_MS,
			dice_below(&d, 2) ? t0 + dice_below(&d, 9 * HOUR_MS) : 0 };
		for (int i = 0; i < 5; i++) {
			char host[ADDR_TEXT_BYTES];
			snprintf(host, sizeof host, "10.1.1.%u", 1 + dice_below(&d, 250));
			struct entry entry = two_hours(host);
			entry.until_ms = t0 + dice_below(&d, 4 * HOUR_MS);
			assert_true(plan_put(&old, &entry, &e));
		}
		plan_settle(&old);
		assert_true(plan_tend(&old, &leave, look, &g, &out, &n, &e));
		size_t at = 0;
		for (size_t i = 0; i < out.n; i++) {
			while (at < old.n && !prefix_eq(&old.entry[at].host, &out.entry[i].host))
				at++;
			assert_true(at < old.n);
			assert_true(out.entry[i].until_ms > leave.now_ms);
			assert_true(out.entry[i].until_ms == old.entry[at].until_ms ||
				    out.entry[i].until_ms <= leave.most_ms);
		}
		plan_fini(&old);
		plan_fini(&out);
	}
}

static void an_approval_is_read_as_it_was_written(void **state)
{
	(void)state;
	struct approval a = { .term = { [TERM_TARGET] = "nftables",
				      [TERM_PLAN] = "0123456789abcdef0123456789abcdef",
				      [TERM_FILTER] = "CORDON-1a2b3c4d",
				      [TERM_AT] = "2000-01-01T00:00:00Z",
				      [TERM_UNTIL] = "2000-01-02T00:00:00Z",
				      [TERM_RENEW_UNTIL] = "2000-01-08T00:00:00Z",
				      [TERM_EACH] = "1d",
				      [TERM_WHY] = "a \"quoted\"\nword",
				      [TERM_INVENTORY] = "networks: [10.0.0.0/8]\n" } };
	struct approval b;
	struct err e = {};
	char *line = NULL;
	size_t len;
	FILE *out = open_memstream(&line, &len);
	assert_true(approval_write(&a, out));
	fclose(out);
	assert_null(memchr(line, '\n', len - 1)); // one line
	line[len - 1] = '\0';
	assert_true(approval_parse(line, &b, &e));
	for (enum term t = 0; t < N_TERMS; t++)
		if (a.term[t])
			assert_string_equal(a.term[t], b.term[t]);
		else
			assert_null(b.term[t]);
	assert_int_equal(b.renew_until_ms, t0 + UINT64_C(7) * 24 * HOUR_MS);
	assert_int_equal(b.each_ms, 24 * HOUR_MS);
	approval_fini(&b);
	static const char *const bad[] = { "", "{}", "[]", "{\"type\":\"approval\"}",
		"{\"type\":\"approval\",\"target\":1}",
		("{\"type\":\"approval\",\"target\":\"x\",\"plan\":\"x\",\"filter\":\"x\",\"at\":"
		 "\"now\",\"until\":\"x\"}") };
	for (size_t i = 0; i < countof(bad); i++)
		assert_false(approval_parse(bad[i], &b, &e));
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_goes_on_only_within_leave_and_while_its_host_scans),
		cmocka_unit_test(nothing_ever_comes_in),
		cmocka_unit_test(an_approval_is_read_as_it_was_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
