// SPDX-License-Identifier: Apache-2.0
// Items of one host become a suspect; suspects get their numbers and their incidents.
#include "incident/suspects.h"

#include <stdlib.h>

#include "incident/correlate.h"
#include "incident/suspects_parts.h"

static uint64_t least_known(uint64_t a, uint64_t b)
{
	return a && (!b || a < b) ? a : b;
}

static void suspect_add(struct suspect *s, const struct item *it)
{
	s->n++;
	if (!it->is_accusing)
		return;
	s->is_accused = true;
	s->has_worm |= it->finding->verdict == VERDICT_WORM;
	s->opens |= it->finding->verdict == VERDICT_SUSPECT && it->is_shared &&
		    !it->finding->is_cut_off;
	s->onset_ms = least_known(it->onset_ms, s->onset_ms);
	s->seen_ms = least_known(it->seen_ms, s->seen_ms);
	s->last_ms = it->last_ms > s->last_ms ? it->last_ms : s->last_ms;
}

static bool hosts_init(struct suspects *out)
{
	out->suspect = calloc(out->n_items + 1, sizeof *out->suspect);
	for (size_t i = 0; out->suspect && i < out->n_items; i++) {
		const struct item *it = &out->item[i];
		if (!out->n || !addr_eq(&out->suspect[out->n - 1].host, &it->host)) {
			out->suspect[out->n] = (struct suspect){
				.host = it->host, .item = it, .campaign = out->n
			};
			out->n++;
		}
		suspect_add(&out->suspect[out->n - 1], it);
	}
	return out->suspect;
}

/*
 * A contact that can have carried the worm: by a host that had begun, before the other one did, and
 * not one that failed. UDP needs no answer to infect.
 */
static bool way_of(const struct suspects *all, const struct suspect *from, const struct contact *c,
	enum outcome outcome, struct way *out)
{
	uint64_t at_ms = known(contact_first(c));
	const struct suspect *to =
		bsearch(&c->dst, all->suspect, all->n, sizeof *to, host_and_suspect);
	if (!to || to == from || !to->is_accused || !from->is_accused || !at_ms ||
		!from->onset_ms || at_ms < from->onset_ms || at_ms >= to->onset_ms ||
		(outcome == OUTCOME_FAILED && c->proto != PROTO_UDP))
		return false;
	*out = (struct way){ from, to, at_ms, outcome == OUTCOME_ANSWERED, 0 };
	return true;
}

static int by_victim(const void *a, const void *b)
{
	const struct way *x = a, *y = b;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	if (x->contact_ms != y->contact_ms)
		return x->contact_ms > y->contact_ms ? -1 : 1;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return by_number(y->is_answered, x->is_answered);
}

static bool way_add(struct suspects *out, const struct way *w, size_t *room)
{
	if (out->n_ways == *room) {
		size_t more = *room ? *room * 2 : 256;
		struct way *way = realloc(out->way, more * sizeof *way);
		if (!way)
			return false;
		out->way = way;
		*room = more;
	}
	out->way[out->n_ways++] = *w;
	return true;
}

static bool is_seen_twice(const struct way *w, size_t i)
{
	for (size_t k = i; k > 0 && w[k - 1].to == w[i].to; k--)
		if (w[k - 1].from == w[i].from)
			return true;
	return false;
}

/* One way a pair, the latest; and the sixteen latest of each victim. */
static void ways_thin(struct suspects *out)
{
	size_t n = 0;
	if (out->n_ways)
		qsort(out->way, out->n_ways, sizeof *out->way, by_victim);
	for (size_t i = 0; i < out->n_ways; i++) {
		struct way w = out->way[i];
		out->way[n] = w;
		w.rank = n && out->way[n - 1].to == w.to ? out->way[n - 1].rank + 1 : 0;
		if (w.rank >= EDGES_OF_HOST_MAX || is_seen_twice(out->way, n))
			continue;
		out->way[n++] = w;
	}
	out->n_ways = n;
}

static bool ways_init(struct suspects *out)
{
	size_t room = 0;
	struct way w;
	for (size_t i = 0; i < out->n_items; i++) {
		const struct finding *f = out->item[i].finding;
		const struct suspect *from =
			bsearch(&f->host, out->suspect, out->n, sizeof *from, host_and_suspect);
		for (size_t k = 0; k < f->n_exhibits; k++)
			if (way_of(out, from, f->exhibit[k].contact,
				    sign_outcome(f->exhibit[k].sign), &w) &&
				!way_add(out, &w, &room))
				return false;
		const struct contact *by = f->infected_by;
		from = by ? bsearch(&by->src, out->suspect, out->n, sizeof *from, host_and_suspect)
			  : NULL;
		if (from && way_of(out, from, by, OUTCOME_UNKNOWN, &w) && !way_add(out, &w, &room))
			return false;
	}
	ways_thin(out);
	return true;
}

bool suspect_retells(const struct suspect *s, const struct charge *c)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->item[i].is_accusing && s->item[i].source == c->source &&
			!strcmp(s->item[i].cause, c->cause))
			return true;
	return false;
}

/* Where a host is already: an incident in which it is open, or that has a cause in common. */
static uint32_t member_of(const struct board *b, const struct suspect *s)
{
	const struct host_row *h = board_host(b, s->number);
	const struct member *m;
	uint32_t common = 0;
	for (uint32_t at = h ? h->first_member : 0; (m = board_member(b, at));
		at = m->next_of_host) {
		if (m->is_moved_away)
			continue;
		if (state_is_open(m->state))
			return at;
		const struct charge *c;
		for (uint32_t k = m->first_charge; (c = board_charge(b, k)) && !common; k = c->next)
			if (suspect_retells(s, c))
				common = at;
	}
	return common;
}

/* Whether a suspect and a member of an incident have a cause in common, at about one time. */
static bool is_akin(const struct board *b, const struct member *m, const struct suspect *s)
{
	const struct charge *c;
	for (uint32_t at = m->first_charge; (c = board_charge(b, at)); at = c->next)
		for (size_t i = 0; i < s->n; i++) {
			const struct item *it = &s->item[i];
			bool is_near = !c->last_ms || !it->onset_ms ||
				       it->onset_ms <= c->last_ms + CAMPAIGN_GAP_MS;
			if (it->is_accusing && it->is_shared && !c->is_withdrawn && is_near &&
				is_size_alike(c->size, it->size) && !strcmp(c->cause, it->cause))
				return true;
		}
	return false;
}

/* The first incident with an open host that a suspect is akin to; 0: none. */
static uint64_t incident_akin(const struct board *b, const struct suspect *s)
{
	for (uint64_t i = 1; i <= b->incident.n; i++) {
		struct member_iter it = { .board = b, .incident = i };
		for (const struct member *m; (m = member_next(&it));)
			if (state_is_open(m->state) && is_akin(b, m, s))
				return i;
	}
	return 0;
}

/* What a campaign is on the board, and whether it may open an incident. */
struct campaign {
	uint64_t incident;
	bool has_worm;
	uint32_t n_open;
};

static void campaign_add(struct campaign *c, const struct board *b, const struct suspect *s)
{
	const struct member *m = board_member(b, s->member);
	uint64_t known_as = m ? m->incident : incident_akin(b, s);
	if (known_as && (!m || state_is_open(m->state)) && (!c->incident || known_as < c->incident))
		c->incident = known_as;
	c->has_worm |= s->has_worm;
	c->n_open += s->opens;
}

/*
 * What began under one tenant of an address is his, and not what the next one does there: nobody answers
 * for the contacts of another.
 */
static void tenure_keep(struct suspects *all, struct suspect *s, const struct board *b)
{
	const struct address_row *row = board_address(b, board_tenure_at(b, &s->host, s->onset_ms));
	if (!s->onset_ms || !row || row->from_ms > s->onset_ms || row->until_ms > s->last_ms)
		return;
	s->last_ms = row->until_ms - 1;
	struct item *item = &all->item[s->item - all->item];
	for (size_t i = 0; i < s->n; i++)
		item[i].last_ms = item[i].last_ms < s->last_ms ? item[i].last_ms : s->last_ms;
}

/* Numbers in order of address, the new ones behind those that exist. */
static bool number(struct suspects *all, const struct board *b, uint64_t now_ms)
{
	uint64_t n_hosts = b->host.n, n_incidents = b->incident.n;
	struct campaign *c = calloc(all->n + 1, sizeof *c);
	if (!c)
		return false;
	for (size_t i = 0; i < all->n; i++) {
		struct suspect *s = &all->suspect[i];
		tenure_keep(all, s, b);
		s->number = board_host_at(b, &s->host, s->last_ms ? s->last_ms : now_ms);
		s->member = member_of(b, s);
		if (s->is_accused)
			campaign_add(&c[campaign_of(all, i)], b, s);
	}
	for (size_t i = 0; i < all->n; i++) {
		struct suspect *s = &all->suspect[i];
		struct campaign *of = &c[campaign_of(all, i)];
		const struct member *m = board_member(b, s->member);
		if (!s->is_accused)
			continue;
		if (!m && !of->incident && (of->has_worm || of->n_open >= 2))
			of->incident = ++n_incidents;
		s->incident = m ? m->incident : of->incident;
		if (s->incident && !s->number)
			s->number = ++n_hosts;
	}
	free(c);
	return true;
}

/* Whether of two items about one host, cause and source the second is told in place of the first. */
static bool is_worse(const struct item *than, const struct item *it)
{
	if (it->source != than->source || strcmp(it->cause, than->cause))
		return false;
	if (it->is_accusing != than->is_accusing)
		return it->is_accusing;
	if (it->finding->verdict != than->finding->verdict)
		return it->finding->verdict < than->finding->verdict;
	if (it->last_ms != than->last_ms)
		return it->last_ms > than->last_ms;
	return it < than;
}

static void items_yield(struct suspects *all, const struct suspect *s, const struct suspect *other)
{
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < other->n; k++)
			if (is_worse(&s->item[i], &other->item[k]))
				all->item[&s->item[i] - all->item].is_yielding = true;
}

/* A host of two addresses is one: else what is said of one would be taken back by the other. */
static bool twins_find(struct suspects *all, uint64_t n_hosts)
{
	size_t *first = calloc(n_hosts + 1, sizeof *first); // index plus one
	for (size_t i = 0; first && i < all->n; i++) {
		struct suspect *s = &all->suspect[i];
		if (!s->number || s->number > n_hosts)
			continue;
		s->is_twin = first[s->number];
		if (s->is_twin)
			all->suspect[first[s->number] - 1].is_twin = true;
		else
			first[s->number] = i + 1;
	}
	for (size_t i = 0; first && i < all->n; i++)
		for (size_t k = 0; all->suspect[i].is_twin && k < all->n; k++)
			if (k != i && all->suspect[k].number == all->suspect[i].number)
				items_yield(all, &all->suspect[i], &all->suspect[k]);
	free(first);
	return first;
}

bool suspects_init(struct suspects *out, const struct board *b, const struct finding *finding,
	size_t n, uint64_t now_ms)
{
	*out = (struct suspects){};
	if (items_init(out, finding, n) && hosts_init(out) && ways_init(out) &&
		campaigns_find(out) && number(out, b, now_ms) && twins_find(out, b->host.n))
		return true;
	suspects_fini(out);
	return false;
}

void suspects_fini(struct suspects *s)
{
	free(s->item);
	free(s->suspect);
	free(s->way);
	*s = (struct suspects){};
}
