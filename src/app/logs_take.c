// SPDX-License-Identifier: Apache-2.0
// Between two TICKs of the reader all that comes is put aside; with the second it becomes known. When a
// parcel was lost, nothing is believed until the reader has begun anew.
#include <stdlib.h>

#include "app/logs_state.h"

void logs_texts_drop(struct logs *l)
{
	while (l->n_texts)
		free(l->text[--l->n_texts].text);
}

void logs_begin_anew(struct logs *l)
{
	l->is_greeted = false;
	reply_put(&l->reply, PARCEL_HELLO, 0, 0, (struct bytes){});
}

void logs_coming_new(struct logs *l)
{
	struct attacks *fresh = logs_attacks_new(l);
	logs_texts_drop(l);
	if (!fresh) {
		logs_begin_anew(l);
		return;
	}
	attacks_free(l->coming);
	l->coming = fresh;
}

static void take_hello(struct logs *l, const struct parcel *p)
{
	l->n_lost = l->intake.n_broken + l->intake.n_missing;
	reply_begin(&l->reply);
	l->is_greeted = true;
	logs_coming_new(l);
	if (!l->is_greeted)
		return;
	// whether a path leads somewhere is found out anew
	for (size_t i = l->roll.n; i-- > 0;)
		if (!l->roll.entry[i]->state.dev)
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
			return logs_begin_anew(l);
		l->text = more;
		l->texts_room = room;
	}
	struct log_text t = { malloc(p->body.len + 1), p->body.len };
	if (!t.text)
		return logs_begin_anew(l);
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
	struct log_state before = x ? x->state : (struct log_state){}; // but for its path
	if (x && log_entry_set(x, &s)) {
		log_sensors_hear(&l->sensors, &before, &x->state);
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
	logs_coming_new(l);
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
		[PARCEL_LIVES] = take_contacts,
		[PARCEL_LINES] = take_contacts,
		[PARCEL_COUNTERS] = take_counters,
		[PARCEL_TICK] = take_tick,
		[PARCEL_ATTACKS] = take_attacks,
		[PARCEL_LOG] = take_log,
	};
	if (p->epoch != l->epoch)
		begin_epoch(l, p->epoch);
	bool is_lost = l->intake.n_broken + l->intake.n_missing != l->n_lost;
	if (is_lost && l->is_greeted && p->sort != PARCEL_HELLO)
		logs_begin_anew(l);
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
