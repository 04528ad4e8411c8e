// SPDX-License-Identifier: Apache-2.0
// A profile counts each contact of a host once, in its time and by its port, while the address was the host's.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "detect/profile.h"

#define T0 UINT64_C(1772438400000) // 2026-03-02T08:00:00Z
enum { MINUTE = 60 * 1000, HOST = 0x0a010105, OTHER = 0x0a010106 };

static struct contact contact_of(
	uint32_t from, uint32_t to, uint16_t port, uint64_t at_ms, uint32_t saw)
{
	struct contact c = { .src = addr_v4(from), .dst = addr_v4(to) };
	c.port = port;
	c.proto = PROTO_TCP;
	c.first_ms = at_ms ? at_ms : TIME_UNKNOWN;
	c.last_ms = at_ms;
	c.saw = SAW_OPEN | saw;
	return c;
}

static bool is_445(void *ctx, uint8_t proto, uint16_t port)
{
	(void)ctx;
	return proto == PROTO_TCP && port == 445;
}

static const struct profile_addr always = { .until_ms = UINT64_MAX };

static struct profile_addr address(uint32_t ip)
{
	struct profile_addr a = always;
	a.addr = addr_v4(ip);
	return a;
}

static void each_contact_counts_once_in_its_time_and_port(void **state)
{
	(void)state;
	struct evidence *e = evidence_new(1 << 16, 7);
	struct profile *p = calloc(1, sizeof *p);
	struct profile_addr a = address(HOST);
	assert_non_null(p);
	for (uint32_t i = 0; i < 300; i++) {
		struct contact c =
			contact_of(HOST, 0x0a010200 + i, 445, T0 + i * 20000, SAW_NO_ACK);
		evidence_add(e, &c, 1);
		c.src = addr_v4(OTHER); // another host: not ours
		evidence_add(e, &c, 1);
	}
	for (uint32_t i = 0; i < 20; i++) {
		struct contact c = contact_of(HOST, 0x0a020000 + i, 80, T0 + i * 1000, SAW_ANSWER);
		evidence_add(e, &c, 1);
	}
	struct contact untimed = contact_of(HOST, 0x0b000001, 445, 0, SAW_NO_ACK);
	evidence_add(e, &untimed, 1);
	assert_true(profile_fill(e, NULL, &a, 1, is_445, NULL, p));
	assert_int_equal(p->all.contacted, 321);
	assert_int_equal(p->all.outcome[OUTCOME_FAILED], 301);
	assert_int_equal(p->all.outcome[OUTCOME_ANSWERED], 20);
	assert_int_equal(p->n_untimed, 1);
	assert_true(p->n_buckets > 90 && p->n_buckets <= PROFILE_BUCKETS);
	uint32_t n = 0;
	for (size_t i = 0; i < p->n_buckets; i++)
		n += p->bucket[i].contacted;
	assert_int_equal(n, 320);
	assert_int_equal(p->n_ports, 2);
	assert_int_equal(p->port[0].port, 445);
	assert_int_equal(p->port[0].all.contacted, 301);
	assert_int_equal(p->port[1].all.outcome[OUTCOME_ANSWERED], 20);
	assert_int_equal(p->port[0].first_ms, T0);
	// From .1.5 all in 10.1.2.0/23 are in its /16; the one in 11/8 is far.
	assert_int_equal(p->n_targets, 301);
	assert_int_equal(p->target[0], 0);
	assert_int_equal(p->target[1], 300);
	assert_int_equal(p->target[3], 1);
	evidence_free(e);
	free(p);
}

static void contacts_of_another_tenant_are_not_its(void **state)
{
	(void)state;
	struct evidence *e = evidence_new(1 << 12, 7);
	struct profile *p = calloc(1, sizeof *p);
	struct profile_addr a[2] = { address(HOST), address(OTHER) };
	assert_non_null(p);
	a[0].until_ms = T0 + 10 * MINUTE;
	a[1].from_ms = T0 + 10 * MINUTE;
	for (uint32_t i = 0; i < 20; i++) {
		struct contact c =
			contact_of(HOST, 0x0a020000 + i, 445, T0 + i * MINUTE, SAW_NO_ACK);
		evidence_add(e, &c, 1);
		c = contact_of(OTHER, 0x0a020000 + i, 445, T0 + i * MINUTE, SAW_NO_ACK);
		evidence_add(e, &c, 1);
	}
	assert_true(profile_fill(e, NULL, a, 2, NULL, NULL, p));
	assert_int_equal(p->all.contacted, 20); // ten of each
	evidence_free(e);
	free(p);
}

static void ports_beyond_the_most_used_are_counted(void **state)
{
	(void)state;
	struct evidence *e = evidence_new(1 << 14, 7);
	struct profile *p = calloc(1, sizeof *p);
	struct profile_addr a = address(HOST);
	assert_non_null(p);
	for (uint16_t port = 1; port <= 3000; port++)
		for (uint32_t i = 0; i < (port <= 16 ? 3u : 1u); i++) {
			struct contact c = contact_of(HOST, 0x0a020000 + i, port, T0, SAW_NO_ACK);
			evidence_add(e, &c, 1);
		}
	assert_true(profile_fill(e, NULL, &a, 1, NULL, NULL, p));
	assert_int_equal(p->n_ports, PROFILE_PORTS);
	for (size_t i = 0; i < p->n_ports; i++)
		assert_true(p->port[i].port <= 16 && p->port[i].all.contacted == 3);
	assert_int_equal(p->n_ports_beyond, 3000 - PROFILE_PORTS);
	assert_int_equal(p->n_buckets, 1);
	evidence_free(e);
	free(p);
}

static void nothing_is_no_profile(void **state)
{
	(void)state;
	struct evidence *e = evidence_new(1 << 10, 7);
	struct profile *p = calloc(1, sizeof *p);
	struct profile_addr a = address(HOST);
	assert_non_null(p);
	assert_true(profile_fill(e, NULL, &a, 1, NULL, NULL, p));
	assert_int_equal(p->all.contacted + p->n_buckets + p->n_ports + p->n_targets, 0);
	evidence_free(e);
	free(p);
}

struct counted {
	size_t n;
	uint32_t last;
};

static void count(void *ctx, const struct addr *target)
{
	struct counted *c = ctx;
	c->n++;
	c->last = addr_low32(target);
}

static void only_attacks_are_aims(void **state)
{
	(void)state;
	struct evidence *e = evidence_new(1 << 14, 7);
	struct counted n = {};
	struct aim aim[300] = {};
	for (uint32_t host = 0; host < 300; host++) {
		for (uint32_t i = 0; i < 3; i++) {
			struct contact c = contact_of(HOST + host, 0x0b000000 + host,
				(uint16_t)(443 + i), T0, i ? SAW_NO_ACK : SAW_ANSWER);
			evidence_add(e, &c, 1);
		}
		aim[host] = (struct aim){ .src = addr_v4(HOST + (299 - host)),
			.until_ms = UINT64_MAX,
			.has_port = true,
			.proto = PROTO_TCP,
			.port = 445 };
	}
	assert_true(aims_each(e, aim, 300, count, &n));
	assert_int_equal(n.n, 300);
	n.n = 0;
	struct aim any = { .src = addr_v4(HOST), .until_ms = UINT64_MAX };
	assert_true(aims_each(e, &any, 1, count, &n));
	assert_int_equal(n.n, 2); // by any port: those that were not answered
	any.until_ms = T0;
	n.n = 0;
	assert_true(aims_each(e, &any, 1, count, &n));
	assert_int_equal(n.n, 0);
	assert_true(aims_each(e, NULL, 0, count, &n));
	assert_int_equal(n.n, 0);
	evidence_free(e);
}

static void shares_of_strategies_sum_to_one_and_are_told_from_each_other(void **state)
{
	(void)state;
	for (unsigned is_v4 = 0; is_v4 < 2; is_v4++)
		for (size_t i = 0; i < n_targeting_masks; i++) {
			double share[TARGETING_NEARS], sum = 0;
			targeting_mask(i, is_v4, share);
			for (size_t k = 0; k < TARGETING_NEARS; k++) {
				assert_true(share[k] >= 0);
				sum += share[k];
			}
			assert_true(fabs(sum - 1) < 1e-6);
			size_t seen[TARGETING_NEARS]; // what 1,000 probes would show
			for (size_t k = 0; k < TARGETING_NEARS; k++)
				seen[k] = (size_t)lround(share[k] * 1000);
			double likelihood[N_TARGETINGS];
			targeting_weigh_masks(is_v4, seen, likelihood);
			assert_true(likelihood[i] > .99);
		}
	double share[TARGETING_NEARS]; // of Code Red II (004:16): 1/8, 4/8, 3/8
	for (size_t i = 0; i < n_targeting_masks; i++)
		if (targeting_mask(i, true, share) == TARGETING_CODE_RED_2) {
			assert_true(fabs(share[0] + share[1] - .375) < .01);
			assert_true(fabs(share[2] - .5) < .01);
			assert_true(fabs(share[3] - .125) < .01);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_contact_counts_once_in_its_time_and_port),
		cmocka_unit_test(contacts_of_another_tenant_are_not_its),
		cmocka_unit_test(ports_beyond_the_most_used_are_counted),
		cmocka_unit_test(nothing_is_no_profile),
		cmocka_unit_test(only_attacks_are_aims),
		cmocka_unit_test(shares_of_strategies_sum_to_one_and_are_told_from_each_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
