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

void keeper_join(struct keeper *k, const struct contact *contact, size_t n)
{
	evidence_add(k->evidence, contact, n);
	for (size_t i = 0; i < n; i++)
		k->newest_ms = MOST(k->newest_ms, (uint64_t)contact[i].last_ms);
	k->bench.has_news = k->bench.has_news || n > 0;
}

/* What joins is written down as well. */
static void take_load(struct keeper *k, const struct contact *contact, size_t n)
{
	keeper_join(k, contact, n);
	memoir_put(k->memoir, contact, n);
	k->n_contacts += n;
}

void keeper_take_contacts(struct keeper *k, const struct parcel *p)
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
		coverage_see(k->coverage, &load[n]);
		if (++n == LOAD) {
			take_load(k, load, n);
			n = 0;
		}
	}
	take_load(k, load, n);
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

static void take_totals(struct bytes *from, uint64_t *total, size_t n)
{
	for (size_t i = 0; i < n && from->len >= 8; i++) {
		uint64_t v;
		memcpy(&v, from->ptr, sizeof v);
		total[i] = MOST(total[i], le64toh(v));
		*from = (struct bytes){ from->ptr + 8, from->len - 8 };
	}
}

static void take_counters(struct keeper *k, const struct parcel *p)
{
	uint64_t frames = k->counter[COLLECTED_FRAMES], drops = k->counter[COLLECTED_FRAME_DROPS];
	struct bytes left = p->body;
	uint64_t before = k->counter[COLLECTED_THINNED];
	take_totals(&left, k->counter, N_COLLECTED);
	take_totals(&left, k->fault, N_FAULTS);
	capture_health_take(&k->capture, k->counter[COLLECTED_FRAMES] > frames,
		k->counter[COLLECTED_FRAME_DROPS] > drops, wall_ms());
	if (k->shared->tally)
		tally_told(k->shared->tally, p->epoch, k->counter[COLLECTED_DATAGRAMS]);
	if (k->counter[COLLECTED_THINNED] > before)
		k->thinned_ms = steady_ms();
}

/* Whether a thing has to be written down: it is new or changed, and there is room. */
static bool shelf_put(struct shelf *s, size_t key_bytes, struct bytes body)
{
	uint64_t name = hash_bytes(body.ptr, key_bytes, 0) | 1;
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

static void take_kept(struct keeper *k, struct shelf *shelf, const char *sort, size_t key_bytes,
	struct bytes body)
{
	struct bytes key = { body.ptr, key_bytes };
	if (body.len <= key_bytes)
		k->n_refused++;
	else if (shelf_put(shelf, key_bytes, body))
		(void)chronicle_keep(k->chronicle, sort, key, body);
}

static void take_template(struct keeper *k, const struct parcel *p)
{
	take_kept(k, &k->shelf, TEMPLATE_SORT, PARCEL_TEMPLATE_KEY_BYTES, p->body);
}

static void take_sampler(struct keeper *k, const struct parcel *p)
{
	take_kept(k, &k->samplers, SAMPLER_SORT, PARCEL_SAMPLER_KEY_BYTES, p->body);
}

static void answer(struct keeper *k, enum parcel_sort sort, struct bytes body)
{
	reply_put(&k->reply, sort, k->intake.collector, k->intake.epoch, body);
}

static void give_back(struct keeper *k, struct shelf *shelf, size_t key_bytes,
	enum parcel_sort sort, struct bytes body)
{
	bool can_be = body.len > key_bytes && body.len <= PARCEL_BODY_MAX;
	if (!can_be || shelf->n == TEMPLATES_KEPT_MAX)
		return;
	(void)shelf_put(shelf, key_bytes, body);
	answer(k, sort, body);
}

static void give_template(void *ctx, struct bytes, struct bytes value)
{
	struct keeper *k = ctx;
	give_back(k, &k->shelf, PARCEL_TEMPLATE_KEY_BYTES, PARCEL_TEMPLATE, value);
}

static void give_sampler(void *ctx, struct bytes, struct bytes value)
{
	struct keeper *k = ctx;
	give_back(k, &k->samplers, PARCEL_SAMPLER_KEY_BYTES, PARCEL_SAMPLER, value);
}

static void shelf_clear(struct shelf *s)
{
	s->n = 0;
	memset(s->name, 0, sizeof s->name);
}

/* A collector begins: it gets templates and samplers that were kept, and a HELLO when these were all. */
static void take_hello(struct keeper *k, const struct parcel *)
{
	reply_begin(&k->reply); // what the one before did not take
	if (k->shared->tally)
		k->n_gone = tally_lost(k->shared->tally);
	shelf_clear(&k->shelf);
	shelf_clear(&k->samplers);
	chronicle_recall(k->chronicle, TEMPLATE_SORT, give_template, k);
	chronicle_recall(k->chronicle, SAMPLER_SORT, give_sampler, k);
	answer(k, PARCEL_HELLO, (struct bytes){});
}

static void take_nothing(struct keeper *, const struct parcel *)
{
}

/* Totals of a collector that ended are added up; those of the next begin anew. */
static void begin_epoch(struct keeper *k, uint64_t epoch)
{
	for (size_t i = 0; i < N_COLLECTED; i++)
		k->past_counter[i] += k->counter[i];
	for (size_t i = 0; i < N_FAULTS; i++)
		k->past_fault[i] += k->fault[i];
	memset(k->counter, 0, sizeof k->counter);
	memset(k->fault, 0, sizeof k->fault);
	k->epoch = epoch;
}

void keeper_take(struct keeper *k, const struct parcel *p)
{
	static void (*const take[])(struct keeper *, const struct parcel *) = {
		[PARCEL_HELLO] = take_hello,
		[PARCEL_CONTACTS] = keeper_take_contacts,
		[PARCEL_EXPORTERS] = take_exporters,
		[PARCEL_TEMPLATE] = take_template,
		[PARCEL_COUNTERS] = take_counters,
		[PARCEL_TICK] = take_nothing,
		[PARCEL_BYE] = take_nothing,
		[PARCEL_SAMPLER] = take_sampler,
		[PARCEL_ATTACKS] = take_nothing, // a reader has a pipe of its own
		[PARCEL_LOG] = take_nothing,
		[PARCEL_LIVES] = take_nothing,
		[PARCEL_LINES] = take_nothing,
	};
	static_assert(countof(take) == N_PARCELS);
	if (p->epoch != k->epoch)
		begin_epoch(k, p->epoch);
	take[p->sort](k, p);
}
