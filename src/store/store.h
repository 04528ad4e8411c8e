// SPDX-License-Identifier: Apache-2.0
// The store: a log of events that is only ever added to, and what the daemon has to remember.
#ifndef STORE_STORE_H
#define STORE_STORE_H
#include "base/err.h"
#include "model/incident.h"

struct store;

enum store_mode { STORE_READ, STORE_WRITE };

/**
 * Open the store of a state directory, and make it when it is not there (only to write).
 *
 * Numbered migrations are applied; the integrity of the file is checked. A store that is damaged, or
 * newer than this program, is refused and left as it is: `e` says what to do, and its code is EUCLEAN.
 *
 * Returns NULL with `e` filled; close with store_close.
 */
struct store *store_open(const char *directory, enum store_mode mode, struct err *e);
void store_close(struct store *s);

/**
 * Add events, all of them or none; when it returns true they are on the disk.
 *
 * event  their ids are given here, and the time of arrival where it is 0
 */
bool store_append(struct store *s, struct event *event, size_t n, struct err *e);

/**
 * As store_append, but only when `last` is still the id of the last event (0: there is none).
 *
 * Who numbers incidents or judges a transition by a board uses this: when another process wrote
 * meanwhile, it returns false with `is_stale`; replay from last + 1, judge again, repeat.
 */
bool store_append_after(struct store *s, uint64_t last, struct event *event, size_t n,
	bool *is_stale, struct err *e);

/** A change that a client may send twice, to be made once. */
struct store_once {
	const char *key;  // the client's, and whose it is; "" or NULL: there is none
	uint64_t request; // hash of what is asked, so that no other change comes under the same key
	/** What is answered, when the events get ids from `first` on: from malloc; NULL: no memory. */
	char *(*answer)(void *ctx, uint64_t first);
	void *ctx;
};

/** As store_append_after; the answer is kept with the events, in one piece, for store_answered. */
bool store_append_once(struct store *s, uint64_t last, struct event *event, size_t n,
	const struct store_once *once, bool *is_stale, struct err *e);

/**
 * What was answered under a key: a text from malloc in `answer`, NULL when there is none.
 *
 * request  hash of what was asked then
 */
bool store_answered(
	struct store *s, const char *key, uint64_t *request, char **answer, struct err *e);

/** Forget answers of before a time, `most` of them; `n` is how many there were. */
bool store_expire(struct store *s, uint64_t before_ms, size_t most, size_t *n, struct err *e);

/**
 * Give all events from an id on, in order; stops when `take` returns false.
 *
 * Each row is held against its hash and the one before. Returns false with the id in `e` when one is
 * damaged; those before it were given.
 */
bool store_replay(struct store *s, uint64_t from, bool (*take)(void *ctx, const struct event *e),
	void *ctx, struct err *e);

/** Evidence that is to go; `n_findings` of it are findings, which stay counted. */
struct store_removal {
	uint64_t id;
	uint32_t n_findings;
};

/**
 * Take evidence out of the log, all or none.
 *
 * In its place stands a REMOVED with its host and incident, which says how many findings there were. Those of one
 * host that stand beside each other, with nothing but others of them in between, become one. What remains is
 * chained as before. Ids that are no evidence are passed over; `n` is how many went. It does not wait for others
 * that write: then it returns false with the code EBUSY.
 */
bool store_remove(struct store *s, const struct store_removal *removal, size_t n_removals,
	size_t *n, struct err *e);

/** Which events a page has; members that are 0 do not filter. */
struct store_filter {
	uint64_t incident, host;
	bool with_hosts; // beside those of `incident` the ones of none that are about any host
	bool has_kind;
	enum event_kind kind;
	bool is_newest;  // the latest first
	uint64_t cursor; // id behind which the page begins, in its order; 0: from the first
	size_t limit;
};

/**
 * Give a page of events; each filter has an index, and `with_hosts` sorts what it finds. They are not held against their hashes, for that
 * takes the one before: store_replay does that. Stops when `take` returns false.
 */
bool store_page(struct store *s, const struct store_filter *f,
	bool (*take)(void *ctx, const struct event *e), void *ctx, struct err *e);

/** Things to remember by name, for templates, samplers and learned rates: replaced as a whole. */
bool store_keep(
	struct store *s, const char *sort, struct bytes key, struct bytes value, struct err *e);
bool store_forget(struct store *s, const char *sort, struct bytes key, struct err *e);
bool store_recall(struct store *s, const char *sort,
	void (*take)(void *ctx, struct bytes key, struct bytes value), void *ctx, struct err *e);

/**
 * From here on what is kept waits for store_release, and goes to the disk in one piece: a disk takes
 * some thousand times longer to promise a thing than to take it. In between nothing is appended.
 */
bool store_hold(struct store *s, struct err *e);
bool store_release(struct store *s, struct err *e);

/** The file, as messages name it; lives as long as the store. */
const char *store_path(const struct store *s);

/** How many bytes its pages have, used and free. */
bool store_size(struct store *s, uint64_t *bytes, uint64_t *n_free, struct err *e);

/**
 * Check all that SQLite can check: pages, indexes, constraints. store_replay checks the chain of hashes.
 *
 * Returns false with the code EUCLEAN when the file is damaged.
 */
bool store_verify(struct store *s, struct err *e);

/**
 * Copy the store as it stands into another directory, while others read and write it.
 *
 * The copy is one file, for its owner alone, and appears when it is whole and on the disk. The directory is
 * made; one that has a store already is refused.
 */
bool store_backup(struct store *s, const char *directory, struct err *e);

/** Give room that nothing uses back to the file system. Others that write wait meanwhile. */
bool store_vacuum(struct store *s, struct err *e);
#endif
