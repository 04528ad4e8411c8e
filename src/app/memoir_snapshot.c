// SPDX-License-Identifier: Apache-2.0
// A snapshot is written beside the one before by a walk over the evidence, a piece at a time, and moved
// into its place when it is on the disk.
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "app/memoir_state.h"
#include "app/say.h"

enum {
	SLICE_CONTACTS = 4096, // at a time: about a millisecond
	AHEAD = 4,             // times what comes in meanwhile, so that it ends
};

/* The file is made anew, and the walk begins. */
static bool begin_walk(struct memoir *m, const struct evidence *evidence, struct err *e)
{
	char room[JOURNAL_PATH_BYTES];
	memoir_path(m, MEMOIR_UNFINISHED, room);
	journal_close(&m->snapshot);
	m->walk = (struct evidence_iter){ .evidence = evidence };
	m->walk_moves = evidence_moves(evidence);
	return journal_open(&m->snapshot, room, m->key, evidence_thinning(evidence), e);
}

/* Journals first, so that between them and the snapshot nothing is missing. */
bool snapshot_begin(struct memoir *m, const struct evidence *evidence, struct err *e)
{
	bool has_journal = m->is_rotated && m->journal.fd >= 0;
	if (!has_journal && !memoir_rotate(m, evidence_thinning(evidence), e))
		return false;
	m->is_rotated = true;
	if (!begin_walk(m, evidence, e))
		return false;
	m->is_behind = false; // what comes goes into the journal again
	return true;
}

/* Between two of the names a keeper may die: one that is ready is found by the next. */
static bool put_in_place(struct memoir *m, struct err *e)
{
	char fresh[JOURNAL_PATH_BYTES], ready[JOURNAL_PATH_BYTES], room[JOURNAL_PATH_BYTES];
	memoir_path(m, MEMOIR_UNFINISHED, fresh);
	memoir_path(m, MEMOIR_READY, ready);
	if (rename(fresh, ready))
		return err_sys(e, "move %s into place", fresh);
	if (!aside_put(m, e))
		return false;
	return !rename(ready, memoir_path(m, MEMOIR_SNAPSHOT, room)) ||
	       err_sys(e, "move %s into place", ready);
}

/* The snapshot takes the place of the one before; the journals before it are needed no more. */
static bool finish(struct memoir *m, struct err *e)
{
	char room[JOURNAL_PATH_BYTES];
	uint64_t n_bytes;
	if (!journal_flush(&m->snapshot, m->snapshot.thinning, e) || !journal_sync(&m->snapshot, e))
		return false;
	n_bytes = m->snapshot.n_bytes;
	journal_close(&m->snapshot);
	if (!put_in_place(m, e))
		return false;
	int d = open(m->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d >= 0) {
		(void)fsync(d); // the new name first, then the old ones go
		close(d);
	}
	for (uint64_t n = 0; (n = memoir_next_journal(m, n)) < m->generation; n++)
		unlink(memoir_journal_path(m, n, room));
	m->has_older = m->is_rotated = false;
	m->health.snapshot_bytes = n_bytes;
	m->health.n_snapshots++;
	if (m->has_refused && !m->is_behind)
		say(LOG_NOTICE, "contacts are kept on the disk again");
	m->has_refused = m->is_behind;
	return true;
}

/* When contacts went, the others have other numbers: the walk begins again. */
bool snapshot_go_on(struct memoir *m, const struct evidence *evidence, struct err *e)
{
	uint64_t came = m->journal.n_bytes - m->seen_bytes;
	size_t n = MOST((size_t)SLICE_CONTACTS, AHEAD * came / PARCEL_CONTACT_BYTES);
	const struct contact *c = NULL;
	m->seen_bytes = m->journal.n_bytes;
	if (evidence_moves(evidence) != m->walk_moves && !begin_walk(m, evidence, e))
		return false;
	for (size_t i = 0; i < n && (c = evidence_next(&m->walk)); i++)
		if (!journal_put(&m->snapshot, c, 1, e))
			return false;
	if (!journal_flush(&m->snapshot, evidence_thinning(evidence), e))
		return false;
	journal_hurry(&m->snapshot);
	return c || finish(m, e);
}

void snapshot_give_up(struct memoir *m)
{
	char room[JOURNAL_PATH_BYTES];
	journal_close(&m->snapshot);
	unlink(memoir_path(m, MEMOIR_UNFINISHED, room));
}
