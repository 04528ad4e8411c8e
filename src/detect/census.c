// SPDX-License-Identifier: Apache-2.0
// Two small tables, of sources and of their ports, that a group fills and the next one finds empty.
#include "detect/census.h"

#include <math.h>
#include <stdalign.h>
#include <stdlib.h>

#include "base/hash.h"
#include "detect/burst.h"
#include "detect/case.h"
#include "detect/order.h"
#include "detect/scatter.h"
#include "detect/weigh.h"

enum {
	CASE_CONTACTS = 4, // four contacts of unused addresses make a case, no fewer do
	EXAMPLE_MIN = 3,   // contacts, before a source teaches what is normal
	ROOM_MIN = 64,
	TFTP = 69,
	HTTPS = 443,
	AHEAD = 8,
	DOUBTS_MAX = 127,
	SERVICE_PORTS = 1024,
};

/* What contacts are counted as, and what their failures are worth; all lanes are added at once. */
enum sum {
	SUM_ALL,
	SUM_KNOWN,
	SUM_FAILED,
	SUM_UNKNOWN,
	SUM_BAD,
	SUM_NOT_ANSWERED,
	SUM_MILLINATS, // of COUNTED_MAX contacts they fit
	N_SUMS = 8
};
typedef uint32_t sums __attribute__((vector_size(N_SUMS * sizeof(uint32_t))));

struct source_count {
	uint64_t source;
	double failed_nats; // what its failures are worth, on all ports
	uint32_t n, n_not_answered;
	uint32_t n_unknown;         // datagrams of which nobody knows what became
	uint32_t n_bad, n_bad_most; // contacts that are worth something; of them, on one port
	uint32_t n_bad_keys;        // ports with such
	uint32_t doubt;             // over all ports: number plus one; 0: none
	bool needs_look;
};

/** A port of a source. */
struct key_count {
	sums sum;
	uint64_t id;             // of the source, as in a count
	uint32_t source;         // its number
	uint32_t service;        // protocol, and 16 bits of port
	uint32_t message, votes; // the vote of Boyer and Moore on what most of its contacts sent
	uint32_t doubt;          // number plus one; 0: none
	uint32_t flags;          // COUNT_BURST and others, of any of its contacts
};

void census_fini(struct census *c)
{
	free(c->source);
	free(c->key);
	free(c->source_slot);
	free(c->key_slot);
	free(c->doubt);
	answerers_fini(&c->answerers);
	*c = (struct census){};
}

static bool reserve(struct census *c, size_t n)
{
	size_t room = ROOM_MIN;
	while (room < n)
		room *= 2;
	if (room > c->room) {
		census_fini(c);
		c->room = room;
		c->factor = hash_key() | 1;
		c->source = malloc(room * sizeof *c->source);
		c->key = aligned_alloc(alignof(struct key_count), room * sizeof *c->key);
		c->source_slot = malloc(2 * room * sizeof *c->source_slot);
		c->key_slot = malloc(2 * room * sizeof *c->key_slot);
		c->doubt = malloc(DOUBTS_MAX * sizeof *c->doubt);
	}
	if (c->source && c->key && c->source_slot && c->key_slot && c->doubt)
		return true;
	census_fini(c);
	return false;
}

/* A slot of a table of `mask` + 1, by a number that is its key: by a factor that nobody outside can guess. */
static inline size_t home(const struct census *c, uint64_t key, size_t mask)
{
	return key * c->factor >> __builtin_clzll(mask);
}

static uint32_t source_put(struct census *c, uint64_t source, size_t mask)
{
	size_t i = home(c, source, mask);
	for (; c->source_slot[i]; i = (i + 1) & mask)
		if (c->source[c->source_slot[i] - 1].source == source)
			return c->source_slot[i] - 1;
	c->source[c->n_sources] = (struct source_count){ .source = source };
	c->source_slot[i] = (uint32_t)++c->n_sources;
	return c->source_slot[i] - 1;
}

static inline struct key_count *key_put(struct census *c, const struct count *x, size_t mask)
{
	uint64_t service = x->rest >> ORDER_TIME_BITS;
	size_t i = home(c, (uint64_t)x->source << 24 ^ service, mask);
	for (; c->key_slot[i]; i = (i + 1) & mask) {
		struct key_count *k = &c->key[c->key_slot[i] - 1];
		if (k->id == x->source && k->service == service)
			return k;
	}
	struct key_count *k = &c->key[c->n_keys++];
	*k = (struct key_count){
		.id = x->source,
		.source = source_put(c, x->source, mask),
		.service = (uint32_t)service,
	};
	c->key_slot[i] = (uint32_t)c->n_keys;
	return k;
}

/* How a sign counts, in the order of enum sum. */
static const sums worth[N_SIGNS] = {
#define AS_WORTH(name, key, nats, outcome, text) \
	[SIGN_##name] = { 1, OUTCOME_##outcome != OUTCOME_UNKNOWN, \
		OUTCOME_##outcome == OUTCOME_FAILED, SIGN_##name == SIGN_UNKNOWN, (nats) > 0, \
		SIGN_##name != SIGN_ANSWERED, (nats) > 0 ? (uint32_t)((nats)*1000 + .5) : 0 },
	SIGNS(AS_WORTH)
#undef AS_WORTH
};

static inline void add(struct key_count *k, const struct count *x)
{
	k->sum += worth[x->sign];
	k->flags |= count_flags(x);
	if (k->votes == 0)
		k->message = x->message;
	k->votes += x->message == k->message ? 1 : UINT32_MAX;
}

/* What its failures are worth. */
static double nats_of(const struct key_count *k)
{
	return k->sum[SUM_MILLINATS] / 1000.;
}

/*
 * Whether a finding can come of one port, or its signs change when they are seen together; but for its
 * failures in a row. Who has a majority of four in five has three votes in five left.
 */
static bool key_needs_look(const struct key_count *k)
{
	uint32_t n = k->sum[SUM_ALL];
	bool is_burst = n >= BURST_PEERS && k->flags & COUNT_BURST &&
			k->votes * UINT64_C(5) >= n * UINT64_C(3);
	uint8_t proto = (uint8_t)(k->service >> 16);
	uint16_t port = (uint16_t)k->service;
	bool may_live = proto == PROTO_UDP && (port == HTTPS || port == TFTP) && k->sum[SUM_BAD];
	return is_burst || may_live || (k->flags & COUNT_POLLING && n <= POLLER_PEERS) ||
	       (k->sum[SUM_UNKNOWN] >= SAME_SIZE_PEERS && weighs_together(proto, port));
}

/* Failures enough for a walk over all ports, with some beside the port that has most. */
static bool is_pooled(const struct source_count *s)
{
	return s->failed_nats >= POOLED_STEPS * STEP_NATS - SLACK_NATS &&
	       s->n_bad - s->n_bad_most >= POOLED_EXTRA_STEPS;
}

/* Of many ports: a scan of one peer, or datagrams to ports that are drawn. */
static bool source_needs_look(const struct source_count *s)
{
	return s->needs_look || s->n_bad_keys >= VERTICAL_PORTS || s->n_unknown >= SCATTER_LEAST;
}

/* So many contacts over TCP that it matters how fast they came. */
static bool may_rush(const struct key_count *k)
{
	return k->service >> 16 == PROTO_TCP && k->sum[SUM_ALL] >= rush_least((uint16_t)k->service);
}

/* A walk never scores more than its failures are worth: only where that is enough their order matters. */
static void doubt_key(struct census *c, uint32_t key)
{
	struct key_count *k = &c->key[key];
	if (nats_of(k) < SUSPECT_NATS - SLACK_NATS && !may_rush(k))
		return;
	if (c->n_doubts == DOUBTS_MAX) {
		c->source[k->source].needs_look = true;
		return;
	}
	c->doubt[c->n_doubts] = (struct doubt){ .of = key };
	k->doubt = (uint32_t)++c->n_doubts;
}

/* Over all ports order matters too, and who answered: a peer counts once. */
static void doubt_source(struct census *c, uint32_t source)
{
	struct source_count *s = &c->source[source];
	if (c->n_doubts == DOUBTS_MAX) {
		s->needs_look = true;
		return;
	}
	c->doubt[c->n_doubts] = (struct doubt){ .of = source };
	s->doubt = (uint32_t)++c->n_doubts;
}

static struct doubt *doubt_at(const struct census *c, uint32_t number)
{
	return number ? &c->doubt[number - 1] : NULL;
}

/* The port of a contact, if it is in doubt; else NULL. Then its source. */
static struct doubt *key_doubt(const struct census *c, const struct count *x)
{
	return x->sign == N_SIGNS ? NULL : doubt_at(c, c->key[x->message].doubt);
}

static struct doubt *source_doubt(const struct census *c, const struct count *x)
{
	return x->sign == N_SIGNS ? NULL : doubt_at(c, c->source[c->key[x->message].source].doubt);
}

static double failed_nats(const struct count *x)
{
	return worth[x->sign][SUM_MILLINATS] / 1000.;
}

static void tell_when(struct census *c, const struct count *count, size_t n)
{
	struct doubt *d;
	for (size_t i = 0; i < n; i++)
		if ((d = key_doubt(c, &count[i])))
			doubt_meet(d, order_time(count[i].rest));
	for (size_t i = 0; i < n; i++) {
		if (!(d = key_doubt(c, &count[i])))
			continue;
		size_t span = doubt_span(d, order_time(count[i].rest));
		d->failed[span] += failed_nats(&count[i]);
		d->answered[span] += count[i].sign == SIGN_ANSWERED ? STEP_NATS : 0;
		d->n[span]++;
	}
}

/* An answer, unless it is one to an answer: that is no part of what a source does over all ports. */
static void put_answer(struct census *c, const struct evidence *e, const struct count *x)
{
	uint32_t source =
		c->key[x->message].source; // is in the key: all of a site may ask one server
	struct contact k;
	evidence_get(e, x->number, &k);
	if (!(k.proto == PROTO_TCP && k.saw & SAW_AS_REPLY))
		answerers_put(&c->answerers, source,
			hash_bytes(&k.dst, sizeof k.dst, c->factor + source), x->rest);
}

/*
 * What came when over all ports. A failure counts even if its peer answers elsewhere. An answer from a port on which a
 * peer-to-peer program may listen does not: what that explains is left out.
 */
static bool tell_when_pooled(
	struct census *c, const struct evidence *e, const struct count *count, size_t n)
{
	const struct answerers *a = &c->answerers;
	struct doubt *d;
	size_t n_answers = 0;
	for (size_t i = 0; i < n; i++)
		if ((d = source_doubt(c, &count[i]))) {
			doubt_meet(d, order_time(count[i].rest));
			n_answers += count[i].sign == SIGN_ANSWERED;
		}
	if (!answerers_begin(&c->answerers, n_answers))
		return false;
	for (size_t i = 0; i < n; i++)
		if ((d = source_doubt(c, &count[i]))) {
			if (count[i].sign == SIGN_ANSWERED)
				put_answer(c, e, &count[i]);
			d->failed[doubt_span(d, order_time(count[i].rest))] +=
				failed_nats(&count[i]);
		}
	for (const struct answerer *s = a->slot; s < a->slot + a->n_slots; s++)
		if (s->source && order_port(s->rest) < SERVICE_PORTS) {
			d = doubt_at(c, c->source[s->source - 1].doubt);
			d->answered[doubt_span(d, order_time(s->rest))] += STEP_NATS;
		}
	return true;
}

static bool key_stands(const struct census *c, const struct doubt *d)
{
	const struct key_count *k = &c->key[d->of];
	return doubt_stands(d, SUSPECT_NATS - SLACK_NATS) ||
	       (may_rush(k) &&
		       doubt_hurries(d, BURST_MS, (uint32_t)rush_least((uint16_t)k->service)));
}

/* Of the sources that nothing else speaks for: whether a walk over all their ports can be a case. */
static bool decide_pooled(
	struct census *c, const struct evidence *e, const struct count *count, size_t n)
{
	size_t n_keys = c->n_doubts;
	for (uint32_t i = 0; i < c->n_sources; i++)
		if (!source_needs_look(&c->source[i]) && is_pooled(&c->source[i]))
			doubt_source(c, i);
	if (c->n_doubts > n_keys && !tell_when_pooled(c, e, count, n))
		return false;
	for (size_t i = n_keys; i < c->n_doubts; i++)
		c->source[c->doubt[i].of].needs_look =
			doubt_stands(&c->doubt[i], POOLED_STEPS * STEP_NATS - SLACK_NATS);
	return true;
}

/* Decide of every source whether it needs a look; `look` becomes of how many. */
static bool decide(struct census *c, const struct evidence *e, const struct count *count, size_t n,
	size_t *look)
{
	c->n_doubts = *look = 0;
	for (uint32_t i = 0; i < c->n_keys; i++) {
		const struct key_count *k = &c->key[i];
		struct source_count *s = &c->source[k->source];
		s->needs_look |= key_needs_look(k);
		s->failed_nats += nats_of(k);
		s->n += k->sum[SUM_ALL];
		s->n_not_answered += k->sum[SUM_NOT_ANSWERED];
		s->n_unknown += k->service >> 16 == PROTO_UDP ? k->sum[SUM_UNKNOWN] : 0;
		s->n_bad += k->sum[SUM_BAD];
		s->n_bad_most = MOST(s->n_bad_most, k->sum[SUM_BAD]);
		s->n_bad_keys += k->sum[SUM_BAD] > 0;
		doubt_key(c, i);
	}
	if (c->n_doubts)
		tell_when(c, count, n);
	for (size_t i = 0; i < c->n_doubts; i++)
		c->source[c->key[c->doubt[i].of].source].needs_look |= key_stands(c, &c->doubt[i]);
	if (!decide_pooled(c, e, count, n))
		return false;
	for (size_t i = 0; i < c->n_sources; i++)
		*look += c->source[i].needs_look = source_needs_look(&c->source[i]);
	return true;
}

bool census_is_usual(size_t n, size_t n_not_answered)
{
	return n_not_answered < CASE_CONTACTS && n_not_answered * 2 <= n && n >= EXAMPLE_MIN;
}

static void count_all(
	struct census *c, struct count *count, size_t n, const struct coming *next, size_t mask)
{
	for (size_t i = 0; i < n; i++) {
		struct count *x = &count[i];
		coming_fetch(next, i);
		if (x->needs_look)
			c->source[source_put(c, x->source, mask)].needs_look = true;
		if (x->sign == N_SIGNS)
			continue;
		struct key_count *k = key_put(c, x, mask);
		add(k, x);
		x->message = (uint32_t)(k - c->key);
	}
}

/* Whether a source needs a look; one that opened nothing, and gave no reason, was not even put down. */
static bool is_looked_at(const struct census *c, uint64_t source, size_t mask)
{
	for (size_t i = home(c, source, mask); c->source_slot[i]; i = (i + 1) & mask)
		if (c->source[c->source_slot[i] - 1].source == source)
			return c->source[c->source_slot[i] - 1].needs_look;
	return false;
}

/* Bring the contacts of those that need it to the front. */
static size_t sort_out(const struct census *c, struct count *count, size_t n, size_t mask)
{
	size_t n_front = 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_looked_at(c, count[i].source, mask))
			continue;
		struct count x = count[i];
		count[i] = count[n_front];
		count[n_front++] = x;
	}
	return n_front;
}

bool census_take(struct census *c, const struct evidence *e, struct count *count, size_t n,
	struct rates *rates, const struct coming *next, size_t *look)
{
	size_t n_look;
	if (!reserve(c, n))
		return false;
	size_t mask = 2 * ROOM_MIN - 1; // half full at most
	while (mask < 2 * n - 1)
		mask = 2 * mask + 1;
	memset(c->source_slot, 0, (mask + 1) * sizeof *c->source_slot);
	memset(c->key_slot, 0, (mask + 1) * sizeof *c->key_slot);
	c->n_sources = c->n_keys = 0;
	count_all(c, count, n, next, mask);
	if (!decide(c, e, count, n, &n_look))
		return false;
	for (size_t i = 0; i < c->n_keys; i++) {
		const struct key_count *k = &c->key[i];
		if (i + AHEAD < c->n_keys)
			rates_fetch(rates, (uint8_t)(k[AHEAD].service >> 16),
				(uint16_t)k[AHEAD].service);
		const struct source_count *s = &c->source[k->source];
		if (!s->needs_look)
			rates_add(rates, (uint8_t)(k->service >> 16), (uint16_t)k->service,
				k->sum[SUM_KNOWN], k->sum[SUM_FAILED],
				census_is_usual(s->n, s->n_not_answered));
	}
	*look = n_look ? sort_out(c, count, n, mask) : 0;
	return true;
}
