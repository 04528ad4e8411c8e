// SPDX-License-Identifier: Apache-2.0
// The objects of the API: incidents, hosts, events. cordon incident prints the same ones.
#include <inttypes.h>
#include <stdio.h>

#include "app/api.h"
#include "app/clock.h"
#include "app/keeper_state.h"
#include "incident/body.h"
#include "incident/lifecycle.h"
#include "incident/silence.h"
#include "model/words.h"

void api_write_time(struct json *j, const char *key, uint64_t ms)
{
	char room[TIME_TEXT_BYTES];
	json_key(j, key);
	json_text(j, ms ? time_format(ms, room) : NULL);
}

void api_write_number(struct json *j, const char *key, uint64_t v)
{
	json_key(j, key);
	json_uint(j, v);
}

void api_write_words(struct json *j, const char *key, const char *text)
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
	const struct address_row *a, *best = NULL;
	for (uint32_t at = h ? h->first_address : 0; (a = board_address(b, at));
		at = a->next_of_host)
		if (!best || a->until_ms > best->until_ms)
			best = a;
	if (best)
		return addr_format(&best->addr, room);
	snprintf(room, ADDR_TEXT_BYTES, "h%" PRIu64, host);
	return room;
}

const struct inventory *api_inventory(const struct api *api)
{
	return api->keeper ? api->keeper->inventory : api->inventory;
}

const char *api_name(const struct api *api, const struct board *b, uint64_t host)
{
	const struct host_row *h = board_host(b, host);
	const struct address_row *a, *best = NULL;
	for (uint32_t at = h ? h->first_address : 0; (a = board_address(b, at));
		at = a->next_of_host)
		if (!best || a->until_ms > best->until_ms)
			best = a;
	if (!best)
		return NULL;
	struct prefix one = { best->addr, 128 };
	return *best->name ? best->name : inventory_name(api_inventory(api), &one);
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
	api_write_words(j, "type", "incident");
	api_write_number(j, "id", id);
	api_write_words(j, "status", api_status(b, id));
	api_write_time(j, "opened", i->opened_ms);
	api_write_number(j, "hosts", count_hosts(b, id));
	api_write_number(j, "open_hosts", board_open_hosts(b, id));
	api_write_words(j, "causes", api_causes(b, id, causes));
	api_write_words(j, "first_host", first ? api_address(b, first->host, room) : NULL);
	api_write_words(j, "first_host_why", first_why_text(why));
	api_write_words(j, "assignee", *i->assignee ? i->assignee : NULL);
	api_write_number(j, "notes", i->n_notes);
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
		api_write_words(j, "from", api_address(b, board_member(b, e->from)->host, from));
		api_write_time(j, "contact", e->contact_ms);
		api_write_time(j, "onset", e->onset_ms);
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
		api_write_words(j, "cause", c->cause);
		api_write_words(j, "verdict", verdict_name(c->verdict));
		api_write_words(j, "source", evidence_source_key(c->source));
		api_write_number(j, "confidence_pct", c->confidence_pct);
		api_write_number(j, "contacted", c->contacted);
		api_write_time(j, "last", c->last_ms);
		api_write_number(j, "event", c->event);
		json_key(j, "is_withdrawn");
		json_bool(j, c->is_withdrawn);
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* The addresses that a host had, with their times. */
static void write_names(struct json *j, const struct board *b, uint64_t host)
{
	char address[ADDR_TEXT_BYTES], mac[MAC_TEXT_BYTES];
	const struct host_row *h = board_host(b, host);
	const struct address_row *a;
	json_key(j, "names");
	json_open(j, '[');
	for (uint32_t at = h ? h->first_address : 0; (a = board_address(b, at));
		at = a->next_of_host) {
		json_open(j, '{');
		api_write_words(j, "address", addr_format(&a->addr, address));
		api_write_time(j, "since", a->from_ms);
		api_write_time(j, "until", a->until_ms == UINT64_MAX ? 0 : a->until_ms);
		api_write_words(j, "mac", mac_is_told(&a->mac) ? mac_format(&a->mac, mac) : NULL);
		api_write_words(j, "name", *a->name ? a->name : NULL);
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
		api_write_words(j, "to", state_key(to));
		json_key(j, "may");
		json_bool(j, r.may);
		write_guards(j, "missing", r.may ? 0 : r.missing);
		write_guards(j, "one_of", r.may ? 0 : r.any_of);
		json_close(j, '}');
	}
	json_close(j, ']');
}

void api_write_member(const struct api *api, struct json *j, const struct board *b,
	const struct member *m, bool with_ways)
{
	char room[ADDR_TEXT_BYTES];
	json_open(j, '{');
	api_write_words(j, "type", "host");
	api_write_number(j, "incident", m->incident);
	api_write_number(j, "host", m->host);
	api_write_words(j, "address", api_address(b, m->host, room));
	api_write_words(j, "state", state_key(m->state));
	api_write_time(j, "since", m->state_ms);
	api_write_time(j, "onset", m->onset_ms);
	api_write_time(j, "last_attack", m->last_ms);
	api_write_number(j, "episode", m->episode);
	api_write_number(j, "evidence", m->n_evidence);
	api_write_number(j, "withdrawn", m->n_withdrawn);
	api_write_number(j, "silent_ms", silence_of(b, m, wall_ms()).watched_ms);
	api_write_silence(api, j, b, m);
	write_names(j, b, m->host);
	write_edges(j, b, m);
	write_charges(j, b, m);
	if (with_ways)
		write_ways(j, b, m);
	json_close(j, '}');
}

/* Of an edge: who may have infected the host. */
static const char *source_of(
	const struct board *b, const struct event *ev, char room[static ADDR_TEXT_BYTES])
{
	struct body body = {};
	struct err e;
	if (ev->kind != EVENT_EDGE || !body_parse(ev->body, &body, &e))
		return NULL;
	uint64_t source = body.number[BODY_SOURCE_HOST];
	body_free(&body);
	return source ? api_address(b, source, room) : NULL;
}

void api_write_event(struct json *j, const struct board *b, const struct event *ev)
{
	char room[ADDR_TEXT_BYTES];
	json_open(j, '{');
	api_write_words(j, "type", "event");
	api_write_number(j, "id", ev->id);
	api_write_number(j, "at_ms", ev->at_ms);
	api_write_number(j, "arrived_ms", ev->arrived_ms);
	api_write_number(j, "incident", ev->incident);
	api_write_number(j, "host", ev->host);
	api_write_words(j, "kind", event_key(ev->kind));
	api_write_words(j, "actor", ev->actor);
	api_write_words(j, "address", ev->host ? api_address(b, ev->host, room) : NULL);
	api_write_words(j, "from", source_of(b, ev, room));
	json_key(j, "body");
	fputs(ev->body, j->out); // is JSON itself
	j->needs_comma = true;
	json_close(j, '}');
}
