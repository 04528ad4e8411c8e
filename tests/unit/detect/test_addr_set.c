// SPDX-License-Identifier: Apache-2.0
// Held against a plain list, over many turns.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "detect/addr_set.h"

enum { TURNS = 200, PEERS = 300 };

static void each_address_is_put_once_a_turn(void **state)
{
	(void)state;
	struct addr_set s = {};
	for (uint32_t turn = 0; turn < TURNS; turn++) {
		bool is_there[PEERS] = {};
		addr_set_clear(&s);
		for (uint32_t i = 0; i < turn * 4; i++) {
			uint32_t peer = (i * 7919 + turn * 31) % PEERS;
			struct addr a = addr_v4(0x0a000000 + peer);
			assert_int_equal(addr_set_put(&s, &a), !is_there[peer]);
			is_there[peer] = true;
		}
	}
	addr_set_fini(&s);
}

static void a_turn_that_begins_anew_forgets_too(void **state)
{
	(void)state;
	struct addr_set s = {};
	struct addr a = addr_v4(1);
	addr_set_clear(&s);
	assert_true(addr_set_put(&s, &a));
	s.now = UINT32_MAX;
	addr_set_clear(&s);
	assert_true(addr_set_put(&s, &a));
	assert_false(addr_set_put(&s, &a));
	addr_set_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_address_is_put_once_a_turn),
		cmocka_unit_test(a_turn_that_begins_anew_forgets_too),
	};
	return cmocka_run_group_tests_name("addr_set", tests, NULL, NULL);
}
