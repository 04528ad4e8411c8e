// SPDX-License-Identifier: Apache-2.0
// The store: what was acknowledged is there, what is damaged is told, what is not ours stays as it is.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "store/store.h"

enum { KILL_ROUNDS = 100, DAMAGE_ROUNDS = 300 };

struct place {
	char directory[64], file[96];
};

static struct place place_new(void)
{
	struct place p = { .directory = "/tmp/cordon-store-XXXXXX" };
	assert_non_null(mkdtemp(p.directory));
	snprintf(p.file, sizeof p.file, "%s/incidents.db", p.directory);
	return p;
}

static void place_free(const struct place *p)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char name[112];
	for (size_t i = 0; i < countof(ends); i++) {
		snprintf(name, sizeof name, "%s%s", p->file, ends[i]);
		unlink(name);
	}
	rmdir(p->directory);
}

static struct event note(uint64_t at_ms, const char *text)
{
	struct event ev = { .kind = EVENT_NOTE, .incident = 1, .at_ms = at_ms };
	snprintf(ev.actor, sizeof ev.actor, "test");
	snprintf(ev.body, sizeof ev.body, "%s", text);
	return ev;
}

struct seen {
	uint64_t n, last;
	struct event event;
};

static bool take(void *ctx, const struct event *e)
{
	struct seen *seen = ctx;
	assert_int_equal(e->id, seen->last + 1);
	seen->last = e->id;
	seen->event = *e;
	seen->n++;
	return true;
}

static struct store *open_or_fail(const struct place *p, enum store_mode mode)
{
	struct err e = {};
	struct store *s = store_open(p->directory, mode, &e);
	if (!s)
		fail_msg("%s", e.text);
	return s;
}

static void what_was_added_comes_back(void **state)
{
	(void)state;
	struct place p = place_new();
	struct store *s = open_or_fail(&p, STORE_WRITE);
	struct event ev[2] = { note(5, "{\"text\":\"a\"}"), note(UINT64_MAX, "{}") };
	struct err e = {};
	assert_true(store_append(s, ev, 2, &e));
	assert_int_equal(ev[1].id, 2);
	assert_true(ev[1].arrived_ms > 0);
	store_close(s);

	struct stat st;
	assert_int_equal(stat(p.file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	s = open_or_fail(&p, STORE_READ);
	struct seen seen = {};
	assert_true(store_replay(s, 1, take, &seen, &e));
	assert_int_equal(seen.n, 2);
	assert_memory_equal(&seen.event, &ev[1], sizeof seen.event);
	seen = (struct seen){ .last = 1 };
	assert_true(store_replay(s, 2, take, &seen, &e));
	assert_int_equal(seen.n, 1);
	assert_false(store_append(s, ev, 1, &e));
	store_close(s);
	place_free(&p);
}

static void a_board_that_is_behind_writes_nothing(void **state)
{
	(void)state;
	struct place p = place_new();
	struct store *s = open_or_fail(&p, STORE_WRITE), *other = open_or_fail(&p, STORE_WRITE);
	struct event ev = note(1, "{}");
	struct err e = {};
	bool is_stale = false;
	assert_true(store_append_after(s, 0, &ev, 1, &is_stale, &e));
	assert_false(store_append_after(other, 0, &ev, 1, &is_stale, &e));
	assert_true(is_stale);
	assert_true(store_append_after(other, 1, &ev, 1, &is_stale, &e));
	assert_int_equal(ev.id, 2);
	store_close(other);
	store_close(s);
	place_free(&p);
}

static char *answer_of(void *ctx, uint64_t first)
{
	char text[64];
	snprintf(text, sizeof text, "%s from %d", (const char *)ctx, (int)first);
	return strdup(text);
}

static void an_answer_is_kept_with_what_it_answers(void **state)
{
	(void)state;
	struct place p = place_new();
	struct store *s = open_or_fail(&p, STORE_WRITE);
	struct event ev[2] = { note(1, "{}"), note(2, "{}") };
	struct store_once once = {
		.key = "ann\nk1", .request = UINT64_MAX, .answer = answer_of, .ctx = "done"
	};
	struct err e = {};
	bool is_stale = false;
	uint64_t request = 0;
	char *answer = NULL;
	size_t n = 0;
	assert_true(store_append_once(s, 0, ev, 2, &once, &is_stale, &e));
	assert_int_equal(ev[1].id, 2);
	store_close(s);

	s = open_or_fail(&p, STORE_WRITE);
	assert_true(store_answered(s, "ann\nk1", &request, &answer, &e));
	assert_string_equal(answer, "done from 1");
	assert_true(request == UINT64_MAX);
	free(answer);
	assert_true(store_answered(s, "bob\nk1", &request, &answer, &e));
	assert_null(answer);
	// What is not written has no answer; nor does the same key stand for two changes.
	once.key = "ann\nk2";
	assert_false(store_append_once(s, 0, ev, 1, &once, &is_stale, &e));
	assert_true(is_stale);
	assert_true(store_answered(s, "ann\nk2", &request, &answer, &e));
	assert_null(answer);
	once.key = "ann\nk1";
	assert_false(store_append_once(s, 2, ev, 1, &once, &is_stale, &e));
	struct seen seen = {};
	assert_true(store_replay(s, 1, take, &seen, &e));
	assert_int_equal(seen.n, 2);
	// They go by their age.
	assert_true(store_expire(s, 1, 10, &n, &e));
	assert_int_equal(n, 0);
	assert_true(store_expire(s, UINT64_MAX / 2, 10, &n, &e));
	assert_int_equal(n, 1);
	assert_true(store_answered(s, "ann\nk1", &request, &answer, &e));
	assert_null(answer);
	store_close(s);
	place_free(&p);
}

static void events_cannot_be_changed(void **state)
{
	(void)state;
	struct place p = place_new();
	struct store *s = open_or_fail(&p, STORE_WRITE);
	struct event ev = note(1, "{}");
	struct err e = {};
	assert_true(store_append(s, &ev, 1, &e));
	sqlite3 *db;
	assert_int_equal(sqlite3_open(p.file, &db), SQLITE_OK);
	assert_int_not_equal(sqlite3_exec(db, "UPDATE event SET host = 7", 0, 0, 0), SQLITE_OK);
	assert_int_not_equal(sqlite3_exec(db, "DELETE FROM event", 0, 0, 0), SQLITE_OK);
	// Who takes the triggers away is found by the hashes.
	sqlite3_exec(db, "DROP TRIGGER event_stays_as_it_is; UPDATE event SET host = 7", 0, 0, 0);
	sqlite3_close(db);
	struct seen seen = {};
	assert_false(store_replay(s, 1, take, &seen, &e));
	assert_non_null(strstr(e.text, "event 1 is damaged"));
	assert_int_equal(e.code, EUCLEAN);
	store_close(s);
	place_free(&p);
}

static void put(void *ctx, struct bytes key, struct bytes value)
{
	struct seen *seen = ctx;
	assert_int_equal(key.len, 1);
	seen->n++;
	seen->last = value.len;
}

static void what_is_kept_is_replaced(void **state)
{
	(void)state;
	struct place p = place_new();
	struct store *s = open_or_fail(&p, STORE_WRITE);
	struct err e = {};
	struct bytes key = { (const uint8_t *)"k", 1 }, value = { (const uint8_t *)"1234", 4 };
	assert_true(store_keep(s, "template", key, value, &e));
	value.len = 2;
	assert_true(store_keep(s, "template", key, value, &e));
	assert_true(store_keep(s, "other", key, (struct bytes){}, &e));
	struct seen seen = {};
	assert_true(store_recall(s, "template", put, &seen, &e));
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.last, 2);
	assert_true(store_forget(s, "template", key, &e));
	assert_true(store_forget(s, "template", key, &e)); // also when it is not there
	seen.n = 0;
	assert_true(store_recall(s, "template", put, &seen, &e));
	assert_int_equal(seen.n, 0);
	assert_true(store_recall(s, "other", put, &seen, &e));
	assert_int_equal(seen.n, 1);
	store_close(s);
	place_free(&p);
}

/* A thousand templates at once are one promise of the disk, not a thousand. */
static void what_is_held_comes_in_one_piece(void **state)
{
	(void)state;
	struct place p = place_new();
	struct store *s = open_or_fail(&p, STORE_WRITE), *other = open_or_fail(&p, STORE_READ);
	struct err e = {};
	assert_true(store_hold(s, &e));
	for (uint8_t i = 0; i < 200; i++)
		assert_true(store_keep(
			s, "template", (struct bytes){ &i, 1 }, (struct bytes){ &i, 1 }, &e));
	struct event ev = note(1, "{\"text\":\"in between\"}");
	assert_false(store_append(s, &ev, 1, &e));
	struct seen seen = {};
	assert_true(store_recall(other, "template", put, &seen, &e));
	assert_int_equal(seen.n, 0);
	assert_true(store_release(s, &e));
	assert_true(store_recall(other, "template", put, &seen, &e));
	assert_int_equal(seen.n, 200);
	assert_true(store_append(s, &ev, 1, &e));
	store_close(other);
	store_close(s);
	place_free(&p);
}

/* A child adds pairs of events and tells each that was acknowledged, until it is killed. */
static void add_for_ever(const struct place *p, int out)
{
	struct err e = {};
	struct store *s = store_open(p->directory, STORE_WRITE, &e);
	for (;;) {
		struct event ev[2] = { note(1, "{\"text\":\"first\"}"),
			note(2, "{\"text\":\"second\"}") };
		if (!s || !store_append(s, ev, 2, &e) ||
			write(out, &ev[1].id, sizeof ev[1].id) != sizeof ev[1].id)
			_exit(1);
	}
}

static void what_was_acknowledged_survives_a_kill(void **state)
{
	(void)state;
	struct place p = place_new();
	for (unsigned i = 0; i < KILL_ROUNDS; i++) {
		int pipes[2];
		assert_int_equal(pipe(pipes), 0);
		pid_t child = fork();
		if (child == 0)
			add_for_ever(&p, pipes[1]);
		close(pipes[1]);
		uint64_t id, acknowledged = 0;
		if (i % 4) // some die while they open
			acknowledged = read(pipes[0], &id, sizeof id) == sizeof id ? id : 0;
		usleep(i * 37 % 4000);
		kill(child, SIGKILL);
		while (read(pipes[0], &id, sizeof id) == sizeof id)
			acknowledged = id;
		waitpid(child, NULL, 0);
		close(pipes[0]);
		struct store *s = open_or_fail(&p, STORE_WRITE);
		struct seen seen = {};
		struct err e = {};
		assert_true(store_replay(s, 1, take, &seen, &e));
		assert_true(seen.last >= acknowledged);
		assert_int_equal(seen.last % 2, 0); // all of an append, or none of it
		store_close(s);
	}
	place_free(&p);
}

static void fill(const struct place *p, unsigned n)
{
	struct store *s = open_or_fail(p, STORE_WRITE);
	struct err e = {};
	for (unsigned i = 0; i < n; i++) {
		struct event ev = note(i, "{\"text\":\"what an operator wrote\"}");
		assert_true(store_append(s, &ev, 1, &e));
	}
	store_close(s);
}

static bool take_any(void *ctx, const struct event *e)
{
	++*(uint64_t *)ctx;
	return e->kind < N_EVENTS;
}

static void damage_is_told_and_never_crashes(void **state)
{
	(void)state;
	struct place p = place_new();
	fill(&p, 60);
	unsigned n_told = 0;
	uint64_t random = 1;
	struct stat st;
	assert_int_equal(stat(p.file, &st), 0);
	for (unsigned i = 0; i < DAMAGE_ROUNDS; i++) {
		random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
		off_t at = (off_t)((random >> 20) % (uint64_t)st.st_size);
		int fd = open(p.file, O_RDWR | O_CLOEXEC);
		unsigned char byte, other;
		assert_int_equal(pread(fd, &byte, 1, at), 1);
		other = byte ^ (unsigned char)(1 + (random >> 56) % 255);
		assert_int_equal(pwrite(fd, &other, 1, at), 1);
		struct err e = {};
		uint64_t n = 0;
		struct store *s = store_open(p.directory, STORE_READ, &e);
		bool ok = s && store_replay(s, 1, take_any, &n, &e);
		assert_true(ok || e.text[0]);
		assert_true(!ok || n == 60);
		n_told += !ok;
		store_close(s);
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		close(fd);
	}
	assert_true(n_told > DAMAGE_ROUNDS / 10);
	print_message(
		"# %u of %u damages told; the others hit unused bytes\n", n_told, DAMAGE_ROUNDS);
	place_free(&p);
}

static void refused(const struct place *p, const char *words)
{
	struct err e = {};
	assert_null(store_open(p->directory, STORE_WRITE, &e));
	if (!strstr(e.text, words))
		fail_msg("'%s' does not say '%s'", e.text, words);
	assert_int_equal(e.code, EUCLEAN); // a daemon does not start on it
}

static void sql(const struct place *p, const char *text)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(p->file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, 0, 0, 0), SQLITE_OK);
	sqlite3_close(db);
}

static void what_is_newer_or_not_ours_is_refused(void **state)
{
	(void)state;
	struct place p = place_new();
	fill(&p, 1);
	sql(&p, "PRAGMA user_version = 99");
	refused(&p, "newer cordon");
	sql(&p, "PRAGMA user_version = 1; PRAGMA application_id = 5");
	refused(&p, "another program");
	FILE *f = fopen(p.file, "w");
	for (int i = 0; i < 4096; i++)
		fputs("text ", f);
	fclose(f);
	refused(&p, "not a store of cordon");
	struct stat st;
	assert_int_equal(stat(p.file, &st), 0);
	assert_int_equal(st.st_size, 5 * 4096);
	place_free(&p);
	struct err e = {};
	assert_null(store_open("/nowhere/at/all", STORE_READ, &e));
	assert_non_null(strstr(e.text, "No such file"));
}

/* On a file system of a few pages: what was acknowledged is there when it is full, and read-only. */
static void fill_disk(const struct place *p)
{
	struct err e = {};
	struct store *s = store_open(p->directory, STORE_WRITE, &e);
	struct event ev = note(1, "");
	uint64_t n = 0, n_seen = 0;
	memset(ev.body, 'x', sizeof ev.body - 1);
	while (s && n < 100000 && store_append(s, &ev, 1, &e))
		n = ev.id;
	bool is_told = n > 0 && e.code == ENOSPC && strstr(e.text, "disk is full");
	bool is_there = s && store_replay(s, 1, take_any, &n_seen, &e) && n_seen == n;
	store_close(s);
	if (mount(NULL, p->directory, NULL, MS_REMOUNT | MS_RDONLY, NULL))
		_exit(3);
	bool is_refused = !store_open(p->directory, STORE_WRITE, &e) && strstr(e.text, "Read-only");
	_exit(is_told && is_there && is_refused ? 0 : 4);
}

static void a_full_disk_loses_nothing_that_was_acknowledged(void **state)
{
	(void)state;
	struct place p = place_new();
	pid_t child = fork();
	if (child == 0) {
		if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
			mount("tmpfs", p.directory, "tmpfs", 0, "size=512k"))
			_exit(77);
		fill_disk(&p);
	}
	int status = 0;
	waitpid(child, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		print_message("# skipped: no right to mount a small tmpfs\n");
	else
		assert_int_equal(status, 0);
	place_free(&p);
}

/* Ids of a page, "3,5,". */
static bool take_id(void *ctx, const struct event *e)
{
	char *text = ctx;
	size_t n = strlen(text);
	snprintf(text + n, 64 - n, "%d,", (int)e->id);
	return true;
}

static void is_page(struct store *s, struct store_filter f, const char *ids)
{
	char text[64] = "";
	struct err e = {};
	f.limit = f.limit ? f.limit : 10;
	if (!store_page(s, &f, take_id, text, &e))
		fail_msg("%s", e.text);
	assert_string_equal(text, ids);
}

/* Events 1 to 6: notes of incidents 1, 2, 1, 2, 1, 2; the third is evidence about host 7. */
static void add_for_pages(struct store *s)
{
	struct event ev[6];
	struct err e = {};
	for (size_t i = 0; i < countof(ev); i++) {
		ev[i] = note(i, "{}");
		ev[i].incident = 1 + i % 2;
	}
	ev[2].kind = EVENT_EVIDENCE;
	ev[2].host = 7;
	assert_true(store_append(s, ev, countof(ev), &e));
}

/* Events 1 to 6: of incident 1, of none about host 7, of none, of incident 2, of none about host 8, of 1. */
static void pages_of_an_incident_have_what_its_hosts_were_told_apart_from_it(void **state)
{
	(void)state;
	static const uint64_t rows[][2] = { { 1, 7 }, { 0, 7 }, { 0, 0 }, { 2, 0 }, { 0, 8 },
		{ 1, 0 } };
	struct place p = place_new();
	struct store *s = open_or_fail(&p, STORE_WRITE);
	struct event ev[countof(rows)];
	struct err e = {};
	for (size_t i = 0; i < countof(rows); i++) {
		ev[i] = note(i, "{}");
		ev[i].incident = rows[i][0];
		ev[i].host = rows[i][1];
	}
	assert_true(store_append(s, ev, countof(ev), &e));
	is_page(s, (struct store_filter){ .incident = 1 }, "1,6,");
	is_page(s, (struct store_filter){ .incident = 1, .with_hosts = true }, "1,2,5,6,");
	is_page(s, (struct store_filter){ .incident = 1, .with_hosts = true, .is_newest = true },
		"6,5,2,1,");
	is_page(s,
		(struct store_filter){ .incident = 1, .with_hosts = true, .cursor = 2, .limit = 1 },
		"5,");
	is_page(s, (struct store_filter){ .incident = 1, .with_hosts = true, .limit = SIZE_MAX },
		"1,2,5,6,");
	store_close(s);
	place_free(&p);
}

static void pages_follow_filters_cursors_and_orders(void **state)
{
	(void)state;
	struct place p = place_new();
	struct store *s = open_or_fail(&p, STORE_WRITE);
	add_for_pages(s);
	is_page(s, (struct store_filter){}, "1,2,3,4,5,6,");
	is_page(s, (struct store_filter){ .limit = 2 }, "1,2,");
	is_page(s, (struct store_filter){ .limit = 2, .cursor = 2 }, "3,4,");
	is_page(s, (struct store_filter){ .cursor = 6 }, "");
	is_page(s, (struct store_filter){ .cursor = UINT64_MAX }, "");
	is_page(s, (struct store_filter){ .is_newest = true, .limit = 2 }, "6,5,");
	is_page(s, (struct store_filter){ .is_newest = true, .cursor = 3 }, "2,1,");
	is_page(s, (struct store_filter){ .is_newest = true, .cursor = 1 }, "");
	is_page(s, (struct store_filter){ .incident = 1 }, "1,3,5,");
	is_page(s, (struct store_filter){ .incident = 1, .is_newest = true, .cursor = 5 }, "3,1,");
	is_page(s, (struct store_filter){ .host = 7 }, "3,");
	is_page(s, (struct store_filter){ .host = 7, .incident = 2 }, "");
	is_page(s, (struct store_filter){ .has_kind = true, .kind = EVENT_NOTE, .incident = 1 },
		"1,5,");
	is_page(s,
		(struct store_filter){ .has_kind = true,
			.kind = EVENT_NOTE,
			.incident = 1,
			.is_newest = true,
			.limit = 1 },
		"5,");
	is_page(s,
		(struct store_filter){
			.has_kind = true, .kind = EVENT_NOTE, .incident = 1, .cursor = 1 },
		"5,");
	is_page(s, (struct store_filter){ .has_kind = true, .kind = EVENT_EVIDENCE }, "3,");
	is_page(s, (struct store_filter){ .has_kind = true, .kind = EVENT_EDGE }, "");
	store_close(s);
	place_free(&p);
}

/* As the first version left it: without what later migrations brought. */
static void make_old(const struct place *p)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(p->file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				 "DROP INDEX event_of_incident; DROP INDEX event_of_host;"
				 "DROP INDEX event_of_kind; DROP INDEX event_of_incident_kind; "
				 "DROP TABLE answered; DROP TABLE removing;"
				 "DELETE FROM migration WHERE number > 1;"
				 "PRAGMA user_version = 1",
				 NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(db);
}

static void a_store_of_the_first_version_is_brought_up(void **state)
{
	(void)state;
	struct place p = place_new();
	struct store *s = open_or_fail(&p, STORE_WRITE);
	struct err e = {};
	add_for_pages(s);
	store_close(s);
	make_old(&p);
	assert_null(store_open(p.directory, STORE_READ, &e));
	assert_non_null(strstr(e.text, "of an earlier version"));
	s = open_or_fail(&p, STORE_WRITE);
	is_page(s, (struct store_filter){ .incident = 2 }, "2,4,6,");
	struct seen seen = {};
	assert_true(store_replay(s, 1, take, &seen, &e));
	assert_int_equal(seen.n, 6);
	store_close(s);
	s = open_or_fail(&p, STORE_READ);
	store_close(s);
	place_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_added_comes_back),
		cmocka_unit_test(a_board_that_is_behind_writes_nothing),
		cmocka_unit_test(an_answer_is_kept_with_what_it_answers),
		cmocka_unit_test(events_cannot_be_changed),
		cmocka_unit_test(what_is_kept_is_replaced),
		cmocka_unit_test(what_is_held_comes_in_one_piece),
		cmocka_unit_test(pages_follow_filters_cursors_and_orders),
		cmocka_unit_test(pages_of_an_incident_have_what_its_hosts_were_told_apart_from_it),
		cmocka_unit_test(a_store_of_the_first_version_is_brought_up),
		cmocka_unit_test(what_was_acknowledged_survives_a_kill),
		cmocka_unit_test(damage_is_told_and_never_crashes),
		cmocka_unit_test(what_is_newer_or_not_ours_is_refused),
		cmocka_unit_test(a_full_disk_loses_nothing_that_was_acknowledged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
