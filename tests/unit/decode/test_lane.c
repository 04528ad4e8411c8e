// SPDX-License-Identifier: Apache-2.0
// The short way reads every record as the long way does, or stays closed.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decode/lane.h"
#include "unit/decode/feed.h"

enum { FIELDS_MAX = 20, TEMPLATE = 300, DOMAIN = 7, ROUNDS = 4000, RECORDS = 5 };

struct dice {
	uint64_t state;
};

static uint64_t roll(struct dice *d)
{
	uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Fields that templates have, and some that close the short way. */
static struct field any_field(struct dice *d)
{
	static const struct {
		uint16_t element, length;
	} known[] = { { 8, 4 }, { 12, 4 }, { 27, 16 }, { 28, 16 }, { 7, 2 }, { 11, 2 }, { 4, 1 },
		{ 6, 1 }, { 6, 2 }, { 2, 4 }, { 2, 8 }, { 1, 4 }, { 1, 8 }, { 10, 2 }, { 10, 4 },
		{ 61, 1 }, { 32, 2 }, { 21, 4 }, { 22, 4 }, { 152, 8 }, { 153, 8 }, { 5, 1 },
		{ 9, 1 }, { 15, 4 }, { 48, 1 }, { 34, 4 }, { 89, 1 }, { 233, 1 }, { 231, 4 },
		{ 150, 4 }, { 85, 8 }, { 24, 4 }, { 82, UINT16_MAX } };
	size_t i = roll(d) % countof(known);
	uint64_t value = roll(d);
	if (roll(d) % 4 == 0)
		value %= 3;
	if (known[i].element == 4 && roll(d) % 2)
		value = roll(d) % 2 ? PROTO_ICMP : PROTO_TCP;
	if (known[i].length == UINT16_MAX)
		value = roll(d) % 8 ? roll(d) % 20 : roll(d) % 300;
	return (struct field){ 0, known[i].element, known[i].length, value };
}

static void close_lane(struct feed *f, uint16_t version)
{
	struct domain d = { .exporter = f->exporter, .id = DOMAIN, .version = version };
	struct template *p = (struct template *)(uintptr_t)template_get(f->templates, &d, TEMPLATE);
	if (p)
		p->lane.is_open = false;
}

/* 0: it is closed; 1: it is open; 2: it is, though a field varies. */
static unsigned lane_is(struct feed *f, uint16_t version)
{
	struct domain d = { .exporter = f->exporter, .id = DOMAIN, .version = version };
	const struct template *p = template_get(f->templates, &d, TEMPLATE);
	return p && p->lane.is_open ? 1 + p->lane.varies : 0;
}

static void both_ways_agree(void **state)
{
	(void)state;
	struct dice d = { 1 };
	static struct draft draft;
	size_t n_open = 0, n_varying = 0;
	for (unsigned round = 0; round < ROUNDS; round++) {
		uint16_t version = round % 2 ? 9 : 10;
		struct field field[FIELDS_MAX];
		size_t n = 2 + roll(&d) % (FIELDS_MAX - 2);
		for (size_t i = 0; i < n; i++)
			field[i] = any_field(&d);
		if (roll(&d) % 4) { // most have two addresses
			field[0] = (struct field){ 0, 8, 4, roll(&d) };
			field[n - 1] = (struct field){ 0, 12, 4, roll(&d) };
		}
		if (n > 2 && roll(&d) % 2) // one of a length of its own
			field[1 + roll(&d) % (n - 2)] =
				(struct field){ 0, 82, UINT16_MAX, roll(&d) % 300 };
		struct feed *one = feed_new(), *other = feed_new();
		draft_begin(&draft, version, DOMAIN);
		draft_template(&draft, TEMPLATE, field, n);
		struct bytes announced = draft_end(&draft);
		feed_give(one, announced);
		feed_give(other, announced);
		close_lane(other, version);
		n_open += lane_is(one, version) > 0;
		n_varying += lane_is(one, version) > 1;
		draft_begin(&draft, version, DOMAIN);
		for (size_t i = 0; i < RECORDS; i++)
			draft_data(&draft, TEMPLATE, field, n);
		struct bytes data = draft_end(&draft);
		size_t cut = roll(&d) % 4 ? roll(&d) % 8 : roll(&d) % 60; // sometimes
		data.len -= cut < data.len ? cut : 0;
		feed_give(one, data);
		feed_give(other, data);
		assert_int_equal(one->n, other->n);
		for (size_t i = 0; i < one->n; i++)
			assert_memory_equal(&one->flow[i], &other->flow[i], sizeof one->flow[i]);
		assert_int_equal(one->trouble.packets, other->trouble.packets);
		assert_int_equal(one->trouble.octets, other->trouble.octets);
		assert_int_equal(feed_records(one), feed_records(other));
		for (size_t i = 0; i < N_FAULTS; i++)
			assert_int_equal(one->trouble.fault[i].n, other->trouble.fault[i].n);
		feed_free(one);
		feed_free(other);
	}
	assert_true(n_varying > ROUNDS / 100);
	assert_true(n_open > ROUNDS / 20); // a test of nothing would pass as well
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(both_ways_agree) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
