// SPDX-License-Identifier: Apache-2.0
// One thing in the store for each attack and each file, and only what changed is written. All of it
// goes to the disk in one piece.
#include <stdlib.h>

#include "app/clock.h"
#include "app/logs_state.h"

#define LOG_SORT "log"
#define ATTACK_SORT "attack"

enum { LOG_KEY_BYTES = 16, ATTACK_KEY_BYTES = sizeof(struct addr) + 1 };

static struct bytes key_of_log(const struct log_entry *x, uint8_t room[static LOG_KEY_BYTES])
{
	const uint64_t v[] = { htole64(x->state.dev), htole64(x->state.ino) };
	memcpy(room, v, sizeof v);
	return (struct bytes){ room, LOG_KEY_BYTES };
}

/* Host, side, signature; to be freed. */
static struct log_key key_of_attack(const struct attack *a)
{
	size_t n_id = strlen(a->signature->id);
	struct log_key k = { malloc(ATTACK_KEY_BYTES + n_id), ATTACK_KEY_BYTES + n_id };
	if (!k.key)
		return k;
	memcpy(k.key, &a->host, sizeof a->host);
	k.key[sizeof a->host] = (uint8_t)((unsigned)a->is_known << 1 | (unsigned)a->side);
	memcpy(k.key + ATTACK_KEY_BYTES, a->signature->id, n_id);
	return k;
}

static void take_log(void *ctx, struct bytes key, struct bytes value)
{
	struct logs *l = ctx;
	struct log_text t = { malloc(value.len + 1), value.len };
	(void)key;
	if (!t.text)
		return;
	memcpy(t.text, value.ptr, value.len);
	logs_put(l, t);
}

static void take_attack(void *ctx, struct bytes key, struct bytes value)
{
	struct logs *l = ctx;
	struct err e;
	const struct attack_taker to = { l->attacks, logs_source, l };
	struct str text = { (const char *)value.ptr, value.len };
	(void)key;
	l->n_refused += !attack_parcel_take(text, &to, &l->n_unknown, &e);
}

/* All of it stands on the disk. */
static void settled(struct logs *l)
{
	struct attack_iter it = { .attacks = l->attacks };
	for (struct attack *a; (a = attacks_next(&it));)
		a->is_unsaved = false;
	for (size_t i = l->roll.n; i-- > 0;) {
		l->roll.entry[i]->is_unsaved = false;
		if (l->roll.entry[i]->is_over)
			log_roll_drop(&l->roll, i);
	}
	while (l->n_gone)
		free(l->gone[--l->n_gone].key);
	l->is_unkept = false;
}

void logs_recall(struct logs *l)
{
	chronicle_recall(l->chronicle, ATTACK_SORT, take_attack, l);
	chronicle_recall(l->chronicle, LOG_SORT, take_log, l);
	settled(l);
	l->has_news = attacks_count(l->attacks) > 0;
}

static bool keep_attack(struct logs *l, const struct attack *a)
{
	struct ledger out;
	struct err e;
	char *text;
	size_t n;
	struct log_key k = key_of_attack(a);
	bool is_fine = k.key && ledger_open(&out, "attack", &e);
	if (is_fine) {
		attack_parcel_put(a, logs_name, l, &out);
		is_fine = ledger_take(&out, &text, &n, &e);
	}
	if (is_fine) {
		is_fine = chronicle_keep(l->chronicle, ATTACK_SORT, (struct bytes){ k.key, k.n },
			(struct bytes){ (const uint8_t *)text, n });
		free(text);
	}
	free(k.key);
	return is_fine;
}

static bool keep_log(struct logs *l, const struct log_entry *x)
{
	uint8_t room[LOG_KEY_BYTES];
	struct bytes key = key_of_log(x, room);
	if (x->is_over || !x->text)
		return chronicle_forget(l->chronicle, LOG_SORT, key);
	return chronicle_keep(
		l->chronicle, LOG_SORT, key, (struct bytes){ (const uint8_t *)x->text, x->n_text });
}

/* Attacks first: if it breaks off in spite of all, lines are read again, and known by their places. */
void logs_keep(struct logs *l)
{
	uint64_t from_ms = steady_ms();
	bool is_fine = true;
	struct attack_iter it = { .attacks = l->attacks };
	for (const struct attack *a; is_fine && (a = attacks_next(&it));)
		is_fine = !a->is_unsaved || keep_attack(l, a);
	for (size_t i = 0; i < l->n_gone && is_fine; i++)
		is_fine = chronicle_forget(
			l->chronicle, ATTACK_SORT, (struct bytes){ l->gone[i].key, l->gone[i].n });
	for (size_t i = 0; i < l->roll.n && is_fine; i++)
		if (l->roll.entry[i]->is_unsaved && l->roll.entry[i]->state.dev)
			is_fine = keep_log(l, l->roll.entry[i]);
	if (chronicle_settle(l->chronicle) && is_fine)
		settled(l);
	l->kept_ms = steady_ms();
	l->cost_ms = l->kept_ms - from_ms;
}

static void forget(void *ctx, const struct attack *a)
{
	struct logs *l = ctx;
	struct log_key k = key_of_attack(a);
	if (l->n_gone == l->gone_room) {
		size_t room = l->gone_room ? 2 * l->gone_room : 16;
		struct log_key *more = reallocarray(l->gone, room, sizeof *more);
		if (!more) {
			free(k.key); // it comes back with the next keeper, and expires again
			return;
		}
		l->gone = more;
		l->gone_room = room;
	}
	if (k.key)
		l->gone[l->n_gone++] = k;
}

void logs_expire(struct logs *l, uint64_t before_ms)
{
	attacks_expire(l->attacks, before_ms, forget, l);
	l->is_unkept |= l->n_gone > 0;
}
