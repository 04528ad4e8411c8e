// SPDX-License-Identifier: Apache-2.0
// One parcel at a time stands in a room; the next is made when it has gone. So there is no queue to
// overflow: what is not told yet stays where it was observed, and goes on joining there.
#include "app/outbox.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "decode/keepsake.h"

// By which the keeper tells them apart.
static_assert((int)KEEPSAKE_KEY_BYTES == PARCEL_TEMPLATE_KEY_BYTES);
static_assert((int)KEEPSAKE_SAMPLER_KEY_BYTES == PARCEL_SAMPLER_KEY_BYTES);

enum { STALL_MS = 1000, HEAD_BYTES = 3, COUNTER_BYTES = 8 };
enum { EXPORTERS_PER_PARCEL = OUTBOX_CONTACTS * PARCEL_CONTACT_BYTES / PARCEL_EXPORTER_BYTES };

bool outbox_init(struct outbox *o, int pipe, uint64_t collector, uint64_t epoch)
{
	*o = (struct outbox){
		.pipe = pipe,
		.collector = collector,
		.epoch = epoch,
		.room = malloc(OUTBOX_ROOM_BYTES),
		.templates = malloc(OUTBOX_TEMPLATE_BYTES),
	};
	return o->room && o->templates;
}

void outbox_fini(struct outbox *o)
{
	free(o->room);
	free(o->templates);
	*o = (struct outbox){};
}

bool outbox_is_empty(const struct outbox *o)
{
	return o->at == o->end && o->telling == TELL_NOTHING;
}

/* A parcel whose body of `n` bytes stands in the room behind the header. */
static void seal(struct outbox *o, enum parcel_sort sort, size_t n, uint64_t sent_ms)
{
	struct parcel p = {
		.sort = sort,
		.collector = o->collector,
		.epoch = o->epoch,
		.number = ++o->number,
		.sent_ms = sent_ms,
		.body = { o->room + PARCEL_HEADER_BYTES, n },
	};
	o->at = 0;
	o->end = parcel_encode(&p, o->room, OUTBOX_ROOM_BYTES);
	assert(o->end);
}

void outbox_put(struct outbox *o, enum parcel_sort sort, uint64_t now_ms)
{
	assert(outbox_is_empty(o));
	seal(o, sort, 0, now_ms);
}

/* Behind the head of the next body that is to wait. */
static uint8_t *body_next(const struct outbox *o)
{
	return o->templates + o->template_bytes + HEAD_BYTES;
}

static size_t room_left(const struct outbox *o)
{
	size_t left = OUTBOX_TEMPLATE_BYTES - o->template_bytes;
	return left > HEAD_BYTES ? left - HEAD_BYTES : 0;
}

/* What stands at body_next waits from here on. */
static void queue(struct outbox *o, enum parcel_sort sort, size_t n)
{
	uint8_t *head = o->templates + o->template_bytes;
	head[0] = (uint8_t)n;
	head[1] = (uint8_t)(n >> 8);
	head[2] = (uint8_t)sort;
	o->template_bytes += HEAD_BYTES + n;
}

bool outbox_keep_template(void *outbox, const struct domain *d, uint16_t set, struct bytes record)
{
	struct outbox *o = outbox;
	size_t room = room_left(o);
	size_t n = room ? keepsake_put(body_next(o), room, d, set, record) : 0;
	return n && (queue(o, PARCEL_TEMPLATE, n), true);
}

bool outbox_keep_sampler(void *outbox, const struct sampler *s)
{
	struct outbox *o = outbox;
	if (room_left(o) < KEEPSAKE_SAMPLER_BYTES)
		return false;
	keepsake_put_sampler(body_next(o), s);
	queue(o, PARCEL_SAMPLER, KEEPSAKE_SAMPLER_BYTES);
	return true;
}

static void put_template(struct outbox *o, uint64_t now_ms)
{
	size_t n = (size_t)o->templates[0] | (size_t)o->templates[1] << 8;
	enum parcel_sort sort = o->templates[2];
	memcpy(o->room + PARCEL_HEADER_BYTES, o->templates + HEAD_BYTES, n);
	o->template_bytes -= HEAD_BYTES + n;
	memmove(o->templates, o->templates + HEAD_BYTES + n, o->template_bytes);
	seal(o, sort, n, now_ms);
}

static bool put_contacts(struct outbox *o)
{
	uint8_t *at = o->room + PARCEL_HEADER_BYTES;
	size_t n = 0;
	for (const struct contact *c; n < OUTBOX_CONTACTS && (c = evidence_next(&o->contacts)); n++)
		parcel_put_contact(at + n * PARCEL_CONTACT_BYTES, c);
	if (n)
		seal(o, PARCEL_CONTACTS, n * PARCEL_CONTACT_BYTES, o->sent_ms);
	return n;
}

static void put_exporter(const struct outbox *o, uint8_t *at, const struct exporter *x)
{
	struct exporter told = *x;
	told.duplicates = o->twins ? twins_count(o->twins, x) : 0;
	parcel_put_exporter(at, &told);
}

/* The interface comes first, and once a window. */
static bool put_exporters(struct outbox *o)
{
	uint8_t *at = o->room + PARCEL_HEADER_BYTES;
	size_t n = 0;
	if (o->interface.datagrams)
		put_exporter(o, at + n++ * PARCEL_EXPORTER_BYTES, &o->interface);
	o->interface.datagrams = 0;
	for (const struct exporter *x;
		n < EXPORTERS_PER_PARCEL && (x = sequence_next(&o->exporters, o->closed_ms));) {
		if (x->last_ms < o->exporters_since_ms)
			continue;
		put_exporter(o, at + n++ * PARCEL_EXPORTER_BYTES, x);
	}
	if (n)
		seal(o, PARCEL_EXPORTERS, n * PARCEL_EXPORTER_BYTES, o->sent_ms);
	return n;
}

static uint8_t *put_totals(uint8_t *at, const uint64_t *total, size_t n)
{
	for (size_t i = 0; i < n * COUNTER_BYTES; i++)
		*at++ = (uint8_t)(total[i / COUNTER_BYTES] >> i % COUNTER_BYTES * 8);
	return at;
}

static void put_counters(struct outbox *o)
{
	uint8_t *at = o->room + PARCEL_HEADER_BYTES;
	at = put_totals(at, o->counter, N_COLLECTED);
	at = put_totals(at, o->fault, N_FAULTS);
	seal(o, PARCEL_COUNTERS, (size_t)(at - o->room) - PARCEL_HEADER_BYTES, o->sent_ms);
}

/* Make the next parcel there is. Returns false when all is told. */
static bool put_next(struct outbox *o, uint64_t now_ms)
{
	if (o->template_bytes)
		return put_template(o, now_ms), true;
	if (o->telling == TELL_CONTACTS && put_contacts(o))
		return true;
	if (o->telling == TELL_CONTACTS)
		o->telling = TELL_EXPORTERS;
	if (o->telling == TELL_EXPORTERS && put_exporters(o))
		return true;
	if (o->telling == TELL_EXPORTERS)
		return o->telling = TELL_COUNTERS, put_counters(o), true;
	if (o->telling == TELL_COUNTERS) // they are gone
		return o->telling = TELL_TICK, seal(o, PARCEL_TICK, 0, o->sent_ms), true;
	o->telling = TELL_NOTHING;
	return false;
}

void outbox_begin(struct outbox *o, const struct evidence *contacts, struct sequences *exporters,
	uint64_t closed_ms, bool is_last)
{
	assert(outbox_is_empty(o));
	o->telling = TELL_CONTACTS;
	o->contacts = (struct evidence_iter){ .evidence = contacts };
	o->exporters = (struct sequence_iter){ .sequences = exporters };
	o->closed_ms = is_last ? UINT64_MAX : closed_ms;
	o->sent_ms = closed_ms;
}

static void note_stall(struct outbox *o, uint64_t now_ms)
{
	if (!o->stuck_since_ms)
		o->stuck_since_ms = now_ms;
	if (!o->is_stall && now_ms - o->stuck_since_ms >= STALL_MS) {
		o->is_stall = true;
		o->n_stalls++;
	}
}

/* Returns whether the room is empty now. */
static bool write_on(struct outbox *o, uint64_t now_ms)
{
	while (o->at < o->end) {
		ssize_t n =
			send(o->pipe, o->room + o->at, o->end - o->at, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN && errno != ENOBUFS) {
			o->is_closed = true;
			return false;
		}
		if (n < 0)
			return note_stall(o, now_ms), false;
		o->at += (size_t)n;
		o->stuck_since_ms = 0;
		o->is_stall = false;
	}
	return true;
}

bool outbox_send(struct outbox *o, unsigned n_parcels, uint64_t now_ms)
{
	for (unsigned i = 0; i < n_parcels; i++) {
		if (!write_on(o, now_ms))
			return true;
		if (!put_next(o, now_ms))
			return false;
	}
	return true;
}
