// SPDX-License-Identifier: Apache-2.0
// What the two files of the store share: its handle, its statements, and how SQLite's troubles are told.
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
	STATEMENT(RECALL, "SELECT key, value FROM kept WHERE sort = ?1 ORDER BY key")

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
#endif
