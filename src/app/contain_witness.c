// SPDX-License-Identifier: Apache-2.0
// What was seen of containment becomes evidence of the incident: its transition to contained needs it.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/actor.h"
#include "app/clock.h"
#include "app/contain.h"
#include "contain/verify.h"
#include "incident/board.h"
#include "incident/body.h"
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

/* Unknown is written neither as works nor as failed. */
static size_t events_fill(struct event *event, const struct job *j, const struct verification *v,
	const struct board *b, uint64_t incident)
{
	char hash[HASH_TEXT_BYTES], why[64];
	size_t n = 0;
	struct member_iter it = { .board = b, .incident = incident };
	snprintf(why, sizeof why, "plan %s", plan_hash(&j->plan, hash));
	for (const struct member *m; (m = member_next(&it));) {
		enum effect effect = effect_of(v, b, m->host);
		if (effect == N_EFFECTS || effect == EFFECT_UNKNOWN)
			continue;
		struct body body = {
			.text = { [BODY_WHAT] = effect == EFFECT_EFFECTIVE ? "containment"
									   : "containment-failed",
				[BODY_WHY] = why },
			.number = { [BODY_LAST] = wall_ms() },
		};
		struct event *ev = &event[n];
		*ev = (struct event){ .kind = EVENT_EVIDENCE,
			.incident = incident,
			.host = m->host,
			.at_ms = body.number[BODY_LAST] };
		actor_get(ev->actor);
		n += body_format(&body, ev->body);
	}
	return n;
}

static bool take(void *ctx, const struct event *ev)
{
	board_apply(ctx, ev);
	return true;
}

bool contain_witness(struct job *j, const struct verification *v)
{
	struct settings settings;
	struct err e = {};
	settings_init(&settings);
	uint64_t incident = strtoull(j->o->incident, NULL, 10);
	struct store *s =
		store_open(j->o->state ? j->o->state : settings.state_directory, STORE_WRITE, &e);
	struct board *b = s ? board_new() : NULL;
	bool ok = b && store_replay(s, 1, take, b, &e);
	struct event *event = ok ? calloc(b->member.n + 1, sizeof *event) : NULL;
	size_t n = event ? events_fill(event, j, v, b, incident) : 0;
	ok = ok && event && (n == 0 || store_append(s, event, n, &e));
	if (!ok)
		contain_tell("%s", e.text[0] ? e.text : "no memory");
	else
		contain_tell("incident %s: written down for %zu hosts", j->o->incident, n);
	free(event);
	board_free(b);
	store_close(s);
	return ok;
}
