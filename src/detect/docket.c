// SPDX-License-Identifier: Apache-2.0
// Most sources never fail often enough to be a case. Contacts are brought together source by source,
// a few at a time; each source teaches what is normal here, and only those that can become a case
// are kept for the judge.
#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "detect/burst.h"
#include "detect/case.h"
#include "detect/order.h"
#include "detect/weigh.h"

enum {
	COUNTERS = 1 << 20, // by hash of an address; a collision keeps one more source, no less
	CASE_CONTACTS = 4,  // four contacts of unused addresses make a case, no fewer do
	UNASKED_MIN = 20,
	EXAMPLE_MIN = 3, // contacts, before a source teaches what is normal
	GROUP_CONTACTS = 128,
	AHEAD = 16,
};

struct docket {
	const struct evidence *evidence;
	uint8_t *unasked; // counters that saturate: answers that nobody asked for, by who sent them
	size_t *end;      // of each group in `slot`
	size_t n_groups;
	uint32_t *slot; // numbers of all contacts, group by group
	struct order order;
	struct exhibit *exhibit; // of the source that is looked at
	size_t exhibit_room, contact_room;
};

static uint8_t *unasked_of(const struct docket *d, const struct contact *c)
{
	return &d->unasked[hash_bytes(&c->dst, sizeof c->dst, 0) % COUNTERS];
}

static bool is_unasked(const struct contact *c)
{
	return c->saw & SAW_BARE_REPLY && !(c->saw & SAW_OPEN);
}

/* Groups are of whole sources. */
static size_t group_of(const struct docket *d, const struct contact *c)
{
	return hash_bytes(&c->src, sizeof c->src, 1) & (d->n_groups - 1);
}

/* What has to be known of all contacts before the first is weighed; and how large the groups are. */
static void count_all(struct docket *d, struct court *court)
{
	struct evidence_iter it = { .evidence = d->evidence };
	for (const struct contact *c; (c = evidence_next(&it));) {
		visibility_learn(court->visibility, c);
		d->end[group_of(d, c) + 1]++;
		if (is_unasked(c) && *unasked_of(d, c) < UNASKED_MIN)
			++*unasked_of(d, c);
	}
	visibility_settle(court->visibility);
	for (size_t i = 0; i < d->n_groups; i++)
		d->end[i + 1] += d->end[i];
}

/* end[i] moves from the begin of its group to its end. */
static void group_all(struct docket *d)
{
	struct evidence_iter it = { .evidence = d->evidence };
	for (const struct contact *c; (c = evidence_next(&it));)
		d->slot[d->end[group_of(d, c)]++] = (uint32_t)evidence_number(&it);
}

/* Note how the outcome of a contact is told, and when it was. */
static void seen_put(struct seen *s, const struct contact *c, const struct visibility *v)
{
	s->n[telemetry_of(c, v)]++;
	if (contact_first(c) == UINT64_MAX)
		return;
	if (s->n_timed++ == 0 || c->first_ms < s->first_ms)
		s->first_ms = c->first_ms;
	if (c->last_ms > s->last_ms)
		s->last_ms = c->last_ms;
}

/* Returns whether the key can be heard alone; else adds the most it ever scored to `pooled`. */
static bool key_may_be_case(const struct key_slice *k, double *pooled)
{
	double score = 0, best = 0;
	for (size_t i = 0; i < k->n; i++) {
		const struct contact *c = k->exhibit[i].contact;
		bool is_failed = sign_outcome(k->exhibit[i].sign) == OUTCOME_FAILED;
		if (c->saw & SAW_LISTED ||
			(is_failed && __builtin_popcount(c->tries) >= POLLER_WINDOWS))
			return true;
		score = fmax(0, score + sign_nats(k->exhibit[i].sign));
		best = fmax(best, score);
	}
	*pooled += best;
	return best >= SUSPECT_NATS - SLACK_NATS ||
	       (k->n >= BURST_PEERS && burst_peers(k->exhibit, k->n) >= BURST_PEERS);
}

/*
 * Whether any finding can come of a source: a walk without ageing never scores less than one with
 * it, and over all ports never more than what the ports scored together.
 */
static bool may_be_case(const struct suspect *s)
{
	struct key_slice k;
	double pooled = 0;
	for (size_t at = 0; key_next(s, &at, &k);)
		if (key_may_be_case(&k, &pooled))
			return true;
	return pooled >= SUSPECT_NATS - SLACK_NATS;
}

/* Whoever fails more often than not is no example of what is normal, however little it tried. */
static void learn(struct court *court, const struct suspect *s)
{
	struct key_slice k;
	size_t n_failed = 0;
	for (size_t i = 0; i < s->n; i++)
		n_failed += s->exhibit[i].sign != SIGN_ANSWERED;
	bool is_usual = n_failed < CASE_CONTACTS && n_failed * 2 <= s->n && s->n >= EXAMPLE_MIN;
	for (size_t at = 0; key_next(s, &at, &k);)
		rates_learn(court->rates, k.exhibit, k.n, is_usual);
}

/* Look at the contacts of one source, in order; returns whether they are kept for the judge. */
static bool look(struct docket *d, struct court *court, const struct contact *c, size_t n)
{
	bool is_kept = false;
	struct suspect s = { .host = &c->src, .exhibit = d->exhibit };
	for (size_t i = 0; i < n; i++) {
		is_kept |= is_unasked(&c[i]) && *unasked_of(d, &c[i]) >= UNASKED_MIN;
		if (!(c[i].saw & SAW_OPEN))
			continue;
		seen_put(&court->out->seen, &c[i], court->visibility);
		d->exhibit[s.n++] = (struct exhibit){ .contact = &c[i],
			.sign = weigh(&c[i], court->visibility, court->inventory) };
	}
	weigh_source(&s);
	learn(court, &s);
	return is_kept || may_be_case(&s);
}

/* Room for `n` more contacts behind those that are kept, and for what is made of them. */
static bool make_room(struct docket *d, struct findings *out, size_t n)
{
	if (out->n_contacts + n > d->contact_room) {
		size_t room = d->contact_room + d->contact_room / 4 + n;
		struct contact *more = realloc(out->contact, room * sizeof *more);
		if (!more)
			return false;
		out->contact = more;
		d->contact_room = room;
	}
	if (n > d->exhibit_room) {
		free(d->exhibit);
		d->exhibit_room = n;
		d->exhibit = malloc(d->exhibit_room * sizeof *d->exhibit);
	}
	return d->exhibit && order_reserve(&d->order, n);
}

/* Bring the contacts of one group into order, and keep those of the sources that can be a case. */
static bool look_at_group(struct docket *d, struct court *court, const uint32_t *slot, size_t n)
{
	struct findings *out = court->out;
	struct contact c;
	if (!make_room(d, out, n))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (i + AHEAD < n)
			evidence_fetch(d->evidence, slot[i + AHEAD]);
		evidence_get(d->evidence, slot[i], &c);
		order_put(&d->order, &c, slot[i]);
	}
	order_sort(&d->order, d->evidence);
	for (size_t i = 0, j; i < n; i = j) {
		struct contact *first = out->contact + out->n_contacts;
		for (j = i; j < n && order_same_source(&d->order, i, j); j++)
			evidence_get(d->evidence, order_slot(&d->order, j), &first[j - i]);
		out->n_contacts += look(d, court, first, j - i) ? j - i : 0;
	}
	order_clear(&d->order);
	return true;
}

bool docket_call(struct court *c, const struct evidence *e)
{
	struct docket d = { .evidence = e, .n_groups = 1 };
	size_t n = evidence_count(e);
	while (d.n_groups * GROUP_CONTACTS < n)
		d.n_groups *= 2;
	d.unasked = calloc(COUNTERS, 1);
	d.end = calloc(d.n_groups + 1, sizeof *d.end);
	d.slot = malloc((n + 1) * sizeof *d.slot);
	bool is_done = d.unasked && d.end && d.slot;
	if (is_done) {
		count_all(&d, c);
		group_all(&d);
	}
	for (size_t i = 0, begin = 0; is_done && i < d.n_groups; begin = d.end[i++])
		if (d.end[i] > begin)
			is_done = look_at_group(&d, c, d.slot + begin, d.end[i] - begin);
	order_fini(&d.order);
	free(d.exhibit);
	free(d.slot);
	free(d.end);
	free(d.unasked);
	return is_done;
}
