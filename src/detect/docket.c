// SPDX-License-Identifier: Apache-2.0
// Most sources never fail often enough to be a case. Contacts are noted shortly and brought together
// source by source, a few at a time; counting them teaches what is normal, and tells which have to be looked
// at. Of those, the ones that can become a case are kept for the judge.
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/pair.h"
#include "detect/addr_set.h"
#include "detect/burst.h"
#include "detect/case.h"
#include "detect/census.h"
#include "detect/groups.h"
#include "detect/notes.h"
#include "detect/order.h"
#include "detect/weigh.h"

enum {
	COUNTERS = 1 << 20, // by hash of an address; a collision keeps one more source, no less
	UNASKED_MIN = 20,
	COUNTED_MAX = 1 << 16, // contacts of a group that are counted: bounds the room for it
	RUN = 64,
	STRETCH = 4096,
	TAKEN = 16, // groups at a time
	AHEAD = 16,
};

/* What is known of all contacts before the first is weighed. */
struct docket {
	const struct evidence *evidence;
	struct court *court;
	uint8_t *unasked; // counters that saturate: answers that nobody asked for, by who sent them
	uint64_t key;     // of sources
	struct groups groups;
	atomic_size_t next; // group that nobody has taken
};

/* Who looks at some of the groups; two of them share the docket, from which they take groups, and nothing else. */
struct clerk {
	struct docket *docket;
	struct court court; // with rates and findings of its own
	struct findings out;
	struct notes notes;
	struct census census;
	struct count *count, *sorted; // of a group; room for sorting it
	size_t count_room;
	struct exhibit *exhibit; // of the source that is looked at
	size_t exhibit_room, contact_room;
	struct addr_set answered; // peers of that source
	bool is_done;
};

static size_t unasked_slot(const struct contact *c)
{
	return hash_bytes(&c->dst, sizeof c->dst, 0) % COUNTERS;
}

static bool is_unasked(const struct contact *c)
{
	return c->saw & SAW_BARE_REPLY && !(c->saw & SAW_ASKED);
}

/* Who learns from some of the contacts, and counts them for the groups. */
struct pupil {
	struct docket *docket;
	struct visibility *visibility;
	uint8_t *unasked;
	size_t from, to;
};

static void learn_some(const struct pupil *p, size_t from, size_t to)
{
	struct contact c[RUN];
	for (size_t n; from < to; from += n) {
		n = LEAST(to - from, (size_t)RUN);
		evidence_read(p->docket->evidence, from, n, c);
		visibility_learn(p->visibility, c, n);
		for (size_t i = 0; i < n; i++)
			if (is_unasked(&c[i]) && p->unasked[unasked_slot(&c[i])] < UNASKED_MIN)
				p->unasked[unasked_slot(&c[i])]++;
	}
}

/* Count while what was read is still in the cache. */
static void learn(void *on)
{
	const struct pupil *p = on;
	for (size_t from = p->from, to; from < p->to; from = to) {
		to = LEAST(p->to, from + STRETCH);
		learn_some(p, from, to);
		groups_count(&p->docket->groups, from, to);
	}
}

static void unasked_join(uint8_t *into, const uint8_t *from)
{
	for (size_t i = 0; i < COUNTERS; i++)
		into[i] = (uint8_t)LEAST(into[i] + from[i], (int)UNASKED_MIN);
}

/* Two of them, if there is memory for what the other one learns. */
static void survey(struct docket *d, bool on_threads)
{
	size_t n = evidence_count(d->evidence);
	struct visibility *v = on_threads ? visibility_new() : NULL;
	uint8_t *unasked = v ? calloc(COUNTERS, 1) : NULL;
	struct pupil one = { d, d->court->visibility, d->unasked, 0, n },
		     other = { d, v, unasked, n, n };
	if (unasked)
		one.to = other.from = groups_middle(&d->groups);
	do_both((struct work){ learn, &one }, (struct work){ learn, &other }, unasked);
	if (unasked) {
		visibility_join(d->court->visibility, v);
		unasked_join(d->unasked, unasked);
	}
	visibility_free(v);
	free(unasked);
}

static void put_first(void *on)
{
	struct docket *d = on;
	groups_put(&d->groups, 0);
}

static void put_second(void *on)
{
	struct docket *d = on;
	groups_put(&d->groups, 1);
}

/* Of an answer that nobody asked for: whether it is one of many from there. */
static void tell_unasked(const struct clerk *k, struct count *out)
{
	struct contact c;
	evidence_get(k->docket->evidence, out->number, &c);
	out->is_unasked = out->needs_look = k->docket->unasked[unasked_slot(&c)] >= UNASKED_MIN;
}

/* Note all contacts of a group. */
static bool note_group(struct clerk *k, const uint32_t *number, size_t n)
{
	if (n > k->count_room) {
		free(k->count);
		k->count_room = n;
		k->count = malloc(n * sizeof *k->count);
	}
	if (!k->count)
		return false;
	notes_take(&k->notes, number, n, k->count);
	for (size_t i = 0; i < n; i++)
		if (k->count[i].is_unasked)
			tell_unasked(k, &k->count[i]);
	return true;
}

/* Whether a finding can come of one port alone, whatever the walk's ageing takes away. */
static bool key_may_be_case(const struct key_slice *k)
{
	double score = 0;
	for (size_t i = 0; i < k->n; i++) {
		const struct contact *c = k->exhibit[i].contact;
		bool is_failed = sign_outcome(k->exhibit[i].sign) == OUTCOME_FAILED;
		if (c->saw & SAW_LISTED ||
			(c->saw & SAW_DROPPED && contact_first(c) == UINT64_MAX) ||
			(is_failed && __builtin_popcount(c->tries) >= POLLER_WINDOWS))
			return true;
		score = fmax(0, score + sign_nats(k->exhibit[i].sign));
		if (score >= SUSPECT_NATS - SLACK_NATS)
			return true;
	}
	if (rush_find(k->exhibit, k->n).n)
		return true;
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
	size_t n_not_answered = 0;
	for (size_t i = 0; i < s->n; i++)
		n_not_answered += s->exhibit[i].sign != SIGN_ANSWERED;
	for (size_t at = 0; key_next(s, &at, &k);)
		rates_learn(rates, k.exhibit, k.n, census_is_usual(s->n, n_not_answered));
}

/* Unpack the contacts of one source, which are in order, behind those that are kept; then look at them. */
static bool look(struct clerk *k, const struct count *count, size_t n)
{
	const struct evidence *e = k->docket->evidence;
	struct contact *c = k->out.contact + k->out.n_contacts;
	bool is_kept = false;
	struct suspect s = {
		.host = &c->src, .exhibit = k->exhibit, .contact = c, .n_contacts = n
	};
	for (size_t i = 0; i < n; i++) {
		if (i + AHEAD < n)
			evidence_fetch(e, count[i + AHEAD].number);
		evidence_get(e, count[i].number, &c[i]);
		is_kept |= count[i].is_unasked;
		if (count[i].sign < N_SIGNS)
			k->exhibit[s.n++] =
				(struct exhibit){ .contact = &c[i], .sign = count[i].sign };
	}
	s.is_heard = visibility_returns(k->court.visibility, s.host);
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
		free(k->sorted);
		k->exhibit_room = n;
		k->exhibit = malloc(n * sizeof *k->exhibit);
		k->sorted = malloc(n * sizeof *k->sorted);
	}
	return k->exhibit && k->sorted;
}

/* Bring the contacts of some sources into order, and keep those of the sources that can be a case. */
static bool look_at(struct clerk *k, struct count *count, size_t n)
{
	if (!make_room(k, n))
		return false;
	const struct count *c = order_sort(count, k->sorted, n, k->docket->evidence);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i; j < n && c[j].source == c[i].source; j++)
			;
		k->out.n_contacts += look(k, c + i, j - i) ? j - i : 0;
	}
	return true;
}

static bool take_group(struct clerk *k, size_t group)
{
	const struct docket *d = k->docket;
	size_t begin = groups_begin(&d->groups, group);
	size_t n = groups_begin(&d->groups, group + 1) - begin;
	size_t n_after = evidence_count(d->evidence) - begin - n;
	const uint32_t *number = d->groups.number + begin;
	struct coming next = { d->evidence, number + n, LEAST(n, n_after) };
	size_t n_look = n; // a group so large is one scanner as a rule: to look costs no more
	if (n == 0)
		return true;
	if (!note_group(k, number, n))
		return false;
	if (n <= COUNTED_MAX &&
		!census_take(&k->census, d->evidence, k->count, n, k->court.rates, &next, &n_look))
		return false;
	return n_look == 0 || look_at(k, k->count, n_look);
}

/* Some groups at a time, until there are no more: whoever is faster takes more of them. */
static void take_groups(void *on)
{
	struct clerk *k = on;
	struct docket *d = k->docket;
	const struct groups *g = &d->groups;
	k->is_done = k->court.rates;
	for (size_t i; k->is_done && (i = atomic_fetch_add(&d->next, TAKEN)) < g->n;)
		for (size_t to = LEAST(i + TAKEN, g->n); k->is_done && i < to; i++)
			k->is_done = take_group(k, i);
	census_fini(&k->census);
	free(k->count);
	free(k->sorted);
	addr_set_fini(&k->answered);
	free(k->exhibit);
}

static struct clerk clerk_of(struct docket *d)
{
	struct clerk k = { .docket = d, .court = *d->court };
	k.notes = (struct notes){ .evidence = d->evidence,
		.visibility = d->court->visibility,
		.inventory = d->court->inventory,
		.key = d->key };
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
	seen_join(&out->seen, &k->notes.seen);
	if (is_done && all && k->out.n_contacts)
		memcpy(all + out->n_contacts, k->out.contact, k->out.n_contacts * sizeof *all);
	if (is_done && !all) { // the first that found any
		all = k->out.contact;
		k->out.contact = NULL;
	}
	if (is_done) {
		out->contact = all;
		out->n_contacts = n;
		rates_join(court->rates, k->court.rates);
	}
	free(k->out.contact);
	rates_free(k->court.rates);
	return is_done;
}

/* Learn, bring the contacts together group by group, and take the groups; each of these by two at once. */
static bool call(struct docket *d, bool on_threads)
{
	survey(d, on_threads);
	visibility_settle(d->court->visibility);
	groups_lay_out(&d->groups);
	do_both((struct work){ put_first, d }, (struct work){ put_second, d }, on_threads);
	groups_settle(&d->groups);
	struct clerk one = clerk_of(d), other = clerk_of(d);
	do_both((struct work){ take_groups, &one }, (struct work){ take_groups, &other },
		on_threads);
	bool is_done = join(d->court, &one);
	return join(d->court, &other) && is_done;
}

bool docket_call(struct court *c, const struct evidence *e, bool on_threads)
{
	struct docket d = { .evidence = e, .court = c, .key = hash_key() };
	d.unasked = calloc(COUNTERS, 1);
	bool is_done = groups_init(&d.groups, e) && d.unasked && call(&d, on_threads);
	groups_fini(&d.groups);
	free(d.unasked);
	return is_done;
}
