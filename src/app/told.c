// SPDX-License-Identifier: Apache-2.0
// A set of statements about hosts: their class, the class on a port, a signature.
#include "app/told.h"

#include <stdlib.h>

#include "base/hash.h"
#include "model/attack.h"

/** A number that says what was told; one set holds all kinds. */
enum what { WHAT_CLASS = 1, WHAT_PORT, WHAT_SIGNATURE };
enum { WHAT_SHIFT = 56, KEYS_LEAST = 64 };

struct key {
	struct addr host;
	uint64_t what; // 0: free
};

struct told {
	uint64_t seed;
	struct key *slot;
	size_t n, n_slots, n_hosts;
};

struct told *told_new(void)
{
	struct told *t = calloc(1, sizeof *t);
	struct key *slot = calloc(KEYS_LEAST, sizeof *slot);
	if (!t || !slot) {
		free(t);
		free(slot);
		return NULL;
	}
	*t = (struct told){ .seed = hash_key(), .slot = slot, .n_slots = KEYS_LEAST };
	return t;
}

void told_free(struct told *t)
{
	if (t)
		free(t->slot);
	free(t);
}

static struct key *slot_of(const struct told *t, const struct key *k)
{
	size_t mask = t->n_slots - 1;
	for (size_t i = hash_bytes(k, sizeof *k, t->seed) & mask;; i = (i + 1) & mask)
		if (!t->slot[i].what ||
			(t->slot[i].what == k->what && addr_eq(&t->slot[i].host, &k->host)))
			return &t->slot[i];
}

static bool has(const struct told *t, const struct addr *host, uint64_t what)
{
	struct key k = { *host, what };
	return slot_of(t, &k)->what != 0;
}

static bool grow(struct told *t)
{
	struct told larger = *t;
	larger.n_slots *= 2;
	larger.slot = calloc(larger.n_slots, sizeof *larger.slot);
	if (!larger.slot)
		return false;
	for (size_t i = 0; i < t->n_slots; i++)
		if (t->slot[i].what)
			*slot_of(&larger, &t->slot[i]) = t->slot[i];
	free(t->slot);
	*t = larger;
	return true;
}

static uint64_t class_of(enum verdict v)
{
	return (uint64_t)WHAT_CLASS << WHAT_SHIFT | (uint64_t)v;
}

static uint64_t port_of(const struct finding *f, enum verdict v)
{
	return (uint64_t)WHAT_PORT << WHAT_SHIFT | (uint64_t)v << 32 | (uint64_t)f->has_port << 24 |
	       (uint64_t)f->proto << 16 | (f->has_port ? f->port : 0);
}

static uint64_t signature_of(const struct attack *a)
{
	const char *id = a->signature->id;
	uint64_t hash = hash_bytes(id, strlen(id), (uint64_t)a->side);
	return (uint64_t)WHAT_SIGNATURE << WHAT_SHIFT | hash >> (64 - WHAT_SHIFT);
}

static bool put(struct told *t, const struct addr *host, uint64_t what)
{
	struct key k = { *host, what };
	if (4 * (t->n + 1) > 3 * t->n_slots && !grow(t))
		return false;
	struct key *slot = slot_of(t, &k);
	bool is_first = what >> WHAT_SHIFT == WHAT_CLASS;
	for (enum verdict v = 0; v < N_VERDICTS && is_first; v++)
		is_first = !has(t, host, class_of(v));
	t->n_hosts += is_first;
	t->n += !slot->what;
	*slot = k;
	return true;
}

/* Verdicts stand in their order, the worst first. */
static bool was_as_bad(const struct told *t, const struct finding *f, bool on_port)
{
	for (enum verdict v = 0; v <= f->verdict; v++)
		if (has(t, &f->host, on_port ? port_of(f, v) : class_of(v)))
			return true;
	return false;
}

bool told_is_news(const struct told *t, const struct finding *f)
{
	if (!was_as_bad(t, f, false) || (f->n_exhibits && !was_as_bad(t, f, true)))
		return true;
	for (size_t i = 0; i < f->n_attacks; i++)
		if (!has(t, &f->host, signature_of(f->attack[i])))
			return true;
	return false;
}

bool told_put(struct told *t, const struct finding *f)
{
	bool is_fine = put(t, &f->host, class_of(f->verdict)) &&
		       (!f->n_exhibits || put(t, &f->host, port_of(f, f->verdict)));
	for (size_t i = 0; i < f->n_attacks && is_fine; i++)
		is_fine = put(t, &f->host, signature_of(f->attack[i]));
	return is_fine;
}

size_t told_hosts(const struct told *t)
{
	return t->n_hosts;
}

void told_save(const struct told *t, struct ledger *l)
{
	char room[ADDR_TEXT_BYTES];
	for (size_t i = 0; i < t->n_slots; i++) {
		if (!t->slot[i].what)
			continue;
		const char *host = addr_format(&t->slot[i].host, room);
		ledger_row(l, "told");
		ledger_text(l, (struct str){ host, strlen(host) });
		ledger_uint(l, t->slot[i].what);
	}
}

bool told_row_is(const struct ledger_row *row)
{
	static const struct str key = STR("told");
	return row->field[0].len == key.len && !memcmp(row->field[0].ptr, key.ptr, key.len);
}

bool told_load(struct told *t, const struct ledger_row *row, struct err *e)
{
	struct addr host;
	uint64_t what;
	if (row->n != 3 || !addr_parse(row->field[1], &host) ||
		!ledger_number(row->field[2], &what) || what >> WHAT_SHIFT == 0)
		return err_set(e, "the state holds a row of a host that cannot be read: move it "
				  "away to begin anew");
	return put(t, &host, what) || err_sys(e, "read the state");
}
