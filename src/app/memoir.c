// SPDX-License-Identifier: Apache-2.0
// Evidence only grows by joining, and joining twice changes nothing. So a snapshot may be taken while
// contacts come in: what it misses is in the journal that was begun before it.
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/memoir_state.h"
#include "app/say.h"
#include "base/hash.h"

enum {
	RETRY_MS = 1000,
	JOURNAL_SHARE = 8,       // of all bytes, at most, before a snapshot is taken
	JOURNAL_BYTES = 4 << 20, // or so much, or as much as the snapshot has
};

const char *memoir_path(const struct memoir *m, const char *name, char room[JOURNAL_PATH_BYTES])
{
	snprintf(room, JOURNAL_PATH_BYTES, "%s/%s", m->directory, name);
	return room;
}

const char *memoir_journal_path(
	const struct memoir *m, uint64_t generation, char room[JOURNAL_PATH_BYTES])
{
	snprintf(room, JOURNAL_PATH_BYTES, "%s/" MEMOIR_JOURNAL "%" PRIu64, m->directory,
		generation);
	return room;
}

/* Said once, until it goes well again. */
static void refused(struct memoir *m, const struct err *e)
{
	if (!m->has_refused)
		say(LOG_WARNING,
			"%s; until it can be written again a crash would cost what "
			"is remembered of contacts",
			e->text);
	m->has_refused = m->is_behind = true;
	m->health.n_refusals++;
	m->health.why = *e;
	m->retry_ms = steady_ms() + RETRY_MS;
}

uint64_t memoir_next_journal(const struct memoir *m, uint64_t from)
{
	uint64_t least = UINT64_MAX;
	DIR *d = opendir(m->directory);
	for (const struct dirent *f; d && (f = readdir(d));) {
		char *end;
		if (strncmp(f->d_name, MEMOIR_JOURNAL, sizeof MEMOIR_JOURNAL - 1) != 0)
			continue;
		uint64_t n = strtoull(f->d_name + sizeof MEMOIR_JOURNAL - 1, &end, 10);
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
	char room[JOURNAL_PATH_BYTES], ready[JOURNAL_PATH_BYTES];
	(void)rename(memoir_path(m, MEMOIR_READY, ready), memoir_path(m, MEMOIR_SNAPSHOT, room));
	m->key = replay_key(memoir_path(m, MEMOIR_SNAPSHOT, room));
	m->has_older = access(room, F_OK) == 0;
	m->next = memoir_next_journal(m, 0);
	for (uint64_t n = m->next; n < UINT64_MAX - 1; n = memoir_next_journal(m, n + 1)) {
		m->has_older = true;
		m->generation = n;
		m->key = m->key ? m->key : replay_key(memoir_journal_path(m, n, room));
	}
	m->key = m->key ? m->key : hash_key();
	m->end = m->generation + 1;
	m->is_recalling = m->has_older;
	m->is_snapshot = true;
}

bool memoir_rotate(struct memoir *m, uint64_t thinning, struct err *e)
{
	char room[JOURNAL_PATH_BYTES];
	struct journal fresh;
	if (!journal_open(
		    &fresh, memoir_journal_path(m, m->generation + 1, room), m->key, thinning, e))
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
	if (!memoir_rotate(m, 1, &e))
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

bool memoir_is_writing(const struct memoir *m)
{
	return m->snapshot.fd >= 0;
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

static bool is_due(const struct memoir *m)
{
	uint64_t long_bytes = MOST((uint64_t)JOURNAL_BYTES, m->health.snapshot_bytes);
	if (m->is_recalling || (m->has_refused && steady_ms() < m->retry_ms))
		return false;
	return m->is_behind || m->n_damaged || m->has_older ||
	       m->journal.n_bytes >= LEAST(long_bytes, m->max_bytes / JOURNAL_SHARE);
}

void memoir_write(struct memoir *m, const struct evidence *evidence)
{
	struct err e = {};
	if (!m->is_behind && !journal_flush(&m->journal, evidence_thinning(evidence), &e))
		refused(m, &e);
	if (memoir_is_writing(m) ? !snapshot_go_on(m, evidence, &e)
				 : is_due(m) && !snapshot_begin(m, evidence, &e)) {
		snapshot_give_up(m);
		refused(m, &e);
	}
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
