// SPDX-License-Identifier: Apache-2.0
// What one host did, as an answer: from the board, and from the contacts that the daemon remembers.
#include <stdlib.h>

#include "app/api_cache.h"
#include "app/api_list.h"
#include "app/api_reason.h"
#include "app/clock.h"
#include "app/keeper_state.h"
#include "detect/profile.h"

enum { ADDRESSES_MAX = 64 };

/* The member, as the port of an attack is asked for. */
struct attacks_of {
	const struct board *board;
	const struct member *member;
};

static bool is_attack(void *ctx, uint8_t proto, uint16_t port)
{
	const struct attacks_of *a = ctx;
	const struct charge *c;
	for (uint32_t at = a->member->first_charge; (c = board_charge(a->board, at));
		at = c->next) {
		uint8_t its_proto;
		uint16_t its_port;
		if (service_parse(c->cause, &its_proto, &its_port) && its_proto == proto &&
			its_port == port)
			return true;
	}
	return false;
}

static bool has_attack_port(const struct board *b, const struct member *m)
{
	const struct charge *c;
	uint8_t proto;
	uint16_t port;
	for (uint32_t at = m->first_charge; (c = board_charge(b, at)); at = c->next)
		if (service_parse(c->cause, &proto, &port))
			return true;
	return false;
}

static bool walk(
	const struct keeper *k, const struct board *b, const struct member *m, struct profile *out)
{
	struct profile_addr addr[ADDRESSES_MAX];
	size_t n = 0;
	const struct address_row *a;
	struct attacks_of of = { b, m };
	for (uint32_t at = board_host(b, m->host)->first_address;
		(a = board_address(b, at)) && n < ADDRESSES_MAX; at = a->next_of_host)
		addr[n++] = (struct profile_addr){ a->addr, a->from_ms, a->until_ms };
	return profile_fill(k->evidence, k->inventory, addr, n,
		has_attack_port(b, m) ? is_attack : NULL, &of, out);
}

static bool reckon(
	const struct api *api, const struct board *b, const struct member *m, struct profile *out)
{
	char key[CACHED_KEY_BYTES];
	uint64_t began_ms = steady_ms();
	snprintf(key, sizeof key, "profile %u in %u", m->host, m->incident);
	if (api_cache_get(api->cache, key, out, sizeof *out))
		return true;
	if (!walk(api->keeper, b, m, out))
		return false;
	api_cache_put(api->cache, key, began_ms, out, sizeof *out);
	return true;
}

static void write_evidence(struct json *j, const struct board *b, const struct member *m)
{
	const struct charge *c;
	json_key(j, "evidence");
	json_open(j, '[');
	for (uint32_t at = m->first_charge; (c = board_charge(b, at)); at = c->next) {
		json_open(j, '{');
		api_write_words(j, "source", evidence_source_key(c->source));
		api_write_words(j, "cause", c->cause);
		api_write_words(j, "verdict", verdict_name(c->verdict));
		api_write_number(j, "contacted", c->contacted);
		api_write_time(j, "last", c->last_ms);
		json_key(j, "is_withdrawn");
		json_bool(j, c->is_withdrawn);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void write_expected(struct json *j, const struct profile *p, bool is_v4)
{
	double likelihood[N_TARGETINGS], share[TARGETING_NEARS];
	targeting_weigh_masks(is_v4, p->target, likelihood);
	json_key(j, "expected");
	json_open(j, '[');
	for (size_t i = 0; i < n_targeting_masks; i++) {
		json_open(j, '{');
		api_write_words(j, "worm", targeting_name(targeting_mask(i, is_v4, share)));
		json_key(j, "share");
		json_open(j, '[');
		for (size_t k = 0; k < TARGETING_NEARS; k++)
			json_real(j, share[k], 4);
		json_close(j, ']');
		json_key(j, "likelihood");
		json_real(j, likelihood[i], 4);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void write_targeting(struct json *j, const struct profile *p, bool is_v4)
{
	json_key(j, "targeting");
	if (!p || !p->n_targets) {
		json_null(j);
		return;
	}
	json_open(j, '{');
	api_write_number(j, "family", is_v4 ? 4 : 6);
	json_key(j, "near");
	json_open(j, '[');
	for (unsigned i = 0; i < TARGETING_NEARS; i++)
		json_text(j, targeting_near_name(is_v4, i));
	json_close(j, ']');
	json_key(j, "targets");
	json_open(j, '[');
	for (size_t i = 0; i < TARGETING_NEARS; i++)
		json_uint(j, p->target[i]);
	json_close(j, ']');
	write_expected(j, p, is_v4);
	json_close(j, '}');
}

static void write_peers(struct json *j, const struct peer_count *t)
{
	api_write_number(j, "contacted", t->contacted);
	api_write_number(j, "failed", t->outcome[OUTCOME_FAILED]);
	api_write_number(j, "answered", t->outcome[OUTCOME_ANSWERED]);
	api_write_number(j, "unknown", t->outcome[OUTCOME_UNKNOWN]);
}

static void write_ports(struct json *j, const struct profile *p)
{
	char port[PORT_TEXT_BYTES];
	json_key(j, "ports");
	json_open(j, '[');
	for (size_t i = 0; i < p->n_ports; i++) {
		const struct profile_port *at = &p->port[i];
		json_open(j, '{');
		api_write_words(j, "port", port_format(at->proto, at->port, true, port));
		write_peers(j, &at->all);
		api_write_time(j, "first", at->first_ms == UINT64_MAX ? 0 : at->first_ms);
		api_write_time(j, "last", at->last_ms);
		json_key(j, "buckets");
		json_open(j, '[');
		for (size_t k = 0; k < p->n_buckets; k++)
			json_uint(j, at->bucket[k]);
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
	api_write_number(j, "ports_beyond", p->n_ports_beyond);
}

static void write_activity(struct json *j, const struct profile *p, uint64_t thinning)
{
	json_key(j, "activity");
	if (!p || !p->all.contacted) {
		json_null(j);
		return;
	}
	json_open(j, '{');
	api_write_time(j, "from", p->from_ms);
	api_write_time(j, "to", p->n_buckets ? p->from_ms + p->n_buckets * p->step_ms : 0);
	api_write_number(j, "step_ms", p->step_ms);
	json_key(j, "buckets");
	json_open(j, '[');
	for (size_t i = 0; i < p->n_buckets; i++) {
		json_open(j, '{');
		api_write_time(j, "at", p->from_ms + i * p->step_ms);
		write_peers(j, &p->bucket[i]);
		json_close(j, '}');
	}
	json_close(j, ']');
	write_ports(j, p);
	api_write_number(j, "contacted", p->all.contacted);
	api_write_number(j, "untimed", p->n_untimed);
	api_write_number(j, "kept_one_in", thinning);
	json_close(j, '}');
}

static void write_profile(struct json *j, const struct api *api, const struct board *b,
	const struct member *m, const struct profile *p, enum lang lang)
{
	char address[ADDR_TEXT_BYTES], text[SENTENCE_BYTES];
	struct addr a = {};
	struct next_step next = next_step_of(b, m, wall_ms());
	api_address(b, m->host, address);
	addr_parse((struct str){ address, strlen(address) }, &a);
	json_open(j, '{');
	api_write_words(j, "type", "profile");
	api_write_number(j, "host", m->host);
	api_write_number(j, "incident", m->incident);
	api_write_words(j, "address", address);
	api_write_words(j, "name", api_name(api, b, m->host));
	api_write_words(j, "state", state_key(m->state));
	api_write_words(j, "sentence", reason_format(b, m, lang, text));
	api_write_next(j, &next, lang);
	write_evidence(j, b, m);
	write_targeting(j, p, addr_is_v4(&a));
	write_activity(j, p, p ? evidence_thinning(api->keeper->evidence) : 1);
	api_write_words(j, "activity_why",
		!p                  ? "no daemon runs here: only it remembers contacts"
		: !p->all.contacted ? "no contact of it is remembered"
				    : NULL);
	json_close(j, '}');
}

void api_on_profile(void *ctx, const struct http_request *q, struct http_answer *out)
{
	struct api *api = ctx;
	struct list l;
	struct api_page p;
	enum lang lang = LANG_EN;
	const struct board *b = api_board(api, out);
	const struct member *m = b ? api_member(b, q->capture[0], out) : NULL;
	if (!m || !list_parse(q, 1u << LIST_LANG, &l, out) || !list_lang(&l, &lang, out))
		return;
	struct profile *profile = api->keeper ? calloc(1, sizeof *profile) : NULL;
	if (api->keeper && (!profile || !reckon(api, b, m, profile))) {
		free(profile);
		api_problem(out, 503, "no memory");
		return;
	}
	if (api_begin(&p)) {
		write_profile(&p.json, api, b, m, profile, lang);
		api_end(&p, 200, out);
	}
	free(profile);
}
