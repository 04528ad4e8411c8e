// SPDX-License-Identifier: Apache-2.0
// What of a plan is not in force any more: elements, rules, and what only looks as if it were lost.
#include "unit/contain/site.h"

#include "contain/loss.h"
#include "contain/target.h"

/* A plan of three hosts and of a call manager, as it was compiled; `now` is a copy to take from. */
struct pair {
	struct site site;
	struct policy wanted, now;
	bool lost[4096];
};

static struct policy copy_of(const struct policy *p)
{
	struct policy out = { .rest = p->rest };
	struct err e = {};
	for (size_t i = 0; i < p->n; i++)
		assert_true(policy_put(&out, &p->rule[i], &e));
	assert_true(policy_index(&out, &e));
	return out;
}

static void pair_init(struct pair *p)
{
	static const char *const hosts[] = { "10.1.1.10", "10.30.1.1", "10.30.1.3", "10.30.1.5" };
	struct err e = {};
	site_init(&p->site);
	for (size_t i = 0; i < countof(hosts); i++)
		site_put(&p->site, hosts[i], i ? "tcp/445" : "any");
	site_compile(&p->site);
	p->wanted = copy_of(&p->site.compiled.policy);
	assert_true(policy_index(&p->wanted, &e));
	p->now = copy_of(&p->wanted);
	assert_true(p->wanted.n < countof(p->lost));
}

static void pair_fini(struct pair *p)
{
	policy_fini(&p->wanted);
	policy_fini(&p->now);
	site_fini(&p->site);
}

/* What stops a host: by its source, or of a black hole by its destination. */
static size_t rule_of(const struct policy *p, const char *host)
{
	struct addr a = site_addr(host);
	for (size_t i = 0; i < p->n; i++)
		for (enum dim d = DIM_SRC; d <= DIM_DST; d++)
			if (p->rule[i].action == ACTION_DENY &&
				p->rule[i].box.of[d].lo == addr_number(&a) &&
				p->rule[i].box.of[d].hi == addr_number(&a))
				return i;
	fail_msg("a rule stops %s", host);
	return 0;
}

static void without(struct pair *p, size_t rule)
{
	struct policy less = { .rest = p->now.rest };
	struct err e = {};
	for (size_t i = 0; i < p->now.n; i++)
		if (i != rule)
			assert_true(policy_put(&less, &p->now.rule[i], &e));
	assert_true(policy_index(&less, &e));
	policy_fini(&p->now);
	p->now = less;
}

static size_t lost(struct pair *p)
{
	struct err e = {};
	return policy_lost(&p->wanted, &p->now, 0, p->lost, &e);
}

static void what_is_in_force_is_not_lost(void **state)
{
	(void)state;
	struct pair p = {};
	pair_init(&p);
	assert_int_equal(lost(&p), 0);
	pair_fini(&p);
}

static void each_rule_that_is_taken_out_is_the_one_that_is_missed(void **state)
{
	(void)state;
	for (size_t i = 0, n = 1; i < n; i++) {
		struct pair p = {};
		pair_init(&p);
		n = p.wanted.n;
		bool has_packets = rule_is_of(&p.wanted.rule[i], FAMILY_4) ||
				   rule_is_of(&p.wanted.rule[i], FAMILY_6);
		without(&p, i);
		size_t n_lost = lost(&p);
		// a permit may have been carried by another one before it: then no packet misses it
		assert_true(n_lost <= (has_packets ? 1 : 0));
		if (p.wanted.rule[i].action == ACTION_DENY)
			assert_int_equal(n_lost, 1);
		if (n_lost)
			assert_true(p.lost[i]);
		pair_fini(&p);
	}
}

static void a_wider_rule_that_does_the_same_is_no_loss(void **state)
{
	(void)state;
	struct pair p = {};
	struct err e = {};
	pair_init(&p);
	struct rule wide = p.now.rule[rule_of(&p.now, "10.30.1.3")];
	struct prefix net;
	assert_true(prefix_parse((struct str){ "10.30.1.0/29", 12 }, &net));
	wide.box.of[DIM_SRC] = prefix_span(&net);
	without(&p, rule_of(&p.now, "10.30.1.3"));
	without(&p, rule_of(&p.now, "10.30.1.5"));
	assert_int_equal(lost(&p), 2);
	assert_true(policy_put(&p.now, &wide, &e) && policy_index(&p.now, &e));
	assert_int_equal(lost(&p), 0);
	pair_fini(&p);
}

static void what_an_unread_line_decides_is_not_lost(void **state)
{
	(void)state;
	struct pair p = {};
	pair_init(&p);
	for (size_t i = 0; i < p.now.n; i++)
		p.now.rule[i].action = ACTION_UNKNOWN;
	assert_int_equal(lost(&p), 0);
	pair_fini(&p);
}

static void what_ends_in_a_moment_is_not_missed(void **state)
{
	(void)state;
	struct pair p = {};
	struct err e = {};
	pair_init(&p);
	uint64_t until_ms = p.wanted.rule[p.wanted.n - 1].until_ms;
	without(&p, p.now.n - 1);
	assert_true(until_ms > 0);
	assert_int_equal(policy_lost(&p.wanted, &p.now, until_ms, p.lost, &e), 1);
	assert_int_equal(policy_lost(&p.wanted, &p.now, until_ms + 1, p.lost, &e), 0);
	pair_fini(&p);
}

/* The writers put back what was lost, a line each, and no other. */
static void what_is_put_back_is_what_was_lost(void **state)
{
	(void)state;
	static const struct {
		const struct target *target;
		const char *begin;
	} row[] = {
		{ &nftables_target, "add element inet cordon " },
		{ &flowspec_gobgp_target, "gobgp global rib add " },
		{ &flowspec_exabgp_target, "announce " },
		{ &rtbh_source_target, "gobgp global rib add " },
		{ &rtbh_destination_target, "gobgp global rib add " },
	};
	for (size_t i = 0; i < countof(row); i++) {
		struct pair p = {};
		struct device device = {};
		struct policy told = {};
		struct err e = {};
		char *text = NULL;
		size_t len, n = 0;
		const struct target *t = row[i].target;
		pair_init(&p);
		struct writing w = { .plan = &p.site.plan,
			.compiled = &p.site.compiled,
			.protection = &p.site.protection,
			.device = &device,
			.out = open_memstream(&text, &len) };
		bool (*tell)(const struct compiled *, struct policy *, struct err *) =
			t->told ? t->told : t->effect;
		told = tell ? told : copy_of(&p.wanted);
		assert_true(!tell || tell(&p.site.compiled, &told, &e));
		p.lost[rule_of(&told, "10.30.1.5")] = true;
		assert_true(t->mend(&w, p.lost));
		fclose(w.out);
		for (const char *at = text; (at = strstr(at, row[i].begin)); at++)
			n++;
		if (n != 1 || !strstr(text, "10.30.1.5"))
			fail_msg("%s: %s", t->name, text);
		policy_fini(&told);
		free(text);
		pair_fini(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_in_force_is_not_lost),
		cmocka_unit_test(each_rule_that_is_taken_out_is_the_one_that_is_missed),
		cmocka_unit_test(a_wider_rule_that_does_the_same_is_no_loss),
		cmocka_unit_test(what_an_unread_line_decides_is_not_lost),
		cmocka_unit_test(what_ends_in_a_moment_is_not_missed),
		cmocka_unit_test(what_is_put_back_is_what_was_lost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
