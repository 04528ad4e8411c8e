// SPDX-License-Identifier: Apache-2.0
// Opening of the store: the file and its rights, whether it is ours and whole, migrations by number.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite.h"

enum {
	APPLICATION_ID = 0x63726477, // "crdw", in the header of the file, as file(1) shows it
	DIRECTORY_MODE = 0700,
	FILE_MODE = 0600,
};

static const char *const statements[N_STATEMENTS] = {
#define AS_SQL(name, sql) [STATEMENT_##name] = sql,
	STATEMENTS(AS_SQL)
#undef AS_SQL
};

/* One row is one migration; its number is its place from 1, and PRAGMA user_version afterwards. */
static const struct {
	const char *about, *sql;
} migrations[] = {
	{ "events and things to remember",
		"CREATE TABLE event (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL,"
		" arrived_ms INTEGER NOT NULL, kind TEXT NOT NULL, incident INTEGER NOT NULL,"
		" host INTEGER NOT NULL, actor TEXT NOT NULL, body TEXT NOT NULL,"
		" chain BLOB NOT NULL);"
		"CREATE TRIGGER event_stays_as_it_is BEFORE UPDATE ON event"
		" BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END;"
		"CREATE TRIGGER event_stays BEFORE DELETE ON event"
		" BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END;"
		"CREATE TABLE kept (sort TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,"
		" PRIMARY KEY (sort, key)) WITHOUT ROWID;" },
	{ "pages of events by incident, host and kind",
		"CREATE INDEX event_of_incident ON event (incident, id);"
		"CREATE INDEX event_of_host ON event (host, id);"
		"CREATE INDEX event_of_kind ON event (kind, id);" },
	{ "answers to changes, by the key that came with them",
		"CREATE TABLE answered (key TEXT PRIMARY KEY, request INTEGER NOT NULL,"
		" at_ms INTEGER NOT NULL, answer TEXT NOT NULL) WITHOUT ROWID;"
		"CREATE INDEX answered_at ON answered (at_ms);" },
	// While a row stands in `removing`, in one transaction, evidence may go; nothing else ever.
	{ "evidence may go by its age",
		"CREATE TABLE removing (id INTEGER PRIMARY KEY);"
		"DROP TRIGGER event_stays_as_it_is; DROP TRIGGER event_stays;"
		"CREATE TRIGGER event_stays_as_it_is BEFORE UPDATE ON event"
		" WHEN old.kind NOT IN ('evidence', 'removed') OR new.kind <> 'removed'"
		" OR new.id <> old.id OR NOT EXISTS (SELECT 1 FROM removing)"
		" BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END;"
		"CREATE TRIGGER event_stays BEFORE DELETE ON event"
		" WHEN old.kind <> 'removed' OR NOT EXISTS (SELECT 1 FROM removing)"
		" BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END;" },
	{ "pages of an incident's events of one kind",
		"CREATE INDEX event_of_incident_kind ON event (incident, kind, id);" },
};

/* What to do about SQLite's troubles, by their primary code. */
static const struct {
	int code;
	const char *advice;
} advices[] = {
	{ SQLITE_FULL, "the disk is full: make room; what was recorded before is safe" },
	{ SQLITE_READONLY, "the file or its file system cannot be written: mount it to write, or "
			   "name another --state" },
	{ SQLITE_CANTOPEN, "the file or its folder cannot be opened: look at their owner and "
			   "rights" },
	{ SQLITE_IOERR, "the disk failed: look at the kernel's log and at the room left" },
	{ SQLITE_BUSY, "another process writes for too long: try again" },
	{ SQLITE_CORRUPT, "the file is damaged: move the folder away and restore a copy, or import "
			  "an export" },
	{ SQLITE_NOTADB, "this is not a store of cordon: it was left as it is; name another "
			 "--state" },
};

bool store_fail(const struct store *s, const char *what, struct err *e)
{
	int code = sqlite3_errcode(s->db) & 0xff;
	const char *advice = "";
	for (size_t i = 0; i < countof(advices); i++)
		if (advices[i].code == code)
			advice = advices[i].advice;
	err_set(e, "%s: %s: %s%s%s", s->path, what, sqlite3_errmsg(s->db), *advice ? "; " : "",
		advice);
	e->code = code == SQLITE_FULL                               ? ENOSPC
		  : code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? EUCLEAN
								    : 0;
	return false;
}

bool store_run(struct store *s, const char *sql, struct err *e)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK || store_fail(s, "run", e);
}

bool store_ask(struct store *s, const char *sql, int64_t *out, struct err *e)
{
	sqlite3_stmt *st = NULL;
	bool ok = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) == SQLITE_OK &&
		  sqlite3_step(st) == SQLITE_ROW;
	if (ok)
		*out = sqlite3_column_int64(st, 0);
	else
		store_fail(s, "read its header", e);
	sqlite3_finalize(st);
	return ok;
}

/* Structure and indexes; it stops at the first thing that is wrong. */
static bool check_whole(struct store *s, struct err *e)
{
	sqlite3_stmt *st = NULL;
	bool ok = sqlite3_prepare_v2(s->db, "PRAGMA quick_check(1)", -1, &st, NULL) == SQLITE_OK;
	int step = ok ? sqlite3_step(st) : SQLITE_ERROR;
	const char *text = step == SQLITE_ROW ? (const char *)sqlite3_column_text(st, 0)
					      : sqlite3_errmsg(s->db);
	ok = step == SQLITE_ROW && text && !strcmp(text, "ok");
	if (!ok) {
		err_set(e,
			"%s: damaged: %.100s; it was left as it is: restore a copy, or import an "
			"export into another --state",
			s->path, text ? text : "no memory");
		e->code = EUCLEAN;
	}
	sqlite3_finalize(st);
	return ok;
}

/* Whether the file is a store of this program or an earlier one; gives how many migrations it has. */
static bool check_ours(struct store *s, int64_t *version, struct err *e)
{
	int64_t application = 0, n_tables = 0;
	if (!store_ask(s, "PRAGMA application_id", &application, e) ||
		!store_ask(s, "PRAGMA user_version", version, e) ||
		!store_ask(s, "SELECT count(*) FROM sqlite_schema", &n_tables, e))
		return false;
	bool is_fresh = application == 0 && *version == 0 && n_tables == 0;
	if (!is_fresh && application != APPLICATION_ID)
		err_set(e,
			"%s: a database of another program: it was left as it is; name another "
			"--state",
			s->path);
	else if (*version > (int64_t)countof(migrations) || *version < 0)
		err_set(e,
			"%s: version %lld, and this cordon knows %zu: it was left as it is; use "
			"the newer cordon",
			s->path, (long long)*version, countof(migrations));
	else
		return true;
	e->code = EUCLEAN;
	return false;
}

/* One migration in one transaction; another process may have been faster. */
static bool migrate_one(struct store *s, size_t i, struct err *e)
{
	int64_t version = 0;
	char *sql = sqlite3_mprintf(
		"%s; PRAGMA application_id = %d; PRAGMA user_version = %d;"
		"CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY,"
		" about TEXT NOT NULL, applied_at TEXT NOT NULL);"
		"INSERT INTO migration VALUES (%d, %Q, datetime('now')); COMMIT",
		migrations[i].sql, APPLICATION_ID, (int)i + 1, (int)i + 1, migrations[i].about);
	bool ok = sql && store_run(s, "BEGIN IMMEDIATE", e) &&
		  store_ask(s, "PRAGMA user_version", &version, e);
	if (ok && version == (int64_t)i)
		ok = store_run(s, sql, e);
	else if (!sql)
		err_set(e, "%s: no memory", s->path);
	if (!sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_free(sql);
	return ok;
}

static bool migrate(struct store *s, enum store_mode mode, struct err *e)
{
	int64_t version = 0;
	if (!check_ours(s, &version, e))
		return false;
	if (mode == STORE_READ && version < (int64_t)countof(migrations))
		return err_set(e,
			"%s: of an earlier version: start cordon watch once to bring it up",
			s->path);
	for (size_t i = (size_t)version; i < countof(migrations); i++)
		if (!migrate_one(s, i, e))
			return false;
	// What they wrote into the log of SQLite takes room until it is carried over; it may wait for others.
	if (version < (int64_t)countof(migrations))
		sqlite3_exec(s->db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
	return true;
}

/* The directory and those above it. */
static bool make_directory(const char *path, struct err *e)
{
	char part[STORE_PATH_BYTES];
	snprintf(part, sizeof part, "%s", path);
	for (char *p = part + 1; *p; p++)
		if (*p == '/') {
			*p = '\0';
			if (mkdir(part, DIRECTORY_MODE) && errno != EEXIST)
				return err_sys(e, "make %s", part);
			*p = '/';
		}
	return !mkdir(part, DIRECTORY_MODE) || errno == EEXIST || err_sys(e, "make %s", part);
}

bool store_make_file(const char *directory, const char *path, int flags, struct err *e)
{
	if (!make_directory(directory, e))
		return false;
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, FILE_MODE);
	if (fd < 0)
		return err_sys(e, "open %s", path);
	close(fd);
	return true;
}

static bool prepare(struct store *s, struct err *e)
{
	for (size_t i = 0; i < N_STATEMENTS; i++)
		if (sqlite3_prepare_v3(s->db, statements[i], -1, SQLITE_PREPARE_PERSISTENT,
			    &s->statement[i], NULL) != SQLITE_OK)
			return store_fail(s, "prepare", e);
	return true;
}

static bool open_file(struct store *s, enum store_mode mode, struct err *e)
{
	int flags = mode == STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
	if (sqlite3_open_v2(s->path, &s->db, flags | SQLITE_OPEN_EXRESCODE, NULL) != SQLITE_OK)
		return store_fail(s, "open", e);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	// A file that somebody else made may name functions in its schema: none of those runs.
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	int64_t version;
	if (!check_ours(s, &version, e))
		return false;
	if (mode == STORE_WRITE && (!store_run(s, "PRAGMA journal_mode = WAL", e) ||
					   !store_run(s, "PRAGMA synchronous = FULL", e)))
		return false;
	return check_whole(s, e) && migrate(s, mode, e) && prepare(s, e);
}

struct store *store_open(const char *directory, enum store_mode mode, struct err *e)
{
	struct store *s = calloc(1, sizeof *s);
	if (!s) {
		err_set(e, "%s: no memory", directory);
		return NULL;
	}
	int n = snprintf(s->path, sizeof s->path, "%s/incidents.db", directory);
	bool ok = n > 0 && (size_t)n < sizeof s->path && *directory;
	if (!ok)
		err_set(e, "name of the state directory: empty, or longer than %d bytes",
			STORE_PATH_BYTES);
	else if (mode == STORE_WRITE)
		ok = store_make_file(directory, s->path, 0, e);
	else if (access(s->path, F_OK))
		ok = err_sys(
			e, "%s (cordon watch makes a store, cordon incident import too)", s->path);
	if (ok && open_file(s, mode, e))
		return s;
	store_close(s);
	return NULL;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < N_STATEMENTS; i++)
		sqlite3_finalize(s->statement[i]);
	sqlite3_close(s->db);
	free(s);
}
