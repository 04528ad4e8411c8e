// SPDX-License-Identifier: Apache-2.0
// Most sources never fail often enough to be a case: two sequential passes over the evidence pick
// out the few that can, so that only those are copied and sorted.
#include <stdlib.h>

#include "base/hash.h"
#include "detect/case.h"
#include "detect/weigh.h"

enum {
	COUNTERS = 1 << 22, // by hash of an address; a collision calls one more source, no less
	CASE_CONTACTS = 4,  // four contacts of unused addresses make a case, no fewer do
	ALWAYS = UINT8_MAX, // from a list, or tried again and again
	POLLED_WINDOWS = 13,
	UNASKED_MIN = 20,
	BUCKETS = 1 << 16,
};

struct docket {
	uint8_t *opened, *unasked; // counters that saturate below ALWAYS
	struct contact *contact;
	size_t n, room;
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

static void count_all(struct docket *d, struct court *court, const struct evidence *e)
{
	struct evidence_iter it = { .evidence = e };
	for (const struct contact *c; (c = evidence_next(&it));) {
		visibility_learn(court->visibility, c);
		if (is_unasked(c))
			count(d->unasked, &c->dst);
		if (!(c->saw & SAW_OPEN))
			continue;
		bool is_polled = is_unanswered(c) && __builtin_popcount(c->tries) >= POLLED_WINDOWS;
		if (c->saw & SAW_LISTED || is_polled)
			d->opened[counter_of(&c->src)] = ALWAYS;
		else if (is_unanswered(c) && d->opened[counter_of(&c->src)] < ALWAYS)
			count(d->opened, &c->src);
	}
}

static bool is_called(const struct docket *d, const struct contact *c)
{
	if (c->saw & SAW_OPEN && d->opened[counter_of(&c->src)] >= CASE_CONTACTS)
		return true;
	return c->saw & SAW_BARE_REPLY && d->unasked[counter_of(&c->dst)] >= UNASKED_MIN;
}

static bool append(struct docket *d, const struct contact *c)
{
	if (d->n == d->room) {
		size_t room = d->room ? d->room * 2 : 1024;
		struct contact *more = realloc(d->contact, room * sizeof *more);
		if (!more)
			return false;
		d->contact = more;
		d->room = room;
	}
	d->contact[d->n++] = *c;
	return true;
}

static bool call_all(struct docket *d, struct court *court, const struct evidence *e)
{
	struct evidence_iter it = { .evidence = e };
	for (const struct contact *c; (c = evidence_next(&it));) {
		if (is_called(d, c)) {
			if (!append(d, c))
				return false;
		} else if (c->saw & SAW_OPEN) {
			rates_learn_one(
				court->rates, c, weigh(c, court->visibility, court->inventory));
		}
	}
	return true;
}

static int in_order(const void *a, const void *b)
{
	return contact_cmp(a, b);
}

static uint32_t bucket_of(const struct contact *c)
{
	return (uint32_t)hash_bytes(&c->src, sizeof c->src, 1) % BUCKETS;
}

/* Group by a hash of the source, then sort each small group: linear but for the groups. */
static bool sort(struct docket *d)
{
	struct contact *sorted = malloc((d->n + 1) * sizeof *sorted);
	size_t *end = calloc(BUCKETS + 1, sizeof *end);
	bool has_memory = sorted && end;
	for (size_t i = 0; has_memory && i < d->n; i++)
		end[bucket_of(&d->contact[i]) + 1]++;
	for (size_t b = 0; has_memory && b < BUCKETS; b++)
		end[b + 1] += end[b];
	for (size_t i = 0; has_memory && i < d->n; i++) // end[b] moves from its begin to its end
		sorted[end[bucket_of(&d->contact[i])]++] = d->contact[i];
	for (size_t b = 0, begin = 0; has_memory && b < BUCKETS; begin = end[b++])
		if (end[b] - begin > 1)
			qsort(sorted + begin, end[b] - begin, sizeof *sorted, in_order);
	free(end);
	if (!has_memory) {
		free(sorted);
		return false;
	}
	free(d->contact);
	d->contact = sorted;
	return true;
}

bool docket_call(struct court *c, const struct evidence *e)
{
	struct docket d = { .opened = calloc(COUNTERS, 1), .unasked = calloc(COUNTERS, 1) };
	bool is_done = d.opened && d.unasked;
	if (is_done) {
		count_all(&d, c, e);
		is_done = call_all(&d, c, e) && sort(&d);
	}
	free(d.opened);
	free(d.unasked);
	c->out->contact = d.contact;
	c->out->n_contacts = is_done ? d.n : 0;
	return is_done;
}
