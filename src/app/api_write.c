// SPDX-License-Identifier: Apache-2.0
// The objects of the API: incidents, hosts, events. cordon incident prints the same ones.
#include <inttypes.h>
#include <stdio.h>

#include "app/api.h"
#include "app/clock.h"
#include "incident/lifecycle.h"
#include "model/words.h"

static void write_time(struct json *j, const char *key, uint64_t ms)
{
	char room[TIME_TEXT_BYTES];
	json_key(j, key);
	json_text(j, ms ? time_format(ms, room) : NULL);
}

static void write_number(struct json *j, const char *key, uint64_t v)
{
	json_key(j, key);
	json_uint(j, v);
}

static void write_words(struct json *j, const char *key, const char *text)
{
	json_key(j, key);
	json_text(j, text);
}

const char *api_status(const struct board *b, uint64_t incident)
{
	if (board_incident(b, incident)->closed_into)
		return "merged";
	return board_open_hosts(b, incident) ? "open" : "done";
}

const char *api_address(const struct board *b, uint64_t host, char room[static ADDR_TEXT_BYTES])
{
	const struct host_row *h = board_host(b, host);
	const struct address_row *a = h ? board_address(b, h->first_address) : NULL;
	if (a)
		return addr_format(&a->addr, room);
	snprintf(room, ADDR_TEXT_BYTES, "h%" PRIu64, host);
	return room;
}

const char *api_causes(
	const struct board *b, uint64_t incident, char room[static CAUSES_TEXT_BYTES])
{
	size_t n = 0;
	struct member_iter it = { .board = b, .incident = incident };
	room[0] = '\0';
	for (const struct member *m; (m = member_next(&it));) {
		const struct charge *c;
		for (uint32_t at = m->first_charge; (c = board_charge(b, at)); at = c->next)
			if (!strstr(room, c->cause) &&
				n + strlen(c->cause) + sizeof ", " < CAUSES_TEXT_BYTES)
				n += (size_t)snprintf(room + n, CAUSES_TEXT_BYTES - n, "%s%s",
					n ? ", " : "", c->cause);
	}
	return room;
}

static uint32_t count_hosts(const struct board *b, uint64_t incident)
{
	uint32_t n = 0;
	struct member_iter it = { .board = b, .incident = incident };
	while (member_next(&it))
		n++;
	return n;
}

void api_write_incident(struct json *j, const struct board *b, uint64_t id)
{
	const struct incident_row *i = board_incident(b, id);
	char room[ADDR_TEXT_BYTES], causes[CAUSES_TEXT_BYTES];
	enum first_why why;
	const struct member *first = board_first(b, id, &why);
	json_open(j, '{');
	write_words(j, "type", "incident");
	write_number(j, "id", id);
	write_words(j, "status", api_status(b, id));
	write_time(j, "opened", i->opened_ms);
	write_number(j, "hosts", count_hosts(b, id));
	write_number(j, "open_hosts", board_open_hosts(b, id));
	write_words(j, "causes", api_causes(b, id, causes));
	write_words(j, "first_host", first ? api_address(b, first->host, room) : NULL);
	write_words(j, "first_host_why", first_why_text(why));
	write_words(j, "assignee", *i->assignee ? i->assignee : NULL);
	write_number(j, "notes", i->n_notes);
	json_key(j, "merged_into");
	if (i->closed_into)
		json_uint(j, i->closed_into);
	else
		json_null(j);
	json_close(j, '}');
}

static void write_edges(struct json *j, const struct board *b, const struct member *m)
{
	const struct edge *e;
	json_key(j, "edges");
	json_open(j, '[');
	for (uint32_t at = m->first_edge; (e = board_edge(b, at)); at = e->next) {
		char from[ADDR_TEXT_BYTES];
		json_open(j, '{');
		write_words(j, "from", api_address(b, board_member(b, e->from)->host, from));
		write_time(j, "contact", e->contact_ms);
		json_key(j, "answered");
		json_bool(j, e->is_answered);
		json_key(j, "probability");
		json_real(j, board_edge_probability(b, e), 3);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void write_charges(struct json *j, const struct board *b, const struct member *m)
{
	const struct charge *c;
	json_key(j, "charges");
	json_open(j, '[');
	for (uint32_t at = m->first_charge; (c = board_charge(b, at)); at = c->next) {
		json_open(j, '{');
		write_words(j, "cause", c->cause);
		write_words(j, "verdict", verdict_name(c->verdict));
		write_words(j, "source", evidence_source_key(c->source));
		write_number(j, "confidence_pct", c->confidence_pct);
		write_number(j, "contacted", c->contacted);
		write_time(j, "last", c->last_ms);
		json_key(j, "is_withdrawn");
		json_bool(j, c->is_withdrawn);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void write_guards(struct json *j, const char *key, uint32_t set)
{
	json_key(j, key);
	json_open(j, '[');
	for (enum guard g = 0; g < N_GUARDS; g++)
		if (set >> g & 1)
			json_text(j, guard_key(g));
	json_close(j, ']');
}

/* What each state that can follow still needs; a person's word is not asked for here. */
static void write_ways(struct json *j, const struct board *b, const struct member *m)
{
	uint32_t ways = lifecycle_ways(m->state);
	json_key(j, "ways");
	json_open(j, '[');
	for (enum state to = 0; to < N_STATES; to++) {
		struct wish wish = { .to = to, .at_ms = wall_ms() };
		if (!(ways >> to & 1))
			continue;
		struct ruling r = lifecycle_ask(b, m, &wish);
		json_open(j, '{');
		write_words(j, "to", state_key(to));
		json_key(j, "may");
		json_bool(j, r.may);
		write_guards(j, "missing", r.may ? 0 : r.missing);
		write_guards(j, "one_of", r.may ? 0 : r.any_of);
		json_close(j, '}');
	}
	json_close(j, ']');
}

void api_write_member(struct json *j, const struct board *b, const struct member *m, bool with_ways)
{
	char room[ADDR_TEXT_BYTES];
	json_open(j, '{');
	write_words(j, "type", "host");
	write_number(j, "incident", m->incident);
	write_number(j, "host", m->host);
	write_words(j, "address", api_address(b, m->host, room));
	write_words(j, "state", state_key(m->state));
	write_time(j, "since", m->state_ms);
	write_time(j, "onset", m->onset_ms);
	write_time(j, "last_attack", m->last_ms);
	write_number(j, "episode", m->episode);
	write_number(j, "evidence", m->n_evidence);
	write_number(j, "withdrawn", m->n_withdrawn);
	write_number(j, "silent_ms", lifecycle_silence_ms(b, m, wall_ms()));
	write_edges(j, b, m);
	write_charges(j, b, m);
	if (with_ways)
		write_ways(j, b, m);
	json_close(j, '}');
}

void api_write_event(struct json *j, const struct board *b, const struct event *ev)
{
	char room[ADDR_TEXT_BYTES];
	json_open(j, '{');
	write_words(j, "type", "event");
	write_number(j, "id", ev->id);
	write_number(j, "at_ms", ev->at_ms);
	write_number(j, "arrived_ms", ev->arrived_ms);
	write_number(j, "incident", ev->incident);
	write_number(j, "host", ev->host);
	write_words(j, "kind", event_key(ev->kind));
	write_words(j, "actor", ev->actor);
	write_words(j, "address", ev->host ? api_address(b, ev->host, room) : NULL);
	json_key(j, "body");
	fputs(ev->body, j->out); // is JSON itself
	j->needs_comma = true;
	json_close(j, '}');
}
