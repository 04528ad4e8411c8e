// SPDX-License-Identifier: Apache-2.0
// What the keeper remembers of contacts, on the disk: a snapshot, and journals of what came since. A
// disk that refuses costs what would be remembered after a crash, and nothing else.
#ifndef APP_MEMOIR_H
#define APP_MEMOIR_H
#include "app/replay.h"
#include "detect/evidence.h"

struct memoir;

struct memoir_health {
	bool is_kept;        // all that is remembered is on the disk
	bool is_recalling;   // what the keeper before left is still being read
	uint64_t n_recalled; // contacts that came from there
	uint64_t journal_bytes, snapshot_bytes, n_snapshots;
	uint64_t cut_bytes; // of a tail that was torn off when a keeper died
	uint64_t n_damaged; // files that were damaged inside, and put aside
	uint64_t n_refusals;
	struct err why; // of the last refusal
};

/**
 * Find what there is in a state directory, and begin a journal.
 *
 * max_bytes  what the files may take together
 *
 * Returns NULL when there is no memory; a disk that refuses is told on stderr, and asked again.
 */
struct memoir *memoir_new(const char *directory, size_t max_bytes);
void memoir_free(struct memoir *m);

/** The key for the evidence: a sample goes on only under the key it was drawn with. */
uint64_t memoir_key(const struct memoir *m);

/**
 * Read about 2 MB of what there is, so that nothing has to wait for all of it: evidence joins in any
 * order. `take` gets all parcels, oldest first; see struct journal.
 *
 * Returns false when there is no more.
 */
bool memoir_recall(struct memoir *m, replay_fn *take, void *ctx);
bool memoir_is_recalling(const struct memoir *m);

/** Contacts as they join the evidence, and after them up to where the pipe was taken. */
void memoir_put(struct memoir *m, const struct contact *contact, size_t n);
void memoir_moved(struct memoir *m, const struct intake *to);

/**
 * Write what waits: when it returns, a keeper that dies leaves it to the next one. When journals have
 * grown long, a snapshot of the evidence is written as well, a piece each time.
 */
void memoir_write(struct memoir *m, const struct evidence *e);

/** Write all that waits, a snapshot to its end: the keeper ends. A disk that refused is asked once more. */
void memoir_finish(struct memoir *m, const struct evidence *e);

/** Whether a snapshot is being written: contacts that go from the evidence meanwhile delay it. */
bool memoir_is_writing(const struct memoir *m);

struct memoir_health memoir_health(const struct memoir *m);
#endif
