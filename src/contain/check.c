// SPDX-License-Identifier: Apache-2.0
// Proofs: boxes are cut by the rules until each piece has one fate.
#include "contain/check.h"

#include <stdlib.h>

struct search {
	struct breach *found;
	bool is_found;
};

static bool find_breach(void *ctx, const struct box *piece, enum action action, size_t rule)
{
	struct search *s = ctx;
	if (action == ACTION_PERMIT)
		return true;
	*s->found = (struct breach){ .piece = *piece, .action = action, .rule = rule };
	s->is_found = true;
	return false;
}

/* The part of a box that lies in a family: the whole of IPv6 but what stands for IPv4. */
static size_t in_family(const struct box *b, enum family f, struct box out[static 2 * N_DIMS])
{
	struct box four = *b, of_4 = box_any();
	if (!box_is_of(b, f))
		return 0;
	of_4.of[DIM_SRC] = of_4.of[DIM_DST] = family_span(FAMILY_4);
	if (f == FAMILY_4)
		return box_meets(b, &of_4, &out[0]) ? 1 : 0;
	struct range v4 = family_span(FAMILY_4);
	size_t n = 0;
	struct range low = { 0, v4.lo - 1 }, high = { v4.hi + 1, ~(u128)0 };
	const struct range *half[] = { &low, &high };
	for (size_t i = 0; i < 4; i++) {
		four = box_any();
		four.of[DIM_SRC] = *half[i & 1];
		four.of[DIM_DST] = *half[i >> 1];
		n += box_meets(b, &four, &out[n]);
	}
	return n;
}

static bool prove_one(const struct policy *policy, const struct shield *shield, enum family f,
	struct search *s, bool *is_undecided)
{
	struct box part[2 * N_DIMS];
	size_t n = in_family(&shield->box, f, part);
	for (size_t i = 0; i < n && !s->is_found; i++) {
		enum split split = policy_split(policy, policy->n, &part[i], find_breach, s);
		if (split == SPLIT_NO_MEMORY)
			return false;
		*is_undecided |= split == SPLIT_TOO_MANY;
	}
	return true;
}

bool check_protection(const struct policy *policy, const struct protection *protection,
	enum family family, struct proof *out, struct err *e)
{
	*out = (struct proof){};
	for (size_t i = 0; i < protection->n; i++) {
		struct breach b;
		struct search s = { .found = &b };
		bool is_undecided = false;
		if (!prove_one(policy, &protection->shield[i], family, &s, &is_undecided))
			return err_sys(e, "proof");
		b.shield = (uint32_t)i;
		if (s.is_found && out->n_breaches < BREACHES_MAX)
			out->breach[out->n_breaches] = b;
		out->n_breaches += s.is_found;
		out->n_undecided += is_undecided && !s.is_found;
	}
	return out->n_breaches == 0 && out->n_undecided == 0;
}

struct cast {
	const struct policy *policy;
	enum action action; // of the rule in question
	struct shade *shade;
	bool reaches;
};

static bool take_shadow(void *ctx, const struct box *piece, enum action action, size_t rule)
{
	struct cast *c = ctx;
	(void)piece;
	if (rule == RULE_REST) {
		c->reaches = true;
		return false;
	}
	c->shade->by = rule;
	c->shade->n_by++;
	c->shade->is_contrary |= action != c->action;
	return true;
}

size_t check_shades(const struct policy *policy, struct shade *out, size_t room)
{
	size_t n = 0;
	for (size_t i = 1; i < policy->n; i++) {
		struct shade shade = { .rule = i };
		struct cast c = { policy, policy->rule[i].action, &shade, false };
		enum split split = policy_split(policy, i, &policy->rule[i].box, take_shadow, &c);
		if (split == SPLIT_NO_MEMORY)
			return SIZE_MAX;
		if (split != SPLIT_DONE || c.reaches)
			continue;
		if (n < room)
			out[n] = shade;
		n++;
	}
	return n;
}

struct absence {
	size_t rule;
	enum action action; // of the rule that is not there
	bool is_missed, is_reached;
};

static bool take_absence(void *ctx, const struct box *piece, enum action action, size_t rule)
{
	struct absence *a = ctx;
	(void)piece;
	if (rule < a->rule)
		return true;
	a->is_reached = true;
	a->is_missed = action != a->action;
	return !a->is_missed;
}

/* Without the rule: for a while it matches a protocol that no packet has. */
static enum split split_without(struct policy *p, size_t i, struct absence *a)
{
	struct box box = p->rule[i].box;
	*a = (struct absence){ .rule = i, .action = p->rule[i].action };
	p->rule[i].box.of[DIM_PROTO] = (struct range){ UINT8_MAX + 1, UINT8_MAX + 1 };
	enum split split = SPLIT_DONE;
	for (enum family f = 0; f < N_FAMILIES; f++) { // no packet is of both
		struct box part[2 * N_DIMS];
		size_t n = in_family(&box, f, part);
		for (size_t k = 0; k < n && split == SPLIT_DONE; k++)
			split = policy_split(p, p->n, &part[k], take_absence, a);
	}
	p->rule[i].box = box;
	return split;
}

size_t check_spares(const struct policy *policy, size_t n_rules, size_t *out, size_t room)
{
	struct policy p = { .rest = policy->rest };
	struct err e;
	bool ok = true;
	size_t n = 0;
	for (size_t i = 0; ok && i < policy->n; i++)
		ok = policy_put(&p, &policy->rule[i], &e);
	ok = ok && policy_index(&p, &e);
	for (size_t i = 0; ok && i < n_rules; i++) {
		struct absence a;
		enum split split = split_without(&p, i, &a);
		ok = split != SPLIT_NO_MEMORY;
		if (split != SPLIT_DONE || a.is_missed || !a.is_reached)
			continue;
		if (n < room)
			out[n] = i;
		n++;
	}
	policy_fini(&p);
	return ok ? n : SIZE_MAX;
}
