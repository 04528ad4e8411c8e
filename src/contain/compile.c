// SPDX-License-Identifier: Apache-2.0
// Entries alike in port, direction and end are a crowd; crowds are covered; shields that meet what is
// stopped go in front.
#include "contain/compile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void compiled_fini(struct compiled *c)
{
	policy_fini(&c->policy);
	cover_fini(&c->cover);
}

struct box entry_box(const struct entry *e)
{
	struct box b = box_any();
	b.of[e->direction == DIRECTION_OUT ? DIM_SRC : DIM_DST] = prefix_span(&e->host);
	if (e->port.proto != PROTO_UNKNOWN)
		b.of[DIM_PROTO] = (struct range){ e->port.proto, e->port.proto };
	if (e->port.has_port)
		b.of[DIM_DPORT] = (struct range){ e->port.number, e->port.number };
	return b;
}

bool plan_wanted(const struct plan *plan, struct policy *out, struct err *e)
{
	*out = (struct policy){ .rest = ACTION_PERMIT };
	for (size_t i = 0; i < plan->n; i++) {
		struct rule r = { .box = entry_box(&plan->entry[i]),
			.action = ACTION_DENY,
			.origin = (uint32_t)i };
		if (!policy_put(out, &r, e))
			return false;
	}
	return policy_index(out, e);
}

/* Alike in all but the host, and of one family. */
static int crowd_order(const struct entry *a, const struct entry *b)
{
	int order = addr_is_v4(&b->host.addr) - addr_is_v4(&a->host.addr);
	if (!order)
		order = (int)a->direction - (int)b->direction;
	if (!order)
		order = a->port.proto - b->port.proto;
	if (!order)
		order = a->port.has_port - b->port.has_port;
	if (!order)
		order = a->port.number - b->port.number;
	return order ? order : (a->until_ms > b->until_ms) - (a->until_ms < b->until_ms);
}

static int by_crowd(const void *one, const void *other, void *entries)
{
	const struct entry *a = &((const struct entry *)entries)[*(const uint32_t *)one];
	const struct entry *b = &((const struct entry *)entries)[*(const uint32_t *)other];
	int order = crowd_order(a, b);
	if (!order)
		order = addr_cmp(&a->host.addr, &b->host.addr);
	return order ? order : a->host.bits - b->host.bits;
}

/* The crowds of a plan: `host` in their order, none inside another; `first` entry of each host. */
struct crowds {
	uint32_t *order;
	struct range *host;
	struct crowd *crowd;
	uint32_t *first;
	size_t n, n_hosts;
};

static void crowds_free(struct crowds *c)
{
	free(c->order);
	free(c->host);
	free(c->crowd);
	free(c->first);
}

static bool crowds_fill(struct crowds *c, const struct plan *plan, struct err *e)
{
	c->order = calloc(plan->n + 1, sizeof *c->order);
	c->host = calloc(plan->n + 1, sizeof *c->host);
	c->crowd = calloc(plan->n + 1, sizeof *c->crowd);
	c->first = calloc(plan->n + 1, sizeof *c->first);
	if (!c->order || !c->host || !c->crowd || !c->first)
		return err_sys(e, "plan");
	for (uint32_t i = 0; i < plan->n; i++)
		c->order[i] = i;
	qsort_r(c->order, plan->n, sizeof *c->order, by_crowd, plan->entry);
	for (size_t i = 0; i < plan->n; i++) {
		const struct entry *x = &plan->entry[c->order[i]];
		struct range s = prefix_span(&x->host);
		if (i == 0 || crowd_order(&plan->entry[c->order[i - 1]], x)) {
			c->first[c->n] = c->order[i];
			c->crowd[c->n] = (struct crowd){ .host = &c->host[c->n_hosts],
				.tag = (uint32_t)c->n };
			c->n++;
		} else if (span_has(&c->host[c->n_hosts - 1], &s)) {
			continue;
		}
		c->host[c->n_hosts++] = s;
		c->crowd[c->n - 1].n++;
	}
	return true;
}

static bool floor_check(const struct plan *plan, const struct limits *limits, struct err *e)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct prefix *p = &plan->entry[i].host;
		bool is_v4 = addr_is_v4(&p->addr);
		unsigned bits = is_v4 ? p->bits - 96U : p->bits;
		char room[ADDR_TEXT_BYTES];
		if ((is_v4 && p->bits < 96) || bits < limits->floor[is_v4 ? FAMILY_4 : FAMILY_6])
			return err_set(e,
				"%s/%u is wider than a /%u: nothing wider is blocked as a host; "
				"name it with --segment if its port is to be blocked as a whole",
				addr_format(&p->addr, room), bits,
				limits->floor[is_v4 ? FAMILY_4 : FAMILY_6]);
	}
	return true;
}

static bool is_kept(void *ctx, const struct range *s)
{
	return protection_is_precious(ctx, s);
}

static bool denies_put(
	struct policy *policy, const struct compiled *c, const struct crowds *crowds, struct err *e)
{
	for (size_t i = 0; i < c->cover.n; i++) {
		const struct covered *at = &c->cover.prefix[i];
		const struct entry *x = &c->plan->entry[crowds->first[at->tag]];
		struct rule r = { .box = entry_box(x),
			.action = ACTION_DENY,
			.origin = crowds->first[at->tag],
			.until_ms = x->until_ms };
		r.box.of[x->direction == DIRECTION_OUT ? DIM_SRC : DIM_DST] = at->span;
		if (!policy_put(policy, &r, e))
			return false;
	}
	return true;
}

/* ICMPv6 from a host of IPv4 is no packet. */
static bool stop_at_deny(void *ctx, const struct box *piece, enum action action, size_t rule)
{
	(void)ctx, (void)rule;
	return action != ACTION_DENY || !box_is_real(piece);
}

/* Shields that meet something that is stopped, in front of it; of equal ones the first. */
static bool permits_put(struct compiled *c, const struct policy *denies, struct err *e)
{
	for (size_t i = 0; i < c->protection->n; i++) {
		const struct shield *s = &c->protection->shield[i];
		enum split met = policy_split(denies, denies->n, &s->box, stop_at_deny, NULL);
		bool is_known = false;
		if (met == SPLIT_NO_MEMORY)
			return err_sys(e, "plan");
		for (size_t k = 0; k < c->policy.n && !is_known; k++)
			is_known = box_has(&c->policy.rule[k].box, &s->box);
		if (met == SPLIT_DONE || is_known)
			continue;
		struct rule r = { .box = s->box, .action = ACTION_PERMIT, .origin = (uint32_t)i };
		if (!policy_put(&c->policy, &r, e))
			return false;
	}
	c->n_permits = c->policy.n;
	return true;
}

/* An entry of which nothing is left contradicts the protection: that must be told, not printed. */
static bool count_empty(struct compiled *c, struct err *e)
{
	struct policy permits = { .rest = ACTION_DENY };
	bool ok = true;
	for (size_t i = 0; ok && i < c->n_permits; i++)
		ok = policy_put(&permits, &c->policy.rule[i], e);
	ok = ok && policy_index(&permits, e);
	for (size_t i = 0; ok && permits.n && i < c->plan->n; i++) {
		struct box b = entry_box(&c->plan->entry[i]);
		enum split left = policy_split(&permits, permits.n, &b, stop_at_deny, NULL);
		if (left == SPLIT_NO_MEMORY)
			ok = err_sys(e, "plan");
		if (left == SPLIT_DONE && c->n_empty++ == 0)
			c->empty = i;
	}
	policy_fini(&permits);
	return ok;
}

static bool compile(struct compiled *c, const struct limits *limits, struct crowds *crowds,
	struct policy *denies, struct err *e)
{
	struct cover_limits cl = { .max_rules = limits->max_rules,
		.max_collateral = limits->max_collateral,
		.floor = { [FAMILY_4] = (uint8_t)(96 + limits->floor[FAMILY_4]),
			[FAMILY_6] = limits->floor[FAMILY_6] },
		.is_precious = is_kept,
		.ctx = (void *)(uintptr_t)c->protection };
	if (!crowds_fill(crowds, c->plan, e) ||
		!cover_find(crowds->crowd, crowds->n, &cl, &c->cover, e))
		return false;
	c->n_hosts = crowds->n_hosts;
	if (!c->cover.is_feasible)
		return true;
	if (!denies_put(denies, c, crowds, e) || !policy_index(denies, e) ||
		!permits_put(c, denies, e))
		return false;
	for (size_t i = 0; i < denies->n; i++)
		if (!policy_put(&c->policy, &denies->rule[i], e))
			return false;
	return policy_index(&c->policy, e) && count_empty(c, e);
}

bool plan_compile(const struct plan *plan, const struct protection *protection,
	const struct limits *limits, struct compiled *out, struct err *e)
{
	*out = (struct compiled){
		.plan = plan, .protection = protection, .policy = { .rest = ACTION_PERMIT }
	};
	struct crowds crowds = {};
	struct policy denies = { .rest = ACTION_PERMIT };
	bool ok = floor_check(plan, limits, e) && compile(out, limits, &crowds, &denies, e);
	crowds_free(&crowds);
	policy_fini(&denies);
	return ok;
}
