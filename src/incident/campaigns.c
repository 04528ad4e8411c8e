// SPDX-License-Identifier: Apache-2.0
// Campaigns by union: hosts with a cause in common at overlapping times, and hosts of one chain.
#include <stdlib.h>

#include "incident/correlate.h"
#include "incident/suspects_parts.h"

enum { TRACKS = 16 };

size_t campaign_of(struct suspects *all, size_t i)
{
	while (all->suspect[i].campaign != i) {
		all->suspect[i].campaign = all->suspect[all->suspect[i].campaign].campaign;
		i = all->suspect[i].campaign;
	}
	return i;
}

static void join(struct suspects *all, size_t i, size_t k)
{
	i = campaign_of(all, i);
	k = campaign_of(all, k);
	if (i < k)
		all->suspect[k].campaign = i;
	else
		all->suspect[i].campaign = k;
}

static int by_cause_and_onset(const void *a, const void *b)
{
	const struct item *x = *(const struct item *const *)a, *y = *(const struct item *const *)b;
	int c = strcmp(x->cause, y->cause);
	c = c ? c : by_number(x->onset_ms, y->onset_ms);
	c = c ? c : addr_cmp(&x->host, &y->host);
	return c ? c : by_number(x->source, y->source);
}

bool is_size_alike(uint32_t a, uint32_t b)
{
	return !a || !b || a == b;
}

/* Campaigns of one cause so far, by the size of their messages. */
struct tracks {
	struct track {
		uint32_t size;
		uint64_t last_ms;
		const struct item *item; // the last of it
	} track[TRACKS];
	size_t n;
};

/* The campaign that an item goes on with: of its size, else the latest that may be; NULL: none. */
static struct track *track_of(struct tracks *t, const struct item *it)
{
	struct track *best = NULL;
	for (size_t i = 0; i < t->n; i++) {
		struct track *k = &t->track[i];
		bool is_near = !k->last_ms || it->onset_ms <= k->last_ms + CAMPAIGN_GAP_MS;
		if (!is_near || !is_size_alike(k->size, it->size))
			continue;
		if (!best || (k->size == it->size && best->size != it->size) ||
			((k->size == it->size) == (best->size == it->size) &&
				k->last_ms > best->last_ms))
			best = k;
	}
	return best;
}

/* A new campaign, in the place of the one that was quiet for longest when there are too many. */
static struct track *track_new(struct tracks *t)
{
	struct track *k = &t->track[0];
	if (t->n < TRACKS)
		return &t->track[t->n++];
	for (size_t i = 1; i < t->n; i++)
		if (t->track[i].last_ms < k->last_ms)
			k = &t->track[i];
	return k;
}

static size_t suspect_at(const struct suspects *all, const struct addr *host)
{
	const struct suspect *s = bsearch(host, all->suspect, all->n, sizeof *s, host_and_suspect);
	return (size_t)(s - all->suspect);
}

/*
 * A gap of a day between the last attack of one and the onset of the next parts two campaigns, and so do
 * messages of two sizes.
 */
bool campaigns_find(struct suspects *all)
{
	size_t n = 0;
	const struct item **by = calloc(all->n_items + 1, sizeof(struct item *));
	for (size_t i = 0; by && i < all->n_items; i++)
		if (all->item[i].is_accusing && all->item[i].is_shared)
			by[n++] = &all->item[i];
	if (!by)
		return false;
	qsort(by, n, sizeof *by, by_cause_and_onset);
	struct tracks tracks = {};
	for (size_t i = 0; i < n; i++) {
		if (i && strcmp(by[i]->cause, by[i - 1]->cause))
			tracks.n = 0;
		struct track *k = track_of(&tracks, by[i]);
		if (k)
			join(all, suspect_at(all, &k->item->host), suspect_at(all, &by[i]->host));
		else
			*(k = track_new(&tracks)) = (struct track){};
		k->item = by[i];
		k->size = k->size ? k->size : by[i]->size;
		k->last_ms = k->last_ms > by[i]->last_ms ? k->last_ms : by[i]->last_ms;
	}
	for (size_t i = 0; i < all->n_ways; i++)
		join(all, (size_t)(all->way[i].from - all->suspect),
			(size_t)(all->way[i].to - all->suspect));
	free(by);
	return true;
}
