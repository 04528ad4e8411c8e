// SPDX-License-Identifier: Apache-2.0
// Whoever is not looked at must be somebody of whom nothing can come: held against the walk itself.
#include <math.h>

#include "detect/burst.h"
#include "detect/case.h"
#include "detect/census.h"
#include "detect/notes.h"
#include "detect/order.h"
#include "detect/pool.h"
#include "detect/weigh.h"
#include "unit/detect/site.h"

enum { ROUNDS = 60, SOURCES = 60, CONTACTS_MAX = SITE_FLOWS * 2 };

/* Of a time that order_time tells apart; that of a site is before it. */
static const uint64_t start_ms = 1'700'000'000'000;
static const uint16_t ports[] = { 22, 25, 53, 80, 123, 443, 445, 5060, 6346, 8080 };

/* A host that does one thing, well or badly, much or little, as its number and chance will have it. */
static void live(struct site *s, uint32_t host)
{
	uint32_t failing = site_below(s, 4) ? site_below(s, 15) : site_below(s, 101);
	uint32_t n = 1 + site_below(s, site_below(s, 8) ? 60 : 400);
	uint32_t n_ports = 1 + site_below(s, countof(ports)), step_ms = site_below(s, 60000);
	uint32_t n_udp = site_below(s, 3) * 20;
	s->now_ms = start_ms + site_below(s, 3600 * 1000);
	for (uint32_t i = 0; i < n && s->n + 2 < SITE_FLOWS; i++) {
		uint8_t proto = site_below(s, 100) < n_udp ? PROTO_UDP : PROTO_TCP;
		uint16_t port = ports[site_below(s, n_ports)];
		uint32_t peer = 0xc0000200 + site_below(s, 2000);
		if (site_below(s, 100) < failing)
			site_bad(s, host, peer, proto, port, step_ms);
		else
			site_good(s, host, peer, proto, port, step_ms);
	}
}

/*
 * A host that fails a little on each of several ports, while a few peers answer on one port after the other: only all
 * ports together are a case, or not.
 */
static void spread(struct site *s, uint32_t host)
{
	uint32_t n_failed = 8 + site_below(s, 16), n_good = site_below(s, 40);
	uint32_t n_peers = 1 + site_below(s, 16), n_ports = 5 + site_below(s, 5);
	uint32_t step_ms = site_below(s, 60000);
	bool is_program = site_below(s, 3) == 0; // its answers are not the user's
	s->now_ms = start_ms + site_below(s, 3600 * 1000);
	for (uint32_t failed = 0, good = 0; failed < n_failed && s->n + 2 < SITE_FLOWS;) {
		uint16_t port = is_program ? 6346 : ports[site_below(s, n_ports)];
		if (good < n_good && site_below(s, n_failed + n_good) >= n_failed) {
			uint32_t peer = 0xc0000200 + site_below(s, n_peers);
			site_good(s, host, peer, PROTO_TCP, port, step_ms);
			good++;
		} else {
			uint32_t peer = 0xc0001200 + failed;
			site_bad(s, host, peer, PROTO_TCP, ports[failed++ % n_ports], step_ms);
		}
	}
}

struct bench {
	struct evidence *evidence;
	struct visibility *visibility;
	struct contact *contact;
	struct count *count, *room;
	size_t n;
};

static struct bench bench_new(struct site *s)
{
	struct bench b = { .evidence = evidence_new(CONTACTS_MAX, 1),
		.visibility = visibility_new() };
	evidence_observe(b.evidence, s->flow, s->n);
	b.n = evidence_count(b.evidence);
	b.contact = calloc(b.n, sizeof *b.contact);
	b.count = calloc(b.n, sizeof *b.count);
	b.room = calloc(b.n, sizeof *b.room);
	evidence_read(b.evidence, 0, b.n, b.contact);
	visibility_learn(b.visibility, b.contact, b.n);
	visibility_settle(b.visibility);
	struct notes notes = { .evidence = b.evidence, .visibility = b.visibility, .key = 1 };
	uint32_t *number = calloc(b.n, sizeof *number);
	for (size_t i = 0; i < b.n; i++)
		number[i] = (uint32_t)i;
	notes_take(&notes, number, b.n, b.count);
	free(number);
	return b;
}

static void bench_free(struct bench *b)
{
	evidence_free(b->evidence);
	visibility_free(b->visibility);
	free(b->contact);
	free(b->count);
	free(b->room);
}

/* What the judge would need of one port to make anything of it. */
static void key_is_nothing(const struct key_slice *k)
{
	assert_true(walk_over(k->exhibit, k->n, INFINITY).best_nats < SUSPECT_NATS - SLACK_NATS);
	assert_true(burst_peers(k->exhibit, k->n) < BURST_PEERS);
	assert_true(rush_find(k->exhibit, k->n).n == 0);
	for (size_t i = 0; k->n <= POLLER_PEERS && i < k->n; i++)
		assert_false(sign_outcome(k->exhibit[i].sign) == OUTCOME_FAILED &&
			     __builtin_popcount(k->exhibit[i].contact->tries) >= POLLER_WINDOWS);
}

/* The walk over all ports, as the judge makes it; and again without the ports that are a program's, or might be. */
static void pool_is_nothing(struct suspect *s)
{
	struct exhibit *x = calloc(s->n + 1, sizeof *x);
	for (uint16_t most = UINT16_MAX; x && most; most = most > 8000   ? 8000
							   : most > 1024 ? 1024
									 : 0) {
		struct key_slice k;
		size_t n = 0;
		for (size_t at = 0; key_next(s, &at, &k);)
			for (size_t i = 0; k.exhibit->contact->port < most && i < k.n; i++)
				if (!(k.exhibit[i].contact->saw & SAW_AS_REPLY &&
					    k.exhibit[i].contact->proto == PROTO_TCP))
					x[n++] = k.exhibit[i];
		pool_by_peer(x, n);
		n = pool_peers(x, n);
		struct walk w = walk_over(x, n, POOLED_STEPS * STEP_NATS);
		assert_true(!w.crossed || pool_beside(x + w.onset, w.crossing - w.onset + 1) <
						  POOLED_EXTRA_STEPS);
	}
	free(x);
}

/* One source in order; its signs stay when they are seen together, and none of its ports is a case. */
static void source_is_nothing(
	const struct bench *b, const struct count *c, size_t n, struct rates *r)
{
	struct exhibit *x = calloc(n, sizeof *x), *before = calloc(n, sizeof *x);
	struct suspect s = { .exhibit = x, .host = &b->contact[c->number].src };
	for (size_t i = 0; i < n; i++)
		if (c[i].sign < N_SIGNS)
			x[s.n++] = (struct exhibit){ &b->contact[c[i].number], c[i].sign };
	memcpy(before, x, s.n * sizeof *x);
	weigh_source(&s);
	for (size_t i = 0; i < s.n; i++)
		assert_int_equal(x[i].sign, before[i].sign);
	struct key_slice k;
	size_t n_bad_keys = 0;
	for (size_t at = 0; key_next(&s, &at, &k);) {
		size_t n_here = 0;
		key_is_nothing(&k);
		for (size_t i = 0; i < k.n; i++)
			n_here += sign_nats(k.exhibit[i].sign) > 0;
		n_bad_keys += n_here > 0;
	}
	assert_true(n_bad_keys < VERTICAL_PORTS);
	pool_is_nothing(&s);
	docket_learn(r, &s);
	free(x);
	free(before);
}

static void assert_same_rates(const struct rates *a, const struct rates *b)
{
	for (unsigned port = 0; port < 65536; port++)
		assert_true(fabs(rates_get(a, PROTO_TCP, (uint16_t)port) -
				    rates_get(b, PROTO_TCP, (uint16_t)port)) < 1e-12 &&
			    fabs(rates_get(a, PROTO_UDP, (uint16_t)port) -
				    rates_get(b, PROTO_UDP, (uint16_t)port)) < 1e-12);
}

static void nothing_can_come_of_who_is_not_looked_at(void **)
{
	size_t n_passed = 0, n_looked = 0;
	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct site *s = site_new(round);
		s->one_way = round % 5 == 4;
		s->no_flags = round % 3 == 2;
		for (uint32_t i = 0; i < SOURCES; i++)
			(i % 3 ? live : spread)(s, 0x0a000001 + i);
		struct bench b = bench_new(s);
		struct census census = {};
		struct rates *by_counting = rates_new(NULL), *by_looking = rates_new(NULL);
		size_t n_look;
		assert_true(census_take(&census, b.evidence, b.count, b.n, by_counting,
			&(struct coming){}, &n_look));
		const struct count *c =
			order_sort(b.count + n_look, b.room, b.n - n_look, b.evidence);
		for (size_t i = 0, j; i < b.n - n_look; i = j) {
			for (j = i; j < b.n - n_look && c[j].source == c[i].source; j++)
				;
			source_is_nothing(&b, c + i, j - i, by_looking);
			n_passed++;
		}
		assert_same_rates(by_counting, by_looking);
		n_looked += n_look;
		census_fini(&census);
		rates_free(by_counting);
		rates_free(by_looking);
		bench_free(&b);
		free(s);
	}
	assert_true(n_passed > ROUNDS * SOURCES / 8 && n_looked > 0); // there were both sorts
}

/* The counts of a source do not depend on who else is in the group, nor on the order. */
static void the_front_is_whole_sources(void **)
{
	struct site *s = site_new(7);
	for (uint32_t i = 0; i < SOURCES; i++)
		live(s, 0x0a000001 + i);
	struct bench b = bench_new(s);
	struct census census = {};
	struct rates *rates = rates_new(NULL);
	size_t n_look;
	assert_true(
		census_take(&census, b.evidence, b.count, b.n, rates, &(struct coming){}, &n_look));
	for (size_t i = 0; i < n_look; i++)
		for (size_t j = n_look; j < b.n; j++)
			assert_true(b.count[i].source != b.count[j].source);
	census_fini(&census);
	rates_free(rates);
	bench_free(&b);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_can_come_of_who_is_not_looked_at),
		cmocka_unit_test(the_front_is_whole_sources),
	};
	return cmocka_run_group_tests_name("census", tests, NULL, NULL);
}
