// SPDX-License-Identifier: Apache-2.0
// Evidence that is kept: contacts of somebody else are joined, old ones forgotten.
#include "unit/detect/site.h"

enum { ROUNDS = 20, ROOM = 1 << 16, PARTS = 3 };

/* Hosts that begin one after the other, good and bad, so that times differ. */
static struct site *mixture(uint64_t seed)
{
	struct site *s = site_new(seed);
	for (int i = 0; i < 3000; i++) {
		uint32_t src = 0x0a000000 + site_below(s, 40),
			 dst = 0xc0000200 + site_below(s, 300);
		if (site_below(s, 2))
			site_good(s, src, dst, PROTO_TCP, 80, site_below(s, 2000));
		else
			site_bad(s, src, dst, PROTO_TCP, 445, site_below(s, 2000));
	}
	return s;
}

static int in_order(const void *a, const void *b)
{
	return contact_cmp(a, b);
}

static struct contact *sorted(const struct evidence *e, uint64_t from_ms, size_t *n)
{
	struct contact *copy = calloc(evidence_count(e) + 1, sizeof *copy);
	struct evidence_iter it = { .evidence = e };
	assert_non_null(copy);
	*n = 0;
	for (const struct contact *c; (c = evidence_next(&it));)
		if (c->last_ms == 0 || c->last_ms >= from_ms)
			copy[(*n)++] = *c;
	qsort(copy, *n, sizeof *copy, in_order);
	return copy;
}

/* What `a` has from a time on is what there is in `b`. */
static void assert_rest(const struct evidence *a, uint64_t from_ms, const struct evidence *b)
{
	size_t n_a, n_b;
	struct contact *x = sorted(a, from_ms, &n_a), *y = sorted(b, 0, &n_b);
	assert_int_equal(n_a, n_b);
	assert_memory_equal(x, y, n_a * sizeof *x);
	free(x);
	free(y);
}

/* Collectors with keys of their own, each of a part, told twice and in the order of their tables. */
static void contacts_of_others_make_the_same_whole(void **)
{
	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct site *s = mixture(round);
		struct evidence *whole = evidence_new(ROOM, 1), *gathered = evidence_new(ROOM, 2);
		evidence_observe(whole, s->flow, s->n);
		for (size_t part = 0; part < PARTS; part++) {
			struct evidence *e = evidence_new(ROOM, 3 + part);
			for (size_t i = part; i < s->n; i += PARTS)
				evidence_observe(e, &s->flow[i], 1);
			size_t n;
			struct contact *c = sorted(e, 0, &n);
			evidence_add(gathered, c, n);
			evidence_add(gathered, c + n / 2, n - n / 2);
			free(c);
			evidence_free(e);
		}
		assert_rest(whole, 0, gathered);
		evidence_free(whole);
		evidence_free(gathered);
		free(s);
	}
}

static void what_is_old_is_forgotten_and_nothing_else(void **)
{
	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct site *s = mixture(round);
		uint64_t at_ms = SITE_START_MS + site_below(s, 3000 * 1000);
		struct evidence *all = evidence_new(ROOM, 1), *some = evidence_new(ROOM, 1);
		evidence_observe(all, s->flow, s->n);
		evidence_observe(some, s->flow, s->n);
		assert_true(evidence_expire(some, at_ms));
		assert_rest(all, at_ms, some);
		evidence_observe(some, s->flow, s->n); // they may come again
		assert_rest(all, 0, some);
		evidence_free(all);
		evidence_free(some);
		free(s);
	}
}

static void a_contact_without_times_stays(void **)
{
	struct evidence *e = evidence_new(ROOM, 1);
	struct contact c = { .src = addr_v4(1), .dst = addr_v4(2) };
	c.saw = SAW_OPEN;
	c.first_ms = TIME_UNKNOWN;
	evidence_add(e, &c, 1);
	assert_true(evidence_expire(e, SITE_START_MS));
	assert_int_equal(evidence_count(e), 1);
	c.last_ms = SITE_START_MS - 1; // its arrival, by who added it
	evidence_add(e, &c, 1);
	assert_true(evidence_expire(e, SITE_START_MS));
	assert_int_equal(evidence_count(e), 0);
	evidence_free(e);
}

static void room_that_is_free_again_ends_the_thinning(void **)
{
	struct site *s = site_new(1);
	struct evidence *e = evidence_new(1000, 1);
	for (uint32_t i = 0; i < 4000; i++)
		site_bad(s, 0x0a000001, 0xc0000000 + i, PROTO_TCP, 80, 1000);
	evidence_observe(e, s->flow, s->n);
	assert_true(evidence_thinning(e) > 1);
	assert_true(evidence_expire(e, s->now_ms - 100 * 1000));
	assert_int_equal(evidence_thinning(e), 1);
	assert_true(evidence_count(e) < 100);
	evidence_free(e);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contacts_of_others_make_the_same_whole),
		cmocka_unit_test(what_is_old_is_forgotten_and_nothing_else),
		cmocka_unit_test(a_contact_without_times_stays),
		cmocka_unit_test(room_that_is_free_again_ends_the_thinning),
	};
	return cmocka_run_group_tests_name("kept evidence", tests, NULL, NULL);
}
