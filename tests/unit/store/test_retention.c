// SPDX-License-Identifier: Apache-2.0
// Evidence that goes by its age: whatever was written, a replay without it gives the same board.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "incident/body.h"
#include "incident/lifecycle.h"
#include "incident/retention.h"
#include "store/store.h"

enum { STORES = 60, EVENTS = 400, REMOVALS_MAX = EVENTS };

/* A store on its way, and the board of it. */
struct world {
	char directory[64];
	struct store *store;
	struct board *board;
	uint64_t at_ms, n_removed_ids;
	unsigned seed;
};

static unsigned dice(struct world *w, unsigned n)
{
	w->seed = w->seed * 1664525 + 1013904223;
	return (w->seed >> 8) % n;
}

static void world_new(struct world *w, unsigned seed)
{
	struct err e = {};
	*w = (struct world){
		.directory = "/tmp/cordon-retention-XXXXXX", .seed = seed, .at_ms = 1000000
	};
	assert_non_null(mkdtemp(w->directory));
	w->store = store_open(w->directory, STORE_WRITE, &e);
	w->board = board_new();
	assert_non_null(w->store);
	assert_non_null(w->board);
}

static void world_free(struct world *w)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char name[112];
	store_close(w->store);
	board_free(w->board);
	for (size_t i = 0; i < countof(ends); i++) {
		snprintf(name, sizeof name, "%s/incidents.db%s", w->directory, ends[i]);
		unlink(name);
	}
	rmdir(w->directory);
}

static void put(struct world *w, struct event ev, const struct body *body)
{
	struct err e = {};
	ev.at_ms = ev.at_ms ? ev.at_ms : w->at_ms;
	ev.arrived_ms = w->at_ms;
	if (!*ev.actor)
		snprintf(ev.actor, sizeof ev.actor, "cordon");
	assert_true(body_format(body, ev.body));
	assert_true(store_append(w->store, &ev, 1, &e));
	(void)board_apply(w->board, &ev); // a log may hold what the board refuses
}

static const struct member *any_member(struct world *w)
{
	return w->board->member.n ? board_member(w->board, 1 + dice(w, w->board->member.n)) : NULL;
}

static void put_opened(struct world *w)
{
	put(w,
		(struct event){
			.kind = EVENT_OPENED, .incident = w->board->incident.n + UINT64_C(1) },
		&(struct body){});
}

static void put_joined(struct world *w)
{
	char address[32];
	uint64_t host = 1 + dice(w, w->board->host.n + 1);
	snprintf(address, sizeof address, "10.0.0.%d", (int)host);
	put(w,
		(struct event){ .kind = EVENT_JOINED,
			.incident = 1 + dice(w, w->board->incident.n + 1),
			.host = host },
		&(struct body){ .text = { [BODY_ADDRESS] = address },
			.number = { [BODY_ONSET] = w->at_ms } });
}

static void put_finding(struct world *w)
{
	static const char *const causes[] = { "tcp/445", "web:code-red" };
	static const char *const verdicts[] = { "worm-like", "suspect", "exposed", "no verdict" };
	static const char *const sources[] = { "flows", "web-log", "router-list" };
	const struct member *m = any_member(w);
	uint64_t back = dice(w, 8) ? 0 : dice(w, 5000);
	if (m)
		put(w,
			(struct event){ .kind = EVENT_EVIDENCE,
				.incident = m->incident,
				.host = dice(w, 50) ? m->host : 99 },
			&(struct body){
				.text = { [BODY_WHAT] = "finding",
					[BODY_CAUSE] = causes[dice(w, 2)],
					[BODY_VERDICT] = verdicts[dice(w, 10) ? dice(w, 3) : 3],
					[BODY_SOURCE] = sources[dice(w, 3)],
					[BODY_WHY] = "of so many peers so many did not answer" },
				.number = { [BODY_ONSET] = w->at_ms - dice(w, 9000),
					[BODY_LAST] = w->at_ms - back,
					[BODY_SEEN] = dice(w, 3) ? 500 - dice(w, 3) : 0,
					[BODY_CONTACTED] = 1 + dice(w, 500),
					[BODY_SCANNED] = dice(w, 90) } });
}

static void put_other_evidence(struct world *w)
{
	static const char *const sorts[] = { "coverage", "coverage", "alive", "containment",
		"containment-failed", "containment-unknown" };
	const struct member *m = any_member(w);
	unsigned sort = dice(w, countof(sorts));
	bool is_of_all = sort == 0;
	if (m)
		put(w,
			(struct event){ .kind = EVENT_EVIDENCE,
				.incident = sort >= 3 ? m->incident : 0,
				.host = is_of_all ? 0 : m->host },
			&(struct body){ .text = { [BODY_WHAT] = sorts[sort],
						[BODY_WHY] = dice(w, 4) ? "plan a" : "plan b" },
				.number = { [BODY_SINCE] = dice(w, 10) ? 700000 : w->at_ms,
					[BODY_UNTIL] = w->at_ms - dice(w, 2000) * (dice(w, 8) == 0),
					[BODY_LAST] = w->at_ms,
					[BODY_SAMPLING] = dice(w, 3) * 10 } });
}

/* A way on from where a host is, with its evidence or without. */
static void put_moved(struct world *w)
{
	const struct member *m = any_member(w);
	uint32_t ways = m ? lifecycle_ways(m->state) : 0;
	enum state to = (enum state)dice(w, N_STATES);
	for (unsigned i = 0; i < N_STATES && !(ways >> to & 1); i++)
		to = (enum state)((to + 1) % N_STATES);
	if (!m)
		return;
	bool is_person = dice(w, 2);
	struct event ev = { .kind = EVENT_MOVED, .incident = m->incident, .host = m->host };
	snprintf(ev.actor, sizeof ev.actor, "%s", is_person ? "ann" : "cordon");
	put(w, ev,
		&(struct body){
			.text = { [BODY_FROM] = state_key(m->state),
				[BODY_TO] = state_key(to),
				[BODY_SAID] =
					"containment-verified,tasks-done,rescan-clean,ioc-clean,"
					"not-vulnerable,role-kept,containment-lifted",
				[BODY_REASON] = is_person ? "seen" : NULL },
			.number = { [BODY_ONSET] = w->at_ms } });
}

static void put_withdrawn(struct world *w)
{
	const struct member *m = any_member(w);
	if (m)
		put(w,
			(struct event){
				.kind = EVENT_WITHDRAWN, .incident = m->incident, .host = m->host },
			&(struct body){
				.text = { [BODY_CAUSE] = "tcp/445", [BODY_SOURCE] = "flows" } });
}

static void put_parting(struct world *w)
{
	const struct member *m = any_member(w);
	uint64_t other = 1 + dice(w, w->board->incident.n + 1);
	enum event_kind kind = dice(w, 2) ? EVENT_MERGED : EVENT_SPLIT;
	if (m)
		put(w,
			(struct event){ .kind = kind,
				.incident = m->incident,
				.host = kind == EVENT_SPLIT ? m->host : 0 },
			&(struct body){ .number = { [BODY_OTHER] = other } });
}

static void put_edge(struct world *w)
{
	const struct member *m = any_member(w);
	if (m)
		put(w,
			(struct event){
				.kind = EVENT_EDGE, .incident = m->incident, .host = m->host },
			&(struct body){ .number = { [BODY_SOURCE_HOST] = 1 + dice(w, 6),
						[BODY_CONTACT] = w->at_ms - 10,
						[BODY_ONSET] = w->at_ms } });
}

static void live(struct world *w, unsigned n)
{
	// How often of a hundred; the rest is findings.
	static const struct {
		unsigned often;
		void (*put)(struct world *w);
	} acts[] = { { 1, put_opened }, { 3, put_joined }, { 22, put_other_evidence },
		{ 5, put_moved }, { 1, put_withdrawn }, { 1, put_parting }, { 1, put_edge } };
	put_opened(w);
	put_joined(w);
	for (unsigned i = 0; i < n; i++) {
		unsigned act = dice(w, 100), sum = 0;
		size_t which = 0;
		w->at_ms += 1 + dice(w, dice(w, 20) ? 600000 : 90000000);
		while (which < countof(acts) && act >= sum + acts[which].often)
			sum += acts[which++].often;
		if (which < countof(acts))
			acts[which].put(w);
		else
			put_finding(w);
	}
}

struct removals {
	struct store_removal removal[REMOVALS_MAX];
	size_t n;
	uint64_t before_ms;
};

static void gather(void *ctx, const struct removable *r)
{
	struct removals *all = ctx;
	if (r->arrived_ms < all->before_ms && all->n < REMOVALS_MAX)
		all->removal[all->n++] = (struct store_removal){ r->id, r->n_findings };
}

static bool see(void *ctx, const struct event *ev)
{
	retention_see(ctx, ev);
	return true;
}

/* Take out all that may go and is older than this, in pieces; how much it was. */
static size_t retain(struct world *w, uint64_t before_ms)
{
	static struct removals all;
	struct err e = {};
	size_t sum = 0;
	all = (struct removals){ .before_ms = before_ms };
	struct retention *r = retention_new(gather, &all);
	assert_non_null(r);
	if (!store_replay(w->store, 1, see, r, &e))
		fail_msg("%s", e.text);
	retention_free(r);
	for (size_t i = 0, n; i < all.n; i += n) {
		size_t went = 0;
		n = 1 + dice(w, 40);
		n = LEAST(n, all.n - i);
		if (!store_remove(w->store, all.removal + i, n, &went, &e))
			fail_msg("%s", e.text);
		assert_int_equal(went, n);
		sum += went;
	}
	return sum;
}

static bool apply(void *ctx, const struct event *ev)
{
	(void)board_apply(ctx, ev);
	return true;
}

static struct board *replayed(const struct world *w)
{
	struct err e = {};
	struct board *b = board_new();
	assert_non_null(b);
	assert_true(store_verify(w->store, &e));
	if (!store_replay(w->store, 1, apply, b, &e))
		fail_msg("%s", e.text);
	return b;
}

static void is_same_table(const char *name, const struct table *a, const struct table *b,
	size_t row_size, unsigned seed)
{
	if (a->n != b->n)
		fail_msg("world %u: %s: %u rows became %u", seed, name, a->n, b->n);
	for (uint32_t i = 0; i < a->n; i++)
		if (memcmp((const char *)a->row + i * row_size, (const char *)b->row + i * row_size,
			    row_size))
			fail_msg("world %u: %s: row %u is another", seed, name, i + 1);
}

static void is_same_board(const struct board *a, const struct board *b, unsigned seed)
{
	is_same_table("incidents", &a->incident, &b->incident, sizeof(struct incident_row), seed);
	is_same_table("hosts", &a->host, &b->host, sizeof(struct host_row), seed);
	is_same_table("addresses", &a->address, &b->address, sizeof(struct address_row), seed);
	is_same_table("members", &a->member, &b->member, sizeof(struct member), seed);
	is_same_table("charges", &a->charge, &b->charge, sizeof(struct charge), seed);
	is_same_table("edges", &a->edge, &b->edge, sizeof(struct edge), seed);
	is_same_table("stays", &a->stay, &b->stay, sizeof(struct stay), seed);
	is_same_table("checks", &a->check, &b->check, sizeof(struct check), seed);
	assert_memory_equal(&a->covered, &b->covered, sizeof a->covered);
	assert_int_equal(a->last_id, b->last_id);
}

static void a_replay_without_what_went_gives_the_same_board(void **state)
{
	(void)state;
	size_t n_events = 0, n_removed = 0, n_moved = 0;
	for (unsigned seed = 1; seed <= STORES; seed++) {
		struct world w;
		world_new(&w, seed);
		for (int part = 0; part < 3; part++) {
			live(&w, EVENTS / 3);
			n_removed += retain(&w, w.at_ms - dice(&w, 100000000));
			struct board *b = replayed(&w);
			is_same_board(w.board, b, seed);
			board_free(b);
		}
		n_removed += retain(&w, UINT64_MAX);
		struct board *b = replayed(&w);
		is_same_board(w.board, b, seed);
		for (uint32_t at = 1; at <= b->member.n; at++)
			n_moved += board_member(b, at)->state != STATE_SUSPECTED;
		board_free(b);
		n_events += w.board->last_id;
		world_free(&w);
	}
	print_message("%zu of %zu events went; %zu hosts are not in their first state\n", n_removed,
		n_events, n_moved);
	assert_true(n_removed > n_events / 10);
	assert_true(n_moved > STORES);
}

/* Kinds of the log, a letter each: what went is r. */
static bool letter(void *ctx, const struct event *ev)
{
	char *text = ctx;
	size_t n = strlen(text);
	text[n] = event_key(ev->kind)[0];
	text[n + 1] = '\0';
	return true;
}

static void finding_at(struct world *w, uint64_t host, uint64_t last_ms)
{
	put(w, (struct event){ .kind = EVENT_EVIDENCE, .incident = 1, .host = host },
		&(struct body){ .text = { [BODY_WHAT] = "finding",
					[BODY_CAUSE] = "tcp/445",
					[BODY_VERDICT] = "worm-like",
					[BODY_SOURCE] = "flows" },
			.number = { [BODY_LAST] = last_ms } });
}

static void join_at(struct world *w, uint64_t host, const char *address)
{
	put(w, (struct event){ .kind = EVENT_JOINED, .incident = 1, .host = host },
		&(struct body){ .text = { [BODY_ADDRESS] = address } });
}

static void kinds_are(const struct world *w, const char *expected)
{
	char kinds[64] = "";
	struct err e = {};
	assert_true(store_replay(w->store, 1, letter, kinds, &e));
	assert_string_equal(kinds, expected);
}

static void what_a_transition_was_judged_by_stays(void **state)
{
	(void)state;
	struct world w;
	world_new(&w, 1);
	put_opened(&w);
	join_at(&w, 1, "10.0.0.1");
	for (int i = 1; i <= 4; i++)
		finding_at(&w, 1, (uint64_t)i); // the first, two, and the one that is judged by
	put(&w, (struct event){ .kind = EVENT_MOVED, .incident = 1, .host = 1 },
		&(struct body){ .text = { [BODY_FROM] = "suspected", [BODY_TO] = "infected" } });
	for (int i = 5; i <= 8; i++)
		finding_at(&w, 1, (uint64_t)i); // three, and the verdict that stands
	kinds_are(&w, "iheeeeseeee");
	assert_int_equal(retain(&w, UINT64_MAX), 5);
	kinds_are(&w, "iheresre");
	world_free(&w);
}

static void what_went_of_hosts_in_turn_becomes_one_of_each(void **state)
{
	(void)state;
	struct world w;
	world_new(&w, 1);
	put_opened(&w);
	join_at(&w, 1, "10.0.0.1");
	join_at(&w, 2, "10.0.0.2");
	for (int i = 1; i <= 8; i++) {
		finding_at(&w, 1, (uint64_t)i);
		finding_at(&w, 2, (uint64_t)i);
	}
	assert_int_equal(retain(&w, UINT64_MAX), 12);
	kinds_are(&w, "ihheerree");
	assert_int_equal(retain(&w, UINT64_MAX), 0);
	struct board *b = replayed(&w);
	is_same_board(w.board, b, 1);
	assert_int_equal(board_member(b, 1)->n_evidence, 8);
	board_free(b);
	world_free(&w);
}

static void look_at(struct world *w, const char *what, const char *plan)
{
	put(w, (struct event){ .kind = EVENT_EVIDENCE, .incident = 1, .host = 1 },
		&(struct body){ .text = { [BODY_WHAT] = what, [BODY_WHY] = plan },
			.number = { [BODY_LAST] = ++w->at_ms } });
}

/* A device that does not answer for months is asked again and again: since when stays, and the last time. */
static void looks_that_found_nothing_out_do_not_stay_for_ever(void **state)
{
	(void)state;
	struct world w;
	world_new(&w, 1);
	put_opened(&w);
	join_at(&w, 1, "10.0.0.1");
	look_at(&w, "containment", "plan a");
	for (int i = 0; i < 5; i++)
		look_at(&w, "containment-unknown",
			"plan a");            // the first tells it
	look_at(&w, "containment", "plan a"); // no news, and the one before is the first
	for (int i = 0; i < 4; i++)
		look_at(&w, "containment-unknown",
			"plan b"); // another plan: the first, and the last of all
	kinds_are(&w, "iheeeeeeeeeee");
	assert_int_equal(retain(&w, UINT64_MAX), 6);
	kinds_are(&w, "iheereere");
	assert_int_equal(retain(&w, UINT64_MAX), 0);
	struct board *b = replayed(&w);
	is_same_board(w.board, b, 1);
	board_free(b);
	world_free(&w);
}

/* Nothing else may go, and no row is another one afterwards, whoever asks. */
static void nothing_but_evidence_goes(void **state)
{
	(void)state;
	struct world w;
	struct err e = {};
	size_t n = 0;
	sqlite3 *db;
	char path[96];
	static const struct store_removal all[] = { { 1, 0 }, { 2, 0 }, { 3, 1 }, { 99, 1 } };
	world_new(&w, 1);
	put_opened(&w);
	join_at(&w, 1, "10.0.0.1");
	finding_at(&w, 1, 1);
	finding_at(&w, 1, 2);
	assert_true(store_remove(w.store, all, countof(all), &n, &e));
	assert_int_equal(n, 1);
	kinds_are(&w, "ihre");
	snprintf(path, sizeof path, "%s/incidents.db", w.directory);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_not_equal(
		sqlite3_exec(db, "DELETE FROM event WHERE id = 3", NULL, NULL, NULL), SQLITE_OK);
	assert_int_not_equal(sqlite3_exec(db,
				     "INSERT INTO removing VALUES (1); UPDATE event SET actor = "
				     "'x' WHERE id = 4",
				     NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_not_equal(
		sqlite3_exec(db, "DELETE FROM event WHERE id = 2", NULL, NULL, NULL), SQLITE_OK);
	// A writer that holds the store is not waited for.
	assert_int_equal(
		sqlite3_exec(db, "DELETE FROM removing; BEGIN IMMEDIATE", NULL, NULL, NULL),
		SQLITE_OK);
	assert_false(store_remove(w.store, all, 1, &n, &e));
	assert_int_equal(e.code, EBUSY);
	sqlite3_close(db);
	world_free(&w);
}

/* What stands where evidence was is held against its hash as all others are. */
static void a_place_that_is_damaged_is_told(void **state)
{
	(void)state;
	struct world w;
	struct err e = {};
	char path[96];
	static const char *const harms[] = {
		"UPDATE event SET body = '{\"count\":7}' WHERE kind = 'removed'",
		"UPDATE event SET host = 7 WHERE kind = 'removed'",
		"UPDATE event SET chain = zeroblob(40) WHERE kind = 'removed'",
		"UPDATE event SET chain = substr(chain, 1, 16) WHERE kind = 'removed'",
		"DELETE FROM event WHERE kind = 'removed'", "DELETE FROM event WHERE id = 3"
	};
	for (size_t i = 0; i < countof(harms); i++) {
		sqlite3 *db;
		world_new(&w, 1);
		put_opened(&w);
		join_at(&w, 1, "10.0.0.1");
		for (int j = 1; j <= 6; j++)
			finding_at(&w, 1, (uint64_t)j);
		assert_int_equal(retain(&w, UINT64_MAX), 4);
		snprintf(path, sizeof path, "%s/incidents.db", w.directory);
		assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
		assert_int_equal(
			sqlite3_exec(db,
				"DROP TRIGGER event_stays; DROP TRIGGER event_stays_as_it_is", NULL,
				NULL, NULL),
			SQLITE_OK);
		assert_int_equal(sqlite3_exec(db, harms[i], NULL, NULL, NULL), SQLITE_OK);
		sqlite3_close(db);
		if (store_replay(w.store, 1, apply, w.board, &e))
			fail_msg("not found: %s", harms[i]);
		world_free(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_replay_without_what_went_gives_the_same_board),
		cmocka_unit_test(what_a_transition_was_judged_by_stays),
		cmocka_unit_test(what_went_of_hosts_in_turn_becomes_one_of_each),
		cmocka_unit_test(looks_that_found_nothing_out_do_not_stay_for_ever),
		cmocka_unit_test(nothing_but_evidence_goes),
		cmocka_unit_test(a_place_that_is_damaged_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
