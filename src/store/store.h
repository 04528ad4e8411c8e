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

/**
 * Give all events from an id on, in order; stops when `take` returns false.
 *
 * Each row is held against its hash and the one before. Returns false with the id in `e` when one is
 * damaged; those before it were given.
 */
bool store_replay(struct store *s, uint64_t from, bool (*take)(void *ctx, const struct event *e),
	void *ctx, struct err *e);

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
#endif
