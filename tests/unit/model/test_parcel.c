// SPDX-License-Identifier: Apache-2.0
// Parcels: what is written is read; what is cut or changed is never taken for a whole one.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "model/parcel.h"

enum { ROUNDS = 2000, ROOM = 4096, BODY = 200 };

/* Numbers of a test: the same in each run. */
static uint64_t next(uint64_t *seed)
{
	++*seed;
	return hash_bytes(seed, sizeof *seed, 1);
}

static struct parcel some_parcel(uint64_t *seed, uint8_t body[static BODY])
{
	for (size_t i = 0; i < BODY; i++)
		body[i] = (uint8_t)next(seed);
	return (struct parcel){
		.sort = (enum parcel_sort)(next(seed) % N_PARCELS),
		.collector = next(seed),
		.epoch = next(seed),
		.number = next(seed),
		.sent_ms = next(seed),
		.body = { body, next(seed) % BODY },
	};
}

static void what_is_written_is_read(void **)
{
	uint64_t seed = 0;
	for (int i = 0; i < ROUNDS; i++) {
		uint8_t body[BODY], room[ROOM];
		struct parcel p = some_parcel(&seed, body), q;
		size_t n = parcel_encode(&p, room, sizeof room), length = 0;
		assert_int_equal(n, PARCEL_HEADER_BYTES + p.body.len);
		struct err e = {};
		struct bytes wire = { room, sizeof room }; // what follows is another's
		assert_int_equal(parcel_decode(wire, &q, &length, &e), PARCEL_WHOLE);
		assert_int_equal(length, n);
		assert_int_equal(q.sort, p.sort);
		assert_true(q.collector == p.collector && q.epoch == p.epoch);
		assert_true(q.number == p.number && q.sent_ms == p.sent_ms);
		assert_int_equal(q.body.len, p.body.len);
		assert_memory_equal(q.body.ptr, body, q.body.len);
	}
}

static void every_prefix_is_partial(void **)
{
	uint64_t seed = 7;
	uint8_t body[BODY], room[ROOM];
	struct parcel p = some_parcel(&seed, body), q;
	size_t n = parcel_encode(&p, room, sizeof room);
	for (size_t cut = 0; cut < n; cut++) {
		struct err e = {};
		size_t length = 0;
		assert_int_equal(parcel_decode((struct bytes){ room, cut }, &q, &length, &e),
			PARCEL_PARTIAL);
		assert_true(length > cut && length <= n);
	}
}

static void a_changed_bit_is_noticed(void **)
{
	uint64_t seed = 9;
	uint8_t body[BODY], room[ROOM];
	struct parcel p = some_parcel(&seed, body), q;
	size_t n = parcel_encode(&p, room, sizeof room);
	for (size_t bit = 0; bit < n * 8; bit++) {
		struct err e = {};
		size_t length = 0;
		room[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_not_equal(
			parcel_decode((struct bytes){ room, n }, &q, &length, &e), PARCEL_WHOLE);
		room[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void a_parcel_needs_its_room(void **)
{
	static uint8_t large[PARCEL_HEADER_BYTES + PARCEL_BODY_MAX + 1];
	struct parcel p = { .sort = PARCEL_TICK, .body = { large, 10 } };
	uint8_t room[ROOM];
	assert_int_equal(parcel_encode(&p, room, PARCEL_HEADER_BYTES + 9), 0);
	assert_int_equal(parcel_encode(&p, room, PARCEL_HEADER_BYTES + 10), 58);
	p.body.len = PARCEL_BODY_MAX + 1;
	assert_int_equal(parcel_encode(&p, large, sizeof large), 0);
}

static struct contact some_contact(uint64_t *seed)
{
	struct contact c;
	for (size_t i = 0; i < sizeof c.src.octet; i++) {
		c.src.octet[i] = (uint8_t)next(seed);
		c.dst.octet[i] = (uint8_t)next(seed);
	}
	c.port = (uint16_t)next(seed);
	c.proto = (uint8_t)next(seed);
	c.input = (uint8_t)next(seed);
	c.packets = (uint16_t)next(seed);
	c.size = (uint16_t)next(seed);
	c.saw = 1 + next(seed) % 0xffff;
	c.first_ms = next(seed) % (TIME_UNKNOWN / 2);
	c.last_ms = c.first_ms + next(seed) % (TIME_UNKNOWN / 2);
	c.tries = next(seed) & 0xfffff;
	c.at = next(seed) & ((UINT64_C(1) << 48) - 1);
	c.exporter = next(seed) & 0xffff;
	return c;
}

static void contacts_come_back(void **)
{
	uint64_t seed = 3;
	for (int i = 0; i < ROUNDS; i++) {
		uint8_t wire[PARCEL_CONTACT_BYTES];
		struct contact c = some_contact(&seed), d;
		parcel_put_contact(wire, &c);
		assert_true(parcel_get_contact(wire, &d));
		assert_memory_equal(&c, &d, sizeof c);
	}
}

static bool is_taken(const struct contact *c)
{
	uint8_t wire[PARCEL_CONTACT_BYTES];
	struct contact d;
	parcel_put_contact(wire, c);
	return parcel_get_contact(wire, &d);
}

static void contacts_that_cannot_be_are_refused(void **)
{
	uint64_t seed = 4;
	struct contact c = some_contact(&seed);
	assert_true(is_taken(&c));
	c.saw = 0;
	assert_false(is_taken(&c));
	c.saw = SAW_PENDING << 1;
	assert_false(is_taken(&c));
	c.saw = SAW_OPEN;
	c.first_ms = c.last_ms + 1;
	assert_false(is_taken(&c));
	c.first_ms = TIME_UNKNOWN;
	assert_true(is_taken(&c)); // when it came
	c.last_ms = 0;
	assert_true(is_taken(&c));
	c.last_ms = TIME_UNKNOWN;
	assert_false(is_taken(&c));
}

static void exporters_come_back_or_are_refused(void **)
{
	struct exporter x = { .address = addr_v4(0x0a000001),
		.domain = 7,
		.version = 9,
		.sampling = 100,
		.datagrams = 1,
		.records = 2,
		.gaps = 3,
		.missing = 4,
		.late = 5,
		.restarts = 6,
		.without_template = 7,
		.faults = 8,
		.first_ms = 9,
		.last_ms = 10,
		.skew_ms = -11,
		.duplicates = 12 };
	struct exporter y;
	uint8_t wire[PARCEL_EXPORTER_BYTES];
	parcel_put_exporter(wire, &x);
	assert_true(parcel_get_exporter(wire, &y));
	assert_true(addr_eq(&x.address, &y.address) && y.domain == 7 && y.version == 9);
	assert_true(y.sampling == 100 && y.datagrams == 1 && y.records == 2 && y.gaps == 3);
	assert_true(y.missing == 4 && y.late == 5 && y.restarts == 6 && y.without_template == 7);
	assert_true(y.faults == 8 && y.first_ms == 9 && y.last_ms == 10 && y.skew_ms == -11);
	assert_int_equal(y.duplicates, 12);
	x.version = 6;
	parcel_put_exporter(wire, &x);
	assert_false(parcel_get_exporter(wire, &y));
	x.version = 0;
	x.first_ms = 11;
	parcel_put_exporter(wire, &x);
	assert_false(parcel_get_exporter(wire, &y));
	x.first_ms = 1;
	parcel_put_exporter(wire, &x);
	assert_true(parcel_get_exporter(wire, &y));
	wire[31] = 1; // unused
	assert_false(parcel_get_exporter(wire, &y));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(every_prefix_is_partial),
		cmocka_unit_test(a_changed_bit_is_noticed),
		cmocka_unit_test(a_parcel_needs_its_room),
		cmocka_unit_test(contacts_come_back),
		cmocka_unit_test(contacts_that_cannot_be_are_refused),
		cmocka_unit_test(exporters_come_back_or_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
