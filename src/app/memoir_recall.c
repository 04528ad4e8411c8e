// SPDX-License-Identifier: Apache-2.0
// What keepers before left is read file by file, a piece at a time: the snapshot, then journals, oldest
// first.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "app/memoir_state.h"
#include "app/say.h"

// A journal is torn within the parcel that was written last.
enum { TAIL_BYTES_MAX = JOURNAL_CONTACTS * PARCEL_CONTACT_BYTES + PARCEL_HEADER_BYTES };

bool memoir_is_recalling(const struct memoir *m)
{
	return m->is_recalling;
}

/* The next file there is to be read; false when there is none. */
static bool open_next(struct memoir *m)
{
	struct err e = {};
	if (m->is_snapshot)
		memoir_path(m, MEMOIR_SNAPSHOT, m->path);
	else if (m->next < m->end)
		memoir_journal_path(m, m->next, m->path);
	else
		return false;
	if (!replay_open(&m->replay, m->path, &e)) {
		if (e.code != ENOENT)
			say(LOG_WARNING, "%s; it is passed over", e.text);
		replay_close(&m->replay);
	}
	return true;
}

/* A tail of a journal is what its keeper did not write to the end; a snapshot has none. */
static void close_file(struct memoir *m)
{
	const struct replay *r = &m->replay;
	uint64_t tail = r->n_bytes - r->n_whole;
	bool is_torn = tail && !m->is_snapshot && tail <= TAIL_BYTES_MAX;
	if (r->is_damaged || (tail && !is_torn)) {
		say(LOG_WARNING,
			"%s: damaged at byte %" PRIu64 "; all that is whole in it was used, and it "
			"is put aside as " MEMOIR_DAMAGED ".TIME",
			m->path, r->is_damaged ? r->damaged_at : r->n_whole);
		aside_note(m, m->is_snapshot ? DAMAGED_SNAPSHOT : m->next);
	} else if (is_torn) {
		m->health.cut_bytes += tail;
	}
	replay_close(&m->replay);
}

static void next_file(struct memoir *m)
{
	if (!m->is_snapshot)
		m->next = memoir_next_journal(m, m->next + 1);
	m->is_snapshot = false;
}

struct reading {
	struct memoir *memoir;
	replay_fn *take;
	void *ctx;
};

static void pass_on(void *ctx, const struct parcel *p)
{
	struct reading *r = ctx;
	if (p->sort == PARCEL_CONTACTS)
		r->memoir->health.n_recalled += p->body.len / PARCEL_CONTACT_BYTES;
	r->take(r->ctx, p);
}

bool memoir_recall(struct memoir *m, replay_fn *take, void *ctx)
{
	struct reading r = { m, take, ctx };
	if (!m->is_recalling)
		return false;
	if (m->replay.fd < 0 && !open_next(m)) {
		m->is_recalling = false;
		return false;
	}
	if (m->replay.fd < 0) {
		next_file(m);
	} else if (!replay_some(&m->replay, pass_on, &r)) {
		close_file(m);
		next_file(m);
	}
	return true;
}
