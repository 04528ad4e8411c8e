// SPDX-License-Identifier: Apache-2.0
// Between two TICKs of the reader all that comes is put aside; with the second it becomes known. When a
// parcel was lost, nothing is believed until the reader has begun anew.
#include "app/logs.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/clock.h"
#include "app/logs_state.h"
#include "base/hash.h"
#include "model/words.h"

enum { KEEP_MS = 1000, KEEP_SHARE = 4, CLIENTS_MAX = 1, WHERE_MAX = 200 };

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

static struct attacks *attacks_empty(const struct logs *l)
{
	return attacks_new(l->signatures, l->inventory, CLIENTS_MAX, l->key);
}

static void texts_drop(struct logs *l)
{
	while (l->n_texts)
		free(l->text[--l->n_texts].text);
}

/* What came since the last TICK is for nothing. Without memory it is tried again. */
static void coming_new(struct logs *l)
{
	struct attacks *fresh = attacks_empty(l);
	texts_drop(l);
	l->is_greeted = l->is_greeted && fresh;
	if (!fresh)
		return;
	attacks_free(l->coming);
	l->coming = fresh;
}

static void ask_to_begin_anew(struct logs *l)
{
	l->is_greeted = false;
	reply_put(&l->reply, PARCEL_HELLO, 0, 0, (struct bytes){});
}

static void take_hello(struct logs *l, const struct parcel *p)
{
	l->n_lost = l->intake.n_broken + l->intake.n_missing;
	reply_begin(&l->reply);
	l->is_greeted = true;
	coming_new(l);
	for (size_t i = l->roll.n; i-- > 0;)
		if (!l->roll.entry[i]
				->state.dev) // whether a path leads somewhere is found out anew
			log_roll_drop(&l->roll, i);
	for (size_t i = 0; i < l->roll.n; i++) {
		const struct log_entry *x = l->roll.entry[i];
		if (!x->is_over && x->text)
			reply_put(&l->reply, PARCEL_LOG, p->collector, p->epoch,
				(struct bytes){ (const uint8_t *)x->text, x->n_text });
	}
	reply_put(&l->reply, PARCEL_HELLO, p->collector, p->epoch, (struct bytes){});
}

static void take_contacts(struct logs *l, const struct parcel *p)
{
	l->contacts(l->ctx, p);
}

static void take_attacks(struct logs *l, const struct parcel *p)
{
	struct err e;
	const struct attack_taker to = { l->coming, logs_source, l };
	struct str text = { (const char *)p->body.ptr, p->body.len };
	if (l->is_greeted)
		l->n_refused += !attack_parcel_take(text, &to, &l->n_unknown, &e);
}

static void take_log(struct logs *l, const struct parcel *p)
{
	if (!l->is_greeted)
		return;
	if (l->n_texts == l->texts_room) {
		size_t room = l->texts_room ? 2 * l->texts_room : 16;
		struct log_text *more = reallocarray(l->text, room, sizeof *more);
		if (!more)
			return ask_to_begin_anew(l);
		l->text = more;
		l->texts_room = room;
	}
	struct log_text t = { malloc(p->body.len + 1), p->body.len };
	if (!t.text)
		return ask_to_begin_anew(l);
	memcpy(t.text, p->body.ptr, p->body.len);
	l->text[l->n_texts++] = t;
}

/* The row of its state, among others that only the reader understands. */
static bool on_row(void *ctx, const struct ledger_row *row, struct err *e)
{
	struct log_state *s = ctx;
	if (!log_state_row_is(row) && !log_over_row_is(row))
		return true;
	if (!log_state_get(row, s, e))
		return false;
	char *path = strndup(s->path.ptr ? s->path.ptr : "", s->path.len);
	s->path.ptr = path;
	return path;
}

void logs_put(struct logs *l, struct log_text take)
{
	struct log_state s = {};
	struct err e;
	bool is_fine = ledger_parse((struct str){ take.text, take.n }, "log", on_row, &s, &e);
	struct log_entry *x = is_fine ? log_roll_at(&l->roll, s.dev, s.ino) : NULL;
	if (x && log_entry_set(x, &s)) {
		free(x->text);
		x->text = take.text;
		x->n_text = take.n;
		x->is_over = s.path.len == 0;
		x->is_unsaved = true;
	} else {
		free(take.text);
		l->n_refused++;
	}
	free((void *)(uintptr_t)s.path.ptr);
}

static void take_tick(struct logs *l, const struct parcel *)
{
	if (!l->is_greeted)
		return;
	l->has_news |= attacks_count(l->coming) > 0;
	attacks_merge(l->attacks, l->coming);
	for (size_t i = 0; i < l->n_texts; i++)
		logs_put(l, l->text[i]);
	l->n_texts = 0;
	l->is_unkept = true;
	coming_new(l);
}

static void take_counters(struct logs *l, const struct parcel *p)
{
	for (size_t i = 0; i < N_COLLECTED && (i + 1) * 8 <= p->body.len; i++) {
		uint64_t v;
		memcpy(&v, p->body.ptr + i * 8, sizeof v);
		l->counter[i] = MOST(l->counter[i], le64toh(v));
	}
}

static void begin_epoch(struct logs *l, uint64_t epoch)
{
	for (size_t i = 0; i < N_COLLECTED; i++) {
		l->past_counter[i] += l->counter[i];
		l->counter[i] = 0;
	}
	l->epoch = epoch;
}

static void take(struct logs *l, const struct parcel *p)
{
	static void (*const takes[N_PARCELS])(struct logs *, const struct parcel *) = {
		[PARCEL_HELLO] = take_hello,
		[PARCEL_CONTACTS] = take_contacts,
		[PARCEL_COUNTERS] = take_counters,
		[PARCEL_TICK] = take_tick,
		[PARCEL_ATTACKS] = take_attacks,
		[PARCEL_LOG] = take_log,
	};
	if (p->epoch != l->epoch)
		begin_epoch(l, p->epoch);
	bool is_lost = l->intake.n_broken + l->intake.n_missing != l->n_lost;
	if (is_lost && l->is_greeted && p->sort != PARCEL_HELLO)
		ask_to_begin_anew(l);
	l->n_lost = l->intake.n_broken + l->intake.n_missing;
	if (takes[p->sort])
		takes[p->sort](l, p);
}

bool logs_take(struct logs *l)
{
	bool came = intake_read(&l->intake, l->pipe);
	struct parcel p;
	while (came && intake_next(&l->intake, &p))
		take(l, &p);
	return came;
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
		l->attacks = attacks_empty(l);
		l->coming = attacks_empty(l);
	}
	if (!l->attacks || !l->coming || !intake_init(&l->intake)) {
		if (l->signatures)
			err_set(e, "no memory");
		logs_free(l);
		return NULL;
	}
	logs_recall(l);
	ask_to_begin_anew(l);
	return l;
}

void logs_free(struct logs *l)
{
	if (!l)
		return;
	texts_drop(l);
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
	coming_new(l);
	ask_to_begin_anew(l);
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
