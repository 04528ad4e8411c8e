// SPDX-License-Identifier: Apache-2.0
// Findings become items, items of one host a suspect, suspects of one campaign one incident. All is
// sorted first, so the order of the findings changes nothing; all is held against the board, so
// nothing is said twice.
#include "incident/correlate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "incident/body.h"
#include "incident/lifecycle.h"
#include "incident/suspects.h"

enum { EVENTS_OF_HOST = 8 };

/* Where events go; when it is full the rest is left for the next call. */
struct sink {
	struct event *out;
	size_t n, room;
};

static bool put(struct sink *sink, struct event ev, const struct body *body)
{
	if (sink->n == sink->room || !body_format(body, ev.body))
		return false;
	snprintf(ev.actor, sizeof ev.actor, "cordon");
	sink->out[sink->n++] = ev;
	return true;
}

static bool put_moved(struct sink *sink, const struct suspect *s, struct event ev, enum state from,
	enum state to, uint32_t guards, uint64_t skew_ms)
{
	char text[GUARD_TEXT_BYTES];
	ev.kind = EVENT_MOVED;
	struct body body = { .text = { [BODY_FROM] = state_key(from),
				     [BODY_TO] = state_key(to),
				     [BODY_GUARDS] = guards_format(guards, text) },
		.number = { [BODY_SKEW] = skew_ms,
			[BODY_ONSET] = to == STATE_REINFECTED ? s->last_ms : 0 } };
	return put(sink, ev, &body);
}

static bool put_evidence(struct sink *sink, const struct item *i, struct event ev)
{
	const struct finding *f = i->finding;
	ev.kind = EVENT_EVIDENCE;
	ev.at_ms = i->last_ms ? i->last_ms : ev.at_ms;
	struct body body = { .text = { [BODY_WHAT] = "finding",
				     [BODY_CAUSE] = i->cause,
				     [BODY_VERDICT] = verdict_name(f->verdict),
				     [BODY_SOURCE] = evidence_source_key(i->source),
				     [BODY_WHY] = f->why,
				     [BODY_WHERE] = i->where },
		.number = { [BODY_CONFIDENCE] = (uint64_t)(f->confidence * 100),
			[BODY_CONTACTED] = i->contacted,
			[BODY_FAILED] = f->outcome[OUTCOME_FAILED],
			[BODY_ONSET] = i->onset_ms,
			[BODY_SEEN] = i->seen_ms,
			[BODY_LAST] = i->last_ms,
			[BODY_SAMPLING] = i->sampling,
			[BODY_SCANNED] = i->scanned,
			[BODY_SIZE] = i->size } };
	return put(sink, ev, &body);
}

static unsigned decade(uint32_t n)
{
	unsigned d = 0;
	for (; n >= 10; n /= 10)
		d++;
	return d;
}

static const struct charge *charge_find(
	const struct board *b, const struct member *m, const char *cause, unsigned source)
{
	const struct charge *c;
	for (uint32_t at = m ? m->first_charge : 0; (c = board_charge(b, at)); at = c->next)
		if (c->source == source && !strcmp(c->cause, cause))
			return c;
	return NULL;
}

static bool is_settled(const struct member *m)
{
	return lifecycle_ways(m->state) >> STATE_REINFECTED & 1;
}

/* Whether an item accuses with what the board does not have. */
static bool is_news(
	const struct board *b, const struct member *m, const struct item *i, uint64_t skew_ms)
{
	const struct charge *c = charge_find(b, m, i->cause, i->source);
	if (!i->is_accusing || i->is_yielding)
		return false;
	if (!m || !c)
		return true;
	bool is_later = i->last_ms > c->last_ms;
	bool after_all = is_settled(m) && m->last_ms <= m->state_ms + skew_ms &&
			 i->last_ms > m->state_ms + skew_ms;
	if (c->is_withdrawn)
		return is_later;
	return c->verdict != i->finding->verdict || after_all ||
	       decade(i->contacted) > decade(c->contacted) ||
	       (c->last_ms && i->last_ms >= c->last_ms + EVIDENCE_AGAIN_MS);
}

/* A false positive stays one while nothing but the same goes on. */
static bool reopens(const struct board *b, const struct member *m, const struct suspect *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct charge *c = charge_find(b, m, s->item[i].cause, s->item[i].source);
		if (s->item[i].is_accusing && (!c || s->item[i].finding->verdict < c->verdict))
			return true;
	}
	return false;
}

/* Guards for "infected" as the board will prove them once it has these items. */
static uint32_t infected_guards(
	const struct board *b, const struct member *m, const struct suspect *s)
{
	bool has_worm = false;
	uint32_t groups = 0;
	const struct charge *c;
	for (size_t i = 0; i < s->n; i++) {
		const struct item *it = &s->item[i];
		c = charge_find(b, m, it->cause, it->source);
		if (!it->is_accusing || (c && c->is_withdrawn && it->last_ms <= c->last_ms))
			continue;
		has_worm |= it->finding->verdict == VERDICT_WORM;
		groups |= 1U << evidence_source_group(it->source);
	}
	for (uint32_t at = m ? m->first_charge : 0; (c = board_charge(b, at)); at = c->next) {
		if (c->is_withdrawn || suspect_retells(s, c))
			continue;
		has_worm |= c->verdict == VERDICT_WORM;
		groups |= 1U << evidence_source_group(c->source);
	}
	return (uint32_t)has_worm << GUARD_WORM | (uint32_t)((groups & (groups - 1)) != 0)
							  << GUARD_SECOND_SOURCE;
}

static bool move(struct sink *sink, const struct board *b, const struct member *m,
	const struct suspect *s, struct event ev, uint64_t skew_ms)
{
	enum state state = m ? m->state : STATE_SUSPECTED;
	uint32_t guards = infected_guards(b, m, s);
	bool is_later = m && s->last_ms > m->state_ms + skew_ms;
	if (m && is_settled(m) && is_later) {
		ev.at_ms = s->last_ms;
		return put_moved(sink, s, ev, state, STATE_REINFECTED, 1U << GUARD_LATER, skew_ms);
	}
	if (state == STATE_FALSE_POSITIVE && is_later && reopens(b, m, s)) {
		ev.at_ms = s->last_ms;
		if (!put_moved(sink, s, ev, state, STATE_SUSPECTED, 1U << GUARD_LATER, skew_ms))
			return false;
		state = STATE_SUSPECTED;
	}
	if (state == STATE_SUSPECTED && guards)
		return put_moved(sink, s, ev, state, STATE_INFECTED, guards, skew_ms);
	return true;
}

static bool put_joined(struct sink *sink, const struct suspect *s, struct event ev)
{
	char address[ADDR_TEXT_BYTES];
	ev.kind = EVENT_JOINED;
	struct body body = { .text = { [BODY_ADDRESS] = addr_format(&s->host, address) },
		.number = { [BODY_ONSET] = s->onset_ms, [BODY_SEEN] = s->seen_ms } };
	return put(sink, ev, &body);
}

/* All that one host brings, but its edges. */
static bool tell(struct sink *sink, const struct board *b, const struct suspect *s, uint64_t now_ms,
	uint64_t skew_ms, uint64_t *n_incidents)
{
	const struct member *m = board_member(b, s->member);
	struct event ev = { .incident = s->incident,
		.host = s->number,
		.at_ms = s->onset_ms ? s->onset_ms : now_ms };
	if (sink->room - sink->n < EVENTS_OF_HOST && sink->n)
		return false; // never an incident without its host
	if (s->incident > *n_incidents) {
		struct event opened = ev;
		opened.kind = EVENT_OPENED;
		opened.host = 0;
		if (!put(sink, opened, &(struct body){}))
			return false;
		*n_incidents = s->incident;
	}
	if (!m && !put_joined(sink, s, ev))
		return false;
	for (size_t i = 0; i < s->n; i++)
		if (is_news(b, m, &s->item[i], skew_ms) && !put_evidence(sink, &s->item[i], ev))
			return false;
	ev.at_ms = m && s->last_ms ? s->last_ms : ev.at_ms;
	return !s->is_accused || move(sink, b, m, s, ev, skew_ms);
}

/* An innocent finding of the same cause takes an accusation back. */
static bool clear(
	struct sink *sink, const struct board *b, const struct suspect *s, uint64_t now_ms)
{
	for (size_t i = 0; i < s->n; i++) {
		struct event out[2];
		const struct item *it = &s->item[i];
		if (it->is_accusing || it->is_yielding || it->finding->verdict == VERDICT_SCANNER)
			continue;
		size_t n = correlate_withdraw(
			b, &s->host, it->cause, it->source, it->finding->why, now_ms, out);
		if (sink->room - sink->n < n)
			return false;
		for (size_t k = 0; k < n; k++)
			sink->out[sink->n++] = out[k];
	}
	return true;
}

static bool has_edge(const struct board *b, const struct suspect *victim, const struct way *w)
{
	const struct member *m = board_member(b, victim->member);
	const struct edge *e;
	for (uint32_t at = m ? m->first_edge : 0; (e = board_edge(b, at)); at = e->next)
		if (board_member(b, e->from)->host == w->from->number)
			return true;
	return false;
}

static bool put_edges(struct sink *sink, const struct board *b, const struct suspects *all)
{
	for (size_t i = 0; i < all->n_ways; i++) {
		const struct way *w = &all->way[i];
		if (w->from->incident != w->to->incident || !w->to->incident ||
			has_edge(b, w->to, w))
			continue;
		const struct member *m = board_member(b, w->to->member);
		if ((m ? m->n_edges : 0) + w->rank >= EDGES_OF_HOST_MAX)
			continue;
		struct event ev = { .kind = EVENT_EDGE,
			.incident = w->to->incident,
			.host = w->to->number,
			.at_ms = w->contact_ms };
		struct body body = { .number = { [BODY_SOURCE_HOST] = w->from->number,
					     [BODY_CONTACT] = w->contact_ms,
					     [BODY_ONSET] = w->to->onset_ms,
					     [BODY_ANSWERED] = w->is_answered } };
		if (!put(sink, ev, &body))
			return false;
	}
	return true;
}

size_t correlate(const struct board *b, const struct finding *finding, size_t n, uint64_t now_ms,
	uint64_t skew_ms, struct event *out, size_t room)
{
	struct sink sink = { .out = out, .room = room };
	struct suspects all;
	uint64_t n_incidents = b->incident.n;
	if (room < EVENTS_OF_HOST || !suspects_init(&all, b, finding, n, now_ms))
		return 0;
	bool ok = true;
	for (size_t i = 0; i < all.n && ok; i++) {
		const struct suspect *s = &all.suspect[i];
		ok = clear(&sink, b, s, now_ms);
		if (ok && s->incident && s->is_accused)
			ok = tell(&sink, b, s, now_ms, skew_ms, &n_incidents);
	}
	if (ok)
		put_edges(&sink, b, &all);
	suspects_fini(&all);
	return sink.n;
}

/* Whether something else than one charge holds a member for infected. */
static bool stays(const struct board *b, const struct member *m, const struct charge *without)
{
	const struct charge *c;
	uint32_t groups = 0;
	bool has_worm = false;
	for (uint32_t at = m->first_charge; (c = board_charge(b, at)); at = c->next) {
		if (c == without || c->is_withdrawn)
			continue;
		has_worm |= c->verdict == VERDICT_WORM;
		groups |= 1U << evidence_source_group(c->source);
	}
	return has_worm || (groups & (groups - 1));
}

size_t correlate_withdraw(const struct board *b, const struct addr *host, const char *cause,
	enum evidence_source source, const char *why, uint64_t at_ms, struct event out[static 2])
{
	struct sink sink = { .out = out, .room = 2 };
	struct suspect s = { .host = *host, .number = board_host_at(b, host, at_ms) };
	const struct host_row *h = board_host(b, s.number);
	const struct member *m;
	for (uint32_t at = h ? h->first_member : 0; (m = board_member(b, at));
		at = m->next_of_host) {
		const struct charge *c = m->is_moved_away ? NULL : charge_find(b, m, cause, source);
		if (!c || c->is_withdrawn || !state_is_open(m->state))
			continue;
		struct event ev = { .kind = EVENT_WITHDRAWN,
			.incident = m->incident,
			.host = m->host,
			.at_ms = at_ms };
		struct body body = { .text = { [BODY_CAUSE] = cause,
					     [BODY_SOURCE] = evidence_source_key(source),
					     [BODY_WHY] = why } };
		put(&sink, ev, &body);
		if (m->state == STATE_INFECTED && !m->is_by_operator && !stays(b, m, c))
			put_moved(&sink, &s, ev, STATE_INFECTED, STATE_SUSPECTED,
				1U << GUARD_WITHDRAWN, 0);
		break;
	}
	return sink.n;
}
