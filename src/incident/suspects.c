// SPDX-License-Identifier: Apache-2.0
// Campaigns by union: hosts with a cause in common at overlapping times, and hosts of one chain.
#include "incident/suspects.h"

#include <stdio.h>
#include <stdlib.h>

#include "incident/correlate.h"
#include "model/attack.h"

enum {
	SIZE_PEERS = 3, // that got a message of the same size, to know the size of a worm
	TRACKS = 16,
	TRAIL = 12, // contacts in a row that tell an attack from a bad day
};

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

/* A SYN tells of the host that sends it, not of the worm; what follows on an answer tells. */
static uint32_t message_size(const struct exhibit *x)
{
	const struct contact *c = x->contact;
	bool is_telling = c->proto != PROTO_TCP || x->sign == SIGN_ANSWERED;
	return is_telling && c->proto != PROTO_UNKNOWN ? c->size : 0;
}

/* The size that three in four of the telling messages have, by the vote of Boyer and Moore. */
static uint32_t size_signature(const struct finding *f)
{
	uint32_t size = 0, votes = 0, n_telling = 0, n_same = 0;
	for (size_t i = 0; i < f->n_exhibits; i++) {
		uint32_t s = message_size(&f->exhibit[i]);
		if (!s)
			continue;
		n_telling++;
		size = votes ? size : s;
		votes = s == size ? votes + 1 : votes - 1;
	}
	for (size_t i = 0; i < f->n_exhibits; i++)
		n_same += size && message_size(&f->exhibit[i]) == size;
	return n_same >= SIZE_PEERS && n_same * 4 >= n_telling * 3 ? size : 0;
}

/*
 * When it attacked last, and how many peers from its onset on. Beside a worm its user goes on working, and
 * some of that fails too: an attack is where most of the last contacts were not answered. A scan that is
 * too slow to stand out so is taken to go on as long as anything fails.
 */
static void attack_of(const struct finding *f, struct item *out)
{
	bool trail[TRAIL] = {};
	uint32_t n_failed = 0, n_attack = 0, n_any = 0;
	uint64_t last_ms = 0, any_ms = 0;
	for (size_t i = f->onset; i < f->n_exhibits; i++) {
		const struct contact *c = f->exhibit[i].contact;
		bool has_failed = sign_outcome(f->exhibit[i].sign) != OUTCOME_ANSWERED;
		n_failed += has_failed - trail[i % TRAIL];
		trail[i % TRAIL] = has_failed;
		if (!has_failed)
			continue;
		n_any++;
		any_ms = c->last_ms > any_ms ? c->last_ms : any_ms;
		if (n_failed * 2 <= TRAIL)
			continue;
		n_attack = n_any;
		last_ms = c->last_ms > last_ms ? c->last_ms : last_ms;
	}
	out->last_ms = last_ms ? last_ms : any_ms;
	out->scanned = last_ms ? n_attack : n_any;
	if (!out->last_ms || out->last_ms > f->last_ms)
		out->last_ms = f->last_ms;
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
		.size = size_signature(f),
		.onset_ms = known(f->onset_ms) ? known(f->onset_ms) : known(f->first_ms),
		.seen_ms = seen_since(f),
		.finding = f,
	};
	attack_of(f, out);
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
	c = c ? c : addr_cmp(&x->host, &y->host);
	return c ? c : by_number(x->source, y->source);
}

/* Messages of two sizes are of two worms; one whose size is not known may be of either. */
static bool is_size_alike(uint32_t a, uint32_t b)
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
