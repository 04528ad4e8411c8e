// SPDX-License-Identifier: Apache-2.0
// What the files of the memoir share: where they are, what is being written and read.
#ifndef APP_MEMOIR_STATE_H
#define APP_MEMOIR_STATE_H
#include "app/journal.h"
#include "app/memoir.h"

#define MEMOIR_SNAPSHOT "contacts.snapshot"
#define MEMOIR_UNFINISHED "contacts.snapshot~"
#define MEMOIR_READY \
	"contacts.snapshot.ready" // whole, and about to take the place of the one before
#define MEMOIR_DAMAGED "contacts.damaged"
#define MEMOIR_JOURNAL "contacts.journal."

enum { DAMAGED_MAX = 8 };
#define DAMAGED_SNAPSHOT UINT64_MAX // in the place of a journal's number

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
	uint64_t next, end;            // journals to be read
	uint64_t damaged[DAMAGED_MAX]; // journals by their number, to be put aside
	size_t n_damaged;
	struct memoir_health health;
};

/** The path of a file, and of the journal of a number; give `room` back. */
const char *memoir_path(const struct memoir *m, const char *name, char room[JOURNAL_PATH_BYTES]);
const char *memoir_journal_path(
	const struct memoir *m, uint64_t generation, char room[JOURNAL_PATH_BYTES]);

/** The least number of a journal that is not below `from`; UINT64_MAX: there is none. */
uint64_t memoir_next_journal(const struct memoir *m, uint64_t from);

/** Let what comes from here on go into a new journal. */
bool memoir_rotate(struct memoir *m, uint64_t thinning, struct err *e);

/** Note that a file is damaged inside; beyond DAMAGED_MAX it is only counted. */
void aside_note(struct memoir *m, uint64_t file);

/** Give what was noted a name of its own, with the time; the oldest of those before go. */
bool aside_put(struct memoir *m, struct err *e);

/** Begin a snapshot, after a new journal: so between them nothing is missing. */
bool snapshot_begin(struct memoir *m, const struct evidence *evidence, struct err *e);

/** Write a piece of it; behind the last one, it takes the place of the one before. */
bool snapshot_go_on(struct memoir *m, const struct evidence *evidence, struct err *e);

/** Leave it, and the one before as it is. */
void snapshot_give_up(struct memoir *m);
#endif
