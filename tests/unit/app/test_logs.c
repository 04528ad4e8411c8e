// SPDX-License-Identifier: Apache-2.0
// The keeper's knowledge of logs, told by a reader that is played here: what counts with a TICK, what
// is for nothing without one, and what a later keeper and a later reader find again.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/intake.h"
#include "app/logs.h"
#include "detect/attack_parcel.h"
#include "model/log_state.h"
#include "unit/detect/weblog.h"

enum { NOON_S = 997315917, TEXT_MAX = 1 << 16 };

struct play {
	char state[64];
	struct settings settings;
	struct chronicle *chronicle;
	struct logs *logs;
	int end[2]; // of the reader, of the keeper
	struct signatures *signatures;
	uint64_t epoch, number, n_contacts;
	// what the reader was told since its HELLO
	struct intake intake;
	unsigned n_hello, n_pleas, n_logs;
};

static void take_contacts(void *ctx, const struct parcel *p)
{
	struct play *play = ctx;
	play->n_contacts += p->body.len / PARCEL_CONTACT_BYTES;
}

static void keeper_begins(struct play *p)
{
	struct err e = {};
	p->chronicle = chronicle_new(p->state);
	assert_non_null(p->chronicle);
	p->logs = logs_new(&p->settings, NULL, p->chronicle, p->end[1], take_contacts, p, &e);
	if (!p->logs)
		fail_msg("%s", e.text);
}

static void keeper_dies(struct play *p)
{
	logs_free(p->logs);
	chronicle_free(p->chronicle);
}

static void send_parcel(struct play *p, enum parcel_sort sort, struct bytes body)
{
	uint8_t room[PARCEL_HEADER_BYTES + TEXT_MAX];
	struct parcel parcel = {
		.sort = sort, .collector = 1, .epoch = p->epoch, .number = ++p->number, .body = body
	};
	size_t n = parcel_encode(&parcel, room, sizeof room);
	assert_int_equal(write(p->end[0], room, n), n);
	while (logs_take(p->logs))
		;
	logs_work(p->logs, true);
}

/* What the keeper answered. */
static void hear(struct play *p)
{
	struct parcel in;
	while (intake_read(&p->intake, p->end[0]))
		while (intake_next(&p->intake, &in)) {
			p->n_pleas += in.sort == PARCEL_HELLO && in.epoch == 0;
			p->n_hello += in.sort == PARCEL_HELLO && in.epoch == p->epoch;
			p->n_logs += in.sort == PARCEL_LOG && in.epoch == p->epoch;
		}
}

static void reader_begins(struct play *p)
{
	logs_work(p->logs, true);
	hear(p);
	p->epoch++;
	p->number = 0;
	p->n_hello = p->n_pleas = p->n_logs = 0;
	send_parcel(p, PARCEL_HELLO, (struct bytes){});
	hear(p);
	assert_int_equal(p->n_hello, 1);
}

static bool name_of(void *ctx, uint16_t number, struct attack_source *out)
{
	(void)ctx;
	*out = (struct attack_source){ number + UINT64_C(100), STR("/var/log/access.log") };
	return true;
}

/* A request of Code Red II, in a line of a log. */
static void send_attack(struct play *p, const char *host, uint64_t line)
{
	struct err e;
	char *text;
	size_t n;
	struct ledger l;
	struct attacks *a = attacks_new(p->signatures, NULL, 1, 7);
	struct request q =
		asked(host, "10.2.2.2", "/default.ida?" X20 X20 CODE_RED_TAIL, 404, NOON_S, line);
	assert_non_null(a);
	attacks_observe(a, &q, 1);
	struct attack_iter it = { .attacks = a };
	assert_true(ledger_open(&l, "x", &e));
	attacks_save_requests(a, &l);
	attack_parcel_put(attacks_next(&it), name_of, NULL, &l);
	assert_true(ledger_take(&l, &text, &n, &e));
	send_parcel(p, PARCEL_ATTACKS, (struct bytes){ (const uint8_t *)text, n });
	free(text);
	attacks_free(a);
}

static void send_log(struct play *p, uint64_t ino, uint64_t offset)
{
	struct err e;
	char *text;
	size_t n;
	struct ledger l;
	const struct log_state s = { .dev = 1, .ino = ino, .offset = offset, .path = STR("x.log") };
	assert_true(ledger_open(&l, "x", &e));
	if (offset)
		log_state_put(&l, &s);
	else
		log_over_put(&l, 1, ino);
	assert_true(ledger_take(&l, &text, &n, &e));
	send_parcel(p, PARCEL_LOG, (struct bytes){ (const uint8_t *)text, n });
	free(text);
}

static void tick(struct play *p)
{
	send_parcel(p, PARCEL_TICK, (struct bytes){});
}

/* How many requests the findings tell of a host; 0: there is none. */
static uint64_t requests_of(struct play *p, const char *host)
{
	struct findings f = {};
	struct addr a = host_of(host);
	uint64_t n = 0;
	assert_true(logs_into(p->logs, UINT64_C(1000) * NOON_S, &f));
	for (size_t i = 0; i < f.n; i++)
		for (size_t k = 0; k < f.finding[i].n_attacks && addr_eq(&f.finding[i].host, &a);
			k++)
			n += f.finding[i].attack[k]->n;
	findings_free(&f);
	return n;
}

static int setup(void **state)
{
	struct err e;
	struct play *p = calloc(1, sizeof *p);
	settings_init(&p->settings);
	snprintf(p->state, sizeof p->state, "/tmp/logs-XXXXXX");
	if (!mkdtemp(p->state) ||
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, p->end) ||
		!intake_init(&p->intake) || !(p->signatures = signatures_new(&e)))
		return -1;
	keeper_begins(p);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	static const char *const files[] = { "incidents.db", "incidents.db-wal",
		"incidents.db-shm" };
	struct play *p = *state;
	char path[128];
	keeper_dies(p);
	for (size_t i = 0; i < countof(files); i++) {
		snprintf(path, sizeof path, "%s/%s", p->state, files[i]);
		unlink(path);
	}
	rmdir(p->state);
	signatures_free(p->signatures);
	intake_fini(&p->intake);
	close(p->end[0]);
	close(p->end[1]);
	free(p);
	return 0;
}

static void what_was_told_counts_with_the_tick(void **state)
{
	struct play *p = *state;
	reader_begins(p);
	send_attack(p, "10.1.1.1", 17);
	assert_int_equal(requests_of(p, "10.1.1.1"), 0);
	assert_false(logs_has_news(p->logs));
	tick(p);
	assert_int_equal(requests_of(p, "10.1.1.1"), 1);
	assert_true(logs_has_news(p->logs));
	assert_false(logs_has_news(p->logs));
	assert_int_equal(logs_last_ms(p->logs), UINT64_C(1000) * NOON_S);
}

/* Its lines are read again by the next reader: they must not count twice. */
static void what_a_dead_reader_told_without_a_tick_is_for_nothing(void **state)
{
	struct play *p = *state;
	reader_begins(p);
	send_attack(p, "10.1.1.1", 17);
	send_log(p, 5, 100);
	reader_begins(p);
	assert_int_equal(p->n_logs, 0);
	tick(p);
	assert_int_equal(requests_of(p, "10.1.1.1"), 0);
	for (uint64_t line = 1; line <= 50; line++) // more than rows are kept
		send_attack(p, "10.1.1.1", line);
	send_log(p, 5, 100);
	tick(p);
	assert_int_equal(requests_of(p, "10.1.1.1"), 50);
	reader_begins(p);
	assert_int_equal(p->n_logs, 1);
}

static void a_lost_parcel_makes_the_reader_begin_anew(void **state)
{
	struct play *p = *state;
	reader_begins(p);
	send_attack(p, "10.1.1.1", 1);
	p->number++; // one that never comes
	send_attack(p, "10.1.1.2", 2);
	send_log(p, 5, 100);
	tick(p);
	hear(p);
	assert_int_equal(p->n_pleas, 1);
	assert_int_equal(requests_of(p, "10.1.1.1") + requests_of(p, "10.1.1.2"), 0);
	reader_begins(p);
	assert_int_equal(p->n_logs, 0);
	send_attack(p, "10.1.1.2", 2);
	tick(p);
	hear(p);
	assert_int_equal(p->n_pleas, 0);
	assert_int_equal(requests_of(p, "10.1.1.2"), 1);
}

static void a_later_keeper_knows_attacks_and_positions_together(void **state)
{
	struct play *p = *state;
	reader_begins(p);
	for (uint64_t line = 1; line <= 50; line++)
		send_attack(p, "10.1.1.1", line);
	send_log(p, 5, 100);
	send_log(p, 6, 100);
	tick(p);
	send_log(p, 6, 0); // is over
	tick(p);
	send_attack(p, "10.1.1.1", 51);
	send_log(p, 5, 200);
	keeper_dies(p); // without a tick
	keeper_begins(p);
	assert_true(logs_has_news(p->logs));
	assert_int_equal(requests_of(p, "10.1.1.1"), 50);
	// What the reader goes on to say is not believed before it has begun anew.
	send_attack(p, "10.1.1.9", 52);
	tick(p);
	assert_int_equal(requests_of(p, "10.1.1.9"), 0);
	hear(p);
	assert_int_equal(p->n_pleas, 1);
	reader_begins(p);
	assert_int_equal(p->n_logs, 1);
	send_attack(p, "10.1.1.1", 51);
	tick(p);
	assert_int_equal(requests_of(p, "10.1.1.1"), 51);
}

static void an_old_attack_is_forgotten_for_good(void **state)
{
	struct play *p = *state;
	reader_begins(p);
	send_attack(p, "10.1.1.1", 1);
	tick(p);
	logs_expire(p->logs, UINT64_C(1000) * NOON_S);
	assert_int_equal(requests_of(p, "10.1.1.1"), 1);
	logs_expire(p->logs, UINT64_C(1000) * NOON_S + 1);
	assert_int_equal(requests_of(p, "10.1.1.1"), 0);
	logs_work(p->logs, true);
	keeper_dies(p);
	keeper_begins(p);
	assert_int_equal(requests_of(p, "10.1.1.1"), 0);
}

static void other_signatures_keep_what_is_known(void **state)
{
	struct play *p = *state;
	struct err e = {};
	reader_begins(p);
	send_attack(p, "10.1.1.1", 1);
	tick(p);
	send_attack(p, "10.1.1.2", 2);
	assert_true(logs_reload(p->logs, &p->settings, NULL, &e));
	assert_int_equal(requests_of(p, "10.1.1.1"), 1);
	tick(p); // of the reader of before: its parcels are put aside until it begins anew
	assert_int_equal(requests_of(p, "10.1.1.2"), 0);
	struct settings bad = p->settings;
	snprintf(bad.signatures, sizeof bad.signatures, "/not/there");
	assert_false(logs_reload(p->logs, &bad, NULL, &e));
	assert_non_null(strstr(e.text, "/not/there"));
	assert_int_equal(requests_of(p, "10.1.1.1"), 1);
}

static void what_cannot_be_read_is_counted_and_hurts_nobody(void **state)
{
	struct play *p = *state;
	static const char bad[] = "cordon state 1\nattack\t10.1.1.1\nend\t0123456789abcdef\n";
	struct bytes body = { (const uint8_t *)bad, sizeof bad - 1 };
	reader_begins(p);
	send_parcel(p, PARCEL_ATTACKS, body);
	send_parcel(p, PARCEL_LOG, body);
	send_parcel(p, PARCEL_TEMPLATE, body); // of a collector
	send_attack(p, "10.1.1.1", 1);
	tick(p);
	assert_int_equal(requests_of(p, "10.1.1.1"), 1);
}

static void contacts_of_access_lists_are_handed_on(void **state)
{
	struct play *p = *state;
	static const uint8_t contacts[3 * PARCEL_CONTACT_BYTES];
	reader_begins(p);
	send_parcel(p, PARCEL_CONTACTS, (struct bytes){ contacts, sizeof contacts });
	assert_int_equal(p->n_contacts, 3);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_told_counts_with_the_tick),
		TEST(what_a_dead_reader_told_without_a_tick_is_for_nothing),
		TEST(a_lost_parcel_makes_the_reader_begin_anew),
		TEST(a_later_keeper_knows_attacks_and_positions_together),
		TEST(an_old_attack_is_forgotten_for_good),
		TEST(other_signatures_keep_what_is_known),
		TEST(what_cannot_be_read_is_counted_and_hurts_nobody),
		TEST(contacts_of_access_lists_are_handed_on),
	};
	return cmocka_run_group_tests_name("logs", tests, NULL, NULL);
}
