// SPDX-License-Identifier: Apache-2.0
// Two exporters that tell the same flows are found, two that tell different ones are not.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "app/twins.h"
#include "decode/export.h"

enum { FLOWS = 20000 };

static struct exporter exporter_of(uint32_t ip)
{
	return (struct exporter){ .address = addr_v4(ip), .version = 9 };
}

static struct flow flow_of(uint32_t i, uint32_t ip, uint64_t last_ms)
{
	struct domain d = { addr_v4(ip), 0, 9 };
	struct flow f = { .src = addr_v4(0x0a000000 + i % 977), .dst = addr_v4(0xc0000000 + i) };
	f.exporter = domain_identity(&d);
	f.src_port = (uint16_t)(1024 + i % 30011);
	f.dst_port = 80;
	f.proto = PROTO_TCP;
	f.last_ms = last_ms;
	return f;
}

static uint64_t told_twice(uint32_t offset, uint64_t later_ms, uint64_t *n_other)
{
	struct twins *t = calloc(1, sizeof *t);
	assert_non_null(t);
	for (uint32_t i = 0; i < FLOWS; i++) {
		struct flow f[2] = { flow_of(i, 1, 1000 * UINT64_C(1000) + i),
			flow_of(i + offset, 2, 1000 * UINT64_C(1000) + i + later_ms) };
		twins_see(t, f, 2, i);
	}
	struct exporter one = exporter_of(1), other = exporter_of(2);
	uint64_t n = twins_count(t, &one);
	*n_other = twins_count(t, &other);
	free(t);
	return n;
}

static void the_same_flows_of_two_exporters_are_counted_for_both(void **state)
{
	(void)state;
	uint64_t n_other, n = told_twice(0, 5000, &n_other);
	assert_in_range(n, FLOWS * 8 / 10, FLOWS * 12 / 10); // an estimate
	assert_int_equal(n, n_other);
}

static void different_flows_are_no_twins(void **state)
{
	(void)state;
	uint64_t n_other;
	assert_int_equal(told_twice(1000000, 0, &n_other), 0);
	assert_int_equal(told_twice(0, 121000, &n_other), 0); // two minutes apart: another one
	assert_int_equal(n_other, 0);
}

static void what_one_exporter_tells_again_is_no_twin(void **state)
{
	(void)state;
	struct twins *t = calloc(1, sizeof *t);
	struct exporter one = exporter_of(1);
	for (uint32_t i = 0; i < FLOWS; i++) {
		struct flow f = flow_of(i % 100, 1, i);
		twins_see(t, &f, 1, i);
	}
	assert_int_equal(twins_count(t, &one), 0);
	free(t);
}

/* Who comes second is seen from then on, and who goes is not waited for. */
static void a_second_exporter_is_noticed_after_one_that_spoke_alone(void **state)
{
	(void)state;
	struct twins *t = calloc(1, sizeof *t);
	struct exporter one = exporter_of(1), other = exporter_of(2);
	for (uint32_t i = 0; i < FLOWS; i++) {
		struct flow f = flow_of(i, 1, i);
		twins_see(t, &f, 1, i);
	}
	for (uint32_t i = 0; i < 2 * FLOWS; i++) { // in turns, as datagrams come
		struct flow f = flow_of(FLOWS + i / 2, 1 + i % 2, FLOWS + i);
		twins_see(t, &f, 1, FLOWS + i);
	}
	uint64_t n = twins_count(t, &one);
	assert_in_range(n, FLOWS * 8 / 10, FLOWS * 12 / 10);
	assert_int_equal(n, twins_count(t, &other));
	for (uint32_t i = 0; i < FLOWS; i++) { // an hour later, alone again
		struct flow f = flow_of(FLOWS + i, 1, 3600000 + i);
		twins_see(t, &f, 1, 3600000 + i);
	}
	assert_int_equal(twins_count(t, &one), n);
	free(t);
}

/* What goes the way of plain flows meets what goes the other. */
static void a_plain_flow_is_the_twin_of_another(void **state)
{
	(void)state;
	struct twins *t = calloc(1, sizeof *t);
	struct plains *plain = calloc(1, sizeof *plain);
	struct exporter one = exporter_of(1), other = exporter_of(2);
	for (uint32_t i = 0; i < FLOWS; i++) {
		struct flow f = flow_of(i, 1, 1000000 + i), g = flow_of(i, 2, 1000000 + i);
		struct plain row = { .src = htobe32(addr_low32(&g.src)),
			.dst = htobe32(addr_low32(&g.dst)),
			.src_port = g.src_port,
			.dst_port = g.dst_port,
			.proto = g.proto,
			.exporter = g.exporter,
			.last_ms = g.last_ms };
		twins_see(t, &f, 1, i);
		plain->n = 1;
		plains_set(plain, 0, &row);
		twins_see_plain(t, plain, i);
	}
	assert_in_range(twins_count(t, &one), FLOWS * 8 / 10, FLOWS * 12 / 10);
	assert_int_equal(twins_count(t, &one), twins_count(t, &other));
	free(plain);
	free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_flows_of_two_exporters_are_counted_for_both),
		cmocka_unit_test(different_flows_are_no_twins),
		cmocka_unit_test(what_one_exporter_tells_again_is_no_twin),
		cmocka_unit_test(a_plain_flow_is_the_twin_of_another),
		cmocka_unit_test(a_second_exporter_is_noticed_after_one_that_spoke_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
