// SPDX-License-Identifier: Apache-2.0
// What each kind of event does to the board. All is checked before anything is changed.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "incident/body.h"
#include "incident/lifecycle.h"
#include "incident/rows.h"

static struct member *member_of(struct board *b, const struct event *ev)
{
	struct member *m = (struct member *)board_member(b, board_find(b, ev->incident, ev->host));
	if (!m)
		err_set(&b->why, "event %" PRIu64 ": host %" PRIu64 " is not in incident %" PRIu64,
			ev->id, ev->host, ev->incident);
	return m;
}

static bool apply_opened(struct board *b, const struct event *ev, const struct body *body)
{
	(void)body;
	if (ev->incident != b->incident.n + UINT64_C(1))
		return err_set(&b->why, "event %" PRIu64 ": incident %" PRIu64 " is not the next",
			ev->id, ev->incident);
	struct incident_row *i = ROW_NEW(b, incident, struct incident_row, INCIDENTS_MAX);
	if (i)
		i->opened_ms = ev->at_ms;
	return i;
}

static bool apply_address(struct board *b, const struct event *ev, const struct body *body)
{
	if (!board_host(b, ev->host))
		return err_set(&b->why, "event %" PRIu64 ": no host %" PRIu64, ev->id, ev->host);
	return tenure_put(b, ev->host, ev->at_ms, body);
}

/* Put a member at the end of the list of its incident, and in front of that of its host. */
static void member_link(struct board *b, uint32_t at)
{
	struct member *m = (struct member *)board_member(b, at);
	struct incident_row *i = incident_of(b, m->incident);
	struct member *last = (struct member *)board_member(b, i->last_member);
	*(last ? &last->next_of_incident : &i->first_member) = at;
	i->last_member = at;
	struct host_row *h = host_of(b, m->host);
	m->next_of_host = h->first_member;
	h->first_member = at;
}

static bool apply_joined(struct board *b, const struct event *ev, const struct body *body)
{
	struct addr a;
	const char *text = body->text[BODY_ADDRESS];
	if (!board_incident(b, ev->incident) || board_find(b, ev->incident, ev->host) ||
		ev->host == 0 || ev->host > b->host.n + UINT64_C(1))
		return err_set(&b->why, "event %" PRIu64 ": host %" PRIu64 " cannot join %" PRIu64,
			ev->id, ev->host, ev->incident);
	if (!addr_parse((struct str){ text, strlen(text) }, &a))
		return err_set(&b->why, "event %" PRIu64 ": '%.60s' is no address", ev->id, text);
	if (!has_room(b, &b->member, MEMBERS_MAX) || !has_room(b, &b->address, MEMBERS_MAX))
		return false;
	if (ev->host > b->host.n && !ROW_NEW(b, host, struct host_row, HOSTS_MAX))
		return false;
	struct member *m = ROW_NEW(b, member, struct member, MEMBERS_MAX);
	if (!m || !tenure_put(b, ev->host, ev->at_ms, body))
		return false;
	m->incident = (uint32_t)ev->incident;
	m->host = (uint32_t)ev->host;
	m->state = STATE_SUSPECTED;
	m->state_ms = m->joined_ms = ev->at_ms;
	m->onset_ms = body->number[BODY_ONSET];
	m->seen_ms = body->number[BODY_SEEN];
	m->episode = 1;
	m->told_ms = ev->arrived_ms;
	member_link(b, b->member.n);
	stay_put(b, m,
		&(struct stay){ .from_ms = m->onset_ms ? m->onset_ms : ev->at_ms,
			.state = STATE_SUSPECTED,
			.is_dated = m->onset_ms });
	return true;
}

/* Index of a key in a list of names; n when there is none. */
static unsigned key_of(const char *text, unsigned n, const char *(*name)(unsigned))
{
	unsigned i = 0;
	while (i < n && (!text || strcmp(text, name(i))))
		i++;
	return i;
}

static const char *source_name(unsigned i)
{
	return evidence_source_key(i);
}

static const char *verdict_key(unsigned i)
{
	return verdict_name(i);
}

static struct charge *charge_of(
	struct board *b, const struct member *m, const char *cause, unsigned source)
{
	struct charge *c;
	for (uint32_t at = m->first_charge; (c = (struct charge *)board_charge(b, at));
		at = c->next)
		if (c->source == source && !strcmp(c->cause, cause))
			return c;
	return NULL;
}

static uint32_t number32(uint64_t v)
{
	return v < UINT32_MAX ? (uint32_t)v : UINT32_MAX;
}

/* A later begin tells of a gap before it, so what was covered then is given up; it never moves back. */
static void span_put(struct span *s, uint64_t since_ms, uint64_t until_ms)
{
	if (since_ms > s->since_ms)
		*s = (struct span){ since_ms, until_ms };
	else if (until_ms > s->until_ms)
		s->until_ms = until_ms;
}

static void alive_put(struct host_row *h, uint64_t at_ms)
{
	h->alive_ms = h->alive_ms > at_ms ? h->alive_ms : at_ms;
}

/* Of all hosts, or of one whose exporters are known. */
static bool coverage(struct board *b, const struct event *ev, const struct body *body)
{
	uint64_t since = body->number[BODY_SINCE], until = body->number[BODY_UNTIL];
	struct host_row *h = host_of(b, ev->host);
	if (!since || until < since)
		return err_set(&b->why, "coverage without since_ms and until_ms");
	if (ev->host && !h)
		return err_set(&b->why, "event %" PRIu64 ": no host %" PRIu64, ev->id, ev->host);
	span_put(h ? &h->covered : &b->covered, since, until);
	if (!h)
		return true;
	h->sampling = number32(body->number[BODY_SAMPLING]);
	h->n_logs = number32(body->number[BODY_LOGS]);
	alive_put(h, body->number[BODY_LAST]);
	return true;
}

static bool alive(struct board *b, const struct event *ev, const struct body *body)
{
	struct host_row *h = host_of(b, ev->host);
	if (!h || !body->number[BODY_LAST])
		return err_set(
			&b->why, "event %" PRIu64 ": alive needs a host and last_ms", ev->id);
	alive_put(h, body->number[BODY_LAST]);
	return true;
}

/* What could not be found out changes nothing. */
static bool contained(struct board *b, const struct event *ev, const struct body *body)
{
	const char *what = body->text[BODY_WHAT];
	struct member *m = member_of(b, ev);
	bool works = !strcmp(what, "containment");
	if (m && (works || !strcmp(what, "containment-failed"))) {
		m->contained_ms = works ? body->number[BODY_LAST] : 0;
		check_put(b, m, body->number[BODY_LAST], works, body->text[BODY_WHY]);
	}
	return m;
}

static bool accuse(struct board *b, const struct event *ev, const struct body *body)
{
	const char *cause = body->text[BODY_CAUSE];
	unsigned verdict = key_of(body->text[BODY_VERDICT], N_VERDICTS, verdict_key);
	unsigned source = key_of(body->text[BODY_SOURCE], N_EVIDENCE_SOURCES, source_name);
	struct member *m = member_of(b, ev);
	if (!m)
		return false;
	if (!cause || strlen(cause) >= CAUSE_BYTES || verdict == N_VERDICTS ||
		source == N_EVIDENCE_SOURCES)
		return err_set(&b->why, "event %" PRIu64 ": a finding needs cause, verdict, source",
			ev->id);
	struct charge *c = charge_of(b, m, cause, source);
	if (!c) {
		c = ROW_NEW(b, charge, struct charge, CHARGES_MAX);
		if (!c)
			return false;
		snprintf(c->cause, sizeof c->cause, "%s", cause);
		c->source = (uint8_t)source;
		c->next = m->first_charge;
		m->first_charge = b->charge.n;
	}
	uint64_t last_ms = body->number[BODY_LAST];
	c->verdict = (uint8_t)verdict;
	c->confidence_pct = (uint8_t)(body->number[BODY_CONFIDENCE] % 101);
	c->contacted = number32(body->number[BODY_CONTACTED]);
	c->last_ms = last_ms > c->last_ms ? last_ms : c->last_ms;
	c->onset_ms = body->number[BODY_ONSET];
	c->scanned = number32(body->number[BODY_SCANNED]);
	c->sampling = number32(body->number[BODY_SAMPLING]);
	c->size = number32(body->number[BODY_SIZE]);
	c->is_withdrawn = false;
	c->event = ev->id;
	m->last_ms = last_ms > m->last_ms ? last_ms : m->last_ms;
	uint64_t seen_ms = body->number[BODY_SEEN];
	if (seen_ms && (!m->seen_ms || seen_ms < m->seen_ms))
		m->seen_ms = seen_ms;
	m->n_evidence++;
	return true;
}

static bool apply_evidence(struct board *b, const struct event *ev, const struct body *body)
{
	const char *what = body->text[BODY_WHAT];
	if (!strcmp(what, "coverage"))
		return coverage(b, ev, body);
	if (!strcmp(what, "alive"))
		return alive(b, ev, body);
	if (!strcmp(what, "containment") || !strcmp(what, "containment-failed") ||
		!strcmp(what, "containment-unknown"))
		return contained(b, ev, body);
	return !strcmp(what, "finding") ? accuse(b, ev, body)
					: err_set(&b->why,
						  "event %" PRIu64 ": evidence '%.40s' is "
						  "not known",
						  ev->id, what);
}

static bool apply_moved(struct board *b, const struct event *ev, const struct body *body)
{
	enum state from, to;
	struct member *m = member_of(b, ev);
	if (!m)
		return false;
	if (!state_parse(body->text[BODY_FROM], &from) || !state_parse(body->text[BODY_TO], &to) ||
		from != m->state)
		return err_set(&b->why, "event %" PRIu64 ": host %" PRIu64 " is %s", ev->id,
			ev->host, state_key(m->state));
	struct wish wish = {
		.to = to,
		.is_operator = strcmp(ev->actor, "cordon") != 0,
		.has_reason = body->text[BODY_REASON] != NULL,
		.said = guards_parse(body->text[BODY_SAID]),
		.at_ms = ev->at_ms,
		.skew_ms = body->number[BODY_SKEW],
		.silence_ms = body->number[BODY_SILENCE],
	};
	struct ruling ruling = lifecycle_ask(b, m, &wish);
	if (!ruling.may)
		return err_set(&b->why, "event %" PRIu64 ": from %s to %s without its evidence",
			ev->id, state_key(from), state_key(to));
	m->state = to;
	m->state_ms = ev->at_ms;
	m->is_by_operator = wish.is_operator;
	if (to == STATE_REINFECTED) {
		m->episode++;
		m->onset_ms = body->number[BODY_ONSET];
	}
	bool has_onset = to == STATE_REINFECTED && m->onset_ms;
	stay_put(b, m,
		&(struct stay){ .from_ms = has_onset ? m->onset_ms : ev->at_ms,
			.state = to,
			.is_vouched = ruling.said,
			.is_dated = has_onset });
	return true;
}

static bool apply_edge(struct board *b, const struct event *ev, const struct body *body)
{
	struct member *victim = member_of(b, ev);
	uint32_t from = board_find(b, ev->incident, body->number[BODY_SOURCE_HOST]);
	if (!victim)
		return false;
	if (!from || board_member(b, from) == victim || victim->n_edges >= EDGES_OF_HOST_MAX ||
		body->number[BODY_CONTACT] >= body->number[BODY_ONSET])
		return err_set(&b->why, "event %" PRIu64 ": not an edge of incident %" PRIu64,
			ev->id, ev->incident);
	struct edge *e = ROW_NEW(b, edge, struct edge, EDGES_MAX);
	if (!e)
		return false;
	*e = (struct edge){ from, board_find(b, ev->incident, ev->host), body->number[BODY_CONTACT],
		body->number[BODY_ONSET], body->number[BODY_ANSWERED] == 1, victim->first_edge };
	victim->first_edge = b->edge.n;
	victim->n_edges++;
	return true;
}

static bool apply_note(struct board *b, const struct event *ev, const struct body *body)
{
	(void)body;
	struct incident_row *i = incident_of(b, ev->incident);
	if (!i)
		return err_set(
			&b->why, "event %" PRIu64 ": no incident %" PRIu64, ev->id, ev->incident);
	i->n_notes++;
	return true;
}

static bool apply_assigned(struct board *b, const struct event *ev, const struct body *body)
{
	struct incident_row *i = incident_of(b, ev->incident);
	if (!i)
		return err_set(
			&b->why, "event %" PRIu64 ": no incident %" PRIu64, ev->id, ev->incident);
	snprintf(i->assignee, sizeof i->assignee, "%s", body->text[BODY_WHO]);
	return true;
}

static void charges_join(struct board *b, struct member *to, struct member *from)
{
	uint32_t *end = &to->first_charge;
	struct charge *c;
	while ((c = (struct charge *)board_charge(b, *end)))
		end = &c->next;
	*end = from->first_charge;
	from->first_charge = 0;
	to->n_evidence += from->n_evidence;
	to->n_withdrawn += from->n_withdrawn;
	to->last_ms = to->last_ms > from->last_ms ? to->last_ms : from->last_ms;
	if (from->onset_ms && (!to->onset_ms || from->onset_ms < to->onset_ms))
		to->onset_ms = from->onset_ms;
}

/* Edges name rows, so those of one row go to the one that takes its place. */
static void edges_move(struct board *b, uint32_t from, uint32_t to)
{
	struct member *m = (struct member *)board_member(b, from);
	uint32_t *end = &((struct member *)board_member(b, to))->first_edge;
	struct edge *e;
	while ((e = (struct edge *)board_edge(b, *end)))
		end = &e->next;
	*end = m->first_edge;
	m->first_edge = 0;
	((struct member *)board_member(b, to))->n_edges += m->n_edges;
	for (uint32_t at = 1; (e = (struct edge *)board_edge(b, at)); at++) {
		e->from = e->from == from ? to : e->from;
		e->to = e->to == from ? to : e->to;
	}
}

/* Into another incident; a host that is there already takes over what is known of it here. */
static bool member_move(struct board *b, uint32_t at, uint64_t incident)
{
	struct member *m = (struct member *)board_member(b, at);
	uint32_t new = board_find(b, incident, m->host);
	if (!new) {
		struct member *copy = ROW_NEW(b, member, struct member, MEMBERS_MAX);
		if (!copy)
			return false;
		m = (struct member *)board_member(b, at); // the rows may have moved
		new = b->member.n;
		*copy = *m;
		copy->incident = (uint32_t)incident;
		copy->first_charge = copy->first_edge = copy->next_of_incident = 0;
		copy->first_stay = copy->last_stay = copy->first_check = 0;
		copy->n_edges = copy->n_evidence = copy->n_withdrawn = 0;
		member_link(b, new);
	}
	charges_join(b, (struct member *)board_member(b, new), m);
	history_join(b, (struct member *)board_member(b, new), m);
	edges_move(b, at, new);
	m->is_moved_away = true;
	return true;
}

static bool apply_merged(struct board *b, const struct event *ev, const struct body *body)
{
	uint64_t other = body->number[BODY_OTHER];
	struct incident_row *from = incident_of(b, other);
	if (!board_incident(b, ev->incident) || !from || other == ev->incident ||
		from->closed_into || board_incident(b, ev->incident)->closed_into)
		return err_set(&b->why, "event %" PRIu64 ": %" PRIu64 " cannot go into %" PRIu64,
			ev->id, other, ev->incident);
	struct member_iter it = { .board = b, .incident = other };
	while (member_next(&it))
		if (!member_move(b, it.at, ev->incident))
			return false;
	from->closed_into = ev->incident;
	return true;
}

static bool apply_split(struct board *b, const struct event *ev, const struct body *body)
{
	uint32_t at = board_find(b, ev->incident, ev->host);
	uint64_t other = body->number[BODY_OTHER];
	if (!member_of(b, ev))
		return false;
	if (!board_incident(b, other) || other == ev->incident)
		return err_set(&b->why, "event %" PRIu64 ": no incident %" PRIu64, ev->id, other);
	return member_move(b, at, other);
}

static bool apply_withdrawn(struct board *b, const struct event *ev, const struct body *body)
{
	struct member *m = member_of(b, ev);
	unsigned source = key_of(body->text[BODY_SOURCE], N_EVIDENCE_SOURCES, source_name);
	struct charge *c = m ? charge_of(b, m, body->text[BODY_CAUSE], source) : NULL;
	if (!c || c->is_withdrawn)
		return m ? err_set(&b->why, "event %" PRIu64 ": nothing to withdraw", ev->id)
			 : false;
	c->is_withdrawn = true;
	m->n_withdrawn++;
	return true;
}

/* Evidence that went stays counted. Of other sorts there is nothing to count. */
static bool apply_removed(struct board *b, const struct event *ev, const struct body *body)
{
	struct member *m = body->number[BODY_COUNT] ? member_of(b, ev) : NULL;
	if (m)
		m->n_evidence += number32(body->number[BODY_COUNT]);
	return m || !body->number[BODY_COUNT];
}

static bool apply_retention(struct board *b, const struct event *ev, const struct body *body)
{
	(void)b, (void)ev, (void)body;
	return true;
}

static bool (*const applies[N_EVENTS])(
	struct board *b, const struct event *ev, const struct body *body) = {
	[EVENT_OPENED] = apply_opened,
	[EVENT_JOINED] = apply_joined,
	[EVENT_EVIDENCE] = apply_evidence,
	[EVENT_MOVED] = apply_moved,
	[EVENT_ADDRESS] = apply_address,
	[EVENT_EDGE] = apply_edge,
	[EVENT_NOTE] = apply_note,
	[EVENT_ASSIGNED] = apply_assigned,
	[EVENT_MERGED] = apply_merged,
	[EVENT_SPLIT] = apply_split,
	[EVENT_WITHDRAWN] = apply_withdrawn,
	[EVENT_REMOVED] = apply_removed,
	[EVENT_RETENTION] = apply_retention,
};

bool board_apply(struct board *b, const struct event *ev)
{
	struct body body = {};
	if (ev->id && ev->id <= b->last_id)
		return true;
	b->last_id = ev->id ? ev->id : b->last_id;
	bool ok = ev->kind < N_EVENTS && body_parse(ev->body, &body, &b->why) &&
		  body_check(ev->kind, &body, &b->why) && applies[ev->kind](b, ev, &body);
	body_free(&body);
	b->n_refused += !ok;
	b->n_taken += ok;
	return ok;
}
