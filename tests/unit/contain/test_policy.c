// SPDX-License-Identifier: Apache-2.0
// The evaluator: first match by an index, boxes cut by rules, shades, and what changes.
#include "unit/contain/site.h"

#include "contain/check.h"
#include "contain/diff.h"

static struct rule rule_of(struct dice *d, bool is_small)
{
	struct rule r = { .box = box_any(), .action = (enum action)dice_below(d, 2) };
	uint32_t at = 0x0a000000 | dice_below(d, 16), size = is_small ? dice_below(d, 3) : 15;
	r.box.of[DIM_SRC] =
		(struct range){ ((u128)0xffff << 32 | at), ((u128)0xffff << 32 | (at + size)) };
	if (dice_below(d, 2))
		r.box.of[DIM_PROTO] = (struct range){ 6, 6 };
	if (dice_below(d, 2))
		r.box.of[DIM_DPORT] = (struct range){ dice_below(d, 4), 3 + dice_below(d, 4) };
	if (dice_below(d, 4) == 0)
		r.box.of[DIM_SRC] = box_any().of[DIM_SRC];
	return r;
}

static struct packet packet_of(struct dice *d)
{
	return (struct packet){ .src = addr_v4(0x0a000000 | dice_below(d, 20)),
		.dst = addr_v4((uint32_t)dice_u64(d)),
		.proto = dice_below(d, 2) ? 6 : 17,
		.dport = (uint16_t)dice_below(d, 9),
		.is_established = dice_below(d, 2) };
}

static enum action by_hand(
	const struct policy *p, size_t n, const struct packet *packet, size_t *rule)
{
	struct box b = box_packet(packet);
	for (*rule = 0; *rule < n; ++*rule)
		if (box_has(&p->rule[*rule].box, &b))
			return p->rule[*rule].action;
	*rule = RULE_REST;
	return p->rest;
}

static void policy_fill(struct policy *p, struct dice *d, size_t n)
{
	struct err e = {};
	*p = (struct policy){ .rest = (enum action)dice_below(d, 2) };
	for (size_t i = 0; i < n; i++) {
		struct rule r = rule_of(d, dice_below(d, 2));
		assert_true(policy_put(p, &r, &e));
	}
	assert_true(policy_index(p, &e));
}

static void the_index_gives_the_first_match(void **state)
{
	(void)state;
	struct dice d = { 1 };
	for (int round = 0; round < 200; round++) {
		struct policy p;
		policy_fill(&p, &d, 1 + dice_below(&d, 30));
		for (int i = 0; i < 100; i++) {
			struct packet packet = packet_of(&d);
			size_t got, want;
			assert_int_equal(
				policy_judge(&p, &packet, &got), by_hand(&p, p.n, &packet, &want));
			assert_int_equal(got, want);
		}
		policy_fini(&p);
	}
}

struct pieces {
	struct box box[4096];
	size_t rule[4096];
	size_t n;
};

static bool keep(void *ctx, const struct box *piece, enum action action, size_t rule)
{
	struct pieces *p = ctx;
	(void)action;
	assert_true(p->n < countof(p->box));
	p->box[p->n] = *piece;
	p->rule[p->n++] = rule;
	return true;
}

static void pieces_are_disjoint_and_whole_and_have_one_fate(void **state)
{
	(void)state;
	struct dice d = { 2 };
	struct pieces *p = calloc(1, sizeof *p);
	for (int round = 0; round < 200; round++) {
		struct policy policy;
		policy_fill(&policy, &d, 1 + dice_below(&d, 8));
		struct rule whole = rule_of(&d, false);
		size_t n = dice_below(&d, (uint32_t)policy.n + 1);
		p->n = 0;
		assert_int_equal(policy_split(&policy, n, &whole.box, keep, p), SPLIT_DONE);
		for (int i = 0; i < 100; i++) {
			struct packet packet = packet_of(&d);
			struct box b = box_packet(&packet);
			size_t want, n_in = 0;
			by_hand(&policy, n, &packet, &want);
			for (size_t k = 0; k < p->n; k++)
				if (box_has(&p->box[k], &b)) {
					n_in++;
					assert_int_equal(p->rule[k], want);
				}
			assert_int_equal(n_in, box_has(&whole.box, &b));
		}
		policy_fini(&policy);
	}
	free(p);
}

static struct rule deny_of(const char *text)
{
	struct rule r = { .box = box_any(), .action = ACTION_DENY };
	struct prefix p;
	assert_true(prefix_parse((struct str){ text, strlen(text) }, &p));
	r.box.of[DIM_SRC] = prefix_span(&p);
	return r;
}

static void two_halves_shade_their_whole(void **state)
{
	(void)state;
	struct policy p = { .rest = ACTION_PERMIT };
	struct err e = {};
	struct rule rule[] = { deny_of("10.0.0.0/25"), deny_of("10.0.0.128/25"),
		deny_of("10.0.0.0/24"), deny_of("10.0.0.0/23") };
	for (size_t i = 0; i < countof(rule); i++)
		assert_true(policy_put(&p, &rule[i], &e));
	assert_true(policy_index(&p, &e));
	struct shade shade[4];
	assert_int_equal(check_shades(&p, shade, 4), 1);
	assert_int_equal(shade[0].rule, 2);
	assert_int_equal(shade[0].n_by, 2);
	assert_false(shade[0].is_contrary);
	policy_fini(&p);
}

struct changes {
	struct box box[65536];
	enum change change[65536];
	size_t n;
};

static void note(void *ctx, enum change change, const struct box *box)
{
	struct changes *c = ctx;
	assert_true(c->n < countof(c->box));
	c->change[c->n] = change;
	c->box[c->n++] = *box;
}

static void the_difference_holds_for_each_packet(void **state)
{
	(void)state;
	struct dice d = { 4 };
	struct changes *c = calloc(1, sizeof *c);
	for (int round = 0; round < 100; round++) {
		struct policy old, new;
		policy_fill(&old, &d, dice_below(&d, 8));
		policy_fill(&new, &d, dice_below(&d, 8));
		if (dice_below(&d, 4) == 0 && old.n)
			old.rule[0].action = ACTION_UNKNOWN;
		c->n = 0;
		assert_int_equal(policy_diff(&old, &new, FAMILY_4, note, c), DIFF_DONE);
		for (int i = 0; i < 200; i++) {
			struct packet packet = packet_of(&d);
			struct box b = box_packet(&packet);
			size_t rule, n_in = 0, in = 0;
			enum action was = by_hand(&old, old.n, &packet, &rule);
			enum action is = by_hand(&new, new.n, &packet, &rule);
			for (size_t k = 0; k < c->n; k++)
				if (box_has(&c->box[k], &b))
					n_in++, in = k;
			bool is_unknown = was == ACTION_UNKNOWN || is == ACTION_UNKNOWN;
			assert_int_equal(n_in, is_unknown || was != is);
			if (n_in)
				assert_int_equal(c->change[in], is_unknown ? CHANGE_UNKNOWN
								: is == ACTION_DENY
									? CHANGE_BLOCKED
									: CHANGE_UNBLOCKED);
		}
		c->n = 0;
		if (old.n == 0 || old.rule[0].action != ACTION_UNKNOWN) {
			assert_int_equal(policy_diff(&old, &old, FAMILY_4, note, c), DIFF_DONE);
			assert_int_equal(c->n, 0);
		}
		policy_fini(&old);
		policy_fini(&new);
	}
	free(c);
}

static void count_change(void *ctx, enum change change, const struct box *box)
{
	(void)change, (void)box;
	++*(size_t *)ctx;
}

static void a_rule_is_spare_when_all_is_the_same_without_it(void **state)
{
	(void)state;
	struct dice d = { 5 };
	size_t n_spare = 0;
	for (int round = 0; round < 200; round++) {
		struct policy p;
		size_t n = 2 + dice_below(&d, 8), spare[16], last = 0;
		policy_fill(&p, &d, n);
		size_t n_found = check_spares(&p, n, spare, countof(spare));
		struct shade shade[16];
		size_t n_shades = check_shades(&p, shade, countof(shade));
		for (size_t i = 0; i < n; i++) {
			struct policy other = { .rest = p.rest };
			struct err e = {};
			size_t n_changes = 0;
			bool is_shaded = false, is_spare = last < n_found && spare[last] == i;
			for (size_t k = 0; k < n; k++)
				assert_true(k == i || policy_put(&other, &p.rule[k], &e));
			assert_true(policy_index(&other, &e));
			for (enum family f = 0; f < N_FAMILIES; f++)
				assert_int_equal(
					policy_diff(&p, &other, f, count_change, &n_changes),
					DIFF_DONE);
			for (size_t k = 0; k < n_shades; k++)
				is_shaded |= shade[k].rule == i;
			assert_int_equal(is_spare || is_shaded, n_changes == 0);
			last += is_spare;
			policy_fini(&other);
		}
		n_spare += n_found;
		policy_fini(&p);
	}
	print_message("# %zu spare rules\n", n_spare);
	assert_true(n_spare > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_index_gives_the_first_match),
		cmocka_unit_test(pieces_are_disjoint_and_whole_and_have_one_fate),
		cmocka_unit_test(two_halves_shade_their_whole),
		cmocka_unit_test(a_rule_is_spare_when_all_is_the_same_without_it),
		cmocka_unit_test(the_difference_holds_for_each_packet),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
