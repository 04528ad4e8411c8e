// SPDX-License-Identifier: Apache-2.0
// Attacks by the signatures that hold now, and where their lines stand.
#include "app/logs.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/clock.h"
#include "app/logs_state.h"
#include "base/hash.h"
#include "model/words.h"

enum { KEEP_MS = 1000, KEEP_SHARE = 4, CLIENTS_MAX = 1, WHERE_MAX = 200, SENSORS_MAX = 8 };

bool logs_source(void *logs, const struct attack_source *s, uint16_t *number)
{
	struct logs *l = logs;
	if (log_names_put(&l->names, s, number))
		return true;
	const struct attacks *const all[] = { l->attacks, l->coming };
	bool *is_used = calloc(LOG_NAMES_MAX, sizeof *is_used);
	for (size_t i = 0; i < countof(all) && is_used; i++) {
		struct attack_iter it = { .attacks = all[i] };
		for (const struct attack *a; (a = attacks_next(&it));)
			for (uint32_t k = 0; k < a->n_rows; k++)
				is_used[place_source(a->row[k].at)] = true;
	}
	if (is_used)
		log_names_sweep(&l->names, is_used);
	free(is_used);
	return log_names_put(&l->names, s, number);
}

bool logs_name(void *logs, uint16_t number, struct attack_source *out)
{
	const struct logs *l = logs;
	return log_names_get(&l->names, number, out);
}

bool logs_has_news(struct logs *l)
{
	bool has = l->has_news;
	l->has_news = false;
	return has;
}

bool logs_has_answer(const struct logs *l)
{
	return l->reply.n > 0;
}

void logs_work(struct logs *l, bool is_last)
{
	uint64_t pause_ms = MOST((uint64_t)KEEP_MS, l->cost_ms * KEEP_SHARE);
	reply_send(&l->reply, l->pipe);
	if (l->is_unkept && (is_last || steady_ms() - l->kept_ms >= pause_ms))
		logs_keep(l);
}

struct attacks *logs_attacks_new(const struct logs *l)
{
	return attacks_new(l->signatures, l->inventory, CLIENTS_MAX, l->key);
}

static struct signatures *signatures_of(const struct settings *s, struct err *e)
{
	struct signatures *all = signatures_new(e);
	if (all && s->signatures[0] && !signatures_load(all, s->signatures, e)) {
		signatures_free(all);
		return NULL;
	}
	return all;
}

struct logs *logs_new(const struct settings *s, const struct inventory *inventory,
	struct chronicle *chronicle, int pipe, logs_contacts_fn *contacts, void *ctx, struct err *e)
{
	struct logs *l = calloc(1, sizeof *l);
	if (!l) {
		err_set(e, "no memory");
		return NULL;
	}
	*l = (struct logs){ .settings = s,
		.inventory = inventory,
		.chronicle = chronicle,
		.pipe = pipe,
		.contacts = contacts,
		.ctx = ctx,
		.key = hash_key() };
	l->signatures = signatures_of(s, e);
	if (l->signatures) {
		l->attacks = logs_attacks_new(l);
		l->coming = logs_attacks_new(l);
	}
	if (!l->attacks || !l->coming || !intake_init(&l->intake)) {
		if (l->signatures)
			err_set(e, "no memory");
		logs_free(l);
		return NULL;
	}
	logs_recall(l);
	logs_begin_anew(l);
	return l;
}

void logs_free(struct logs *l)
{
	if (!l)
		return;
	logs_texts_drop(l);
	while (l->n_gone)
		free(l->gone[--l->n_gone].key);
	free(l->text);
	free(l->gone);
	attacks_free(l->coming);
	attacks_free(l->attacks);
	signatures_free(l->signatures);
	log_roll_free(&l->roll);
	log_names_free(&l->names);
	reply_free(&l->reply);
	intake_fini(&l->intake);
	free(l);
}

/* Attacks by their rows: those whose signature there is no more are left out. */
static struct attacks *attacks_with(
	struct logs *l, const struct attacks *old, const struct signatures *signatures)
{
	struct attacks *fresh = attacks_new(signatures, l->inventory, CLIENTS_MAX, l->key);
	const struct attack_taker to = { fresh, logs_source, l };
	struct err e;
	struct ledger out;
	char *text;
	size_t n;
	if (!fresh || !ledger_open(&out, "attacks", &e))
		return fresh;
	struct attack_iter it = { .attacks = old };
	for (const struct attack *a; (a = attacks_next(&it));)
		attack_parcel_put(a, logs_name, l, &out);
	if (!ledger_take(&out, &text, &n, &e)) {
		attacks_free(fresh);
		return NULL;
	}
	(void)attack_parcel_take((struct str){ text, n }, &to, &l->n_unknown, &e);
	free(text);
	return fresh;
}

bool logs_reload(
	struct logs *l, const struct settings *s, const struct inventory *inventory, struct err *e)
{
	struct signatures *signatures = signatures_of(s, e);
	l->inventory = inventory;
	attacks_know(l->attacks, inventory);
	attacks_know(l->coming, inventory);
	if (!signatures)
		return false;
	struct attacks *attacks = attacks_with(l, l->attacks, signatures);
	if (!attacks) {
		signatures_free(signatures);
		return err_set(e, "no memory");
	}
	struct attacks *old = l->attacks;
	struct signatures *old_signatures = l->signatures;
	l->attacks = attacks;
	l->signatures = signatures;
	logs_coming_new(l);
	logs_begin_anew(l);
	attacks_free(old);
	signatures_free(old_signatures);
	return true;
}

uint64_t logs_last_ms(const struct logs *l)
{
	return attacks_last_ms(l->attacks);
}

/* "access.log:17", of the first of its rows that are kept. */
static void tell_where(const struct logs *l, struct attack *a)
{
	struct attack_source s;
	char *where = NULL;
	if (!a->n_rows || !log_names_get(&l->names, place_source(a->row[0].at), &s))
		return;
	bool is_long = s.path.len > WHERE_MAX;
	size_t cut = is_long ? s.path.len - WHERE_MAX : 0;
	if (asprintf(&where, "%s%s:%llu", is_long ? "..." : "", s.path.ptr + cut,
		    (unsigned long long)place_position(a->row[0].at)) < 0)
		return;
	free(a->where);
	a->where = where;
	uint16_t identity[SENSORS_MAX];
	a->sampling = log_sampling(logs_sensors_of(l, a, identity, SENSORS_MAX));
}

const struct log_sensors *logs_sensors(const struct logs *l)
{
	return &l->sensors;
}

size_t logs_sensors_of(
	const struct logs *l, const struct attack *a, uint16_t *identity, size_t room)
{
	size_t n = 0;
	for (uint32_t i = 0; i < a->n_rows && n < room; i++) {
		struct attack_source s;
		if (!log_names_get(&l->names, place_source(a->row[i].at), &s))
			continue;
		size_t k = 0;
		identity[n] = log_sensor_identity(s.path);
		while (identity[k] != identity[n])
			k++;
		n += k == n;
	}
	return n;
}

bool logs_into(struct logs *l, uint64_t now_ms, struct findings *findings)
{
	struct attack_iter it = { .attacks = l->attacks };
	for (struct attack *a; (a = attacks_next(&it));)
		if (!a->where || a->is_unsaved)
			tell_where(l, a);
	return attacks_into(l->attacks, now_ms, findings);
}

uint64_t logs_counter(const struct logs *l, enum collector_counter c)
{
	return l->past_counter[c] + l->counter[c];
}
