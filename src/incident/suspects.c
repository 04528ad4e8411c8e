// SPDX-License-Identifier: Apache-2.0
// Campaigns by union: hosts with a cause in common at overlapping times, and hosts of one chain.
#include "incident/suspects.h"

#include <stdio.h>
#include <stdlib.h>

#include "incident/correlate.h"
#include "model/attack.h"

static bool accuses(const struct finding *f)
{
	return f->verdict == VERDICT_WORM || f->verdict == VERDICT_SUSPECT ||
	       f->verdict == VERDICT_EXPOSED;
}

static uint64_t known(uint64_t ms)
{
	return ms == UINT64_MAX ? 0 : ms;
}

/* Since when the telemetry shows the host: its first contact on any port. */
static uint64_t seen_since(const struct finding *f)
{
	uint64_t first = f->first_ms;
	for (size_t i = 0; i < f->n_host_exhibits; i++) {
		uint64_t ms = contact_first(f->host_exhibit[i].contact);
		first = ms < first ? ms : first;
	}
	return known(first);
}

static void item_of_flows(struct item *out, const struct finding *f)
{
	char room[PORT_TEXT_BYTES];
	*out = (struct item){
		.host = f->host,
		.source = f->is_listed ? EVIDENCE_LIST : EVIDENCE_FLOWS,
		.is_shared = f->has_port,
		.is_accusing = accuses(f),
		.contacted = f->contacted,
		.onset_ms = known(f->onset_ms) ? known(f->onset_ms) : known(f->first_ms),
		.last_ms = f->last_ms,
		.seen_ms = seen_since(f),
		.finding = f,
	};
	snprintf(out->cause, sizeof out->cause, "%s", finding_port(f, room));
}

static void item_of_attack(struct item *out, const struct finding *f, const struct attack *a)
{
	*out = (struct item){
		.host = f->host,
		.source = EVIDENCE_WEB_LOG,
		.is_shared = true,
		.is_accusing = accuses(f),
		.contacted = a->n < UINT32_MAX ? (uint32_t)a->n : UINT32_MAX,
		.onset_ms = known(a->first_ms),
		.last_ms = a->last_ms,
		.seen_ms = known(a->first_ms),
		.where = a->where,
		.finding = f,
	};
	snprintf(out->cause, sizeof out->cause, "web:%s", a->signature->id);
}

static int by_number(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* Total over all that is told of an item, so that equal items are alike. */
static int by_host_and_cause(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	const int order[] = {
		addr_cmp(&x->host, &y->host),
		strcmp(x->cause, y->cause),
		by_number(x->source, y->source),
		by_number(x->finding->verdict, y->finding->verdict),
		-by_number(x->last_ms, y->last_ms),
		-by_number(x->contacted, y->contacted),
		by_number(x->onset_ms, y->onset_ms),
		strcmp(x->finding->why, y->finding->why),
	};
	size_t i = 0;
	while (i + 1 < countof(order) && !order[i])
		i++;
	return order[i];
}

static bool items_init(struct suspects *out, const struct finding *finding, size_t n)
{
	size_t most = 1, n_items = 0;
	for (size_t i = 0; i < n; i++)
		most += 1 + finding[i].n_attacks;
	out->item = calloc(most, sizeof *out->item);
	if (!out->item)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct finding *f = &finding[i];
		if (f->n_exhibits || !f->n_attacks)
			item_of_flows(&out->item[n_items++], f);
		for (size_t k = 0; k < f->n_attacks; k++)
			item_of_attack(&out->item[n_items++], f, f->attack[k]);
	}
	qsort(out->item, n_items, sizeof *out->item, by_host_and_cause);
	for (size_t i = 0; i < n_items; i++) { // of one source and cause the worst verdict counts
		const struct item *it = &out->item[i];
		struct item *last = out->n_items ? &out->item[out->n_items - 1] : NULL;
		if (!last || !addr_eq(&last->host, &it->host) || last->source != it->source ||
			strcmp(last->cause, it->cause))
			out->item[out->n_items++] = *it;
	}
	return true;
}

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

static int host_and_suspect(const void *key, const void *element)
{
	return addr_cmp(key, &((const struct suspect *)element)->host);
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

/* The first suspect of a campaign stands for it. */
static size_t campaign_of(struct suspects *all, size_t i)
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
	return c ? c : addr_cmp(&x->host, &y->host);
}

static size_t suspect_at(const struct suspects *all, const struct addr *host)
{
	const struct suspect *s = bsearch(host, all->suspect, all->n, sizeof *s, host_and_suspect);
	return (size_t)(s - all->suspect);
}

/* A gap of a day between the last attack of one and the onset of the next parts two campaigns. */
static bool campaigns_find(struct suspects *all)
{
	size_t n = 0;
	const struct item **by = calloc(all->n_items + 1, sizeof(struct item *));
	for (size_t i = 0; by && i < all->n_items; i++)
		if (all->item[i].is_accusing && all->item[i].is_shared)
			by[n++] = &all->item[i];
	if (!by)
		return false;
	qsort(by, n, sizeof *by, by_cause_and_onset);
	uint64_t last_ms = 0;
	for (size_t i = 0; i < n; i++) {
		bool is_same = i && !strcmp(by[i]->cause, by[i - 1]->cause);
		if (is_same && (!last_ms || by[i]->onset_ms <= last_ms + CAMPAIGN_GAP_MS))
			join(all, suspect_at(all, &by[i - 1]->host), suspect_at(all, &by[i]->host));
		last_ms = is_same && last_ms > by[i]->last_ms ? last_ms : by[i]->last_ms;
	}
	for (size_t i = 0; i < all->n_ways; i++)
		join(all, (size_t)(all->way[i].from - all->suspect),
			(size_t)(all->way[i].to - all->suspect));
	free(by);
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
				!strcmp(c->cause, it->cause))
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

/* Numbers in order of address, the new ones behind those that exist. */
static bool number(struct suspects *all, const struct board *b, uint64_t now_ms)
{
	uint64_t n_hosts = b->host.n, n_incidents = b->incident.n;
	struct campaign *c = calloc(all->n + 1, sizeof *c);
	if (!c)
		return false;
	for (size_t i = 0; i < all->n; i++) {
		struct suspect *s = &all->suspect[i];
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

bool suspects_init(struct suspects *out, const struct board *b, const struct finding *finding,
	size_t n, uint64_t now_ms)
{
	*out = (struct suspects){};
	if (items_init(out, finding, n) && hosts_init(out) && ways_init(out) &&
		campaigns_find(out) && number(out, b, now_ms))
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
