// SPDX-License-Identifier: Apache-2.0
// Stores as earlier versions wrote them (tests/fixtures/store-VERSION.sql): each opens, and tells the same.
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "app/command.h"
#include "incident/board.h"
#include "store/store.h"

#define FIXTURES "tests/fixtures/store-"
enum { FIXTURE_BYTES_MAX = 1 << 20 };

struct expected {
	unsigned n_events, n_incidents, n_hosts, n_kept;
};

struct heard {
	struct board *board;
	unsigned n_events, n_kept;
};

static bool take(void *ctx, const struct event *ev)
{
	struct heard *h = ctx;
	h->n_events++;
	assert_true(board_apply(h->board, ev));
	return true;
}

static bool take_any(void *ctx, const struct event *ev)
{
	struct heard *h = ctx;
	h->n_events++;
	(void)board_apply(h->board, ev);
	return true;
}

static void take_kept(void *ctx, struct bytes key, struct bytes value)
{
	struct heard *h = ctx;
	assert_true(key.len > 0 && value.len > 0);
	h->n_kept++;
}

/* The whole of a file, to be freed. */
static char *text_of(const char *path)
{
	FILE *in = fopen(path, "re");
	char *text = calloc(1, FIXTURE_BYTES_MAX);
	assert_non_null(in);
	assert_non_null(text);
	size_t n = fread(text, 1, FIXTURE_BYTES_MAX, in);
	assert_true(n > 0 && n < FIXTURE_BYTES_MAX);
	fclose(in);
	return text;
}

static struct expected expected_of(const char *sql)
{
	struct expected x;
	const char *line = strstr(sql, "\n-- events ");
	assert_non_null(line);
	assert_int_equal(sscanf(line, "\n-- events %u, incidents %u, hosts %u, kept %u",
				 &x.n_events, &x.n_incidents, &x.n_hosts, &x.n_kept),
		4);
	return x;
}

static void restore(const char *sql, const char *path)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Read to its end, and held against what it had. */
static void hold(const char *directory, enum store_mode mode, const struct expected *x)
{
	static const char *const sorts[] = { "collector", "exporter", "seen by", "template",
		"told" };
	struct err e = {};
	struct heard h = { .board = board_new() };
	struct store *s = store_open(directory, mode, &e);
	if (!s)
		fail_msg("%s", e.text);
	assert_true(store_verify(s, &e));
	if (!store_replay(s, 1, take, &h, &e))
		fail_msg("%s", e.text);
	for (size_t i = 0; i < countof(sorts); i++)
		assert_true(store_recall(s, sorts[i], take_kept, &h, &e));
	assert_int_equal(h.n_events, x->n_events);
	assert_int_equal(h.board->incident.n, x->n_incidents);
	assert_int_equal(h.board->host.n, x->n_hosts);
	assert_int_equal(h.n_kept, x->n_kept);
	board_free(h.board);
	store_close(s);
}

static void add_note(const char *directory)
{
	struct err e = {};
	struct store *s = store_open(directory, STORE_WRITE, &e);
	struct event note = { .at_ms = 1, .kind = EVENT_NOTE, .incident = 1 };
	snprintf(note.actor, sizeof note.actor, "ann");
	snprintf(note.body, sizeof note.body, "{\"text\":\"after the upgrade\"}");
	assert_non_null(s);
	assert_true(store_append(s, &note, 1, &e));
	store_close(s);
}

static void a_store_of_each_version_opens_and_tells_the_same(void **)
{
	glob_t found = {};
	assert_int_equal(glob(FIXTURES "*.sql", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		char directory[] = "/tmp/cordon-versions-XXXXXX", path[64];
		char *sql = text_of(found.gl_pathv[i]);
		struct expected x = expected_of(sql);
		assert_non_null(mkdtemp(directory));
		snprintf(path, sizeof path, "%s/incidents.db", directory);
		restore(sql, path);
		hold(directory, STORE_WRITE, &x);
		hold(directory, STORE_READ, &x);
		add_note(directory);
		x.n_events++;
		hold(directory, STORE_READ, &x);
		unlink(path);
		rmdir(directory);
		free(sql);
	}
	globfree(&found);
}

static int64_t number_of(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return n;
}

static char *no_answer(void *ctx, uint64_t first)
{
	(void)first;
	return strdup(ctx);
}

/* What later versions can do, a store of the first one can once it is brought up; and its rows are as they were. */
static void a_store_of_each_version_does_what_this_one_does(void **)
{
	glob_t found = {};
	assert_int_equal(glob(FIXTURES "*.sql", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		char directory[] = "/tmp/cordon-versions-XXXXXX", path[64];
		char *sql = text_of(found.gl_pathv[i]);
		assert_non_null(mkdtemp(directory));
		snprintf(path, sizeof path, "%s/incidents.db", directory);
		restore(sql, path);
		int64_t before = number_of(path, "PRAGMA user_version");
		int64_t sum = number_of(path, "SELECT sum(length(body) * id) FROM event");
		assert_null(store_open(directory, STORE_READ, &(struct err){}));
		struct err e = {};
		struct store *s = store_open(directory, STORE_WRITE, &e);
		struct event note = { .at_ms = 1, .kind = EVENT_NOTE, .incident = 1 };
		struct store_once once = { .key = "ann\nk", .answer = no_answer, .ctx = "done" };
		bool is_stale = false;
		size_t n = 0;
		assert_non_null(s);
		int64_t last = number_of(path, "SELECT max(id) FROM event");
		assert_int_equal(number_of(path, "SELECT sum(length(body) * id) FROM event"), sum);
		// A note under a key, and evidence that goes.
		snprintf(note.actor, sizeof note.actor, "ann");
		snprintf(note.body, sizeof note.body, "{\"text\":\"after the upgrade\"}");
		assert_true(store_append_once(s, (uint64_t)last, &note, 1, &once, &is_stale, &e));
		int64_t evidence =
			number_of(path, "SELECT min(id) FROM event WHERE kind = 'evidence'");
		assert_true(store_remove(
			s, &(struct store_removal){ (uint64_t)evidence, 1 }, 1, &n, &e));
		assert_int_equal(n, 1);
		struct heard h = { .board = board_new() };
		assert_true(store_replay(s, 1, take_any, &h, &e));
		assert_int_equal(h.n_events, last + 1);
		board_free(h.board);
		store_close(s);
		// Each migration is written down, once, in order.
		int64_t after = number_of(path, "PRAGMA user_version");
		assert_true(after > before);
		assert_int_equal(number_of(path, "SELECT count(*) FROM migration"), after);
		assert_int_equal(number_of(path, "SELECT max(number) FROM migration"), after);
		unlink(path);
		rmdir(directory);
		free(sql);
	}
	globfree(&found);
}

static void this_version_has_a_fixture(void **)
{
	assert_int_equal(access(FIXTURES CORDON_VERSION ".sql", R_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_store_of_each_version_opens_and_tells_the_same),
		cmocka_unit_test(a_store_of_each_version_does_what_this_one_does),
		cmocka_unit_test(this_version_has_a_fixture),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
