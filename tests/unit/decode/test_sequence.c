// SPDX-License-Identifier: Apache-2.0
// Sequences: what is missing, late or begun anew, of each version; wraps, two paths, clocks.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/decode/feed.h"

enum { SECOND = 1000 };

static const struct domain router = { .id = 7, .version = 9 };

/* One exporter, told of number by number. */
struct bench {
	struct sequences *s;
	struct domain domain;
	struct sequence_told told; // what every datagram tells, unless a test changes it
};

static struct bench bench(void)
{
	return (struct bench){ .s = sequences_new(),
		.domain = router,
		.told = { .units = 1, .is_counted = true, .received_ms = export_ms } };
}

static void tell(struct bench *b, uint32_t sequence)
{
	b->told.sequence = sequence;
	sequence_note(b->s, &b->domain, &b->told);
}

static struct exporter look(struct sequences *s, uint64_t now_ms)
{
	struct sequence_iter it = { .sequences = s };
	const struct exporter *x = sequence_next(&it, now_ms);
	assert_non_null(x);
	struct exporter copy = *x;
	assert_null(sequence_next(&it, now_ms));
	return copy;
}

static struct exporter end(struct bench *b)
{
	struct exporter x = look(b->s, UINT64_MAX);
	sequences_free(b->s);
	return x;
}

static void assert_books(
	const struct exporter *x, uint64_t gaps, uint64_t missing, uint64_t late, uint64_t restarts)
{
	assert_int_equal(x->gaps, gaps);
	assert_int_equal(x->missing, missing);
	assert_int_equal(x->late, late);
	assert_int_equal(x->restarts, restarts);
}

static void nothing_is_missing_of_what_came_in_order(void **)
{
	struct bench b = bench();
	for (uint32_t i = 0; i < 100; i++)
		tell(&b, i - 50); // over the wrap at 2^32
	struct exporter x = end(&b);
	assert_books(&x, 0, 0, 0, 0);
	assert_int_equal(x.datagrams, 100);
	assert_int_equal(x.domain, 7);
	assert_int_equal(x.version, 9);
}

static void a_jump_is_missing_also_over_the_wrap(void **)
{
	struct bench b = bench();
	b.told.units = 30;
	tell(&b, UINT32_MAX - 29); // the next is 0
	tell(&b, 60);
	tell(&b, 90);
	tell(&b, 120 + 5);
	struct exporter x = end(&b);
	assert_books(&x, 2, 65, 0, 0);
}

static void a_late_datagram_fills_its_hole(void **)
{
	struct bench b = bench();
	tell(&b, 10);
	tell(&b, 14);
	struct exporter x = look(b.s, export_ms);
	assert_books(&x, 0, 0, 0, 0); // not yet: it may be under way
	tell(&b, 12);                 // splits the hole
	tell(&b, 11);
	x = end(&b);
	assert_books(&x, 1, 1, 2, 0);
}

static void a_hole_becomes_missing_when_it_is_old(void **)
{
	struct bench b = bench();
	tell(&b, 10);
	tell(&b, 14);
	struct exporter x = look(b.s, export_ms + SEQUENCE_LATE_MS);
	assert_books(&x, 0, 0, 0, 0);
	x = look(b.s, export_ms + SEQUENCE_LATE_MS + 1);
	assert_books(&x, 1, 3, 0, 0);
	b.told.received_ms += 1000;
	tell(&b, 12); // too late to be taken back: counters only grow
	x = end(&b);
	assert_books(&x, 1, 3, 1, 0);
}

static void many_holes_are_bounded_and_none_is_forgotten(void **)
{
	struct bench b = bench();
	for (uint32_t i = 0; i < 1000; i++)
		tell(&b, i * 3);
	struct exporter x = end(&b);
	assert_books(&x, 999, 999 * 2, 0, 0);
}

static void what_comes_by_two_paths_is_late_and_never_missing(void **)
{
	struct bench b = bench();
	for (uint32_t i = 0; i < 1000; i++) {
		if (i % 7)
			tell(&b, i); // each path loses others
		if (i >= 5 && i % 5)
			tell(&b, i - 5);
	}
	struct exporter x = end(&b);
	assert_int_equal(x.restarts, 0);
	assert_int_equal(x.missing, 1000 / 35); // lost on both: multiples of 7 that are 0 modulo 5
}

static void a_sequence_that_falls_back_began_anew(void **)
{
	struct bench b = bench();
	tell(&b, 3000000000);
	tell(&b, 0);
	tell(&b, 1);
	tell(&b, 3);
	struct exporter x = end(&b);
	assert_books(&x, 1, 1, 0, 1);
}

static void a_short_sequence_that_falls_back_began_anew_once_it_paused(void **)
{
	struct bench b = bench();
	tell(&b, 100);
	b.told.received_ms += 5000;
	tell(&b, 0);
	tell(&b, 1);
	struct exporter x = end(&b);
	assert_books(&x, 0, 0, 0, 1);
}

static void an_uptime_that_falls_back_is_a_restart(void **)
{
	struct bench b = bench();
	b.told.has_uptime = true;
	b.told.uptime_ms = 3600 * SECOND;
	tell(&b, 100);
	b.told.received_ms += 1000;
	b.told.uptime_ms -= 100; // overtaken
	tell(&b, 99);
	struct exporter x = look(b.s, export_ms);
	assert_int_equal(x.restarts, 0);
	b.told.uptime_ms = 5 * SECOND;
	tell(&b, 0);
	x = end(&b);
	assert_books(&x, 0, 0, 1, 1);
}

static void uptime_after_a_month_of_it_is_a_restart_too(void **)
{
	struct bench b = bench();
	b.told.has_uptime = true;
	b.told.uptime_ms = UINT32_C(35) * 24 * 3600 * SECOND; // more than 2^31
	tell(&b, 100);
	b.told.received_ms += 1000;
	b.told.uptime_ms = 5 * SECOND;
	tell(&b, 200);
	struct exporter x = end(&b);
	assert_books(&x, 0, 0, 0, 1);
}

static void uptime_that_wraps_or_stands_still_is_no_restart(void **)
{
	for (uint32_t speed = 0; speed < 2; speed++) {
		struct bench b = bench();
		b.told.has_uptime = true;
		b.told.uptime_ms = speed ? UINT32_MAX - 20 * SECOND : 0;
		for (uint32_t i = 0; i < 60; i++) {
			tell(&b, i);
			b.told.uptime_ms += speed * SECOND;
			b.told.received_ms += SECOND;
		}
		struct exporter x = end(&b);
		assert_books(&x, 0, 0, 0, 0);
	}
}

static void what_cannot_be_counted_is_not_called_missing(void **)
{
	struct bench b = bench();
	tell(&b, 10);
	b.told.is_counted = false;
	b.told.units = 0;
	tell(&b, 11);
	b.told.is_counted = true;
	b.told.units = 1;
	tell(&b, 31);
	tell(&b, 33);
	struct exporter x = end(&b);
	assert_books(&x, 1, 1, 0, 0);
}

static void the_least_difference_of_clocks_is_kept_for_a_minute(void **)
{
	struct bench b = bench();
	b.told.now_ms = export_ms - 7000;
	tell(&b, 0);
	b.told.now_ms = export_ms - 5000;
	tell(&b, 1);
	b.told.now_ms = export_ms - 9000;
	tell(&b, 2);
	assert_int_equal(look(b.s, export_ms).skew_ms, -5000);
	b.told.received_ms += 61 * SECOND;
	b.told.now_ms = b.told.received_ms + 8000;
	tell(&b, 3);
	assert_int_equal(end(&b).skew_ms, 8000);
}

static void the_table_is_bounded_and_counts_who_had_to_go(void **)
{
	struct bench b = bench();
	for (uint32_t i = 0; i < 20000; i++) {
		b.domain.id = i;
		tell(&b, 1);
	}
	size_t n = 0;
	struct sequence_iter it = { .sequences = b.s };
	while (sequence_next(&it, 0))
		n++;
	assert_int_equal(n + sequences_evicted(b.s), 20000);
	assert_in_range(n, 1, 4096);
	sequences_free(b.s);
}

/* Through the decoders. */

static struct feed *counted(void)
{
	struct feed *f = feed_new();
	f->sequences = sequences_new();
	f->received_ms = export_ms + 20;
	assert_non_null(f->sequences);
	return f;
}

static struct exporter finish(struct feed *f)
{
	struct exporter x = look(f->sequences, UINT64_MAX);
	feed_free(f);
	return x;
}

static void give_v5(struct feed *f, uint32_t sequence, uint16_t n)
{
	uint8_t room[24 + 30 * 48] = {};
	struct writer w = writer_of(room, sizeof room);
	wr_u16(&w, 5);
	wr_u16(&w, n);
	wr_u32(&w, UPTIME_MS);
	wr_u32(&w, EXPORT_S);
	wr_u32(&w, 0);
	wr_u32(&w, sequence);
	wr_u16(&w, 0x0102);
	wr_u16(&w, 1 << 14 | 100);
	assert_true(feed_give(f, (struct bytes){ room, 24 + n * (size_t)48 }));
}

static void v5_counts_flows(void **)
{
	struct feed *f = counted();
	give_v5(f, 0, 30);
	give_v5(f, 30, 10);
	give_v5(f, 100, 1);
	struct exporter x = finish(f);
	assert_books(&x, 1, 60, 0, 0);
	assert_int_equal(x.version, 5);
	assert_int_equal(x.domain, 0x0102);
	assert_int_equal(x.records, 41);
	assert_int_equal(x.sampling, 100);
	assert_int_equal(x.skew_ms, -20);
}

static const struct field pair[] = { { 0, 8, 4, 0x0a000001 }, { 0, 12, 4, 0x0a000002 } };

static void give_sets(
	struct feed *f, uint16_t version, uint32_t sequence, bool has_template, size_t n)
{
	static struct draft d;
	draft_begin(&d, version, 5);
	if (has_template)
		draft_template(&d, 300, pair, countof(pair));
	if (n)
		draft_set(&d, 300);
	for (size_t i = 0; i < n; i++)
		draft_record(&d, pair, countof(pair));
	if (n)
		draft_set_end(&d);
	struct bytes all = draft_end(&d);
	struct writer w = writer_of(d.room + (version == 9 ? 12 : 8), 4);
	wr_u32(&w, sequence);
	assert_true(feed_give(f, all));
}

static void v9_counts_datagrams(void **)
{
	struct feed *f = counted();
	give_sets(f, 9, 10, true, 4);
	give_sets(f, 9, 11, false, 20);
	give_sets(f, 9, 14, false, 1);
	struct exporter x = finish(f);
	assert_books(&x, 1, 2, 0, 0);
	assert_int_equal(x.records, 25);
}

static void ipfix_counts_data_records(void **)
{
	struct feed *f = counted();
	give_sets(f, 10, 10, true, 4); // templates do not count
	give_sets(f, 10, 14, false, 20);
	give_sets(f, 10, 34, true, 0);
	give_sets(f, 10, 40, false, 1);
	struct exporter x = finish(f);
	assert_books(&x, 1, 6, 0, 0);
	assert_int_equal(x.records, 25);
	assert_int_equal(x.version, 10);
}

static void ipfix_without_its_template_begins_to_count_later(void **)
{
	struct feed *f = counted();
	give_sets(f, 10, 1, false, 4);
	give_sets(f, 10, 5, false, 4);
	give_sets(f, 10, 9, true, 4);
	give_sets(f, 10, 15, false, 4);
	struct exporter x = finish(f);
	assert_books(&x, 1, 2, 0, 0);
	assert_int_equal(x.without_template, 2);
	assert_int_equal(x.faults, 0); // what has no template yet was told as malformed, too
}

static void give_sflow(struct feed *f, uint32_t sequence, uint32_t uptime_ms)
{
	uint8_t room[28];
	struct writer w = writer_of(room, sizeof room);
	wr_u32(&w, 5);
	wr_u32(&w, 1);
	wr_u32(&w, 0x0a000009); // agent
	wr_u32(&w, 3);          // sub-agent
	wr_u32(&w, sequence);
	wr_u32(&w, uptime_ms);
	wr_u32(&w, 0);
	assert_true(feed_give(f, wr_done(&w)));
}

static void sflow_counts_datagrams_of_an_agent(void **)
{
	struct feed *f = counted();
	give_sflow(f, 5, 100 * SECOND);
	f->exporter = addr_v4(1); // a relay: the agent is who counts
	give_sflow(f, 9, 100 * SECOND + 1);
	give_sflow(f, 1, 1 * SECOND);
	struct exporter x = finish(f);
	assert_v4(&x.address, 0x0a000009);
	assert_books(&x, 1, 3, 0, 1);
	assert_int_equal(x.domain, 3);
	assert_int_equal(x.skew_ms, 0); // no clock in its header
}

/* A keeper of templates that can be full. */
struct shelf {
	size_t n, room;
	uint16_t set;
	uint8_t record[64];
	size_t len;
};

static bool shelf_keep(void *ctx, const struct domain *d, uint16_t set, struct bytes record)
{
	struct shelf *s = ctx;
	assert_int_equal(d->id, 5);
	if (s->n == s->room)
		return false;
	s->n++;
	s->set = set;
	s->len = record.len;
	memcpy(s->record, record.ptr, record.len);
	return true;
}

static void a_template_is_offered_until_it_is_kept_and_when_it_changes(void **)
{
	struct shelf shelf = { .room = 0 };
	struct template_keeper keeper = { .keep = shelf_keep, .ctx = &shelf };
	struct feed *f = feed_new();
	f->keeper = &keeper;
	give_sets(f, 10, 0, true, 1);
	assert_int_equal(shelf.n, 0);
	shelf.room = 8;
	give_sets(f, 10, 1, true, 1);
	give_sets(f, 10, 2, true, 1); // the same again
	assert_int_equal(shelf.n, 1);
	assert_int_equal(shelf.set, 2);
	static const uint8_t record[] = { 1, 44, 0, 2, 0, 8, 0, 4, 0, 12, 0, 4 };
	assert_int_equal(shelf.len, sizeof record);
	assert_memory_equal(shelf.record, record, sizeof record);

	static struct draft d;
	draft_begin(&d, 10, 5);
	draft_template(&d, 300, pair, 1);
	feed_give(f, draft_end(&d));
	assert_int_equal(shelf.n, 2);
	feed_free(f);
}

static void between_captures_appended_to_each_other_nothing_is_missing(void **state)
{
	(void)state;
	struct bench b = bench();
	tell(&b, 5);
	tell(&b, 7); // missing, as ever
	sequences_part(b.s);
	tell(&b, 1000);
	tell(&b, 1001);
	sequences_part(b.s);
	tell(&b, 5);
	struct exporter x = end(&b);
	assert_books(&x, 1, 1, 0, 0);
	assert_int_equal(x.datagrams, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_missing_of_what_came_in_order),
		cmocka_unit_test(between_captures_appended_to_each_other_nothing_is_missing),
		cmocka_unit_test(a_jump_is_missing_also_over_the_wrap),
		cmocka_unit_test(a_late_datagram_fills_its_hole),
		cmocka_unit_test(a_hole_becomes_missing_when_it_is_old),
		cmocka_unit_test(many_holes_are_bounded_and_none_is_forgotten),
		cmocka_unit_test(what_comes_by_two_paths_is_late_and_never_missing),
		cmocka_unit_test(a_sequence_that_falls_back_began_anew),
		cmocka_unit_test(a_short_sequence_that_falls_back_began_anew_once_it_paused),
		cmocka_unit_test(an_uptime_that_falls_back_is_a_restart),
		cmocka_unit_test(uptime_after_a_month_of_it_is_a_restart_too),
		cmocka_unit_test(uptime_that_wraps_or_stands_still_is_no_restart),
		cmocka_unit_test(what_cannot_be_counted_is_not_called_missing),
		cmocka_unit_test(the_least_difference_of_clocks_is_kept_for_a_minute),
		cmocka_unit_test(the_table_is_bounded_and_counts_who_had_to_go),
		cmocka_unit_test(v5_counts_flows),
		cmocka_unit_test(v9_counts_datagrams),
		cmocka_unit_test(ipfix_counts_data_records),
		cmocka_unit_test(ipfix_without_its_template_begins_to_count_later),
		cmocka_unit_test(sflow_counts_datagrams_of_an_agent),
		cmocka_unit_test(a_template_is_offered_until_it_is_kept_and_when_it_changes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
