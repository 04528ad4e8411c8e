// SPDX-License-Identifier: Apache-2.0
// The reader's end of the pipe. It may wait for the keeper: what is not read meanwhile stands in files.
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "app/clock.h"
#include "app/reader_state.h"
#include "base/hash.h"
#include "source/follow_state.h"

enum { WAIT_MS = 200, FAREWELL_MS = 5000 };
enum { CONTACTS_A_PARCEL = 1000, ATTACKS_BYTES = 1 << 18 };

/* Whether there is still time. */
static bool wait_for_room(struct log_reader *r)
{
	struct pollfd p = { .fd = r->pipe, .events = POLLOUT };
	poll(&p, 1, WAIT_MS);
	if (!*r->stop)
		return true;
	r->stop_ms = r->stop_ms ? r->stop_ms : steady_ms();
	return steady_ms() - r->stop_ms < FAREWELL_MS;
}

bool reader_send(struct log_reader *r, enum parcel_sort sort, struct bytes body)
{
	struct parcel p = {
		.sort = sort,
		.collector = r->collector,
		.epoch = r->epoch,
		.number = ++r->number,
		.sent_ms = wall_ms(),
		.body = body,
	};
	size_t end = parcel_encode(&p, r->room, PARCEL_HEADER_BYTES + PARCEL_BODY_MAX);
	assert(end); // what is told is cut to fit
	for (size_t at = 0; at < end && !r->is_closed;) {
		ssize_t n = send(r->pipe, r->room + at, end - at, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n > 0) {
			at += (size_t)n;
			continue;
		}
		bool is_full = n < 0 && (errno == EAGAIN || errno == ENOBUFS || errno == EINTR);
		r->is_closed = !is_full || !wait_for_room(r);
	}
	return !r->is_closed;
}

static bool on_row(void *ctx, const struct ledger_row *row, struct err *e)
{
	struct log_reader *r = ctx;
	struct log_state s;
	if (follow_row_is(row))
		return follow_load(r->follow, row, e);
	if (!log_state_row_is(row) || !log_state_get(row, &s, e))
		return false;
	struct log_entry *x = log_roll_at(&r->roll, s.dev, s.ino);
	if (!x || !log_entry_set(x, &s))
		return err_set(e, "no memory");
	x->told = true;
	x->is_changed = s.ailing != 0; // whether that is still so is found out
	x->state.ailing = 0;
	return true;
}

/* A log whose state cannot be read begins anew: better twice than never. */
static void hear(struct log_reader *r, const struct parcel *p)
{
	struct err e;
	struct str text = { (const char *)p->body.ptr, p->body.len };
	if (p->sort == PARCEL_HELLO && p->epoch == 0)
		r->is_anew = true;
	if (p->epoch != r->epoch || r->is_greeted)
		return;
	if (p->sort == PARCEL_LOG)
		(void)ledger_parse(text, "log", on_row, r, &e);
	r->is_greeted = p->sort == PARCEL_HELLO;
}

void reader_hear(struct log_reader *r)
{
	struct parcel p;
	struct pollfd ready = { .fd = r->pipe, .events = POLLIN };
	while (poll(&ready, 1, 0) > 0 && intake_read(&r->intake, r->pipe))
		while (intake_next(&r->intake, &p))
			hear(r, &p);
	r->is_closed |= (ready.revents & POLLHUP) != 0;
}

/* Contacts beyond the room for lines have none; those of the next window may. */
static void note_line(struct log_reader *r, const struct contact *c)
{
	struct attack_source s;
	struct log_line line;
	if (!(c->saw & SAW_OPEN) || !log_names_get(&r->names, place_source(contact_place(c)), &s))
		return;
	log_line_of(c, s.path, &line);
	log_lines_put(&r->lines, &line);
}

static bool tell_contacts(struct log_reader *r)
{
	static uint8_t body[CONTACTS_A_PARCEL * PARCEL_CONTACT_BYTES];
	struct evidence_iter it = { .evidence = r->contacts };
	size_t n = 0;
	bool is_fine = true;
	batch_flush(&r->batch);
	for (const struct contact *c; is_fine && (c = evidence_next(&it));) {
		struct contact told = *c; // in which log it stands only its line says
		told.exporter = EXPORTER_LOGS;
		parcel_put_contact(body + n++ * PARCEL_CONTACT_BYTES, &told);
		note_line(r, c);
		if (n < CONTACTS_A_PARCEL)
			continue;
		is_fine = reader_send(r, PARCEL_CONTACTS, (struct bytes){ body, sizeof body });
		n = 0;
	}
	if (n && is_fine)
		is_fine = reader_send(
			r, PARCEL_CONTACTS, (struct bytes){ body, n * PARCEL_CONTACT_BYTES });
	return is_fine;
}

static bool tell_lives(struct log_reader *r)
{
	static uint8_t body[LIVES_MAX * LIFE_BYTES];
	size_t n = log_lives_take(&r->lives, body);
	return !n || reader_send(r, PARCEL_LIVES, (struct bytes){ body, n });
}

/* What a ledger holds, as a parcel. Its text is freed. */
static bool send_ledger(struct log_reader *r, enum parcel_sort sort, struct ledger *l)
{
	struct err e;
	char *text;
	size_t n;
	if (!ledger_take(l, &text, &n, &e))
		return false;
	bool is_fine = reader_send(r, sort, (struct bytes){ (const uint8_t *)text, n });
	free(text);
	return is_fine;
}

static bool tell_lines(struct log_reader *r)
{
	struct ledger l;
	struct err e;
	if (r->lines.n == 0)
		return true;
	if (!ledger_open(&l, "lines", &e))
		return false;
	log_lines_save(&r->lines, &l);
	return send_ledger(r, PARCEL_LINES, &l);
}

static bool source_of(void *ctx, uint16_t number, struct attack_source *out)
{
	const struct log_reader *r = ctx;
	return log_names_get(&r->names, number, out);
}

static bool tell_attacks(struct log_reader *r)
{
	struct attack_iter it = { .attacks = r->attacks };
	const struct attack *a = attacks_next(&it);
	bool is_fine = true;
	struct err e;
	for (bool is_first = true; is_fine && (a || is_first); is_first = false) {
		struct ledger l;
		if (!ledger_open(&l, "attacks", &e))
			return false;
		if (is_first)
			attacks_save_requests(r->attacks, &l);
		for (; a && ftello(l.out) < ATTACKS_BYTES; a = attacks_next(&it))
			attack_parcel_put(a, source_of, r, &l);
		is_fine = send_ledger(r, PARCEL_ATTACKS, &l);
	}
	return is_fine;
}

/* Whether the keeper knows all of it already. */
static bool is_told(const struct log_entry *x, const struct follow_file *file)
{
	return x->told && !x->is_changed && x->state.offset == file->at.offset &&
	       x->state.is_retired == (file->at.is_retired || file->at.is_copy) &&
	       x->state.path.len == strlen(file->path) &&
	       !memcmp(x->state.path.ptr, file->path, x->state.path.len);
}

static bool tell_log(struct log_reader *r, struct log_entry *x, const struct follow_file *file)
{
	struct ledger l;
	struct err e;
	if (!ledger_open(&l, "log", &e))
		return false;
	log_state_put(&l, &x->state);
	if (file)
		follow_save_file(file, &l);
	x->is_changed = false;
	x->told = true;
	return send_ledger(r, PARCEL_LOG, &l);
}

static bool tell_file(struct log_reader *r, struct follow_file *file)
{
	struct log_entry *x = log_roll_at(&r->roll, file->at.dev, file->at.ino);
	if (!x)
		return false;
	x->is_seen = true;
	if (is_told(x, file))
		return true;
	if (file->reader)
		log_feed_memo(file->reader, file);
	struct log_state s = x->state;
	s.offset = file->at.offset;
	s.is_retired = file->at.is_retired || file->at.is_copy;
	s.path = (struct str){ file->path, strlen(file->path) };
	return log_entry_set(x, &s) && tell_log(r, x, file);
}

static bool tell_over(struct log_reader *r, const struct log_entry *x)
{
	struct ledger l;
	struct err e;
	if (!ledger_open(&l, "log", &e))
		return false;
	log_over_put(&l, x->state.dev, x->state.ino);
	return send_ledger(r, PARCEL_LOG, &l);
}

/* Paths that lead nowhere have no device. */
static bool tell_others(struct log_reader *r)
{
	bool is_fine = true;
	for (size_t i = 0; i < r->roll.n && is_fine;) {
		struct log_entry *x = r->roll.entry[i];
		bool stays = x->state.dev ? x->is_seen : !x->is_over;
		if (!stays) {
			is_fine = tell_over(r, x);
			log_roll_drop(&r->roll, i);
			continue;
		}
		if (!x->state.dev && x->is_changed)
			is_fine = tell_log(r, x, NULL);
		i++;
	}
	return is_fine;
}

static bool tell_logs(struct log_reader *r)
{
	bool is_fine = true;
	for (size_t i = 0; i < r->roll.n; i++)
		r->roll.entry[i]->is_seen = false;
	struct follow_iter it = { .follow = r->follow };
	for (struct follow_file *file; is_fine && (file = follow_next(&it));)
		is_fine = tell_file(r, file);
	return is_fine && tell_others(r);
}

static bool tell_counters(struct log_reader *r)
{
	uint8_t body[N_COLLECTED * sizeof(uint64_t)];
	r->counter[COLLECTED_LOG_LINES] = r->trouble.log.lines;
	r->counter[COLLECTED_LOG_MALFORMED] = r->trouble.log.malformed;
	r->counter[COLLECTED_LOG_REQUESTS] = r->trouble.log.requests;
	for (size_t i = 0; i < N_COLLECTED; i++) {
		uint64_t v = htole64(r->counter[i]);
		memcpy(body + i * sizeof v, &v, sizeof v);
	}
	return reader_send(r, PARCEL_COUNTERS, (struct bytes){ body, sizeof body });
}

bool reader_tell(struct log_reader *r)
{
	return tell_contacts(r) && tell_lines(r) && tell_lives(r) && tell_attacks(r) &&
	       tell_logs(r) && tell_counters(r) && reader_send(r, PARCEL_TICK, (struct bytes){});
}
