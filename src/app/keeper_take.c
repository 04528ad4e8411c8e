// SPDX-License-Identifier: Apache-2.0
// What each sort of parcel means to the keeper: a row of a table.
#include <stdlib.h>

#include "app/clock.h"
#include "app/keeper_state.h"
#include "base/hash.h"

enum { LOAD = 256 };

/* A clock that is ahead must not make a contact last for ever; what has no time was seen when it came. */
static void mend_times(struct contact *c, uint64_t now_ms, uint64_t skew_ms)
{
	uint64_t latest = now_ms + skew_ms;
	c->last_ms = LEAST((uint64_t)c->last_ms, latest);
	if (c->first_ms == TIME_UNKNOWN)
		c->last_ms = now_ms;
	else
		c->first_ms = LEAST((uint64_t)c->first_ms, (uint64_t)c->last_ms);
}

static void take_contacts(struct keeper *k, const struct parcel *p)
{
	struct contact load[LOAD];
	uint64_t now_ms = wall_ms();
	size_t n = 0, end = p->body.len - p->body.len % PARCEL_CONTACT_BYTES;
	k->n_refused += end != p->body.len;
	for (size_t at = 0; at < end; at += PARCEL_CONTACT_BYTES) {
		if (!parcel_get_contact(p->body.ptr + at, &load[n])) {
			k->n_refused++;
			continue;
		}
		mend_times(&load[n], now_ms, k->settings.clock_skew_ms);
		k->newest_ms = MOST(k->newest_ms, (uint64_t)load[n].last_ms);
		coverage_see(k->coverage, &load[n]);
		if (++n == LOAD) {
			evidence_add(k->evidence, load, n);
			k->n_contacts += n;
			n = 0;
		}
	}
	evidence_add(k->evidence, load, n);
	k->n_contacts += n;
	k->bench.has_news = k->bench.has_news || end > 0;
}

/* What the operator says of its sampling counts more than what it says itself. */
static void enlist(struct keeper *k, struct exporter *x, uint64_t now_ms)
{
	uint32_t sampling = inventory_sampling(k->inventory, &x->address);
	x->sampling = sampling ? sampling : x->sampling;
	roster_put(&k->roster, x, &k->settings, now_ms);
}

static void take_exporters(struct keeper *k, const struct parcel *p)
{
	uint64_t now_ms = wall_ms();
	size_t end = p->body.len - p->body.len % PARCEL_EXPORTER_BYTES;
	k->n_refused += end != p->body.len;
	for (size_t at = 0; at < end; at += PARCEL_EXPORTER_BYTES) {
		struct exporter x;
		if (parcel_get_exporter(p->body.ptr + at, &x))
			enlist(k, &x, now_ms);
		else
			k->n_refused++;
	}
}

static void take_counters(struct keeper *k, const struct parcel *p)
{
	for (size_t i = 0; i < N_COLLECTED && (i + 1) * 8 <= p->body.len; i++) {
		uint64_t v;
		memcpy(&v, p->body.ptr + i * 8, sizeof v);
		k->counter[i] = MOST(k->counter[i], le64toh(v));
	}
}

/* Whether a template has to be written down: it is new or changed, and there is room. */
static bool shelf_put(struct shelf *s, struct bytes body)
{
	uint64_t name = hash_bytes(body.ptr, PARCEL_TEMPLATE_KEY_BYTES, 0) | 1;
	uint64_t content = hash_bytes(body.ptr, body.len, 0);
	size_t i = name / 2 % TEMPLATE_SLOTS;
	while (s->name[i] && s->name[i] != name)
		i = (i + 1) % TEMPLATE_SLOTS;
	if (s->name[i] == name && s->content[i] == content)
		return false;
	if (!s->name[i] && s->n == TEMPLATES_KEPT_MAX) {
		s->n_beyond++;
		return false;
	}
	s->n += !s->name[i];
	s->name[i] = name;
	s->content[i] = content;
	return true;
}

static void take_template(struct keeper *k, const struct parcel *p)
{
	if (p->body.len <= PARCEL_TEMPLATE_KEY_BYTES) {
		k->n_refused++;
		return;
	}
	struct bytes key = { p->body.ptr, PARCEL_TEMPLATE_KEY_BYTES };
	if (shelf_put(&k->shelf, p->body))
		(void)chronicle_keep(k->chronicle, TEMPLATE_SORT, key, p->body);
}

/* Put a parcel for the collector behind what is on its way to it. */
static void answer(struct keeper *k, enum parcel_sort sort, struct bytes body)
{
	size_t more = PARCEL_HEADER_BYTES + body.len;
	uint8_t *out = realloc(k->out, k->n_out + more);
	if (!out)
		return;
	k->out = out;
	struct parcel p = {
		.sort = sort,
		.collector = k->intake.collector,
		.epoch = k->intake.epoch,
		.number = ++k->n_answers,
		.sent_ms = wall_ms(),
		.body = body,
	};
	k->n_out += parcel_encode(&p, out + k->n_out, more);
}

static void give_back(void *ctx, struct bytes key, struct bytes value)
{
	struct keeper *k = ctx;
	(void)key;
	bool is_template = value.len > PARCEL_TEMPLATE_KEY_BYTES && value.len <= PARCEL_BODY_MAX;
	if (!is_template || k->shelf.n == TEMPLATES_KEPT_MAX)
		return;
	(void)shelf_put(&k->shelf, value);
	answer(k, PARCEL_TEMPLATE, value);
}

/* A collector begins: it gets the templates that were kept, and a HELLO when these were all. */
static void take_hello(struct keeper *k, const struct parcel *)
{
	k->n_answers = 0;
	k->out_at = k->n_out = 0; // what the one before did not take
	k->shelf.n = 0;
	memset(k->shelf.name, 0, sizeof k->shelf.name);
	chronicle_recall(k->chronicle, TEMPLATE_SORT, give_back, k);
	answer(k, PARCEL_HELLO, (struct bytes){});
}

static void take_nothing(struct keeper *, const struct parcel *)
{
}

/* Totals of a collector that ended are added up; those of the next begin anew. */
static void begin_epoch(struct keeper *k, uint64_t epoch)
{
	for (size_t i = 0; i < N_COLLECTED; i++) {
		k->past_counter[i] += k->counter[i];
		k->counter[i] = 0;
	}
	k->epoch = epoch;
}

void keeper_take(struct keeper *k, const struct parcel *p)
{
	static void (*const take[])(struct keeper *, const struct parcel *) = {
		[PARCEL_HELLO] = take_hello,
		[PARCEL_CONTACTS] = take_contacts,
		[PARCEL_EXPORTERS] = take_exporters,
		[PARCEL_TEMPLATE] = take_template,
		[PARCEL_COUNTERS] = take_counters,
		[PARCEL_TICK] = take_nothing,
		[PARCEL_BYE] = take_nothing,
	};
	static_assert(countof(take) == N_PARCELS);
	if (p->epoch != k->epoch)
		begin_epoch(k, p->epoch);
	take[p->sort](k, p);
}
