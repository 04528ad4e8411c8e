// SPDX-License-Identifier: Apache-2.0
// What the files of the store share: its handle, its statements, and how SQLite's troubles are told.
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H
#include <sqlite3.h>

#include "store/store.h"

enum {
	STORE_PATH_BYTES = 4096,
	LINK_BYTES = 16 + 8 + 16,
	BUSY_MS = 10000, // how long to wait for another process that writes
};

#define ROW_COLUMNS \
	"SELECT id, at_ms, arrived_ms, kind, incident, host, actor, body, chain FROM event "

/** Statements that are prepared at open: STATEMENT(name, sql). */
#define STATEMENTS(STATEMENT) \
	STATEMENT(LAST, "SELECT id, chain FROM event ORDER BY id DESC LIMIT 1") \
	STATEMENT(BEFORE, "SELECT id, chain FROM event WHERE id < ?1 ORDER BY id DESC LIMIT 1") \
	STATEMENT(ADD, \
		"INSERT INTO event (id, at_ms, arrived_ms, kind, incident, host, actor, body, " \
		"chain) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)") \
	STATEMENT(FROM, ROW_COLUMNS "WHERE id >= ?1 ORDER BY id") \
	STATEMENT(KEEP, "INSERT OR REPLACE INTO kept (sort, key, value) VALUES (?1, ?2, ?3)") \
	STATEMENT(FORGET, "DELETE FROM kept WHERE sort = ?1 AND key = ?2") \
	STATEMENT(RECALL, "SELECT key, value FROM kept WHERE sort = ?1 ORDER BY key") \
	STATEMENT(ANSWER, \
		"INSERT INTO answered (key, request, at_ms, answer) VALUES (?1, ?2, ?3, ?4)") \
	STATEMENT(ANSWERED, "SELECT request, answer FROM answered WHERE key = ?1") \
	STATEMENT(EXPIRE, \
		"DELETE FROM answered WHERE key IN (SELECT key FROM answered WHERE at_ms < ?1 " \
		"ORDER BY at_ms LIMIT ?2)") \
	STATEMENT(ROW, ROW_COLUMNS "WHERE id = ?1") \
	STATEMENT(ROW_BEFORE, ROW_COLUMNS "WHERE id < ?1 ORDER BY id DESC LIMIT 1") \
	STATEMENT(ROW_BEHIND, ROW_COLUMNS "WHERE id > ?1 ORDER BY id LIMIT 1") \
	STATEMENT(SET, "UPDATE event SET kind = 'removed', body = ?2, chain = ?3 WHERE id = ?1") \
	STATEMENT(DELETE, "DELETE FROM event WHERE id = ?1")

#define AS_STATEMENT(name, sql) STATEMENT_##name,
enum statement { STATEMENTS(AS_STATEMENT) N_STATEMENTS };
#undef AS_STATEMENT

struct store {
	sqlite3 *db;
	sqlite3_stmt *statement[N_STATEMENTS];
	char path[STORE_PATH_BYTES];
};

/** Hash of a row and of all before it. */
struct chain {
	unsigned char hash[16];
};

/**
 * What stands in the column of the chain. A row as it was written has its hash there, which the next one begins
 * with. One that went leaves that to the next one, and beside it how many ids it stands for and the hash of what
 * it is now.
 */
struct link {
	struct chain chain;
	uint64_t n_ids; // with its own; 0: the row is as it was written
	struct chain seal;
};

/** The hash of an event behind another one. */
struct chain chain_next(const struct chain *before, const struct event *ev);

/** The hash of what stands where events were. */
struct chain chain_seal(const struct link *l, const struct event *ev);

/** Columns of a row as ROW_COLUMNS has them; false when they are not well formed. */
bool row_read(sqlite3_stmt *st, struct event *out, struct link *link);

/** Begin to write; end with what was done on the disk, or as if nothing had been. */
bool store_begin(struct store *s, struct err *e);
bool store_finish(struct store *s, bool ok, struct err *e);

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
