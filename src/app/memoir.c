// SPDX-License-Identifier: Apache-2.0
// Evidence only grows by joining, and joining twice changes nothing. So a snapshot may be taken while
// contacts come in: what it misses is in the journal that was begun before it.
#include "app/memoir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/journal.h"
#include "base/hash.h"

#define SNAPSHOT "contacts.snapshot"
#define UNFINISHED "contacts.snapshot~"
#define DAMAGED "contacts.damaged"
#define JOURNAL "contacts.journal."

enum {
	RETRY_MS = 1000,
	JOURNAL_SHARE = 8,       // of all bytes, at most, before a snapshot is taken
	JOURNAL_BYTES = 4 << 20, // or so much, or as much as the snapshot has
	SLICE_CONTACTS = 4096,   // at a time: about a millisecond
	AHEAD = 4,               // times what comes in meanwhile, so that it ends
	TAIL_BYTES_MAX = JOURNAL_CONTACTS * PARCEL_CONTACT_BYTES + PARCEL_HEADER_BYTES,
};

struct memoir {
	char *directory;
	size_t max_bytes;
	uint64_t key;
	uint64_t generation;              // of the journal that is written
	struct journal journal, snapshot; // fd -1: none
	bool has_older;                   // journals that the next snapshot makes needless
	bool is_rotated;                  // for a snapshot that is not whole yet
	bool is_behind;                // something is not on the disk: a snapshot has to be taken
	bool has_refused;              // that was said
	uint64_t retry_ms, seen_bytes; // by the steady clock; of the journal, at the last slice
	struct evidence_iter walk;     // of the snapshot
	uint64_t walk_moves;

	struct replay replay; // of the file that is read; fd -1: none
	char path[JOURNAL_PATH_BYTES];
	bool is_recalling, is_snapshot;
	uint64_t next, end;               // journals to be read
	char damaged[JOURNAL_PATH_BYTES]; // "": none
	struct memoir_health health;
};

static const char *path_of(const struct memoir *m, const char *name, char room[JOURNAL_PATH_BYTES])
{
	snprintf(room, JOURNAL_PATH_BYTES, "%s/%s", m->directory, name);
	return room;
}

static const char *journal_path(
	const struct memoir *m, uint64_t generation, char room[JOURNAL_PATH_BYTES])
{
	snprintf(room, JOURNAL_PATH_BYTES, "%s/" JOURNAL "%" PRIu64, m->directory, generation);
	return room;
}

/* Said once, until it goes well again. */
static void refused(struct memoir *m, const struct err *e)
{
	if (!m->has_refused)
		fprintf(stderr,
			"cordon watch: %s; until it can be written again a crash would cost what "
			"is remembered of contacts\n",
			e->text);
	m->has_refused = m->is_behind = true;
	m->health.n_refusals++;
	m->health.why = *e;
	m->retry_ms = steady_ms() + RETRY_MS;
}

/* The least number of a journal that is not below `from`; UINT64_MAX: there is none. */
static uint64_t next_journal(const struct memoir *m, uint64_t from)
{
	uint64_t least = UINT64_MAX;
	DIR *d = opendir(m->directory);
	for (const struct dirent *f; d && (f = readdir(d));) {
		char *end;
		if (strncmp(f->d_name, JOURNAL, sizeof JOURNAL - 1) != 0)
			continue;
		uint64_t n = strtoull(f->d_name + sizeof JOURNAL - 1, &end, 10);
		if (!*end && n >= from)
			least = LEAST(least, n);
	}
	if (d)
		closedir(d);
	return least;
}

/* Those of keepers before, and the key of the first file that says one. */
static void look_around(struct memoir *m)
{
	char room[JOURNAL_PATH_BYTES];
	m->key = replay_key(path_of(m, SNAPSHOT, room));
	m->has_older = access(room, F_OK) == 0;
	m->next = next_journal(m, 0);
	for (uint64_t n = m->next; n < UINT64_MAX - 1; n = next_journal(m, n + 1)) {
		m->has_older = true;
		m->generation = n;
		m->key = m->key ? m->key : replay_key(journal_path(m, n, room));
	}
	m->key = m->key ? m->key : hash_key();
	m->end = m->generation + 1;
	m->is_recalling = m->has_older;
	m->is_snapshot = true;
}

/* What comes from here on goes into a new file. */
static bool rotate(struct memoir *m, uint64_t thinning, struct err *e)
{
	char room[JOURNAL_PATH_BYTES];
	struct journal fresh;
	if (!journal_open(&fresh, journal_path(m, m->generation + 1, room), m->key, thinning, e))
		return false;
	fresh.collector = m->journal.collector;
	fresh.epoch = m->journal.epoch;
	fresh.number = m->journal.number;
	fresh.has_moved = true;
	if (m->journal.fd >= 0)
		m->has_older = true;
	journal_close(&m->journal);
	m->journal = fresh;
	m->generation++;
	m->seen_bytes = fresh.n_bytes;
	return true;
}

struct memoir *memoir_new(const char *directory, size_t max_bytes)
{
	struct memoir *m = calloc(1, sizeof *m);
	struct err e = {};
	if (!m)
		return NULL;
	m->max_bytes = max_bytes;
	m->journal.fd = m->snapshot.fd = m->replay.fd = -1;
	m->directory = strdup(directory);
	if (!m->directory) {
		free(m);
		return NULL;
	}
	look_around(m);
	if (!rotate(m, 1, &e))
		refused(m, &e);
	return m;
}

void memoir_free(struct memoir *m)
{
	if (!m)
		return;
	replay_close(&m->replay);
	journal_close(&m->snapshot);
	journal_close(&m->journal);
	free(m->directory);
	free(m);
}

uint64_t memoir_key(const struct memoir *m)
{
	return m->key;
}

bool memoir_is_recalling(const struct memoir *m)
{
	return m->is_recalling;
}

bool memoir_is_writing(const struct memoir *m)
{
	return m->snapshot.fd >= 0;
}

/* The next file there is to be read; false when there is none. */
static bool open_next(struct memoir *m)
{
	struct err e = {};
	if (m->is_snapshot)
		path_of(m, SNAPSHOT, m->path);
	else if (m->next < m->end)
		journal_path(m, m->next, m->path);
	else
		return false;
	if (!replay_open(&m->replay, m->path, &e)) {
		if (e.code != ENOENT)
			fprintf(stderr, "cordon watch: %s; it is passed over\n", e.text);
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
		fprintf(stderr,
			"cordon watch: %s: damaged at byte %" PRIu64
			"; all that is whole in it was used, and it is put aside as " DAMAGED "\n",
			m->path, r->is_damaged ? r->damaged_at : r->n_whole);
		memcpy(m->damaged, m->path, sizeof m->damaged);
		m->health.n_damaged++;
	} else if (is_torn) {
		m->health.cut_bytes += tail;
	}
	replay_close(&m->replay);
}

static void next_file(struct memoir *m)
{
	if (!m->is_snapshot)
		m->next = next_journal(m, m->next + 1);
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

void memoir_put(struct memoir *m, const struct contact *contact, size_t n)
{
	struct err e = {};
	if (!m->is_behind && !journal_put(&m->journal, contact, n, &e))
		refused(m, &e);
}

void memoir_moved(struct memoir *m, const struct intake *to)
{
	struct journal *j = &m->journal;
	j->has_moved |= to->number != j->number || to->epoch != j->epoch;
	j->collector = to->collector;
	j->epoch = to->epoch;
	j->number = to->number;
}

static void begin_walk(struct memoir *m, const struct evidence *e)
{
	m->walk = (struct evidence_iter){ .evidence = e };
	m->walk_moves = evidence_moves(e);
}

/* Journals first, so that between them and the snapshot nothing is missing. */
static bool begin_snapshot(struct memoir *m, const struct evidence *evidence, struct err *e)
{
	char room[JOURNAL_PATH_BYTES];
	bool has_journal = m->is_rotated && m->journal.fd >= 0;
	if (!has_journal && !rotate(m, evidence_thinning(evidence), e))
		return false;
	m->is_rotated = true;
	if (!journal_open(&m->snapshot, path_of(m, UNFINISHED, room), m->key,
		    evidence_thinning(evidence), e))
		return false;
	m->is_behind = false; // what comes goes into the journal again
	begin_walk(m, evidence);
	return true;
}

static bool put_aside(struct memoir *m)
{
	char room[JOURNAL_PATH_BYTES];
	path_of(m, DAMAGED, room);
	bool is_done =
		!m->damaged[0] || ((!unlink(room) || errno == ENOENT) && !link(m->damaged, room));
	m->damaged[0] = '\0';
	return is_done;
}

/* The snapshot takes the place of the one before; the journals before it are needed no more. */
static bool end_snapshot(struct memoir *m, struct err *e)
{
	char room[JOURNAL_PATH_BYTES], fresh[JOURNAL_PATH_BYTES];
	uint64_t n_bytes;
	if (!journal_flush(&m->snapshot, m->snapshot.thinning, e) || !journal_sync(&m->snapshot, e))
		return false;
	n_bytes = m->snapshot.n_bytes;
	journal_close(&m->snapshot);
	path_of(m, UNFINISHED, fresh);
	path_of(m, SNAPSHOT, room);
	if (!put_aside(m))
		return err_sys(e, "put %s aside", m->damaged);
	if (rename(fresh, room))
		return err_sys(e, "move %s into place", fresh);
	int d = open(m->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d >= 0) {
		(void)fsync(d); // the new name first, then the old ones go
		close(d);
	}
	for (uint64_t n = 0; (n = next_journal(m, n)) < m->generation; n++)
		unlink(journal_path(m, n, room));
	m->has_older = m->is_rotated = false;
	m->health.snapshot_bytes = n_bytes;
	m->health.n_snapshots++;
	if (m->has_refused && !m->is_behind)
		fputs("cordon watch: contacts are kept on the disk again\n", stderr);
	m->has_refused = m->is_behind;
	return true;
}

/* When contacts went, the others have other numbers: the walk begins again, which costs room alone. */
static bool write_slice(struct memoir *m, const struct evidence *evidence, struct err *e)
{
	uint64_t came = m->journal.n_bytes - m->seen_bytes;
	size_t n = MOST((size_t)SLICE_CONTACTS, AHEAD * came / PARCEL_CONTACT_BYTES);
	const struct contact *c = NULL;
	m->seen_bytes = m->journal.n_bytes;
	if (evidence_moves(evidence) != m->walk_moves)
		begin_walk(m, evidence);
	for (size_t i = 0; i < n && (c = evidence_next(&m->walk)); i++)
		if (!journal_put(&m->snapshot, c, 1, e))
			return false;
	if (!journal_flush(&m->snapshot, evidence_thinning(evidence), e))
		return false;
	journal_hurry(&m->snapshot);
	return c || end_snapshot(m, e);
}

static bool is_due(const struct memoir *m)
{
	uint64_t long_bytes = MOST((uint64_t)JOURNAL_BYTES, m->health.snapshot_bytes);
	if (m->is_recalling || (m->has_refused && steady_ms() < m->retry_ms))
		return false;
	return m->is_behind || m->damaged[0] || m->has_older ||
	       m->journal.n_bytes >= LEAST(long_bytes, m->max_bytes / JOURNAL_SHARE);
}

static void give_up(struct memoir *m, const struct err *e)
{
	char room[JOURNAL_PATH_BYTES];
	journal_close(&m->snapshot);
	unlink(path_of(m, UNFINISHED, room));
	refused(m, e);
}

void memoir_write(struct memoir *m, const struct evidence *evidence)
{
	struct err e = {};
	if (!m->is_behind && !journal_flush(&m->journal, evidence_thinning(evidence), &e))
		refused(m, &e);
	if (memoir_is_writing(m) ? !write_slice(m, evidence, &e)
				 : is_due(m) && !begin_snapshot(m, evidence, &e))
		give_up(m, &e);
}

void memoir_finish(struct memoir *m, const struct evidence *evidence)
{
	m->retry_ms = 0;
	do
		memoir_write(m, evidence);
	while (memoir_is_writing(m));
}

struct memoir_health memoir_health(const struct memoir *m)
{
	struct memoir_health h = m->health;
	h.is_kept = !m->is_behind && !m->has_refused;
	h.is_recalling = m->is_recalling;
	h.journal_bytes = m->journal.fd >= 0 ? m->journal.n_bytes : 0;
	return h;
}
