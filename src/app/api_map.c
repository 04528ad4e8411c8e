// SPDX-License-Identifier: Apache-2.0
// The own address space as an answer. Targets are in the contacts that the daemon remembers.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/api_cache.h"
#include "app/api_list.h"
#include "app/clock.h"
#include "app/keeper_state.h"
#include "detect/profile.h"
#include "incident/members.h"
#include "incident/space.h"

/* The aims of the hosts of an incident: each address by each port that accuses the host. */
struct aiming {
	struct aim *aim;
	size_t n, room;
};

static bool aim_put(struct aiming *a, const struct aim *aim)
{
	if (a->n == a->room) {
		size_t room = a->room ? 2 * a->room : 256;
		struct aim *more = realloc(a->aim, room * sizeof *more);
		if (!more)
			return false;
		a->aim = more;
		a->room = room;
	}
	a->aim[a->n++] = *aim;
	return true;
}

static bool take_aims(struct aiming *a, const struct board *b, const struct member *m)
{
	const struct address_row *row;
	const struct charge *c;
	for (uint32_t at = board_host(b, m->host)->first_address; (row = board_address(b, at));
		at = row->next_of_host)
		for (uint32_t k = m->first_charge; (c = board_charge(b, k)); k = c->next) {
			struct aim aim = {
				.src = row->addr, .from_ms = row->from_ms, .until_ms = row->until_ms
			};
			aim.has_port = service_parse(c->cause, &aim.proto, &aim.port);
			if (!c->is_withdrawn && !aim_put(a, &aim))
				return false;
		}
	return true;
}

static void take_target(void *ctx, const struct addr *target)
{
	(void)space_put_target(ctx, target);
}

static bool walk(struct space *s, const struct keeper *k, const struct board *b, uint64_t incident)
{
	struct aiming a = {};
	bool ok = true;
	struct members it = { .board = b, .incident = incident };
	for (const struct member *m; ok && (m = members_next(&it));)
		if (course_of(m) != N_COURSES)
			ok = take_aims(&a, b, m);
	ok = ok && aims_each(k->evidence, a.aim, a.n, take_target, s);
	free(a.aim);
	return ok;
}

/* What is asked for. */
struct map_wish {
	uint64_t incident, most;
	const struct prefix *part; // NULL: all
};

/* Targets as they were a moment ago, or found anew; hosts have their cells before them. */
static bool find_targets(
	const struct api *api, const struct board *b, const struct map_wish *w, struct space *s)
{
	char key[CACHED_KEY_BYTES], part[PREFIX_TEXT_BYTES] = "";
	uint64_t began_ms = steady_ms();
	if (w->part)
		prefix_format(w->part, part);
	snprintf(key, sizeof key, "map of %" PRIu64 " in %s, %" PRIu64, w->incident, part, w->most);
	if (!api->keeper || api_cache_get(api->cache, key, s, sizeof *s))
		return true;
	space_put_hosts(s, b, w->incident);
	if (!walk(s, api->keeper, b, w->incident))
		return false;
	api_cache_put(api->cache, key, began_ms, s, sizeof *s);
	return true;
}

static void write_space(struct json *j, const struct api *api, const struct space *s)
{
	char prefix[PREFIX_TEXT_BYTES];
	json_key(j, "space");
	json_open(j, '[');
	for (size_t i = 0; i < s->n_nets; i++) {
		const struct prefix *p = &s->net[i];
		json_open(j, '{');
		api_write_words(j, "prefix", prefix_format(p, prefix));
		api_write_words(j, "name", inventory_name(api_inventory(api), p));
		api_write_number(j, "family", addr_is_v4(&p->addr) && p->bits >= 96 ? 4 : 6);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void write_cells(struct json *j, const struct space *s, bool has_targets)
{
	char prefix[PREFIX_TEXT_BYTES];
	json_key(j, "cells");
	json_open(j, '[');
	for (size_t i = 0; i < s->n; i++) {
		const struct space_cell *c = &s->cell[i];
		json_open(j, '{');
		api_write_words(j, "prefix", prefix_format(&c->where, prefix));
		api_write_number(j, "infected", c->n[COURSE_ACTIVE]);
		api_write_number(j, "contained", c->n[COURSE_CONTAINED]);
		api_write_number(j, "recovered", c->n[COURSE_RECOVERED]);
		api_write_number(j, "suspected", c->n[COURSE_SUSPECTED]);
		json_key(j, "targets");
		if (has_targets)
			json_uint(j, c->n_targets);
		else
			json_null(j);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void write_bits(struct json *j, const struct space *s)
{
	json_key(j, "cell_bits");
	json_open(j, '{');
	api_write_number(j, "v4", s->bits_4 - 96u);
	api_write_number(j, "v6", s->bits_6);
	json_close(j, '}');
}

static const char *targets_why(const struct api *api)
{
	if (!api->keeper)
		return "no daemon runs here: only it remembers contacts";
	return evidence_thinning(api->keeper->evidence) > 1
		       ? "a sample: there are more contacts than memory holds"
		       : NULL;
}

static void write_map(
	struct json *j, const struct api *api, const struct space *s, const struct map_wish *w)
{
	char prefix[PREFIX_TEXT_BYTES];
	json_open(j, '{');
	api_write_words(j, "type", "map");
	json_key(j, "incident");
	if (w->incident)
		json_uint(j, w->incident);
	else
		json_null(j);
	api_write_words(j, "prefix", w->part ? prefix_format(w->part, prefix) : NULL);
	api_write_words(j, "source", s->is_learned ? "learned" : "inventory");
	write_space(j, api, s);
	write_bits(j, s);
	write_cells(j, s, api->keeper);
	api_write_words(j, "targets_why", targets_why(api));
	api_write_number(j, "outside", s->n_outside);
	api_write_number(j, "beyond", s->n_hosts_beyond + s->n_targets_beyond);
	json_close(j, '}');
}

void api_on_map(void *ctx, const struct http_request *q, struct http_answer *out)
{
	struct api *api = ctx;
	const struct board *b = api_board(api, out);
	struct list l;
	struct api_page p;
	struct prefix part;
	struct map_wish w = { .most = SPACE_CELLS_MAX };
	unsigned takes = 1u << LIST_INCIDENT | 1u << LIST_PREFIX | 1u << LIST_CELLS;
	if (!b || !list_parse(q, takes, &l, out) ||
		!list_number(&l, LIST_CELLS, 256, SPACE_CELLS_MAX, &w.most, out) ||
		!list_prefix(&l, LIST_PREFIX, &part, out))
		return;
	const char *word = l.text[LIST_INCIDENT];
	w.part = l.text[LIST_PREFIX] ? &part : NULL;
	if (word && !(w.incident = api_incident(b, word, out)))
		return;
	struct space *s = space_new(api_inventory(api), b, w.incident, w.part, w.most);
	if (s && find_targets(api, b, &w, s) && api_begin(&p)) {
		space_put_hosts(s, b, w.incident);
		write_map(&p.json, api, s, &w);
		api_end(&p, 200, out);
	} else {
		api_problem(out, 503, "no memory");
	}
	free(s);
}
