// SPDX-License-Identifier: Apache-2.0
// An entry is effective when it stands and something moved; what shows neither is unknown.
#include "contain/verify.h"

#include <stdlib.h>

#include "contain/verify_look.h"

const char *effect_key(enum effect e)
{
	static const char *const keys[] = {
#define AS_KEY(name, key) [EFFECT_##name] = key,
		EFFECTS(AS_KEY)
#undef AS_KEY
	};
	return keys[e];
}

bool verification_init(struct verification *v, const struct plan *plan,
	const struct protection *protection, uint64_t since_ms, struct err *e)
{
	*v = (struct verification){ .plan = plan, .protection = protection, .since_ms = since_ms };
	v->sight = calloc(plan->n + 1, sizeof *v->sight);
	if (!v->sight)
		return err_sys(e, "verification");
	return plan_wanted(plan, &v->wanted, e);
}

void verification_fini(struct verification *v)
{
	policy_fini(&v->wanted);
	for (size_t i = 0; i < v->n_ears; i++)
		free(v->ear[i].of);
	free(v->ear);
	free(v->sight);
	*v = (struct verification){};
}

/* A piece that goes through is right when it lies in what is protected, shield by shield. */
static bool is_protected(const struct protection *p, const struct box *piece)
{
	for (size_t i = 0; i < p->n; i++)
		if (box_has(&p->shield[i].box, piece))
			return true;
	return false;
}

/* Whether what a rule counts is of this entry: hosts that were joined share a counter. */
static bool is_alone(const struct look *l, size_t rule)
{
	enum dim host = l->entry->direction == DIRECTION_OUT ? DIM_SRC : DIM_DST;
	struct range span = prefix_span(&l->entry->host);
	return span_has(&span, &l->rules->rule[rule].box.of[host]);
}

static bool take_piece(void *ctx, const struct box *piece, enum action action, size_t rule)
{
	struct look *l = ctx;
	l->is_unknown |= action == ACTION_UNKNOWN;
	l->leaves |= action == ACTION_PERMIT && !is_protected(l->protection, piece);
	if (action != ACTION_DENY)
		return true;
	l->stops = true;
	uint64_t hits = rule == RULE_REST || !l->counted ? UINT64_MAX : l->counted[rule];
	if (hits != UINT64_MAX && rule != l->last && hits && !is_alone(l, rule)) {
		l->has_shared = true;
	} else if (hits != UINT64_MAX && rule != l->last) {
		l->has_hits = true;
		l->hits += hits;
	}
	l->last = rule;
	return true;
}

/* An entry of IPv4 towards IPv4: a device of one family says nothing of the other. */
static struct box box_of(const struct entry *e)
{
	struct box b = entry_box(e);
	enum dim other = e->direction == DIRECTION_OUT ? DIM_DST : DIM_SRC;
	b.of[other] = family_span(addr_is_v4(&e->host.addr) ? FAMILY_4 : FAMILY_6);
	return b;
}

bool look_at(
	struct look *l, const struct policy *rules, const struct entry *entry, enum standing *out)
{
	struct box b = box_of(entry);
	l->last = RULE_REST;
	l->rules = rules;
	l->entry = entry;
	enum split split = policy_split(rules, rules->n, &b, take_piece, l);
	if (l->is_unknown || split != SPLIT_DONE)
		*out = STANDING_UNKNOWN;
	else if (!l->stops)
		*out = STANDING_MISSING;
	else
		*out = l->leaves ? STANDING_PARTLY : STANDING_WHOLE;
	return split != SPLIT_NO_MEMORY;
}

bool verification_add(struct verification *v, const struct applied *a, struct err *e)
{
	v->has_device = true;
	for (size_t i = 0; i < v->plan->n; i++) {
		struct sight *s = &v->sight[i];
		if (a->kind == APPLIED_NBAR) { // it stops requests of anybody, no host
			s->has_hits = s->is_by_request = true;
			s->hits += a->packets;
			continue;
		}
		struct look l = { .counted = a->hits, .protection = v->protection };
		enum standing now = STANDING_UNKNOWN;
		bool ok = a->kind == APPLIED_EXABGP
				  ? verification_hear(v, &a->hearers, i, &now, e)
				  : look_at(&l, &a->policy, &v->plan->entry[i], &now) ||
					    err_sys(e, "verification");
		if (!ok)
			return false;
		if (now != STANDING_UNKNOWN && s->standing != STANDING_WHOLE)
			s->standing = now; // one device that stops it is enough
		s->has_hits |= l.has_hits;
		s->has_shared |= l.has_shared;
		s->hits += l.hits;
	}
	return true;
}

static void count(struct verification *v, const struct flow *f)
{
	struct packet p = { .src = f->src,
		.dst = f->dst,
		.proto = f->proto,
		.sport = f->src_port,
		.dport = f->dst_port };
	size_t rule;
	bool is_told =
		f->has & FLOW_HAS_PROTO &&
		(f->has & FLOW_HAS_PORTS || (f->proto != PROTO_TCP && f->proto != PROTO_UDP));
	struct box b = box_packet(&p);
	if (!is_told || is_protected(v->protection, &b))
		return;
	if (policy_judge(&v->wanted, &p, &rule) != ACTION_DENY) {
		for (size_t i = 0; i < v->plan->n; i++)
			v->sight[i].other += prefix_has(&v->plan->entry[i].host, &f->src);
		return;
	}
	struct sight *s = &v->sight[v->wanted.rule[rule].origin];
	bool has_ack = f->has & FLOW_HAS_FLAGS && f->tcp_flags & TCP_ACK && f->proto == PROTO_TCP &&
		       f->tcp_flags & TCP_SYN;
	if (f->has & FLOW_DROPPED)
		s->dropped++;
	else if (f->has & FLOW_ANSWERED || has_ack)
		s->answered++;
	else
		s->unanswered++;
}

void verification_take(void *ctx, const struct flow *flow, size_t n)
{
	struct verification *v = ctx;
	v->has_flows = true;
	for (size_t i = 0; i < n; i++)
		if (!(flow[i].has & FLOW_HAS_TIME) || flow[i].last_ms >= v->since_ms)
			count(v, &flow[i]);
}

enum effect sight_judge(const struct verification *v, size_t entry, const char **why)
{
	const struct sight *s = &v->sight[entry];
	bool is_standing = s->standing == STANDING_WHOLE;
	bool is_seen = s->dropped + s->unanswered > 0;
	const struct {
		bool holds;
		enum effect effect;
		const char *why;
	} row[] = {
		{ s->answered > 0, EFFECT_NOT, "victims answered it since: it gets through" },
		{ s->standing == STANDING_MISSING, EFFECT_NOT, "no device stops it" },
		{ s->standing == STANDING_PARTLY, EFFECT_NOT,
			"a device stops some of it and lets through what is not protected" },
		{ s->standing == STANDING_SOMEWHERE, EFFECT_NOT,
			"not every neighbour of ExaBGP stops it" },
		{ s->has_hits && s->hits == 0 && !s->has_shared && is_seen && !s->dropped,
			EFFECT_NOT,
			"it still sends, and no counter moves: the filter is not where it sends" },
		{ is_standing && s->hits > 0, EFFECT_EFFECTIVE,
			"it stands, and its counter moved" },
		{ is_standing && s->dropped > 0, EFFECT_EFFECTIVE,
			"it stands, and devices report what they dropped" },
		{ is_standing && s->has_shared, EFFECT_UNKNOWN,
			"it stands; its counter moved, which is of its neighbours too" },
		{ is_standing && s->has_hits, EFFECT_UNKNOWN,
			"it stands, and nothing has come by yet" },
		{ is_standing, EFFECT_UNKNOWN, "it stands, and nothing shows that it works" },
		{ s->is_by_request && s->hits > 0, EFFECT_UNKNOWN,
			"a counter of requests moved; of this host it says nothing" },
		{ s->standing == STANDING_UNHEARD, EFFECT_UNKNOWN,
			"it is announced; whether a peer hears it was not told" },
		{ v->has_device, EFFECT_UNKNOWN, "a line that cannot be read decides it" },
		{ s->dropped > 0 && !s->unanswered, EFFECT_EFFECTIVE,
			"devices dropped all that was seen of it" },
		{ true, EFFECT_UNKNOWN, "no device was asked" },
	};
	size_t i = 0;
	while (!row[i].holds)
		i++;
	*why = row[i].why;
	return row[i].effect;
}
