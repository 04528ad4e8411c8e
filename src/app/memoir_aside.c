// SPDX-License-Identifier: Apache-2.0
// Files that were damaged are kept for a person to look at, the last few. A damaged snapshot makes room for
// the next one by its name alone: not every file system has hard links, and no moment may be without a
// snapshot that is whole.
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/memoir_state.h"
#include "app/say.h"

enum { KEPT = 4, NAME_BYTES = 256, STAMP_BYTES = 24, MS_IN_S = 1000 };

void aside_note(struct memoir *m, uint64_t file)
{
	if (m->n_damaged < DAMAGED_MAX)
		m->damaged[m->n_damaged++] = file;
	m->health.n_damaged++;
}

/* "20261201T042959Z": so that the order of the names is that of the times. */
static void stamp(char room[static STAMP_BYTES])
{
	time_t now = (time_t)(wall_ms() / MS_IN_S);
	struct tm tm;
	if (!gmtime_r(&now, &tm) || !strftime(room, STAMP_BYTES, "%Y%m%dT%H%M%SZ", &tm))
		snprintf(room, STAMP_BYTES, "00000000T000000Z");
}

/* One that is gone was taken away by somebody. */
static bool move(const struct memoir *m, uint64_t file, const char *when, struct err *e)
{
	char from[JOURNAL_PATH_BYTES], to[JOURNAL_PATH_BYTES], name[NAME_BYTES];
	if (file == DAMAGED_SNAPSHOT) {
		memoir_path(m, MEMOIR_SNAPSHOT, from);
		snprintf(name, sizeof name, MEMOIR_DAMAGED ".%s.snapshot", when);
	} else {
		memoir_journal_path(m, file, from);
		snprintf(name, sizeof name, MEMOIR_DAMAGED ".%s.journal.%" PRIu64, when, file);
	}
	return !rename(from, memoir_path(m, name, to)) || errno == ENOENT ||
	       err_sys(e, "put %s aside", from);
}

/* How many there are, and the name of the oldest. */
static size_t count(const struct memoir *m, char oldest[static NAME_BYTES])
{
	size_t n = 0;
	DIR *d = opendir(m->directory);
	for (const struct dirent *f; d && (f = readdir(d));) {
		if (strncmp(f->d_name, MEMOIR_DAMAGED, sizeof MEMOIR_DAMAGED - 1) != 0)
			continue;
		if (n++ == 0 || strcmp(f->d_name, oldest) < 0)
			snprintf(oldest, NAME_BYTES, "%s", f->d_name);
	}
	if (d)
		closedir(d);
	return n;
}

static void prune(const struct memoir *m)
{
	char oldest[NAME_BYTES] = "", path[JOURNAL_PATH_BYTES];
	while (count(m, oldest) > KEPT)
		if (unlink(memoir_path(m, oldest, path)) != 0)
			return; // it is no file of ours
}

bool aside_put(struct memoir *m, struct err *e)
{
	char when[STAMP_BYTES];
	if (m->n_damaged == 0)
		return true;
	stamp(when);
	for (; m->n_damaged; m->n_damaged--)
		if (!move(m, m->damaged[m->n_damaged - 1], when, e))
			return false;
	prune(m);
	return true;
}
