// SPDX-License-Identifier: Apache-2.0
// A table of exporters, eight ways a bucket. Each remembers the next number it expects and the holes
// before it; numbers are compared modulo 2^32, so a wrap is nothing special.
#include "decode/sequence.h"

#include <stdlib.h>

#include "base/hash.h"

enum { WAYS = 8, BUCKETS = 512, HOLES = 16 };

/* Beyond these a sequence did not jump, it began anew: no exporter loses or delays so much at once. */
enum { AHEAD_MAX = 1 << 28, BEHIND_MAX = 1 << 20 };

/* Uptime falls back a little when datagrams overtake each other. Ahead of our clock it is never. */
enum { UPTIME_BACK_MS = 5000, UPTIME_AHEAD_MS = 24 * 60 * 60 * 1000 };

enum { SKEW_MS = 60 * 1000 }; // how long the least skew stands, so that a clock set right shows

enum { CLOCK_BACK_MS = 10 * 1000 }; // datagrams are not that much out of order: our clock was set

/* Numbers that were stepped over. */
struct hole {
	uint32_t from, n;
	uint64_t since_ms;
};

struct entry {
	struct domain domain;
	uint64_t used; // clock of the table; 0 is an empty slot
	bool is_synced;
	uint32_t next;       // number that comes next, when synced
	uint64_t forward_ms; // when it last went on
	bool has_uptime;
	uint32_t uptime_ms; // as told at uptime_at_ms
	uint64_t uptime_at_ms;
	uint64_t skew_since_ms; // 0: no skew known
	unsigned n_holes;       // in the order of their age
	struct hole hole[HOLES];
	struct exporter exporter;
};

struct sequences {
	uint64_t clock, key, evicted;
	struct entry entry[BUCKETS][WAYS];
};

struct sequences *sequences_new(void)
{
	struct sequences *s = calloc(1, sizeof *s); // pages are touched as exporters appear
	if (s)
		s->key = hash_key();
	return s;
}

void sequences_free(struct sequences *s)
{
	free(s);
}

uint64_t sequences_evicted(const struct sequences *s)
{
	return s->evicted;
}

static bool same_domain(const struct domain *a, const struct domain *b)
{
	return a->id == b->id && a->version == b->version && addr_eq(&a->exporter, &b->exporter);
}

/* The entry of a domain; a new one takes the place of the one that was silent for longest. */
static struct entry *entry_of(struct sequences *s, const struct domain *d)
{
	struct entry *way = s->entry[hash_bytes(d, sizeof *d, s->key) % BUCKETS], *e = way;
	for (size_t i = 0; i < WAYS; i++) {
		if (way[i].used && same_domain(&way[i].domain, d)) {
			way[i].used = ++s->clock;
			return &way[i];
		}
		if (way[i].used < e->used)
			e = &way[i];
	}
	s->evicted += e->used != 0;
	*e = (struct entry){
		.domain = *d,
		.used = ++s->clock,
		.exporter = { .address = d->exporter,
			.domain = d->id,
			.version = (uint16_t)d->version },
	};
	return e;
}

/* The oldest holes, which nothing will fill any more. */
static void holes_settle(struct entry *e, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		e->exporter.gaps++;
		e->exporter.missing += e->hole[i].n;
	}
	e->n_holes -= n;
	memmove(e->hole, e->hole + n, e->n_holes * sizeof *e->hole);
}

/* How far two times are apart; our clock may have been set back in between. */
static uint64_t apart(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

static void holes_age(struct entry *e, uint64_t now_ms)
{
	unsigned n = 0;
	while (n < e->n_holes && apart(now_ms, e->hole[n].since_ms) > SEQUENCE_LATE_MS)
		n++;
	if (n)
		holes_settle(e, n);
}

static void hole_add(struct entry *e, struct hole h)
{
	if (e->n_holes == HOLES)
		holes_settle(e, 1);
	e->hole[e->n_holes++] = h;
}

/* Returns whether a hole held the number; what of it is left stays open. */
static bool hole_fill(struct entry *e, uint32_t from, uint32_t n)
{
	for (unsigned i = 0; i < e->n_holes; i++) {
		struct hole h = e->hole[i];
		uint32_t before = from - h.from;
		if (before >= h.n)
			continue;
		uint32_t filled = n < h.n - before ? n : h.n - before;
		uint32_t behind = h.n - before - filled;
		e->n_holes--;
		memmove(e->hole + i, e->hole + i + 1, (e->n_holes - i) * sizeof h);
		if (before)
			hole_add(e, (struct hole){ h.from, before, h.since_ms });
		if (behind)
			hole_add(e, (struct hole){ from + filled, behind, h.since_ms });
		return true;
	}
	return false;
}

/* Whether the device started anew: its uptime fell back, or is ahead by more than has passed. */
static bool uptime_broke(struct entry *e, const struct sequence_told *told)
{
	if (!told->has_uptime)
		return false;
	if (e->has_uptime && told->uptime_ms == e->uptime_ms) { // some devices tell a constant
		e->uptime_at_ms = told->received_ms;
		return false;
	}
	uint64_t passed =
		told->received_ms > e->uptime_at_ms ? told->received_ms - e->uptime_at_ms : 0;
	int32_t ahead_ms = (int32_t)(told->uptime_ms - e->uptime_ms - (uint32_t)passed);
	bool broke = e->has_uptime && (ahead_ms < -UPTIME_BACK_MS - (int64_t)SEQUENCE_LATE_MS ||
					      ahead_ms > UPTIME_AHEAD_MS);
	bool is_newer = (int32_t)(told->uptime_ms - e->uptime_ms) > 0;
	if (!e->has_uptime || broke || is_newer) {
		e->uptime_ms = told->uptime_ms;
		e->uptime_at_ms = told->received_ms;
	}
	e->has_uptime = true;
	return broke;
}

/* How a number stands to the one expected. */
enum move { MOVE_ON, MOVE_AHEAD, MOVE_BACK, MOVE_ANEW };

static enum move move_of(const struct entry *e, const struct sequence_told *told)
{
	int32_t ahead = (int32_t)(told->sequence - e->next);
	if (ahead == 0)
		return MOVE_ON;
	if (ahead > AHEAD_MAX || ahead < -BEHIND_MAX)
		return MOVE_ANEW;
	if (ahead > 0)
		return MOVE_AHEAD;
	bool has_paused = told->received_ms > e->forward_ms &&
			  told->received_ms - e->forward_ms > SEQUENCE_LATE_MS;
	return has_paused ? MOVE_ANEW : MOVE_BACK; // nothing is under way for so long
}

static void go_on(struct entry *e, const struct sequence_told *told)
{
	e->next = told->sequence + told->units;
	e->is_synced = told->is_counted;
	e->forward_ms = told->received_ms;
}

static void account(struct entry *e, const struct sequence_told *told, bool began_anew)
{
	enum move move = began_anew ? MOVE_ANEW : e->is_synced ? move_of(e, told) : MOVE_ON;
	uint32_t ahead = told->sequence - e->next;
	if (move == MOVE_ANEW) {
		e->exporter.restarts++;
		holes_settle(e, e->n_holes);
	}
	if (move == MOVE_AHEAD)
		hole_add(e, (struct hole){ e->next, ahead, told->received_ms });
	if (move != MOVE_BACK)
		return go_on(e, told);
	e->exporter.late++;
	(void)hole_fill(e, told->sequence, told->is_counted ? told->units : UINT32_MAX);
}

static uint64_t size_of(int64_t ms)
{
	return ms < 0 ? -(uint64_t)ms : (uint64_t)ms;
}

/* Way and waiting only add to the difference, so the least of a minute is nearest to the truth. */
static void skew_note(struct entry *e, const struct sequence_told *told)
{
	if (!told->now_ms || !told->received_ms)
		return;
	int64_t skew_ms = (int64_t)(told->now_ms - told->received_ms);
	bool is_stale = !e->skew_since_ms || told->received_ms - e->skew_since_ms > SKEW_MS;
	if (is_stale)
		e->skew_since_ms = told->received_ms;
	if (is_stale || size_of(skew_ms) < size_of(e->exporter.skew_ms))
		e->exporter.skew_ms = skew_ms;
}

void sequence_note(struct sequences *s, const struct domain *d, const struct sequence_told *told)
{
	struct entry *e = entry_of(s, d);
	struct exporter *x = &e->exporter;
	holes_age(e, told->received_ms);
	bool began_anew = uptime_broke(e, told); // asked also at first: it takes note
	account(e, told, began_anew);
	skew_note(e, told);
	x->datagrams++;
	x->records += told->records;
	x->without_template += told->without_template;
	x->faults += told->is_faulty;
	if (told->sampling)
		x->sampling = told->sampling;
	if (!x->first_ms)
		x->first_ms = told->received_ms;
	if (told->received_ms > x->last_ms || apart(told->received_ms, x->last_ms) > CLOCK_BACK_MS)
		x->last_ms = told->received_ms;
	x->first_ms = x->first_ms < x->last_ms ? x->first_ms : x->last_ms;
}

void sequences_part(struct sequences *s)
{
	for (size_t i = 0; i < BUCKETS * WAYS; i++) {
		struct entry *e = &s->entry[i / WAYS][i % WAYS];
		if (e->used)
			e->is_synced = e->has_uptime = false;
	}
}

const struct exporter *sequence_next(struct sequence_iter *it, uint64_t now_ms)
{
	while (it->at < BUCKETS * WAYS) {
		struct entry *e = &it->sequences->entry[it->at / WAYS][it->at % WAYS];
		it->at++;
		if (!e->used)
			continue;
		if (now_ms == UINT64_MAX)
			holes_settle(e, e->n_holes);
		else
			holes_age(e, now_ms);
		it->exporter = e->exporter;
		return &it->exporter;
	}
	return NULL;
}
