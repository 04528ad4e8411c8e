// SPDX-License-Identifier: Apache-2.0
// Most sources never fail often enough to be a case. Contacts are brought together source by source,
// a few at a time; each source teaches what is normal here, and only those that can become a case
// are kept for the judge.
#include <math.h>
#include <stdlib.h>

#include "base/pair.h"
#include "detect/addr_set.h"
#include "detect/burst.h"
#include "detect/case.h"
#include "detect/near.h"
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

/* What is known of all contacts before the first is weighed. */
struct docket {
	const struct evidence *evidence;
	struct court *court;
	uint8_t *unasked; // counters that saturate: answers that nobody asked for, by who sent them
	size_t *end;      // of each group in `slot`
	size_t n_groups;
	uint32_t *slot; // numbers of all contacts, group by group
};

/* Who looks at some of the groups; two of them share the docket and nothing else. */
struct clerk {
	const struct docket *docket;
	struct court court; // with rates and findings of its own
	struct findings out;
	size_t from, to; // groups
	struct order order;
	struct exhibit *exhibit; // of the source that is looked at
	size_t exhibit_room, contact_room;
	struct addr_set answered; // peers of that source
	bool is_done;
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
	return near_hash(&c->src, 1) & (d->n_groups - 1);
}

static void learn_visibility(void *on)
{
	struct docket *d = on;
	struct evidence_iter it = { .evidence = d->evidence };
	for (const struct contact *c; (c = evidence_next(&it));) {
		visibility_learn(d->court->visibility, c);
		if (is_unasked(c) && *unasked_of(d, c) < UNASKED_MIN)
			++*unasked_of(d, c);
	}
	visibility_settle(d->court->visibility);
}

/* In the end, end[i] has moved from the begin of its group to its end. */
static void group_all(void *on)
{
	struct docket *d = on;
	struct evidence_iter first = { .evidence = d->evidence }, second = first;
	for (const struct contact *c; (c = evidence_next(&first));)
		d->end[group_of(d, c) + 1]++;
	for (size_t i = 0; i < d->n_groups; i++)
		d->end[i + 1] += d->end[i];
	for (const struct contact *c; (c = evidence_next(&second));)
		d->slot[d->end[group_of(d, c)]++] = (uint32_t)evidence_number(&second);
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

/* Whether a finding can come of one port alone, whatever the walk's ageing takes away. */
static bool key_may_be_case(const struct key_slice *k)
{
	double score = 0;
	for (size_t i = 0; i < k->n; i++) {
		const struct contact *c = k->exhibit[i].contact;
		bool is_failed = sign_outcome(k->exhibit[i].sign) == OUTCOME_FAILED;
		if (c->saw & SAW_LISTED ||
			(is_failed && __builtin_popcount(c->tries) >= POLLER_WINDOWS))
			return true;
		score = fmax(0, score + sign_nats(k->exhibit[i].sign));
		if (score >= SUSPECT_NATS - SLACK_NATS)
			return true;
	}
	return k->n >= BURST_PEERS && burst_peers(k->exhibit, k->n) >= BURST_PEERS;
}

/*
 * The most that a port adds to a walk over all ports. There a peer counts once: an answer counts on the
 * first port that gave one, and `answered` are the peers that did before. One that may be a reply does
 * not count at all.
 */
static double key_adds(const struct key_slice *k, struct addr_set *answered)
{
	double score = 0, best = 0;
	for (size_t i = 0; i < k->n; i++) {
		const struct contact *c = k->exhibit[i].contact;
		bool is_answer = k->exhibit[i].sign == SIGN_ANSWERED;
		bool counts =
			!is_answer || (!(c->saw & SAW_AS_REPLY) && addr_set_put(answered, &c->dst));
		score = fmax(0, score + (counts ? sign_nats(k->exhibit[i].sign) : 0));
		best = fmax(best, score);
	}
	return best;
}

/*
 * Whether any finding can come of a source. A walk without ageing never scores less than one with it;
 * over all ports it never scores more than what the ports add together.
 */
static bool may_be_case(struct clerk *k, const struct suspect *s)
{
	struct key_slice slice;
	double failed = 0, pooled = 0;
	for (size_t at = 0; key_next(s, &at, &slice);)
		if (key_may_be_case(&slice))
			return true;
	for (size_t i = 0; i < s->n; i++)
		failed += fmax(0, sign_nats(s->exhibit[i].sign));
	if (failed < POOLED_NATS - SLACK_NATS)
		return false; // all that failed together is too little
	addr_set_clear(&k->answered);
	for (size_t at = 0; key_next(s, &at, &slice);)
		pooled += key_adds(&slice, &k->answered);
	return pooled >= POOLED_NATS - SLACK_NATS;
}

/* Whoever fails more often than not is no example of what is normal, however little it tried. */
void docket_learn(struct rates *rates, const struct suspect *s)
{
	struct key_slice k;
	size_t n_failed = 0;
	for (size_t i = 0; i < s->n; i++)
		n_failed += s->exhibit[i].sign != SIGN_ANSWERED;
	bool is_usual = n_failed < CASE_CONTACTS && n_failed * 2 <= s->n && s->n >= EXAMPLE_MIN;
	for (size_t at = 0; key_next(s, &at, &k);)
		rates_learn(rates, k.exhibit, k.n, is_usual);
}

/* Look at the contacts of one source, in order; returns whether they are kept for the judge. */
static bool look(struct clerk *k, const struct contact *c, size_t n)
{
	bool is_kept = false;
	struct suspect s = { .host = &c->src, .exhibit = k->exhibit };
	for (size_t i = 0; i < n; i++) {
		is_kept |= is_unasked(&c[i]) && *unasked_of(k->docket, &c[i]) >= UNASKED_MIN;
		if (!(c[i].saw & SAW_OPEN))
			continue;
		seen_put(&k->out.seen, &c[i], k->court.visibility);
		k->exhibit[s.n++] = (struct exhibit){ .contact = &c[i],
			.sign = weigh(&c[i], k->court.visibility, k->court.inventory) };
	}
	weigh_source(&s);
	docket_learn(k->court.rates, &s);
	return is_kept || may_be_case(k, &s);
}

/* Room for `n` more contacts behind those that are kept, and for what is made of them. */
static bool make_room(struct clerk *k, size_t n)
{
	if (k->out.n_contacts + n > k->contact_room) {
		size_t room = k->contact_room + k->contact_room / 4 + n;
		struct contact *more = realloc(k->out.contact, room * sizeof *more);
		if (!more)
			return false;
		k->out.contact = more;
		k->contact_room = room;
	}
	if (n > k->exhibit_room) {
		free(k->exhibit);
		k->exhibit_room = n;
		k->exhibit = malloc(n * sizeof *k->exhibit);
	}
	return k->exhibit && order_reserve(&k->order, n);
}

/* Bring the contacts of one group into order, and keep those of the sources that can be a case. */
static bool look_at_group(struct clerk *k, const uint32_t *slot, size_t n)
{
	const struct evidence *e = k->docket->evidence;
	struct contact c;
	if (!make_room(k, n))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (i + AHEAD < n)
			evidence_fetch(e, slot[i + AHEAD]);
		evidence_get(e, slot[i], &c);
		order_put(&k->order, &c, slot[i]);
	}
	order_sort(&k->order, e);
	for (size_t i = 0, j; i < n; i = j) {
		struct contact *first = k->out.contact + k->out.n_contacts;
		for (j = i; j < n && order_same_source(&k->order, i, j); j++)
			evidence_get(e, order_slot(&k->order, j), &first[j - i]);
		k->out.n_contacts += look(k, first, j - i) ? j - i : 0;
	}
	order_clear(&k->order);
	return true;
}

static void look_at_groups(void *on)
{
	struct clerk *k = on;
	const struct docket *d = k->docket;
	size_t begin = k->from ? d->end[k->from - 1] : 0;
	k->is_done = k->court.rates;
	for (size_t i = k->from; k->is_done && i < k->to; begin = d->end[i++])
		if (d->end[i] > begin)
			k->is_done = look_at_group(k, d->slot + begin, d->end[i] - begin);
	order_fini(&k->order);
	addr_set_fini(&k->answered);
	free(k->exhibit);
}

static struct clerk clerk_of(const struct docket *d, size_t from, size_t to)
{
	struct clerk k = { .docket = d, .court = *d->court, .from = from, .to = to };
	k.court.rates = rates_new(NULL); // they are joined, and asked only then
	return k;
}

static void seen_join(struct seen *into, const struct seen *from)
{
	for (size_t i = 0; i < countof(into->n); i++)
		into->n[i] += from->n[i];
	if (from->n_timed && (into->n_timed == 0 || from->first_ms < into->first_ms))
		into->first_ms = from->first_ms;
	if (from->last_ms > into->last_ms)
		into->last_ms = from->last_ms;
	into->n_timed += from->n_timed;
}

/* Hand over what a clerk found. */
static bool join(struct court *court, struct clerk *k)
{
	struct findings *out = court->out;
	size_t n = out->n_contacts + k->out.n_contacts;
	struct contact *all = k->is_done && out->contact && k->out.n_contacts
				      ? realloc(out->contact, n * sizeof *all)
				      : out->contact;
	bool is_done = k->is_done && (all || !out->contact);
	if (is_done && all && k->out.n_contacts)
		memcpy(all + out->n_contacts, k->out.contact, k->out.n_contacts * sizeof *all);
	if (is_done && !all) { // the first that found any
		all = k->out.contact;
		k->out.contact = NULL;
	}
	if (is_done) {
		out->contact = all;
		out->n_contacts = n;
		seen_join(&out->seen, &k->out.seen);
		rates_join(court->rates, k->court.rates);
	}
	free(k->out.contact);
	rates_free(k->court.rates);
	return is_done;
}

bool docket_call(struct court *c, const struct evidence *e, bool on_threads)
{
	struct docket d = { .evidence = e, .court = c, .n_groups = 1 };
	size_t n = evidence_count(e);
	while (d.n_groups * GROUP_CONTACTS < n)
		d.n_groups *= 2;
	d.unasked = calloc(COUNTERS, 1);
	d.end = calloc(d.n_groups + 1, sizeof *d.end);
	d.slot = malloc((n + 1) * sizeof *d.slot);
	bool is_done = d.unasked && d.end && d.slot;
	if (is_done) {
		do_both((struct work){ learn_visibility, &d }, (struct work){ group_all, &d },
			on_threads);
		struct clerk one = clerk_of(&d, 0, d.n_groups / 2);
		struct clerk other = clerk_of(&d, d.n_groups / 2, d.n_groups);
		do_both((struct work){ look_at_groups, &one },
			(struct work){ look_at_groups, &other }, on_threads);
		is_done = join(c, &one);
		is_done &= join(c, &other);
	}
	free(d.slot);
	free(d.end);
	free(d.unasked);
	return is_done;
}
