// SPDX-License-Identifier: Apache-2.0
// The log in SQLite: each row carries the hash of itself and of the row before, so damage has a place.
#include "store/sqlite.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/hash.h"

static uint64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/*
 * XXH3-128 over the hash before and all columns, with lengths, so that no text can stand for two
 * others. It finds what broke by accident; against somebody who rewrites the file it is no seal.
 */
struct chain chain_next(const struct chain *before, const struct event *ev)
{
	const char *text[] = { event_key(ev->kind), ev->actor, ev->body };
	uint64_t number[] = { ev->id, ev->at_ms, ev->arrived_ms, ev->incident, ev->host,
		strlen(text[0]), strlen(text[1]), strlen(text[2]) };
	unsigned char block[sizeof *before + sizeof number + ACTOR_BYTES + BODY_BYTES + 64];
	size_t n = 0;
	memcpy(block, before, sizeof *before);
	n += sizeof *before;
	for (size_t i = 0; i < countof(number); i++) {
		uint64_t le = htole64(number[i]);
		memcpy(block + n, &le, sizeof le);
		n += sizeof le;
	}
	for (size_t i = 0; i < countof(text); i++) {
		size_t len = strlen(text[i]);
		memcpy(block + n, text[i], len);
		n += len;
	}
	XXH128_canonical_t canonical;
	XXH128_canonicalFromHash(&canonical, XXH3_128bits(block, n));
	struct chain out;
	memcpy(out.hash, canonical.digest, sizeof out.hash);
	return out;
}

struct chain chain_seal(const struct link *l, const struct event *ev)
{
	struct chain before = l->chain;
	uint64_t le = htole64(l->n_ids);
	for (size_t i = 0; i < sizeof le; i++)
		before.hash[i] ^= ((const unsigned char *)&le)[i];
	return chain_next(&before, ev);
}

static bool link_column(sqlite3_stmt *st, int column, struct link *out)
{
	const unsigned char *blob = sqlite3_column_blob(st, column);
	size_t len = (size_t)sqlite3_column_bytes(st, column), at = sizeof out->chain;
	uint64_t le = 0;
	*out = (struct link){};
	if (!blob || (len != at && len != LINK_BYTES))
		return false;
	memcpy(&out->chain, blob, sizeof out->chain);
	if (len == at)
		return true;
	memcpy(&le, blob + at, sizeof le);
	memcpy(&out->seal, blob + at + sizeof le, sizeof out->seal);
	out->n_ids = le64toh(le);
	return out->n_ids > 0;
}

static bool chain_column(sqlite3_stmt *st, int column, struct chain *out)
{
	struct link link;
	bool ok = link_column(st, column, &link);
	*out = link.chain;
	return ok;
}

/* The last id and its hash; 0 and zeroes when there is none. */
static bool read_last(struct store *s, uint64_t *id, struct chain *chain, struct err *e)
{
	sqlite3_stmt *st = s->statement[STATEMENT_LAST];
	int step = sqlite3_step(st);
	bool ok = step == SQLITE_ROW || step == SQLITE_DONE;
	*id = 0;
	*chain = (struct chain){};
	if (!ok)
		store_fail(s, "read its last event", e);
	if (step == SQLITE_ROW) {
		*id = (uint64_t)sqlite3_column_int64(st, 0);
		if (!chain_column(st, 1, chain))
			ok = err_set(e, "%s: event %" PRIu64 " is damaged: restore a copy", s->path,
				*id);
	}
	sqlite3_reset(st);
	return ok;
}

static bool add(struct store *s, const struct event *ev, const struct chain *chain, struct err *e)
{
	sqlite3_stmt *st = s->statement[STATEMENT_ADD];
	const char *key = event_key(ev->kind);
	const int64_t number[] = { (int64_t)ev->id, (int64_t)ev->at_ms, (int64_t)ev->arrived_ms };
	for (int i = 0; i < (int)countof(number); i++)
		sqlite3_bind_int64(st, i + 1, number[i]);
	sqlite3_bind_text(st, 4, key, -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, 5, (int64_t)ev->incident);
	sqlite3_bind_int64(st, 6, (int64_t)ev->host);
	sqlite3_bind_text(st, 7, ev->actor, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 8, ev->body, -1, SQLITE_STATIC);
	sqlite3_bind_blob(st, 9, chain->hash, (int)sizeof chain->hash, SQLITE_STATIC);
	bool ok = sqlite3_step(st) == SQLITE_DONE || store_fail(s, "add an event", e);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return ok;
}

bool store_begin(struct store *s, struct err *e)
{
	return sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK ||
	       store_fail(s, "begin to write", e);
}

/* On the disk, or as if nothing had been. */
bool store_finish(struct store *s, bool ok, struct err *e)
{
	if (ok && sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		ok = store_fail(s, "write to the disk", e);
	if (!ok && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return ok;
}

/* The answer to what was just added, by its key. */
static bool add_answer(struct store *s, const struct store_once *once, uint64_t first,
	uint64_t at_ms, struct err *e)
{
	if (!once || !once->key || !*once->key)
		return true;
	sqlite3_stmt *st = s->statement[STATEMENT_ANSWER];
	char *text = once->answer(once->ctx, first);
	if (!text)
		return err_set(e, "%s: no memory", s->path);
	sqlite3_bind_text(st, 1, once->key, -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, 2, (int64_t)once->request);
	sqlite3_bind_int64(st, 3, (int64_t)at_ms);
	sqlite3_bind_text(st, 4, text, -1, SQLITE_STATIC);
	bool ok = sqlite3_step(st) == SQLITE_DONE || store_fail(s, "keep an answer", e);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	free(text);
	return ok;
}

struct append {
	const uint64_t *expected; // id of the last event; NULL: whichever it is
	const struct store_once *once;
	bool *is_stale;
};

static bool append(
	struct store *s, const struct append *how, struct event *event, size_t n, struct err *e)
{
	uint64_t last, at_ms = now_ms();
	struct chain chain;
	if (!store_begin(s, e))
		return false;
	bool ok = read_last(s, &last, &chain, e);
	if (ok && how->expected && *how->expected != last) {
		*how->is_stale = true;
		ok = err_set(
			e, "%s: somebody else wrote meanwhile: look again, then repeat", s->path);
	}
	for (size_t i = 0; i < n && ok; i++) {
		struct event row = event[i];
		row.id = last + i + 1;
		row.arrived_ms = row.arrived_ms ? row.arrived_ms : at_ms;
		chain = chain_next(&chain, &row);
		ok = add(s, &row, &chain, e);
	}
	ok = store_finish(s, ok && add_answer(s, how->once, last + 1, at_ms, e), e);
	for (size_t i = 0; i < n && ok; i++) {
		event[i].id = last + i + 1;
		event[i].arrived_ms = event[i].arrived_ms ? event[i].arrived_ms : at_ms;
	}
	return ok;
}

bool store_append(struct store *s, struct event *event, size_t n, struct err *e)
{
	return append(s, &(struct append){}, event, n, e);
}

bool store_append_once(struct store *s, uint64_t last, struct event *event, size_t n,
	const struct store_once *once, bool *is_stale, struct err *e)
{
	*is_stale = false;
	return append(s, &(struct append){ &last, once, is_stale }, event, n, e);
}

bool store_append_after(struct store *s, uint64_t last, struct event *event, size_t n,
	bool *is_stale, struct err *e)
{
	return store_append_once(s, last, event, n, NULL, is_stale, e);
}

/* Text of a row, when it fits and holds no NUL. */
static bool text_column(sqlite3_stmt *st, int column, char *out, size_t size)
{
	const unsigned char *text = sqlite3_column_text(st, column);
	size_t len = (size_t)sqlite3_column_bytes(st, column);
	if (!text || len >= size || memchr(text, 0, len))
		return false;
	memcpy(out, text, len + 1);
	return true;
}

static bool event_column(sqlite3_stmt *st, struct event *out)
{
	char key[32];
	out->id = (uint64_t)sqlite3_column_int64(st, 0);
	out->at_ms = (uint64_t)sqlite3_column_int64(st, 1);
	out->arrived_ms = (uint64_t)sqlite3_column_int64(st, 2);
	out->incident = (uint64_t)sqlite3_column_int64(st, 4);
	out->host = (uint64_t)sqlite3_column_int64(st, 5);
	return text_column(st, 3, key, sizeof key) && event_parse(key, &out->kind) &&
	       text_column(st, 6, out->actor, sizeof out->actor) &&
	       text_column(st, 7, out->body, sizeof out->body);
}

bool row_read(sqlite3_stmt *st, struct event *out, struct link *link)
{
	return event_column(st, out) && link_column(st, 8, link);
}

/* The event before the first wanted one, and the hash that this was chained to; 0: there is none. */
static bool read_before(struct store *s, uint64_t *id, struct chain *out, struct err *e)
{
	sqlite3_stmt *st = s->statement[STATEMENT_BEFORE];
	*out = (struct chain){};
	sqlite3_bind_int64(st, 1, (int64_t)*id);
	int step = sqlite3_step(st);
	*id = step == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(st, 0) : 0;
	bool ok = step == SQLITE_DONE || (step == SQLITE_ROW && chain_column(st, 1, out));
	sqlite3_reset(st);
	return ok || err_set(e, "%s: event %" PRIu64 " is damaged: restore a copy", s->path, *id);
}

/* Whether a row is the one behind `last`, as it was written or as it was left; then both move on to it. */
static bool follows(
	const struct event *ev, const struct link *link, uint64_t *last, struct chain *chain)
{
	uint64_t n_ids = link->n_ids ? link->n_ids : 1;
	struct chain is = link->n_ids ? chain_seal(link, ev) : chain_next(chain, ev);
	if (ev->id != *last + n_ids ||
		memcmp(&is, link->n_ids ? &link->seal : &link->chain, sizeof is))
		return false;
	*last = ev->id;
	*chain = link->chain;
	return true;
}

bool store_replay(struct store *s, uint64_t from, bool (*take)(void *ctx, const struct event *e),
	void *ctx, struct err *e)
{
	sqlite3_stmt *st = s->statement[STATEMENT_FROM];
	struct chain chain;
	uint64_t last = from ? from : 1;
	int step;
	sqlite3_bind_int64(st, 1, (int64_t)last);
	if (!read_before(s, &last, &chain, e))
		return false;
	bool ok = true, goes_on = true;
	while (ok && goes_on && (step = sqlite3_step(st)) != SQLITE_DONE) {
		struct event ev = {};
		struct link link;
		if (step != SQLITE_ROW) {
			ok = store_fail(s, "read its events", e);
			break;
		}
		ok = row_read(st, &ev, &link) && follows(&ev, &link, &last, &chain);
		if (ok) {
			goes_on = take(ctx, &ev);
			continue;
		}
		err_set(e,
			"%s: event %" PRIu64
			" is damaged: those before it are whole; restore a copy, or import an "
			"export",
			s->path, ev.id);
		e->code = EUCLEAN;
	}
	sqlite3_reset(st);
	return ok;
}

/*
 * The narrowest filter that is given finds the rows by its index, in order of id; incident and kind have
 * one together. What is looked at in the row has a plus. So a page costs what it reads, and nothing is
 * sorted but what two incidents have.
 */
static char *page_sql(const struct store_filter *f)
{
	const char *incident = !f->incident    ? ""
			       : f->with_hosts ? " AND incident IN (0, ?2) AND (incident OR host)"
			       : f->host       ? " AND +incident = ?2"
					       : " AND incident = ?2";
	const char *kind = !f->has_kind ? "" : f->host ? " AND +kind = ?4" : " AND kind = ?4";
	return sqlite3_mprintf("SELECT id, at_ms, arrived_ms, kind, incident, host, actor, body "
			       "FROM event WHERE id %s ?1%s%s%s ORDER BY id %s LIMIT ?5",
		f->is_newest ? "<" : ">", incident, f->host ? " AND host = ?3" : "", kind,
		f->is_newest ? "DESC" : "ASC");
}

static bool page_take(struct store *s, sqlite3_stmt *st,
	bool (*take)(void *ctx, const struct event *e), void *ctx, struct err *e)
{
	int step;
	while ((step = sqlite3_step(st)) == SQLITE_ROW) {
		struct event ev = {};
		if (!event_column(st, &ev))
			return err_set(e, "%s: event %" PRIu64 " is damaged: restore a copy",
				s->path, ev.id);
		if (!take(ctx, &ev))
			return true;
	}
	return step == SQLITE_DONE || store_fail(s, "read its events", e);
}

bool store_page(struct store *s, const struct store_filter *f,
	bool (*take)(void *ctx, const struct event *e), void *ctx, struct err *e)
{
	sqlite3_stmt *st = NULL;
	char *sql = page_sql(f);
	uint64_t cursor = f->cursor || !f->is_newest ? f->cursor : INT64_MAX;
	bool ok = sql && sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) == SQLITE_OK;
	sqlite3_free(sql);
	if (!ok)
		return store_fail(s, "prepare", e);
	sqlite3_bind_int64(st, 1, (int64_t)LEAST(cursor, (uint64_t)INT64_MAX));
	sqlite3_bind_int64(st, 5, (int64_t)f->limit);
	if (f->incident)
		sqlite3_bind_int64(st, 2, (int64_t)f->incident);
	if (f->host)
		sqlite3_bind_int64(st, 3, (int64_t)f->host);
	if (f->has_kind)
		sqlite3_bind_text(st, 4, event_key(f->kind), -1, SQLITE_STATIC);
	ok = page_take(s, st, take, ctx, e);
	sqlite3_finalize(st);
	return ok;
}

bool store_hold(struct store *s, struct err *e)
{
	return store_begin(s, e);
}

bool store_release(struct store *s, struct err *e)
{
	return store_finish(s, true, e);
}

bool store_keep(
	struct store *s, const char *sort, struct bytes key, struct bytes value, struct err *e)
{
	sqlite3_stmt *st = s->statement[STATEMENT_KEEP];
	sqlite3_bind_text(st, 1, sort, -1, SQLITE_STATIC);
	sqlite3_bind_blob64(st, 2, key.len ? (const void *)key.ptr : "", key.len, SQLITE_STATIC);
	sqlite3_bind_blob64(
		st, 3, value.len ? (const void *)value.ptr : "", value.len, SQLITE_STATIC);
	bool ok = sqlite3_step(st) == SQLITE_DONE || store_fail(s, "remember", e);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return ok;
}

bool store_forget(struct store *s, const char *sort, struct bytes key, struct err *e)
{
	sqlite3_stmt *st = s->statement[STATEMENT_FORGET];
	sqlite3_bind_text(st, 1, sort, -1, SQLITE_STATIC);
	sqlite3_bind_blob64(st, 2, key.len ? (const void *)key.ptr : "", key.len, SQLITE_STATIC);
	bool ok = sqlite3_step(st) == SQLITE_DONE || store_fail(s, "forget", e);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return ok;
}

bool store_recall(struct store *s, const char *sort,
	void (*take)(void *ctx, struct bytes key, struct bytes value), void *ctx, struct err *e)
{
	sqlite3_stmt *st = s->statement[STATEMENT_RECALL];
	int step;
	sqlite3_bind_text(st, 1, sort, -1, SQLITE_STATIC);
	while ((step = sqlite3_step(st)) == SQLITE_ROW)
		take(ctx,
			(struct bytes){
				sqlite3_column_blob(st, 0), (size_t)sqlite3_column_bytes(st, 0) },
			(struct bytes){
				sqlite3_column_blob(st, 1), (size_t)sqlite3_column_bytes(st, 1) });
	bool ok = step == SQLITE_DONE || store_fail(s, "recall", e);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return ok;
}

bool store_answered(
	struct store *s, const char *key, uint64_t *request, char **answer, struct err *e)
{
	sqlite3_stmt *st = s->statement[STATEMENT_ANSWERED];
	*answer = NULL;
	sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC);
	int step = sqlite3_step(st);
	bool ok = step == SQLITE_DONE || step == SQLITE_ROW || store_fail(s, "read an answer", e);
	const unsigned char *text = step == SQLITE_ROW ? sqlite3_column_text(st, 1) : NULL;
	if (text) {
		*request = (uint64_t)sqlite3_column_int64(st, 0);
		*answer = strdup((const char *)text);
	}
	if (step == SQLITE_ROW && !*answer)
		ok = err_set(e, "%s: no memory", s->path);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return ok;
}

bool store_expire(struct store *s, uint64_t before_ms, size_t most, size_t *n, struct err *e)
{
	sqlite3_stmt *st = s->statement[STATEMENT_EXPIRE];
	sqlite3_bind_int64(st, 1, (int64_t)before_ms);
	sqlite3_bind_int64(st, 2, (int64_t)most);
	bool ok = sqlite3_step(st) == SQLITE_DONE || store_fail(s, "forget answers", e);
	*n = ok ? (size_t)sqlite3_changes64(s->db) : 0;
	sqlite3_reset(st);
	return ok;
}
