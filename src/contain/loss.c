// SPDX-License-Identifier: Apache-2.0
// Most rules are found as they were written; only of the others each packet is asked for.
#include "contain/loss.h"

#include <stdlib.h>
#include <string.h>

struct sign {
	struct box box;
	enum action action;
};

/* A rule from or to addresses of IPv4 has no packets of IPv6, whoever prints it. */
static struct sign sign_of(const struct rule *r)
{
	struct range four = family_span(FAMILY_4);
	struct sign s;
	memset(&s, 0, sizeof s); // compared byte by byte
	s.action = r->action;
	for (enum dim d = 0; d < N_DIMS; d++)
		s.box.of[d] = r->box.of[d];
	if (span_has(&four, &s.box.of[DIM_SRC]) || span_has(&four, &s.box.of[DIM_DST]))
		for (enum dim d = DIM_SRC; d <= DIM_DST; d++)
			if (span_has(&s.box.of[d], &four))
				s.box.of[d] = four;
	return s;
}

static int by_bytes(const void *one, const void *other)
{
	return memcmp(one, other, sizeof(struct sign));
}

/* One rule that was not found as it was written. */
struct search {
	const struct policy *now;
	size_t rule;
	enum action action;
	bool is_lost, is_unknown;
};

static bool take_now(void *ctx, const struct box *piece, enum action action, size_t rule)
{
	struct search *s = ctx;
	(void)piece, (void)rule;
	s->is_lost = action != s->action && action != ACTION_UNKNOWN;
	return !s->is_lost;
}

static bool take_wanted(void *ctx, const struct box *piece, enum action action, size_t rule)
{
	struct search *s = ctx;
	(void)action;
	if (rule != s->rule)
		return true;
	enum split split = policy_split(s->now, s->now->n, piece, take_now, s);
	s->is_unknown |= split != SPLIT_DONE && split != SPLIT_STOPPED;
	return !s->is_lost;
}

static bool is_lost(const struct policy *wanted, const struct policy *now, size_t rule)
{
	struct search s = { .now = now, .rule = rule, .action = wanted->rule[rule].action };
	(void)policy_split(wanted, rule + 1, &wanted->rule[rule].box, take_wanted, &s);
	return s.is_lost && !s.is_unknown;
}

size_t policy_lost(const struct policy *wanted, const struct policy *now, uint64_t at_ms,
	bool *lost, struct err *e)
{
	struct sign *there = calloc(now->n + 1, sizeof *there);
	size_t n = 0;
	if (!there) {
		err_sys(e, "rules in force");
		return SIZE_MAX;
	}
	for (size_t i = 0; i < now->n; i++)
		there[i] = sign_of(&now->rule[i]);
	qsort(there, now->n, sizeof *there, by_bytes);
	for (size_t i = 0; i < wanted->n; i++) {
		struct sign s = sign_of(&wanted->rule[i]);
		uint64_t until_ms = wanted->rule[i].until_ms;
		bool has_packets = box_is_of(&s.box, FAMILY_4) || box_is_of(&s.box, FAMILY_6);
		lost[i] = has_packets && (until_ms == 0 || until_ms >= at_ms) &&
			  !bsearch(&s, there, now->n, sizeof *there, by_bytes) &&
			  is_lost(wanted, now, i);
		n += lost[i];
	}
	free(there);
	return n;
}
