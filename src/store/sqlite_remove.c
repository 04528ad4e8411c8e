// SPDX-License-Identifier: Apache-2.0
// Evidence goes, and what stands in its place keeps the chain: each row that is left is held against the one
// before it as it was.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "store/sqlite.h"

enum { BESIDE_MAX = 64 }; // how far to look for one of the same host

/* A row that went, or is about to. */
struct gone {
	struct event event;
	struct link link;
	uint64_t n_findings;
};

/* The row that a statement finds for an id; `has` when there is one that went already, or it is the id itself. */
static bool read_row(struct store *s, enum statement which, uint64_t id, struct gone *out,
	bool *has, struct err *e)
{
	sqlite3_stmt *st = s->statement[which];
	sqlite3_bind_int64(st, 1, (int64_t)id);
	int step = sqlite3_step(st);
	bool ok = step == SQLITE_DONE || step == SQLITE_ROW || store_fail(s, "read its events", e);
	*has = step == SQLITE_ROW;
	if (*has && !row_read(st, &out->event, &out->link))
		ok = err_set(e, "%s: event %" PRIu64 " is damaged: restore a copy", s->path,
			out->event.id);
	sqlite3_reset(st);
	*has = *has && ok && (which == STATEMENT_ROW || out->link.n_ids);
	out->n_findings = 0;
	if (*has && out->link.n_ids)
		sscanf(out->event.body, "{\"count\":%" SCNu64 "}", &out->n_findings);
	return ok;
}

static bool write_row(struct store *s, struct gone *g, struct err *e)
{
	sqlite3_stmt *st = s->statement[STATEMENT_SET];
	unsigned char blob[LINK_BYTES];
	uint64_t le = htole64(g->link.n_ids);
	g->event.kind = EVENT_REMOVED;
	snprintf(g->event.body, sizeof g->event.body, "{\"count\":%" PRIu64 "}", g->n_findings);
	g->link.seal = chain_seal(&g->link, &g->event);
	memcpy(blob, &g->link.chain, sizeof g->link.chain);
	memcpy(blob + sizeof g->link.chain, &le, sizeof le);
	memcpy(blob + sizeof g->link.chain + sizeof le, &g->link.seal, sizeof g->link.seal);
	sqlite3_bind_int64(st, 1, (int64_t)g->event.id);
	sqlite3_bind_text(st, 2, g->event.body, -1, SQLITE_STATIC);
	sqlite3_bind_blob(st, 3, blob, sizeof blob, SQLITE_STATIC);
	bool ok = sqlite3_step(st) == SQLITE_DONE || store_fail(s, "remove evidence", e);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return ok;
}

/* The row goes wholly; the one behind it, which went too, stands for its ids as well. */
static bool drop_row(struct store *s, const struct gone *g, struct err *e)
{
	sqlite3_stmt *st = s->statement[STATEMENT_DELETE];
	struct gone next;
	bool has = false;
	if (!read_row(s, STATEMENT_ROW_BEHIND, g->event.id, &next, &has, e))
		return false;
	if (!has)
		return err_set(e, "%s: event %" PRIu64 " cannot go", s->path, g->event.id);
	next.link.n_ids += g->link.n_ids;
	sqlite3_bind_int64(st, 1, (int64_t)g->event.id);
	bool ok = sqlite3_step(st) == SQLITE_DONE || store_fail(s, "remove evidence", e);
	sqlite3_reset(st);
	return ok && write_row(s, &next, e);
}

static bool is_same(const struct event *a, const struct event *b)
{
	return a->host == b->host && a->incident == b->incident;
}

/*
 * Another one of the same host among those beside it that went, on one side. `has` when there is one.
 */
static bool find_beside(struct store *s, enum statement side, const struct gone *g,
	struct gone *found, bool *has, struct err *e)
{
	uint64_t id = g->event.id;
	for (int i = 0; i < BESIDE_MAX; i++) {
		if (!read_row(s, side, id, found, has, e))
			return false;
		if (!*has || is_same(&found->event, &g->event))
			return true;
		id = found->event.id;
	}
	*has = false;
	return true;
}

/* The earlier of two becomes part of the later one, so that the last row of all always stands. */
static bool join(struct store *s, const struct gone *earlier, uint64_t later, struct err *e)
{
	struct gone to;
	bool has = false;
	if (!drop_row(s, earlier, e) || !read_row(s, STATEMENT_ROW, later, &to, &has, e))
		return false;
	to.n_findings += earlier->n_findings;
	return write_row(s, &to, e);
}

static bool remove_one(
	struct store *s, const struct store_removal *removal, size_t *n, struct err *e)
{
	struct gone g, other;
	bool has = false;
	if (!read_row(s, STATEMENT_ROW, removal->id, &g, &has, e))
		return false;
	if (!has || g.event.kind != EVENT_EVIDENCE)
		return true;
	g.link.n_ids = 1;
	g.n_findings = removal->n_findings;
	if (!write_row(s, &g, e) || !find_beside(s, STATEMENT_ROW_BEFORE, &g, &other, &has, e) ||
		(has && !join(s, &other, g.event.id, e)))
		return false;
	++*n;
	// It may stand for more now.
	if (!read_row(s, STATEMENT_ROW, removal->id, &g, &has, e) ||
		!find_beside(s, STATEMENT_ROW_BEHIND, &g, &other, &has, e))
		return false;
	return !has || join(s, &g, other.event.id, e);
}

bool store_remove(struct store *s, const struct store_removal *removal, size_t n_removals,
	size_t *n, struct err *e)
{
	*n = 0;
	sqlite3_busy_timeout(s->db, 0);
	bool ok = store_begin(s, e);
	if (!ok && (sqlite3_errcode(s->db) & 0xff) == SQLITE_BUSY)
		e->code = EBUSY;
	sqlite3_busy_timeout(s->db, BUSY_MS);
	if (!ok)
		return false;
	ok = store_run(s, "INSERT INTO removing VALUES (1)", e);
	for (size_t i = 0; i < n_removals && ok; i++)
		ok = remove_one(s, &removal[i], n, e);
	ok = store_finish(s, ok && store_run(s, "DELETE FROM removing", e), e);
	*n = ok ? *n : 0;
	return ok;
}
