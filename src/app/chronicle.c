// SPDX-License-Identifier: Apache-2.0
// A queue before the store, of a fixed size: a full disk or a damaged file costs no detection.
#include "app/chronicle.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/clock.h"
#include "app/say.h"
#include "incident/correlate.h"

enum { QUEUE_MAX = 4096, WRITE_MAX = 256, CORRELATE_MAX = 256, EVENTS_LEAST = 8, RETRY_MS = 1000 };

struct chronicle {
	char *directory;
	struct store *store; // NULL: it could not be opened
	struct board *board;
	uint64_t last; // id of the last event of the store that stands on the board
	bool is_whole; // the log was read to its end
	bool is_stale; // the findings have to be held against the board again
	struct event *queue, *correlated;
	size_t n;
	uint64_t retry_ms; // when a store that refused is asked again, by the steady clock
	bool has_refused;
	bool is_held; // something is kept that is not on the disk yet
	void (*hear)(void *ctx, const struct event *ev); // NULL: nobody listens
	void *listener;
	uint64_t heard; // id of the last event that was told
	struct chronicle_health health;
};

/* Said once, until it goes well again. */
static void refused(struct chronicle *c, const struct err *e)
{
	if (!c->has_refused)
		say(LOG_WARNING,
			"%s; detection goes on, up to %d events wait until it can be "
			"written again",
			e->text, QUEUE_MAX);
	c->has_refused = true;
	c->health.n_refusals++;
	c->health.why = *e;
	c->retry_ms = steady_ms() + RETRY_MS;
}

static bool open_store(struct chronicle *c)
{
	struct err e = {};
	if (!c->store)
		c->store = store_open(c->directory, STORE_WRITE, &e);
	if (!c->store)
		refused(c, &e);
	return c->store;
}

void chronicle_free(struct chronicle *c)
{
	if (!c)
		return;
	(void)chronicle_settle(c);
	if (c->store)
		store_close(c->store);
	board_free(c->board);
	free(c->correlated);
	free(c->queue);
	free(c->directory);
	free(c);
}

/* A board that is made anew takes events again; they are told once. */
static void tell(struct chronicle *c, const struct event *ev)
{
	if (ev->id <= c->heard)
		return;
	c->heard = ev->id;
	if (c->hear)
		c->hear(c->listener, ev);
}

static bool apply(void *ctx, const struct event *ev)
{
	struct chronicle *c = ctx;
	if (!board_apply(c->board, ev))
		c->health.n_refused++;
	c->last = ev->id;
	tell(c, ev);
	return true;
}

bool chronicle_settle(struct chronicle *c)
{
	struct err e = {};
	bool is_held = c->is_held;
	c->is_held = false;
	if (!is_held || store_release(c->store, &e))
		return true;
	refused(c, &e);
	return false;
}

/* What others wrote meanwhile, such as a person with cordon incident. */
static bool catch_up(struct chronicle *c)
{
	struct err e = {};
	if (!open_store(c))
		return false;
	c->is_whole = store_replay(c->store, c->last + 1, apply, c, &e);
	if (!c->is_whole)
		refused(c, &e);
	return c->is_whole;
}

struct chronicle *chronicle_new(const char *directory)
{
	struct chronicle *c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	c->directory = strdup(directory);
	c->board = board_new();
	c->queue = calloc(QUEUE_MAX, sizeof *c->queue);
	c->correlated = calloc(CORRELATE_MAX, sizeof *c->correlated);
	if (!c->directory || !c->board || !c->queue || !c->correlated) {
		chronicle_free(c);
		return NULL;
	}
	(void)catch_up(c);
	return c;
}

/* Somebody wrote between our looking and our writing: what we made of the board may not hold. */
static void begin_anew(struct chronicle *c)
{
	struct board *fresh = board_new();
	if (!fresh)
		return;
	board_free(c->board);
	c->board = fresh;
	c->last = 0;
	c->n = 0;
	c->is_stale = true;
	c->is_whole = false;
	(void)catch_up(c);
}

/* An event holds on our board at once; its id comes from the store. */
/*
 * It has the id already that the store will give it: if somebody else writes before, the board is made
 * anew.
 */
static void queue(struct chronicle *c, const struct event *ev)
{
	struct event numbered = *ev;
	numbered.id = c->last + c->n + 1;
	if (board_apply(c->board, &numbered))
		c->queue[c->n++] = numbered;
	else
		c->health.n_refused++;
	c->board->last_id = c->last + c->n; // what was refused takes no id
}

const struct board *chronicle_board(const struct chronicle *c)
{
	return c->board;
}

bool chronicle_add(struct chronicle *c, const struct event *ev)
{
	size_t before = c->n;
	if (c->n < QUEUE_MAX)
		queue(c, ev);
	return c->n > before;
}

static bool may_ask(const struct chronicle *c)
{
	return !c->has_refused || steady_ms() >= c->retry_ms;
}

void chronicle_look(struct chronicle *c)
{
	if (c->n == 0 && may_ask(c))
		(void)catch_up(c);
}

void chronicle_take(struct chronicle *c, const struct finding *finding, size_t n, uint64_t now_ms,
	uint64_t skew_ms)
{
	uint64_t last = c->last;
	chronicle_look(c);
	c->is_stale = c->last != last;
	if (c->is_stale)
		return;
	// When the queue is full, the board is left as it is: what is missing there is told again later.
	// No more rounds than fill the queue, for an event that the board refuses comes again.
	for (size_t round = 0; round < QUEUE_MAX / CORRELATE_MAX; round++) {
		size_t room = LEAST(QUEUE_MAX - c->n, (size_t)CORRELATE_MAX);
		size_t told = room < EVENTS_LEAST ? 0
						  : correlate(c->board, finding, n, now_ms, skew_ms,
							    c->correlated, room);
		for (size_t i = 0; i < told; i++)
			queue(c, &c->correlated[i]);
		if (told == 0)
			break;
	}
}

bool chronicle_write(struct chronicle *c)
{
	(void)chronicle_settle(c);
	while (c->n > 0 && may_ask(c)) {
		size_t n = c->n < WRITE_MAX ? c->n : WRITE_MAX;
		struct err e = {};
		bool is_stale = false;
		if (!open_store(c))
			return false;
		if (!store_append_after(c->store, c->last, c->queue, n, &is_stale, &e)) {
			if (is_stale)
				begin_anew(c);
			else
				refused(c, &e);
			return false;
		}
		if (c->has_refused)
			say(LOG_NOTICE, "the store takes events again");
		c->has_refused = false;
		c->health.n_events += n;
		c->last = c->queue[n - 1].id;
		for (size_t i = 0; i < n; i++)
			tell(c, &c->queue[i]);
		c->n -= n;
		memmove(c->queue, c->queue + n, c->n * sizeof *c->queue);
	}
	return c->n == 0;
}

bool chronicle_is_stale(const struct chronicle *c)
{
	return c->is_stale;
}

bool chronicle_keep(struct chronicle *c, const char *sort, struct bytes key, struct bytes value)
{
	struct err e = {};
	if (!may_ask(c) || !open_store(c))
		return false;
	c->is_held = c->is_held || store_hold(c->store, &e);
	if (c->is_held && store_keep(c->store, sort, key, value, &e))
		return true;
	refused(c, &e);
	return false;
}

bool chronicle_forget(struct chronicle *c, const char *sort, struct bytes key)
{
	struct err e = {};
	if (!may_ask(c) || !open_store(c))
		return false;
	c->is_held = c->is_held || store_hold(c->store, &e);
	if (c->is_held && store_forget(c->store, sort, key, &e))
		return true;
	refused(c, &e);
	return false;
}

void chronicle_recall(struct chronicle *c, const char *sort,
	void (*take)(void *ctx, struct bytes key, struct bytes value), void *ctx)
{
	struct err e = {};
	if (open_store(c) && !store_recall(c->store, sort, take, ctx, &e))
		refused(c, &e);
}

const struct board *chronicle_whole_board(struct chronicle *c, struct err *e)
{
	if (c->n == 0 && may_ask(c))
		(void)catch_up(c);
	if (!c->is_whole)
		*e = c->health.why;
	return c->is_whole ? c->board : NULL;
}

struct store *chronicle_log(struct chronicle *c, struct err *e)
{
	if (!c->store && may_ask(c))
		(void)open_store(c);
	if (!c->store)
		*e = c->health.why;
	return c->store;
}

bool chronicle_append(struct chronicle *c, struct event *event, size_t n,
	const struct store_once *once, bool *is_stale, struct err *e)
{
	*is_stale = false;
	if (!chronicle_write(c)) {
		*is_stale = c->n == 0; // the board was made anew
		*e = c->health.why;
		return false;
	}
	if (!open_store(c)) {
		*e = c->health.why;
		return false;
	}
	if (!store_append_once(c->store, c->last, event, n, once, is_stale, e)) {
		if (*is_stale)
			(void)catch_up(c);
		return false;
	}
	c->health.n_events += n;
	for (size_t i = 0; i < n; i++)
		(void)apply(c, &event[i]);
	return true;
}

void chronicle_listen(
	struct chronicle *c, void (*hear)(void *ctx, const struct event *ev), void *ctx)
{
	c->hear = hear;
	c->listener = ctx;
}

uint64_t chronicle_heard(const struct chronicle *c)
{
	return c->heard;
}

struct chronicle_health chronicle_health(const struct chronicle *c)
{
	struct chronicle_health h = c->health;
	h.is_open = c->store && !c->has_refused;
	h.n_queued = c->n;
	return h;
}
