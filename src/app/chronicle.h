// SPDX-License-Identifier: Apache-2.0
// What the keeper writes down: events into the store, and what it has to remember. A store that
// refuses delays it, never stops it.
#ifndef APP_CHRONICLE_H
#define APP_CHRONICLE_H
#include "app/alerts.h"
#include "store/store.h"

struct chronicle;

struct chronicle_health {
	bool is_open;       // the store takes what it is given
	size_t n_queued;    // events that wait for it
	uint64_t n_events;  // that it took since the start
	uint64_t n_refused; // that the board did not take
	uint64_t n_refusals;
	struct err why; // of the last refusal
};

/**
 * Open the store of a state directory, or go on without until there is one.
 *
 * Returns NULL when there is no memory; free with chronicle_free.
 */
struct chronicle *chronicle_new(const char *directory);
void chronicle_free(struct chronicle *c);

/** Take what others wrote meanwhile, such as a person with cordon incident. */
void chronicle_look(struct chronicle *c);

/**
 * Correlate findings with the board of incidents; the events that come of it wait until
 * chronicle_write. What the board knows makes none. When others wrote since chronicle_look, the
 * findings may be of what a host does not answer for any more: then none is taken, and it is stale.
 *
 * skew_ms  by how much clocks of exporters may differ
 */
void chronicle_take(struct chronicle *c, const struct finding *finding, size_t n, uint64_t now_ms,
	uint64_t skew_ms);

/**
 * The board as it is, with what waits, without a look at the disk, so it may not be all; it holds until the
 * next call of any function here.
 */
const struct board *chronicle_board(const struct chronicle *c);

/**
 * Apply one more event to the board and let it wait with the others.
 *
 * Returns false when there is no room for it, or the board refuses it.
 */
bool chronicle_add(struct chronicle *c, const struct event *ev);

/**
 * Write down what waits. What the store took is on the disk.
 *
 * A refusal is said once on stderr, and so is its end. Returns whether nothing waits any more.
 */
bool chronicle_write(struct chronicle *c);

/** Whether somebody else wrote before us: the findings have to be taken once more. */
bool chronicle_is_stale(const struct chronicle *c);

/**
 * Remember things by name, see store_keep; without a store nothing happens. They are on the disk when
 * chronicle_settle has returned true: all that came meanwhile, in one piece.
 */
bool chronicle_keep(struct chronicle *c, const char *sort, struct bytes key, struct bytes value);
bool chronicle_settle(struct chronicle *c);

/** Remember it no longer; as chronicle_keep. */
bool chronicle_forget(struct chronicle *c, const char *sort, struct bytes key);
void chronicle_recall(struct chronicle *c, const char *sort,
	void (*take)(void *ctx, struct bytes key, struct bytes value), void *ctx);

/**
 * The board with all that others wrote until now.
 *
 * Returns NULL with the reason in `e` while the log could not be read to its end: what is missing there is
 * not known. A store that refuses to be written is no such case.
 */
const struct board *chronicle_whole_board(struct chronicle *c, struct err *e);

/** The log, to be read; NULL with the reason in `e` while it cannot be opened. */
struct store *chronicle_log(struct chronicle *c, struct err *e);

/**
 * Write down what a person decides by chronicle_whole_board: all or none, after what waits. When it returns true
 * it is on the disk and on the board. False with `is_stale` when somebody else wrote first.
 */
bool chronicle_append(struct chronicle *c, struct event *event, size_t n,
	const struct store_once *once, bool *is_stale, struct err *e);

/**
 * From here on each event that is on the disk is told once, in order, whoever wrote it. Who hears it may
 * look at the board by chronicle_board only, for the log is just being read.
 */
void chronicle_listen(
	struct chronicle *c, void (*hear)(void *ctx, const struct event *ev), void *ctx);

/** Id of the last event that was told, or stood there when listening began. */
uint64_t chronicle_heard(const struct chronicle *c);

struct chronicle_health chronicle_health(const struct chronicle *c);
#endif
