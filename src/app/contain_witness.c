// SPDX-License-Identifier: Apache-2.0
// What was seen of containment becomes evidence of the incident: its transition to contained needs it.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/contain.h"
#include "app/desk.h"
#include "contain/verify.h"
#include "incident/board.h"
#include "model/settings.h"
#include "store/store.h"

/* The worst of a host over all its entries; N_EFFECTS when the plan has none of it. */
static enum effect effect_of(const struct verification *v, const struct board *b, uint64_t host)
{
	enum effect worst = N_EFFECTS;
	const struct host_row *h = board_host(b, host);
	const struct address_row *a;
	for (uint32_t at = h->first_address; (a = board_address(b, at)); at = a->next_of_host)
		for (size_t i = 0; i < v->plan->n; i++) {
			const char *why;
			if (!addr_eq(&v->plan->entry[i].host.addr, &a->addr))
				continue;
			enum effect effect = sight_judge(v, i, &why);
			worst = worst == N_EFFECTS || effect > worst ? effect : worst;
		}
	return worst;
}

/* Returns whether it was written down. */
static bool say(struct desk *d, const struct job *j, uint64_t host, enum effect effect)
{
	static const char *const words[N_EFFECTS] = {
		[EFFECT_EFFECTIVE] = "yes", [EFFECT_UNKNOWN] = "unknown", [EFFECT_NOT] = "no"
	};
	char hash[HASH_TEXT_BYTES], path[96], name[32];
	cJSON *body = cJSON_CreateObject();
	snprintf(path, sizeof path, "/api/v1/incidents/%.20s/containment", j->o->incident);
	snprintf(name, sizeof name, "h%" PRIu64, host);
	cJSON_AddStringToObject(body, "host", name);
	cJSON_AddStringToObject(body, "effective", words[effect]);
	cJSON_AddStringToObject(body, "target", j->looked_at);
	cJSON_AddStringToObject(body, "plan", plan_hash(&j->plan, hash));
	cJSON *answer = desk_post(d, path, body);
	cJSON_Delete(answer);
	return answer;
}

static bool take(void *ctx, const struct event *ev)
{
	board_apply(ctx, ev);
	return true;
}

/* Who is in it is read beside a daemon, what was seen of them goes through it. */
bool contain_witness(struct job *j, const struct verification *v)
{
	struct settings settings;
	struct err e = {};
	settings_init(&settings);
	const char *directory = j->o->state ? j->o->state : settings.state_directory;
	struct store *s = store_open(directory, STORE_READ, &e);
	struct board *b = s ? board_new() : NULL;
	bool ok = b && store_replay(s, 1, take, b, &e);
	if (!ok)
		contain_tell("%s", e.text[0] ? e.text : "no memory");
	store_close(s);
	struct desk desk;
	struct desk_wish wish = {
		.name = "cordon contain", .said.state = directory, .mode = STORE_WRITE
	};
	bool is_open = ok && desk_open(&desk, &wish);
	ok = is_open;
	size_t n = 0;
	struct member_iter it = { .board = b, .incident = strtoull(j->o->incident, NULL, 10) };
	for (const struct member *m; ok && (m = member_next(&it));) {
		enum effect effect = effect_of(v, b, m->host);
		if (effect == N_EFFECTS)
			continue;
		ok = say(&desk, j, m->host, effect);
		n += ok;
	}
	if (ok)
		contain_tell("incident %s: written down for %zu hosts", j->o->incident, n);
	if (is_open)
		desk_close(&desk);
	board_free(b);
	return ok;
}
