// SPDX-License-Identifier: Apache-2.0
// What the files of the store share: its handle, its statements, and how SQLite's troubles are told.
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H
#include <sqlite3.h>

#include "store/store.h"

enum { STORE_PATH_BYTES = 4096 };

/** Statements that are prepared at open: STATEMENT(name, sql). */
#define STATEMENTS(STATEMENT) \
	STATEMENT(LAST, "SELECT id, chain FROM event ORDER BY id DESC LIMIT 1") \
	STATEMENT(BEFORE, "SELECT chain FROM event WHERE id = ?1") \
	STATEMENT(ADD, \
		"INSERT INTO event (id, at_ms, arrived_ms, kind, incident, host, actor, body, " \
		"chain) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)") \
	STATEMENT(FROM, "SELECT id, at_ms, arrived_ms, kind, incident, host, actor, body, chain " \
			"FROM event WHERE id >= ?1 ORDER BY id") \
	STATEMENT(KEEP, "INSERT OR REPLACE INTO kept (sort, key, value) VALUES (?1, ?2, ?3)") \
	STATEMENT(FORGET, "DELETE FROM kept WHERE sort = ?1 AND key = ?2") \
	STATEMENT(RECALL, "SELECT key, value FROM kept WHERE sort = ?1 ORDER BY key") \
	STATEMENT(ANSWER, \
		"INSERT INTO answered (key, request, at_ms, answer) VALUES (?1, ?2, ?3, ?4)") \
	STATEMENT(ANSWERED, "SELECT request, answer FROM answered WHERE key = ?1") \
	STATEMENT(EXPIRE, \
		"DELETE FROM answered WHERE key IN (SELECT key FROM answered WHERE at_ms < ?1 " \
		"ORDER BY at_ms LIMIT ?2)")

#define AS_STATEMENT(name, sql) STATEMENT_##name,
enum statement { STATEMENTS(AS_STATEMENT) N_STATEMENTS };
#undef AS_STATEMENT

struct store {
	sqlite3 *db;
	sqlite3_stmt *statement[N_STATEMENTS];
	char path[STORE_PATH_BYTES];
};

/**
 * Fill `e` from what SQLite last said: what was tried, on which file, why, what to do.
 *
 * Always false.
 */
bool store_fail(const struct store *s, const char *what, struct err *e);

/** Run statements that give nothing, and a question whose answer is one number. */
bool store_run(struct store *s, const char *sql, struct err *e);
bool store_ask(struct store *s, const char *sql, int64_t *out, struct err *e);

/**
 * Make the directory and those above it, and in it the file with its rights, before SQLite would make
 * it with others; its WAL takes them over.
 *
 * flags  more for open(2): O_EXCL when the file must not be there yet
 */
bool store_make_file(const char *directory, const char *path, int flags, struct err *e);
#endif
