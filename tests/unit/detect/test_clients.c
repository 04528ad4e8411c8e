// SPDX-License-Identifier: Apache-2.0
// Counts of clients are exact while there is room; beyond it the busy ones stay.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "detect/clients.h"

static void see(struct clients *c, uint32_t host, unsigned n)
{
	struct request q[REQUESTS_AHEAD + 7] = {};
	assert_true(n <= countof(q));
	for (unsigned i = 0; i < n; i++)
		q[i] = (struct request){ .client = addr_v4(host), .has = REQUEST_HAS_CLIENT };
	clients_observe(c, q, n);
}

static uint64_t count(const struct clients *c, uint32_t host)
{
	struct addr a = addr_v4(host);
	return clients_get(c, &a);
}

static void counts_are_exact_while_there_is_room(void **state)
{
	enum { N = 50000 };
	struct clients *c = clients_new(N, 3);
	(void)state;
	for (uint32_t round = 0; round < 2; round++)
		for (uint32_t i = 0; i < N; i++)
			see(c, i, 1 + i % 3);
	for (uint32_t i = 0; i < N; i++)
		assert_int_equal(count(c, i), 2 * (1 + i % 3));
	assert_int_equal(clients_count(c), N);
	assert_int_equal(clients_lost(c), 0);
	assert_int_equal(count(c, N), 0);
	clients_free(c);
}

static void a_batch_is_counted_whole(void **state)
{
	struct clients *c = clients_new(1, 3);
	struct request q = { .client = addr_v4(9) }; // told, but not as known
	(void)state;
	see(c, 7, REQUESTS_AHEAD + 7);
	clients_observe(c, &q, 1);
	assert_int_equal(count(c, 7), REQUESTS_AHEAD + 7);
	assert_int_equal(count(c, 9), 0);
	clients_free(c);
}

static void the_busy_ones_stay(void **state)
{
	enum { BUSY = 100, IDLE = 200000 };
	struct clients *c = clients_new(1 << 12, 3);
	(void)state;
	for (uint32_t i = 0; i < BUSY; i++)
		see(c, i, 50);
	for (uint32_t i = 0; i < IDLE; i++)
		see(c, 1 << 20 | i, 1);
	for (uint32_t i = 0; i < BUSY; i++)
		assert_int_equal(count(c, i), 50);
	assert_true(clients_count(c) <= (1 << 13) + 64);
	assert_int_equal(clients_count(c) + clients_lost(c), BUSY + IDLE);
	clients_free(c);
}

static void parts_add_up(void **state)
{
	struct clients *a = clients_new(1 << 14, 3), *b = clients_new(1 << 14, 3);
	(void)state;
	for (uint32_t i = 0; i < 5000; i++) {
		see(a, i, 1);
		see(b, i * 2, 2);
	}
	clients_merge(a, b);
	assert_int_equal(count(a, 3), 1);
	assert_int_equal(count(a, 4), 3);
	assert_int_equal(count(a, 9998), 2);
	clients_free(a);
	clients_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_exact_while_there_is_room),
		cmocka_unit_test(a_batch_is_counted_whole),
		cmocka_unit_test(the_busy_ones_stay),
		cmocka_unit_test(parts_add_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
