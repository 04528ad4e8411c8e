// SPDX-License-Identifier: Apache-2.0
// Addresses over time: evidence belongs to the host that had the address when it was seen.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/incident/case.h"

enum { OLD_IP = 0x0a000001, NEW_IP = 0x0a000002 };
#define MOVED (T0 + 60 * UINT64_C(60000))

static bool scene_address(struct scene *s, uint64_t host, const char *address, const char *mac,
	uint64_t since_ms, uint64_t until_ms)
{
	struct body body = {
		.text = { [BODY_ADDRESS] = address, [BODY_MAC] = mac, [BODY_NAME] = "pc" },
		.number = { [BODY_SINCE] = since_ms, [BODY_UNTIL] = until_ms }
	};
	return scene_put(s, event_of(EVENT_ADDRESS, 0, host, T0, "cordon", &body));
}

static uint64_t host_at(const struct scene *s, uint32_t ip, uint64_t at_ms)
{
	struct addr a = addr_v4(ip);
	return board_host_at(s->board, &a, at_ms);
}

/* An infected host whose lease moves to another address. */
static struct scene moved(void)
{
	struct scene s = scene_new();
	struct finding f = finding_of(OLD_IP, 445, VERDICT_WORM, T0);
	scene_see(&s, &f, 1);
	assert_true(scene_address(&s, 1, "10.0.0.1", "00:16:3e:00:00:01", T0 - MINUTE, 0));
	assert_true(scene_address(&s, 1, "10.0.0.1", NULL, 0, MOVED));
	assert_true(scene_address(&s, 1, "10.0.0.2", "00:16:3e:00:00:01", MOVED, 0));
	return s;
}

static void evidence_belongs_to_who_had_the_address_then(void **state)
{
	(void)state;
	struct scene s = moved();
	assert_int_equal(host_at(&s, OLD_IP, T0), 1);
	assert_int_equal(host_at(&s, OLD_IP, MOVED - 1), 1);
	assert_int_equal(host_at(&s, OLD_IP, MOVED), 0);
	assert_int_equal(host_at(&s, NEW_IP, MOVED - 1), 1); // it lasts, and nobody had it before
	assert_int_equal(host_at(&s, NEW_IP, MOVED), 1);
	struct finding later = finding_of(NEW_IP, 445, VERDICT_WORM, MOVED + MINUTE);
	scene_see(&s, &later, 1);
	assert_int_equal(s.board->host.n, 1); // the same host goes on under its new address
	assert_int_equal(scene_member(&s, 1)->episode, 1);
	assert_true(scene_member(&s, 1)->last_ms == MOVED + 6 * MINUTE);
	struct finding other = finding_of(OLD_IP, 445, VERDICT_WORM, MOVED + 10 * MINUTE);
	scene_see(&s, &other, 1);
	assert_int_equal(s.board->host.n, 2); // somebody else has the old one
	assert_int_equal(host_at(&s, OLD_IP, MOVED + 10 * MINUTE), 2);
	assert_int_equal(host_at(&s, OLD_IP, MOVED - 1), 1);
	scene_free(&s);
}

static void late_evidence_of_before_stays_with_who_was_there(void **state)
{
	(void)state;
	struct scene s = moved();
	struct finding f = finding_of(OLD_IP, 445, VERDICT_WORM, T0);
	f.last_ms = MOVED - MINUTE; // told after the move
	f.contacted = 4000;
	scene_see(&s, &f, 1);
	assert_int_equal(s.board->host.n, 1);
	assert_true(scene_member(&s, 1)->last_ms == MOVED - MINUTE);
	scene_free(&s);
}

static void the_next_tenant_does_not_answer_for_the_one_before(void **state)
{
	(void)state;
	struct scene s = moved();
	struct finding f = finding_of(OLD_IP, 445, VERDICT_WORM, T0);
	f.last_ms = MOVED + 30 * MINUTE; // contacts of both are in it
	f.contacted = 4000;
	scene_see(&s, &f, 1);
	assert_int_equal(s.board->host.n, 1);
	assert_true(scene_member(&s, 1)->last_ms == MOVED - 1);
	scene_free(&s);
}

static void an_address_by_hand_takes_it_from_who_had_it(void **state)
{
	(void)state;
	struct scene s = scene_new();
	struct finding f[2] = { finding_of(OLD_IP, 445, VERDICT_WORM, T0),
		finding_of(NEW_IP, 445, VERDICT_WORM, T0) };
	scene_see(&s, f, 2);
	assert_true(scene_address(&s, 2, "10.0.0.1", NULL, MOVED, 0));
	assert_int_equal(host_at(&s, OLD_IP, MOVED - 1), 1);
	assert_int_equal(host_at(&s, OLD_IP, MOVED), 2);
	assert_int_equal(host_at(&s, NEW_IP, MOVED), 2); // it has two
	assert_true(scene_address(&s, 1, "10.0.0.1", NULL, MOVED - 30 * MINUTE, 0));
	assert_int_equal(host_at(&s, OLD_IP, MOVED), 2); // who has it later keeps it
	scene_free(&s);
}

/* Two network cards, of one host: what is said of one is not taken back by the other. */
static void a_host_of_two_addresses_is_told_once(void **state)
{
	(void)state;
	static const enum verdict other[] = { VERDICT_SUSPECT, VERDICT_POLLER, VERDICT_WORM };
	for (size_t i = 0; i < countof(other); i++) {
		struct scene s = scene_new();
		struct finding f[2] = { finding_of(OLD_IP, 445, VERDICT_WORM, T0),
			finding_of(NEW_IP, 445, other[i], T0 + MINUTE) };
		scene_see(&s, f, 1);
		assert_true(scene_address(&s, 1, "10.0.0.2", NULL, T0 - MINUTE, 0));
		scene_see(&s, f, 2);
		assert_int_equal(scene_see(&s, f, 2), 0);
		assert_int_equal(scene_member(&s, 1)->state, STATE_INFECTED);
		assert_int_equal(scene_member(&s, 1)->n_withdrawn, 0);
		assert_int_equal(s.board->host.n, 1);
		scene_free(&s);
	}
}

static void what_cannot_be_is_refused(void **state)
{
	(void)state;
	struct scene s = moved();
	assert_false(scene_address(&s, 1, "10.0.0.300", NULL, T0, 0));
	assert_false(scene_address(&s, 1, "10.0.0.3", "00:16", T0, 0));
	assert_false(scene_address(&s, 1, "10.0.0.3", NULL, T0, T0));
	assert_false(scene_address(&s, 7, "10.0.0.3", NULL, T0, 0));
	struct mac mac = { { 0x00, 0x16, 0x3e, 0, 0, 1 } };
	assert_int_equal(board_host_of_mac(s.board, &mac), 1);
	assert_int_equal(board_host_of_mac(s.board, &(struct mac){}), 0);
	scene_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(evidence_belongs_to_who_had_the_address_then),
		cmocka_unit_test(late_evidence_of_before_stays_with_who_was_there),
		cmocka_unit_test(the_next_tenant_does_not_answer_for_the_one_before),
		cmocka_unit_test(an_address_by_hand_takes_it_from_who_had_it),
		cmocka_unit_test(a_host_of_two_addresses_is_told_once),
		cmocka_unit_test(what_cannot_be_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
