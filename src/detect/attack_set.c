// SPDX-License-Identifier: Apache-2.0
// One attack: rows, peers and moments are sets, of which the least members stay.
#include "detect/attack_set.h"

#include <stdlib.h>

#include "base/hash.h"

static bool row_is_before(const struct attack_row *a, const struct attack_row *b)
{
	return a->at < b->at;
}

/* Room for one more of an array that begins small: most attackers have one row. */
static bool make_room(void **array, size_t size, uint32_t n, uint32_t *room)
{
	if (n < *room)
		return true;
	uint32_t wanted = *room ? *room * 2 : 1;
	void *larger = reallocarray(*array, wanted, size);
	if (!larger)
		return false;
	*array = larger;
	*room = wanted;
	return true;
}

/* How many rows fall away when each attack keeps `most`. */
static void rows_thin(struct attacks *a, uint32_t most)
{
	a->row_cap = most;
	a->n_rows = 0;
	for (size_t i = 0; i < a->n; i++) {
		struct attack *x = &a->attack[i];
		if (x->n_rows > most) {
			struct attack_row *less = realloc(x->row, most * sizeof *less);
			x->row = less ? less : x->row;
			x->n_rows = most;
			x->room_rows = less ? most : x->room_rows;
		}
		a->n_rows += x->n_rows;
	}
}

/* Returns false when the row is there already. */
static bool row_put(struct attacks *a, struct attack *x, const struct attack_row *row)
{
	uint32_t at = x->n_rows;
	while (at > 0 && row_is_before(row, &x->row[at - 1]))
		at--;
	if (at > 0 && x->row[at - 1].at == row->at)
		return false;
	if (at >= a->row_cap)
		return true;
	bool is_full = x->n_rows >= a->row_cap;
	if (!is_full && !make_room((void **)&x->row, sizeof *row, x->n_rows, &x->room_rows))
		return true;
	uint32_t n_behind = x->n_rows - at - is_full;
	memmove(&x->row[at + 1], &x->row[at], n_behind * sizeof *row);
	x->row[at] = *row;
	x->n_rows += !is_full;
	a->n_rows += !is_full;
	while (a->n_rows > ATTACKS_MAX && a->row_cap > 1)
		rows_thin(a, a->row_cap / 2);
	return true;
}

static void peer_put(struct attack *x, const struct addr *peer)
{
	unsigned at = x->n_peers;
	while (at > 0 && addr_cmp(peer, &x->peer[at - 1]) < 0)
		at--;
	if (at > 0 && addr_eq(peer, &x->peer[at - 1]))
		return;
	bool is_full = x->n_peers == ATTACK_PEERS_MAX;
	x->has_more_peers |= is_full;
	if (at == ATTACK_PEERS_MAX)
		return;
	memmove(&x->peer[at + 1], &x->peer[at], (x->n_peers - at - is_full) * sizeof x->peer[0]);
	x->peer[at] = *peer;
	x->n_peers += !is_full;
}

/* Whether as many different patterns as the signature takes came within its time. */
static bool is_made(const struct attack *x)
{
	uint64_t within_ms = x->signature->within_s * 1000;
	for (uint32_t i = 0; i < x->n_moments; i++) {
		uint32_t seen = 0;
		for (uint32_t k = i; k < x->n_moments &&
				     x->moment[k].time_ms - x->moment[i].time_ms <= within_ms;
			k++)
			seen |= UINT32_C(1) << x->moment[k].pattern;
		if ((uint64_t)__builtin_popcount(seen) >= x->signature->distinct)
			return true;
	}
	return false;
}

static void make(struct attack *x)
{
	x->is_made = true;
	free(x->moment);
	x->moment = NULL;
	x->n_moments = x->room_moments = 0;
}

/* Moments stand in order of time. When there are too many, the oldest makes room. */
static void moment_put(struct attack *x, uint64_t time_ms, uint32_t pattern)
{
	uint32_t at = x->n_moments;
	while (at > 0 && (x->moment[at - 1].time_ms > time_ms ||
				 (x->moment[at - 1].time_ms == time_ms &&
					 x->moment[at - 1].pattern > pattern)))
		at--;
	if (at > 0 && x->moment[at - 1].time_ms == time_ms && x->moment[at - 1].pattern == pattern)
		return;
	if (x->n_moments == MOMENTS_MAX) {
		if (at == 0)
			return;
		memmove(&x->moment[0], &x->moment[1], (at - 1) * sizeof x->moment[0]);
		at--;
	} else if (make_room((void **)&x->moment, sizeof x->moment[0], x->n_moments,
			   &x->room_moments)) {
		memmove(&x->moment[at + 1], &x->moment[at],
			(x->n_moments - at) * sizeof x->moment[0]);
		x->n_moments++;
	} else {
		return;
	}
	x->moment[at] = (struct attack_moment){ time_ms, pattern };
	if (is_made(x))
		make(x);
}

void attack_put(
	struct attacks *a, struct attack *x, const struct attack_row *row, const struct addr *peer)
{
	if (!row_put(a, x, row))
		return;
	x->is_unsaved = true;
	x->n++;
	x->n_outcome[row->outcome]++;
	x->patterns |= UINT32_C(1) << row->pattern;
	x->is_only_named &= (row->has & ROW_NAMED) != 0;
	if (peer)
		peer_put(x, peer);
	if (row->has & ROW_HAS_TIME) {
		x->first_ms = row->time_ms < x->first_ms ? row->time_ms : x->first_ms;
		x->last_ms = row->time_ms > x->last_ms ? row->time_ms : x->last_ms;
		if (!x->is_made)
			moment_put(x, row->time_ms, row->pattern);
	}
}

void attack_join(struct attacks *a, struct attack *into, const struct attack *from)
{
	uint64_t n = into->n + from->n, n_outcome[N_WEB_OUTCOMES];
	for (unsigned i = 0; i < N_WEB_OUTCOMES; i++)
		n_outcome[i] = into->n_outcome[i] + from->n_outcome[i];
	for (uint32_t i = 0; i < from->n_rows; i++)
		if (!row_put(a, into, &from->row[i])) {
			n--;
			n_outcome[from->row[i].outcome]--;
		}
	into->n = n;
	into->is_unsaved = true;
	memcpy(into->n_outcome, n_outcome, sizeof n_outcome);
	into->patterns |= from->patterns;
	into->is_only_named &= from->is_only_named;
	into->has_more_peers |= from->has_more_peers;
	for (unsigned i = 0; i < from->n_peers; i++)
		peer_put(into, &from->peer[i]);
	into->first_ms = from->first_ms < into->first_ms ? from->first_ms : into->first_ms;
	into->last_ms = from->last_ms > into->last_ms ? from->last_ms : into->last_ms;
	if (from->is_made && !into->is_made)
		make(into);
	for (uint32_t i = 0; i < from->n_moments && !into->is_made; i++)
		moment_put(into, from->moment[i].time_ms, from->moment[i].pattern);
}

static size_t slot_of(const struct attacks *a, const struct addr *host, bool is_known,
	enum attack_side side, const struct signature *signature)
{
	struct {
		struct addr host;
		uint64_t rest[2];
	} k = { *host, { (uint64_t)is_known << 1 | (uint64_t)side, (uintptr_t)signature } };
	uint64_t hash = hash_bytes(&k, sizeof k, a->key);
	size_t mask = a->n_slots - 1;
	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		const struct attack *x = a->slot[i] ? &a->attack[a->slot[i] - 1] : NULL;
		if (!x || (x->signature == signature && x->side == side &&
				  x->is_known == is_known && addr_eq(&x->host, host)))
			return i;
	}
}

/* Twice as many slots as attacks, at least. Returns false when there is no memory. */
static bool grow(struct attacks *a)
{
	size_t cap = a->cap ? a->cap * 2 : 64;
	struct attack *attack = reallocarray(a->attack, cap, sizeof *attack);
	if (!attack)
		return false;
	a->attack = attack;
	uint32_t *slot = calloc(cap * 2, sizeof *slot);
	if (!slot)
		return false;
	free(a->slot);
	a->slot = slot;
	a->n_slots = cap * 2;
	a->cap = cap;
	for (size_t i = 0; i < a->n; i++) {
		const struct attack *x = &a->attack[i];
		a->slot[slot_of(a, &x->host, x->is_known, x->side, x->signature)] =
			(uint32_t)(i + 1);
	}
	return true;
}

struct attack *attacks_at(struct attacks *a, const struct addr *host, bool is_known, bool is_named,
	enum attack_side side, const struct signature *signature)
{
	if (a->n_slots) {
		uint32_t index = a->slot[slot_of(a, host, is_known, side, signature)];
		if (index)
			return &a->attack[index - 1];
	}
	if (a->n == ATTACKS_MAX || (is_named && a->n_named == NAMED_MAX) ||
		(a->n == a->cap && !grow(a))) {
		a->n_lost++;
		return NULL;
	}
	a->n_named += is_named;
	struct attack *x = &a->attack[a->n++];
	*x = (struct attack){
		.host = *host,
		.is_known = is_known,
		.side = side,
		.signature = signature,
		.first_ms = UINT64_MAX,
		.is_made = signature->distinct <= 1,
		.is_only_named = true,
	};
	a->slot[slot_of(a, host, is_known, side, signature)] = (uint32_t)a->n;
	return x;
}

void attack_fini(struct attack *x)
{
	free(x->row);
	free(x->moment);
	free(x->where);
}

void attacks_expire(struct attacks *a, uint64_t before_ms,
	void (*gone)(void *ctx, const struct attack *a), void *ctx)
{
	size_t n = 0;
	for (size_t i = 0; i < a->n; i++) {
		struct attack *x = &a->attack[i];
		if (!x->last_ms || x->last_ms >= before_ms) {
			a->attack[n++] = *x;
			continue;
		}
		gone(ctx, x);
		a->n_rows -= x->n_rows;
		a->n_named -= x->is_only_named && a->n_named > 0;
		attack_fini(x);
	}
	if (n == a->n)
		return;
	a->n = n;
	memset(a->slot, 0, a->n_slots * sizeof *a->slot);
	for (size_t i = 0; i < n; i++) {
		const struct attack *x = &a->attack[i];
		a->slot[slot_of(a, &x->host, x->is_known, x->side, x->signature)] =
			(uint32_t)(i + 1);
	}
}
