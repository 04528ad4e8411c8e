// SPDX-License-Identifier: Apache-2.0
#include "unit/detect/site.h"

enum { INSTANCES = 4, ROUNDS = 20 };

static void make_v6(struct flow *f)
{
	static const uint8_t documentation[12] = { 0x20, 0x01, 0x0d, 0xb8 }; // RFC 3849
	memcpy(&f->src, documentation, sizeof documentation);
	memcpy(&f->dst, documentation, sizeof documentation);
}

/* A mixture of everything: good and bad, of both families, both ways, repeated, three protocols. */
static struct site *mixture(uint64_t seed)
{
	struct site *s = site_new(seed);
	for (int i = 0; i < 3000; i++) {
		static const uint8_t protos[] = { PROTO_TCP, PROTO_UDP, PROTO_ICMP };
		static const uint16_t ports[] = { 80, 445, 53, 6346, 0x0800 };
		uint32_t src = 0x0a000000 + site_below(s, 40),
			 dst = 0xc0000200 + site_below(s, 300);
		uint8_t proto = protos[site_below(s, 3)];
		uint16_t port = proto == PROTO_ICMP ? 0x0800 : ports[site_below(s, 4)];
		if (site_below(s, 2))
			site_good(s, src, dst, proto, port, site_below(s, 2000));
		else
			site_bad(s, src, dst, proto, port, site_below(s, 2000));
	}
	for (size_t i = 0; i < s->n; i++)
		if ((addr_low32(&s->flow[i].src) ^ addr_low32(&s->flow[i].dst)) % 4 == 0)
			make_v6(&s->flow[i]);
	return s;
}

static void shuffle(struct site *s, struct flow *f, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = site_below(s, (uint32_t)i);
		struct flow swap = f[k];
		f[k] = f[i - 1];
		f[i - 1] = swap;
	}
}

static int in_order(const void *a, const void *b)
{
	return contact_cmp(a, b);
}

/* A copy in canonical order. */
static struct contact *sorted(const struct evidence *e)
{
	size_t n = 0;
	struct contact *copy = calloc(evidence_count(e) + 1, sizeof *copy);
	struct evidence_iter it = { .evidence = e };
	assert_non_null(copy);
	for (const struct contact *c; (c = evidence_next(&it));)
		copy[n++] = *c;
	assert_int_equal(n, evidence_count(e));
	qsort(copy, n, sizeof *copy, in_order);
	return copy;
}

static void assert_same(const struct evidence *a, const struct evidence *b)
{
	assert_int_equal(evidence_count(a), evidence_count(b));
	assert_int_equal(evidence_thinning(a), evidence_thinning(b));
	struct contact *x = sorted(a), *y = sorted(b);
	assert_memory_equal(x, y, evidence_count(a) * sizeof *x);
	free(x);
	free(y);
}

/* Shuffled, split over instances, with duplicates, merged in any order: the state is the same. */
static void merged_state_is_bit_identical(size_t room, uint64_t least_thinning)
{
	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct site *s = mixture(round);
		struct evidence *whole = evidence_new(room, round), *part[INSTANCES];
		evidence_observe(whole, s->flow, s->n);
		assert_true(evidence_thinning(whole) >= least_thinning);

		for (int i = 0; i < INSTANCES; i++)
			part[i] = evidence_new(room, round);
		shuffle(s, s->flow, s->n);
		for (size_t i = 0; i < s->n; i++)
			for (unsigned copies = 1 + (site_below(s, 4) == 0); copies > 0; copies--)
				evidence_observe(part[site_below(s, INSTANCES)], &s->flow[i], 1);
		for (uint32_t left = INSTANCES; left > 1; left--) {
			uint32_t k = site_below(s, left - 1);
			evidence_merge(part[k], part[left - 1]);
			evidence_merge(part[k], part[k == 0 ? left - 1 : 0]); // again, or another
		}
		assert_same(whole, part[0]);
		for (int i = 0; i < INSTANCES; i++)
			evidence_free(part[i]);
		evidence_free(whole);
		free(s);
	}
}

static void merge_is_a_union_while_there_is_room(void **state)
{
	(void)state;
	merged_state_is_bit_identical(1 << 16, 1);
}

static void merge_is_a_union_when_thinned(void **state)
{
	(void)state;
	merged_state_is_bit_identical(500, 4);
}

static void thinning_bounds_memory_and_keeps_the_scanner(void **state)
{
	(void)state;
	struct site *s = site_new(7);
	struct evidence *e = evidence_new(4000, 3);
	for (int round = 0; round < 40; round++) {
		s->n = 0;
		for (int i = 0; i < 1000; i++) // spoofed: each source once
			site_bad(s, (uint32_t)site_random(s), 0x0a000001, PROTO_TCP, 80, 1);
		for (int i = 0; i < 50; i++) // the one that scans
			site_bad(s, 0x0a000005, (uint32_t)site_random(s) >> 2 | 1 << 24, PROTO_TCP,
				445, 1);
		evidence_observe(e, s->flow, s->n);
	}
	assert_true(evidence_count(e) <= 4000);
	struct findings f;
	assert_true(judge(e, NULL, 0, false, &f));
	assert_int_equal(site_verdict(&f, 0x0a000005, 445), VERDICT_WORM);
	assert_int_equal(f.finding[0].host.octet[15], 5);
	findings_free(&f);
	evidence_free(e);
	free(s);
}

/* By halves as it fills, at once when told, and beyond what was told: nothing is lost or made twice. */
static void growing_keeps_every_contact(void **state)
{
	(void)state;
	enum { CONTACTS = 40000 };
	static const size_t told[] = { 0, CONTACTS / 3, CONTACTS, 2 * CONTACTS };
	struct site *s = site_new(11);
	for (uint32_t i = 0; i < CONTACTS; i++)
		site_bad(s, 0x0a000000 + i / 100, 0xc0000200 + i, PROTO_TCP, 445, 1);
	struct evidence *whole = evidence_new(SITE_FLOWS, 1);
	evidence_observe(whole, s->flow, s->n);
	assert_int_equal(evidence_count(whole), CONTACTS);
	for (size_t k = 0; k < countof(told); k++) {
		struct evidence *e = evidence_new(SITE_FLOWS, 1);
		evidence_observe(e, s->flow + s->n / 4, s->n / 4);
		evidence_expect(e, told[k]);
		evidence_observe(e, s->flow, s->n);
		evidence_observe(e, s->flow, s->n);
		assert_same(whole, e);
		evidence_free(e);
	}
	evidence_free(whole);
	free(s);
}

static void a_thread_of_its_own_changes_nothing(void **state)
{
	(void)state;
	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct site *s = mixture(round);
		struct evidence *plain = evidence_new(SITE_FLOWS, round);
		struct evidence *threaded = evidence_new(SITE_FLOWS, round);
		evidence_observe(plain, s->flow, s->n);
		assert_true(evidence_begin_thread(threaded));
		for (size_t i = 0, n; i < s->n; i += n) {
			n = 1 + site_below(s, 600);
			n = n < s->n - i ? n : s->n - i;
			evidence_observe(threaded, s->flow + i, n);
			if (site_below(s, 20) == 0) { // stop and go
				evidence_end_thread(threaded);
				assert_true(evidence_begin_thread(threaded));
			}
		}
		evidence_end_thread(threaded);
		assert_same(plain, threaded);
		evidence_free(threaded);
		evidence_free(plain);
		free(s);
	}
}

static void what_is_on_its_way_may_be_freed(void **state)
{
	(void)state;
	struct site *s = mixture(1);
	struct evidence *e = evidence_new(SITE_FLOWS, 1);
	assert_true(evidence_begin_thread(e));
	evidence_observe(e, s->flow, s->n);
	evidence_free(e);
	free(s);
}

/* Rows of a list, a source each, that a device dropped: they are counted, and the lowest named. */
static void put_dropped_rows(struct site *s, uint32_t n)
{
	for (uint32_t i = 0; i < n && s->n < SITE_FLOWS; i++) {
		site_bad(s, 0x30000000 + site_below(s, 1 << 20), 0xc6336401, PROTO_TCP, 445, 10);
		s->flow[s->n - 1].has |= FLOW_LISTED | FLOW_DROPPED;
	}
}

static void two_threads_judge_as_one_does(void **state)
{
	(void)state;
	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct findings one, two;
		struct site *s = mixture(round);
		put_dropped_rows(s, 3000);
		struct evidence *e = evidence_new(SITE_FLOWS, round);
		evidence_observe(e, s->flow, s->n);
		assert_true(judge(e, NULL, SITE_START_MS, false, &one));
		assert_true(judge(e, NULL, SITE_START_MS, true, &two));
		assert_int_equal(one.n, two.n);
		assert_int_equal(one.n_contacts, two.n_contacts);
		assert_true(
			one.n_exhibits > 2048 && one.n_dropped_sources > 1000); // enough for two
		assert_int_equal(one.n_dropped_sources, two.n_dropped_sources);
		for (size_t i = 0; i < DROPPED_SHOWN; i++)
			assert_true(addr_eq(&one.dropped_source[i], &two.dropped_source[i]));
		for (size_t i = 0; i < one.n; i++) {
			assert_true(addr_eq(&one.finding[i].host, &two.finding[i].host));
			assert_int_equal(one.finding[i].verdict, two.finding[i].verdict);
			assert_int_equal(one.finding[i].port, two.finding[i].port);
			assert_string_equal(one.finding[i].why, two.finding[i].why);
		}
		assert_memory_equal(&one.seen, &two.seen, sizeof one.seen);
		findings_free(&one);
		findings_free(&two);
		evidence_free(e);
		free(s);
	}
}

/* Numbers of contacts have 32 bits, whatever memory there may be, and whatever a file promises. */
static void more_memory_than_numbers_reach(void **state)
{
	struct evidence *e = evidence_new(evidence_max_for(SIZE_MAX), 1);
	(void)state;
	assert_non_null(e);
	evidence_expect(e, SIZE_MAX / 512);
	assert_int_equal(evidence_count(e), 0);
	evidence_free(e);
}

static size_t count_of(const struct evidence *e, const struct addr *src, uint64_t before_ms)
{
	size_t n = 0;
	struct evidence_iter it = { .evidence = e };
	for (const struct contact *c; (c = evidence_next(&it));)
		n += addr_eq(&c->src, src) && c->last_ms < before_ms;
	return n;
}

/* Of two sources that had enough of their past, and no other. */
static void what_is_cut_is_forgotten_and_nothing_else(void **state)
{
	(void)state;
	struct site *s = mixture(5);
	struct evidence *e = evidence_new(1 << 20, 7);
	evidence_observe(e, s->flow, s->n);
	size_t n = evidence_count(e);
	uint64_t middle_ms = s->flow[s->n / 2].first_ms;
	struct addr one = addr_v4(0x0a000003), two = addr_v4(0x0a000007);
	struct cut cut[] = { { two, middle_ms }, { one, UINT64_MAX }, { one, 1 } };
	size_t n_one = count_of(e, &one, UINT64_MAX), n_two = count_of(e, &two, middle_ms);
	assert_true(n_one > 0 && n_two > 0);
	assert_true(evidence_forget(e, cut, countof(cut)));
	assert_int_equal(evidence_count(e), n - n_one - n_two);
	assert_int_equal(count_of(e, &one, UINT64_MAX), 0);
	assert_int_equal(count_of(e, &two, middle_ms), 0);
	assert_true(count_of(e, &two, UINT64_MAX) > 0);
	evidence_free(e);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(more_memory_than_numbers_reach),
		cmocka_unit_test(a_thread_of_its_own_changes_nothing),
		cmocka_unit_test(what_is_on_its_way_may_be_freed),
		cmocka_unit_test(two_threads_judge_as_one_does),
		cmocka_unit_test(growing_keeps_every_contact),
		cmocka_unit_test(merge_is_a_union_while_there_is_room),
		cmocka_unit_test(what_is_cut_is_forgotten_and_nothing_else),
		cmocka_unit_test(merge_is_a_union_when_thinned),
		cmocka_unit_test(thinning_bounds_memory_and_keeps_the_scanner),
	};
	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
