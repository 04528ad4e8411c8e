// SPDX-License-Identifier: Apache-2.0
// A pass goes over the log a piece at a turn, and takes out what is older than 'keep-evidence'; while the store is
// larger than 'store-size', also what is younger. Between two pieces it rests, so that it has a fifth of a core
// at most.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/clock.h"
#include "app/keeper_state.h"
#include "app/say.h"
#include "base/quantity.h"
#include "incident/body.h"
#include "incident/retention.h"

enum {
	FIRST_MS = 60 * 1000,         // after the start
	PASS_MS = 6 * 60 * 60 * 1000, // between two passes
	SIZE_MS = 60 * 1000,          // between two looks at the size, and at old answers
	PAGE_EVENTS = 128,
	BATCH = 32,
	WAITING_MAX = BATCH + PAGE_EVENTS,
	REST_TIMES = 4,  // so many times as long as a piece took
	AGAIN_MS = 1000, // after a refusal
	ANSWERS_AT_ONCE = 256,
	ANSWERS_MS = 24 * 60 * 60 * 1000,
};

struct retaining {
	struct retention *pass; // NULL: none goes on
	uint64_t cursor;        // id up to which the log was seen
	uint64_t before_ms;     // evidence that came later stays
	bool is_for_size;       // what is younger goes too, until the store is small enough
	struct store_removal waiting[WAITING_MAX];
	size_t n_waiting;
	uint64_t n_pass; // what went in this pass
	bool has_told_size;
	uint64_t pass_ms, size_ms, step_ms; // when next, by the steady clock
	struct retain_health health;
};

bool keeper_retain_begin(struct keeper *k)
{
	k->retaining = calloc(1, sizeof *k->retaining);
	if (k->retaining) {
		k->retaining->size_ms = steady_ms(); // which figures of the store wait for
		k->retaining->pass_ms = k->retaining->size_ms + FIRST_MS;
	}
	return k->retaining;
}

void keeper_retain_end(struct keeper *k)
{
	if (k->retaining)
		retention_free(k->retaining->pass);
	free(k->retaining);
	k->retaining = NULL;
}

void keeper_retain_soon(struct keeper *k)
{
	struct retaining *t = k->retaining;
	retention_free(t->pass);
	t->pass = NULL;
	t->pass_ms = t->size_ms = t->step_ms = 0;
	t->has_told_size = false;
}

struct retain_health keeper_retain_health(const struct keeper *k)
{
	return k->retaining ? k->retaining->health : (struct retain_health){};
}

static void take(void *ctx, const struct removable *r)
{
	struct retaining *t = ctx;
	if ((t->is_for_size || r->arrived_ms < t->before_ms) && t->n_waiting < WAITING_MAX)
		t->waiting[t->n_waiting++] = (struct store_removal){ r->id, r->n_findings };
}

static bool see(void *ctx, const struct event *ev)
{
	struct retaining *t = ctx;
	retention_see(t->pass, ev);
	t->cursor = ev->id;
	return true;
}

/* What is used, without what is free. */
static bool look_at_size(struct retaining *t, struct store *log)
{
	struct err e = {};
	uint64_t bytes, n_free;
	if (!store_size(log, &bytes, &n_free, &e))
		return false;
	t->health.bytes = bytes;
	t->health.n_free = n_free;
	return true;
}

static bool is_too_large(const struct keeper *k)
{
	const struct retain_health *h = &k->retaining->health;
	return h->bytes - h->n_free > k->settings.store_size;
}

static void begin_pass(struct keeper *k, bool is_for_size)
{
	struct retaining *t = k->retaining;
	uint64_t now = wall_ms(), keep = k->settings.keep_evidence_ms;
	t->pass = retention_new(take, t);
	t->cursor = t->n_waiting = t->n_pass = 0;
	t->before_ms = now > keep ? now - keep : 0;
	t->is_for_size = is_for_size;
	t->pass_ms = steady_ms() + PASS_MS;
}

/* In the log, and to whoever reads the journal: it is never silent. */
static void tell_pass(struct keeper *k)
{
	struct retaining *t = k->retaining;
	char text[QUANTITY_TEXT_BYTES], why[96];
	struct event ev = { .kind = EVENT_RETENTION, .at_ms = wall_ms(), .actor = "cordon" };
	if (t->is_for_size)
		snprintf(why, sizeof why, "the store is larger than 'store-size' (%s)",
			size_format(k->settings.store_size, text));
	else
		snprintf(why, sizeof why, "older than 'keep-evidence' (%s)",
			duration_format(k->settings.keep_evidence_ms, text));
	struct body body = { .text = { [BODY_REASON] = why },
		.number = { [BODY_COUNT] = t->n_pass, [BODY_UNTIL] = t->before_ms } };
	if (t->n_pass == 0 || !body_format(&body, ev.body))
		return;
	say(LOG_NOTICE,
		"%" PRIu64
		" events of evidence were removed: %s; verdicts and transitions stand as "
		"they did",
		t->n_pass, why);
	(void)chronicle_add(k->chronicle, &ev);
}

static void tell_size(struct keeper *k)
{
	struct retaining *t = k->retaining;
	char has[QUANTITY_TEXT_BYTES], may[QUANTITY_TEXT_BYTES];
	if (t->is_for_size && is_too_large(k) && !t->has_told_size) {
		t->has_told_size = true;
		say(LOG_WARNING,
			"the store has %s, more than 'store-size' (%s): nothing else may go, for "
			"verdicts, transitions and incidents stand on it; give it more room",
			size_format(t->health.bytes - t->health.n_free, has),
			size_format(k->settings.store_size, may));
	}
}

static void end_pass(struct keeper *k)
{
	struct retaining *t = k->retaining;
	retention_free(t->pass);
	t->pass = NULL;
	t->health.n_passes++;
	tell_pass(k);
	tell_size(k);
}

/* Returns false when others write just now, or the disk refuses: then it is tried again. */
static bool remove_waiting(struct keeper *k, struct store *log)
{
	struct retaining *t = k->retaining;
	struct err e = {};
	size_t n_went = 0, n = LEAST(t->n_waiting, (size_t)BATCH);
	if (!chronicle_settle(k->chronicle) || !store_remove(log, t->waiting, n, &n_went, &e)) {
		t->health.n_refusals += e.code != EBUSY;
		t->step_ms = steady_ms() + AGAIN_MS;
		return false;
	}
	t->n_waiting -= n;
	memmove(t->waiting, t->waiting + n, t->n_waiting * sizeof *t->waiting);
	t->n_pass += n_went;
	t->health.n_removed += n_went;
	return true;
}

/* Returns whether there is more to see. */
static bool see_page(struct keeper *k, struct store *log)
{
	struct retaining *t = k->retaining;
	struct store_filter f = { .cursor = t->cursor, .limit = PAGE_EVENTS };
	struct err e = {};
	return store_page(log, &f, see, t, &e) && t->cursor > f.cursor;
}

static void step(struct keeper *k, struct store *log)
{
	struct retaining *t = k->retaining;
	if (t->n_waiting >= BATCH) {
		if (remove_waiting(k, log) && t->is_for_size && look_at_size(t, log) &&
			!is_too_large(k))
			end_pass(k);
	} else if (!see_page(k, log) && (!t->n_waiting || remove_waiting(k, log)) &&
		   !t->n_waiting) {
		end_pass(k);
	}
}

/* Answers to changes that nobody will send again. */
static void expire_answers(struct keeper *k, struct store *log)
{
	struct err e = {};
	size_t n = 0;
	if (chronicle_settle(k->chronicle) &&
		store_expire(log, wall_ms() - ANSWERS_MS, ANSWERS_AT_ONCE, &n, &e))
		k->retaining->health.n_answers += n;
}

static void look(struct keeper *k, struct store *log, uint64_t now)
{
	struct retaining *t = k->retaining;
	if (now >= t->size_ms) {
		t->size_ms = now + SIZE_MS;
		expire_answers(k, log);
	}
	bool is_large = look_at_size(t, log) && is_too_large(k);
	t->has_told_size = t->has_told_size && is_large;
	if (now >= t->pass_ms || (is_large && !t->has_told_size))
		begin_pass(k, is_large);
}

void keeper_retain(struct keeper *k)
{
	struct retaining *t = k->retaining;
	struct err e = {};
	uint64_t began = steady_ms();
	if (began < keeper_retain_due_ms(k))
		return;
	struct store *log = chronicle_log(k->chronicle, &e);
	if (!log || !chronicle_health(k->chronicle).is_open) {
		t->step_ms = t->size_ms = began + SIZE_MS;
		return;
	}
	if (t->pass)
		step(k, log);
	else
		look(k, log, began);
	uint64_t now = steady_ms(), took_ms = now - began;
	t->health.longest_ms = MOST(t->health.longest_ms, took_ms);
	t->step_ms = MOST(t->step_ms, now + took_ms * REST_TIMES + 1);
}

uint64_t keeper_retain_due_ms(const struct keeper *k)
{
	const struct retaining *t = k->retaining;
	uint64_t due = t->pass ? 0 : LEAST(t->pass_ms, t->size_ms);
	return MOST(due, t->step_ms);
}
