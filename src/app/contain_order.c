// SPDX-License-Identifier: Apache-2.0
// --by-hits and --counters: rules of an access list in the order of what they matched.
#include <stdlib.h>
#include <string.h>

#include "app/contain.h"
#include "contain/applied.h"
#include "contain/order.h"

/* Whether two rules do the same to the same packets of a family. */
static bool is_same(const struct rule *a, const struct rule *b, enum family f)
{
	struct box of_family = box_any(), x, y;
	of_family.of[DIM_SRC] = of_family.of[DIM_DST] = family_span(f);
	return a->action == b->action && box_meets(&a->box, &of_family, &x) &&
	       box_meets(&b->box, &of_family, &y) && box_has(&x, &y) && box_has(&y, &x);
}

/* Counters of a list that cordon made before, for what of it is in this one as well. */
static bool take_counters(struct job *j, size_t n)
{
	struct applied a = {};
	struct err e = {};
	char *text = NULL;
	size_t len, n_found = 0;
	if (!file_read(j->o->counters, &text, &len))
		return false;
	bool ok = applied_read((struct str){ text, len }, NULL, &a, &e);
	if (!ok)
		contain_tell("%s: %s", j->o->counters, e.text);
	for (size_t i = 0; ok && i < n; i++)
		for (size_t k = 0; k < a.policy.n; k++)
			if (a.hits[k] != UINT64_MAX &&
				(is_same(&j->effect.rule[i], &a.policy.rule[k], FAMILY_4) ||
					is_same(&j->effect.rule[i], &a.policy.rule[k], FAMILY_6))) {
				j->hits[i] += a.hits[k];
				n_found++;
				break;
			}
	if (ok)
		contain_tell("%s: counters of %zu rules of this plan", j->o->counters, n_found);
	applied_fini(&a);
	free(text);
	return ok;
}

bool job_hits(struct job *j)
{
	if (!j->o->by_hits && !j->o->counters)
		return true;
	if (!j->target || !j->target->is_list) {
		contain_tell(
			"--by-hits and --counters are for access lists, which a device walks in "
			"order; %s is none",
			j->target ? j->target->name : "a plan");
		return false;
	}
	if (j->o->by_hits && !j->o->flows.n) {
		contain_tell("--by-hits counts what --flows has: name files with flows, or use "
			     "--counters with what 'show access-lists' prints");
		return false;
	}
	j->hits = calloc(j->effect.n + 1, sizeof *j->hits);
	if (!j->hits)
		contain_tell("no memory");
	return j->hits;
}

bool job_order(struct job *j, size_t n)
{
	struct err e = {};
	if (!j->hits)
		return true;
	if (n > ORDER_RULES_MAX) {
		contain_tell("%zu rules are too many to be put in order by hits, %d would do; they "
			     "stay as they are",
			n, ORDER_RULES_MAX);
		return true;
	}
	if (j->o->counters && !take_counters(j, n))
		return false;
	j->order = calloc(n + 1, sizeof *j->order);
	if (!j->order || !policy_order(&j->effect, n, j->hits, j->order, &e)) {
		contain_tell("%s", e.text[0] ? e.text : "no memory");
		return false;
	}
	double before = order_cost(j->hits, NULL, n);
	if (before > 0)
		contain_tell("by hits: a packet that a rule decides meets %.1f rules, not %.1f",
			order_cost(j->hits, j->order, n), before);
	else
		contain_tell("by hits: nothing that was counted met a rule; they stay as they are");
	return true;
}
