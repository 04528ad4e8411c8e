// SPDX-License-Identifier: Apache-2.0
// Most sources never fail often enough to be a case: two sequential passes over the evidence pick
// out the few that can, so that only those are copied and sorted.
#include <stdlib.h>

#include "base/hash.h"
#include "detect/burst.h"
#include "detect/case.h"
#include "detect/weigh.h"

enum {
	COUNTERS = 1 << 22, // by hash of an address; a collision calls one more source, no less
	CASE_CONTACTS = 4,  // four contacts of unused addresses make a case, no fewer do
	ALWAYS = UINT8_MAX, // from a list, or tried again and again
	UNASKED_MIN = 20,
	EXAMPLE_MIN = 3, // contacts, before a source teaches what is normal
	BUCKETS = 1 << 16,
};

struct docket {
	uint8_t *opened, *answered, *unasked, *repeated; // counters that saturate below ALWAYS
	struct contact *contact;
	size_t n;
};

static uint32_t counter_of(const struct addr *a)
{
	return (uint32_t)hash_bytes(a, sizeof *a, 0) % COUNTERS;
}

static bool is_unanswered(const struct contact *c)
{
	return c->saw & SAW_OPEN && !(c->saw & (SAW_ANSWER | SAW_LARGE));
}

static bool is_unasked(const struct contact *c)
{
	return c->saw & SAW_BARE_REPLY && !(c->saw & SAW_OPEN);
}

static void count(uint8_t *counter, const struct addr *a)
{
	uint8_t *n = &counter[counter_of(a)];
	*n = (uint8_t)(*n + (*n < ALWAYS - 1));
}

/* A message that is repeated to many peers calls its source, though all of them answer. */
static void count_answered(struct docket *d, const struct contact *c)
{
	count(d->answered, &c->src);
	if (!burst_counts(c))
		return;
	struct {
		struct addr src;
		uint32_t signature;
		uint32_t port;
	} message = { c->src, burst_signature(c), c->port };
	uint8_t *n = &d->repeated[hash_bytes(&message, sizeof message, 0) % COUNTERS];
	*n = (uint8_t)(*n + (*n < ALWAYS));
	if (*n == BURST_PEERS)
		d->opened[counter_of(&c->src)] = ALWAYS;
}

static void count_all(struct docket *d, struct court *court, const struct evidence *e)
{
	struct evidence_iter it = { .evidence = e };
	for (const struct contact *c; (c = evidence_next(&it));) {
		visibility_learn(court->visibility, c);
		if (is_unasked(c))
			count(d->unasked, &c->dst);
		if (!(c->saw & SAW_OPEN))
			continue;
		bool is_polled = is_unanswered(c) && __builtin_popcount(c->tries) >= POLLER_WINDOWS;
		if (c->saw & SAW_LISTED || is_polled)
			d->opened[counter_of(&c->src)] = ALWAYS;
		else if (!is_unanswered(c))
			count_answered(d, c);
		else if (d->opened[counter_of(&c->src)] < ALWAYS)
			count(d->opened, &c->src);
	}
	visibility_settle(court->visibility);
}

static bool is_called(const struct docket *d, const struct contact *c)
{
	if (c->saw & SAW_OPEN && d->opened[counter_of(&c->src)] >= CASE_CONTACTS)
		return true;
	return c->saw & SAW_BARE_REPLY && d->unasked[counter_of(&c->dst)] >= UNASKED_MIN;
}

/* Whoever fails more often than not is no example of what is normal, however little it tried. */
static bool is_example(const struct docket *d, const struct contact *c)
{
	unsigned n_open = d->opened[counter_of(&c->src)], n_done = d->answered[counter_of(&c->src)];
	return c->saw & SAW_OPEN && n_open <= n_done && n_open + n_done >= EXAMPLE_MIN;
}

static int in_order(const void *a, const void *b)
{
	return contact_cmp(a, b);
}

static uint32_t bucket_of(const struct contact *c)
{
	return (uint32_t)hash_bytes(&c->src, sizeof c->src, 1) % BUCKETS;
}

/* Note how the outcome of a contact is told, and when it was. */
static void seen_put(struct seen *s, const struct contact *c, const struct visibility *v)
{
	if (!(c->saw & SAW_OPEN))
		return;
	s->n[telemetry_of(c, v)]++;
	if (contact_first(c) == UINT64_MAX)
		return;
	if (s->n_timed++ == 0 || c->first_ms < s->first_ms)
		s->first_ms = c->first_ms;
	if (c->last_ms > s->last_ms)
		s->last_ms = c->last_ms;
}

/* Copy what is called, group by group of hashed sources; the rest teaches. */
static bool call_all(struct docket *d, struct court *court, const struct evidence *e)
{
	size_t *end = calloc(BUCKETS + 1, sizeof *end);
	struct evidence_iter first = { .evidence = e }, second = { .evidence = e };
	if (!end)
		return false;
	for (const struct contact *c; (c = evidence_next(&first));) {
		seen_put(&court->out->seen, c, court->visibility);
		if (is_called(d, c))
			end[bucket_of(c) + 1]++;
		else if (is_example(d, c))
			rates_learn_one(
				court->rates, c, weigh(c, court->visibility, court->inventory));
	}
	for (size_t b = 0; b < BUCKETS; b++)
		end[b + 1] += end[b];
	d->n = end[BUCKETS];
	d->contact = malloc((d->n + 1) * sizeof *d->contact);
	if (d->contact)
		for (const struct contact *c; (c = evidence_next(&second));)
			if (is_called(d, c)) // end[b] moves from the begin of its group to its end
				d->contact[end[bucket_of(c)]++] = *c;
	for (size_t b = 0, begin = 0; d->contact && b < BUCKETS; begin = end[b++])
		if (end[b] - begin > 1)
			qsort(d->contact + begin, end[b] - begin, sizeof *d->contact, in_order);
	free(end);
	return d->contact;
}

bool docket_call(struct court *c, const struct evidence *e)
{
	struct docket d = { .opened = calloc(COUNTERS, 1),
		.answered = calloc(COUNTERS, 1),
		.unasked = calloc(COUNTERS, 1),
		.repeated = calloc(COUNTERS, 1) };
	bool is_done = d.opened && d.answered && d.unasked && d.repeated;
	if (is_done) {
		count_all(&d, c, e);
		is_done = call_all(&d, c, e);
	}
	free(d.opened);
	free(d.answered);
	free(d.unasked);
	free(d.repeated);
	c->out->contact = d.contact;
	c->out->n_contacts = is_done ? d.n : 0;
	return is_done;
}
