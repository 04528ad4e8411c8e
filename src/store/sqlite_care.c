// SPDX-License-Identifier: Apache-2.0
// What keeps a store well over years: a whole check, a copy while it is in use, room given back.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/sqlite.h"

const char *store_path(const struct store *s)
{
	return s->path;
}

bool store_size(struct store *s, uint64_t *bytes, uint64_t *n_free, struct err *e)
{
	int64_t page = 0, n = 0, unused = 0;
	if (!store_ask(s, "PRAGMA page_size", &page, e) ||
		!store_ask(s, "PRAGMA page_count", &n, e) ||
		!store_ask(s, "PRAGMA freelist_count", &unused, e))
		return false;
	*bytes = (uint64_t)(page * n);
	*n_free = (uint64_t)(page * unused);
	return true;
}

bool store_verify(struct store *s, struct err *e)
{
	sqlite3_stmt *st = NULL;
	bool ok = sqlite3_prepare_v2(s->db, "PRAGMA integrity_check(1)", -1, &st, NULL) ==
			  SQLITE_OK &&
		  sqlite3_step(st) == SQLITE_ROW;
	const char *text = ok ? (const char *)sqlite3_column_text(st, 0) : NULL;
	if (!ok) {
		store_fail(s, "check", e);
	} else if (!text || strcmp(text, "ok")) {
		ok = err_set(e, "%s: damaged: %.100s; restore a copy, or import an export", s->path,
			text ? text : "no memory");
		e->code = EUCLEAN;
	}
	sqlite3_finalize(st);
	return ok;
}

/*
 * All pages in one step: in a WAL a reader holds nobody up, while a copy in several steps would begin anew
 * with each event that another process writes. The copy needs no WAL, so it is one file.
 */
static bool copy(struct store *from, struct store *to, struct err *e)
{
	sqlite3_backup *b = sqlite3_backup_init(to->db, "main", from->db, "main");
	if (!b)
		return store_fail(to, "begin the copy", e);
	int step = sqlite3_backup_step(b, -1);
	int code = sqlite3_backup_finish(b);
	if (step != SQLITE_DONE || code != SQLITE_OK)
		return store_fail(to, "copy", e);
	return store_run(to, "PRAGMA journal_mode = DELETE", e);
}

static bool sync_directory(const char *directory, struct err *e)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;
	if (!ok)
		err_sys(e, "write %s to the disk", directory);
	if (fd >= 0)
		close(fd);
	return ok;
}

/* To a name of its own; it gets its real one when it is whole. */
static bool copy_to(
	struct store *s, struct store *to, const char *directory, const char *path, struct err *e)
{
	bool ok = sqlite3_open_v2(to->path, &to->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE,
			  NULL) == SQLITE_OK ||
		  store_fail(to, "open", e);
	ok = ok && copy(s, to, e);
	sqlite3_close(to->db);
	if (ok && rename(to->path, path) != 0)
		ok = err_sys(e, "name the copy %s", path);
	if (!ok)
		unlink(to->path);
	return ok && sync_directory(directory, e);
}

bool store_backup(struct store *s, const char *directory, struct err *e)
{
	char path[STORE_PATH_BYTES];
	struct store *to = calloc(1, sizeof *to);
	if (!to)
		return err_set(e, "%s: no memory", directory);
	int n = snprintf(to->path, sizeof to->path, "%s/incidents.db.%d", directory, (int)getpid());
	snprintf(path, sizeof path, "%s/incidents.db", directory);
	bool ok = *directory && n > 0 && (size_t)n < sizeof to->path;
	if (!ok)
		err_set(e, "name of the directory: empty, or longer than %d bytes",
			STORE_PATH_BYTES);
	else if (access(path, F_OK) == 0)
		ok = err_set(e, "%s is there already: name a new directory for each copy", path);
	ok = ok && store_make_file(directory, to->path, O_EXCL, e) &&
	     copy_to(s, to, directory, path, e);
	free(to);
	return ok;
}

bool store_vacuum(struct store *s, struct err *e)
{
	return store_run(s, "VACUUM", e) && store_run(s, "PRAGMA wal_checkpoint(TRUNCATE)", e);
}
