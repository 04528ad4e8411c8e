// SPDX-License-Identifier: Apache-2.0
// The public library, by its header alone.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cordon.h"

enum { ANSWER_BYTES = 8192, INFECTED = 7, KEY = 99 };
#define START_MS UINT64_C(1700000000000)

static struct cordon *new_detector(uint64_t memory)
{
	struct cordon_options o = { .memory_bytes = memory, .key = KEY };
	struct cordon_error e = {};
	struct cordon *c = cordon_new(&o, sizeof o, &e);
	assert_non_null(c);
	return c;
}

/* All findings as text. */
static const char *answer(struct cordon *c, char room[static ANSWER_BYTES])
{
	struct cordon_error e = {};
	struct cordon_verdict *v = cordon_judge(c, 0, &e);
	assert_non_null(v);
	struct cordon_finding_iter it = { .verdict = v };
	size_t at = 0;
	room[0] = '\0';
	for (const struct cordon_finding *f; (f = cordon_finding_next(&it));)
		at += (size_t)snprintf(room + at, ANSWER_BYTES - at,
			"%s %s %d/%d %u=%u+%u+%u %.3f %.3f %llu %s\n", f->host, f->class_name,
			f->proto, f->port, f->n_peers, f->n_failed, f->n_unknown, f->n_answered,
			f->confidence, f->targeting[0].posterior, (unsigned long long)f->onset_ms,
			f->why);
	assert_true(at < ANSWER_BYTES);
	cordon_verdict_free(v);
	return room;
}

/* A copy that ends where it ends; the caller frees it. */
static void *exact(const void *bytes, size_t n)
{
	void *room = malloc(n ? n : 1);
	assert_non_null(room);
	memcpy(room, bytes, n);
	return room;
}

static uint64_t counter(const struct cordon *c, const char *name)
{
	struct cordon_counter_iter it = { .detector = c };
	struct cordon_counter n;
	while (cordon_counter_next(&it, &n))
		if (!strcmp(n.name, name))
			return n.n;
	fail_msg("no counter %s", name);
	return 0;
}

static struct cordon_address v4(uint32_t ip)
{
	return (struct cordon_address){ { [10] = 0xff,
		[11] = 0xff,
		[12] = (uint8_t)(ip >> 24),
		[13] = (uint8_t)(ip >> 16),
		[14] = (uint8_t)(ip >> 8),
		[15] = (uint8_t)ip } };
}

/* A SYN without an answer, number `i` of a scan, 100 ms after the one before. */
static struct cordon_flow probe(uint32_t host, uint32_t i)
{
	return (struct cordon_flow){
		.src = v4(0x0a000000 + host),
		.dst = v4(0x14000001 + i * 2654435761u % 0x50000000),
		.first_ms = START_MS + i * 100,
		.last_ms = START_MS + i * 100,
		.packets = 1,
		.bytes = 48,
		.number = i + 1,
		.exporter = 1,
		.src_port = (uint16_t)(40000 + i % 20000),
		.dst_port = 445,
		.has = CORDON_HAS_PROTO | CORDON_HAS_PORTS | CORDON_HAS_FLAGS | CORDON_HAS_PACKETS |
		       CORDON_HAS_BYTES | CORDON_HAS_TIME,
		.proto = 6,
		.tcp_flags = 2,
	};
}

static void feed_probe(struct cordon *c, uint32_t host, uint32_t i)
{
	struct cordon_flow f = probe(host, i);
	assert_int_equal(cordon_feed_flows(c, &f, 1, sizeof f), CORDON_OK);
}

static const char *paste(void)
{
	return "SrcIf SrcIPaddress DstIf DstIPaddress Pr SrcP DstP Pkts\r\n"
	       "Vl20 10.20.7.66 Null 23.1.9.4 06 0C01 0050 1\r\n"
	       "Vl20 10.20.7.66 Vl1 61.77.2.19 06 0C02 0050 1\r\n"
	       "Vl20 10.20.7.66 Vl1 90.3.44.1 06 0C03 0050 2\r\n"
	       "Vl20 10.20.7.66 Vl1 133.9.9.7 06 0C04 0050 1\r\n"
	       "Vl20 10.20.7.66 Vl1 199.7.1.2 06 0C05 0050 1\r\n";
}

static void text_in_any_split_gives_the_same(void **state)
{
	(void)state;
	char whole[ANSWER_BYTES], part[ANSWER_BYTES];
	size_t len = strlen(paste());
	struct cordon *c = new_detector(0);
	assert_int_equal(cordon_feed_text(c, "r1", paste(), len), CORDON_OK);
	assert_int_equal(cordon_end_text(c, "r1"), CORDON_OK);
	answer(c, whole);
	assert_non_null(strstr(whole, "10.20.7.66 suspect 6/80 5="));
	assert_int_equal(counter(c, "records_show ip cache flow"), 5);
	cordon_free(c);
	for (size_t cut = 1; cut < len; cut++) {
		c = new_detector(1 << 20);
		for (size_t at = 0; at < len; at += cut) {
			size_t n = cut < len - at ? cut : len - at;
			char *chunk = exact(paste() + at, n);
			assert_int_equal(cordon_feed_text(c, "r1", chunk, n), CORDON_OK);
			free(chunk);
		}
		assert_int_equal(cordon_end_text(c, "r1"), CORDON_OK);
		assert_string_equal(answer(c, part), whole);
		cordon_free(c);
	}
}

static void texts_of_two_sources_may_be_interleaved(void **state)
{
	(void)state;
	char one[ANSWER_BYTES], both[ANSWER_BYTES];
	size_t len = strlen(paste());
	struct cordon *c = new_detector(1 << 20);
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(cordon_feed_text(c, "r1", paste() + i, 1), CORDON_OK);
		assert_int_equal(cordon_feed_text(c, "r2", paste() + i, 1), CORDON_OK);
	}
	assert_int_equal(cordon_end_text(c, "r2"), CORDON_OK);
	answer(c, one);
	assert_int_equal(cordon_end_text(c, "r1"), CORDON_OK);
	assert_string_equal(answer(c, both), one); // the same flow told twice counts once
	assert_int_equal(counter(c, "flows"), 10);
	cordon_free(c);
}

static void parts_that_are_merged_give_the_same_as_the_whole(void **state)
{
	(void)state;
	char whole[ANSWER_BYTES], merged[ANSWER_BYTES];
	struct cordon *all = new_detector(1 << 20);
	struct cordon *part[3];
	for (int k = 0; k < 3; k++)
		part[k] = k ? cordon_clone_empty(all, NULL) : new_detector(1 << 20);
	for (uint32_t i = 0; i < 60; i++) {
		feed_probe(all, INFECTED + i % 2, i);
		feed_probe(part[i % 3], INFECTED + i % 2, i);
		feed_probe(part[(i + 1) % 3], INFECTED + i % 2, i); // seen by two
	}
	assert_int_equal(cordon_merge(part[2], part[0]), CORDON_OK);
	assert_int_equal(cordon_merge(part[1], part[2]), CORDON_OK);
	assert_int_equal(counter(part[1], "flows"), 120);
	assert_int_equal(counter(part[1], "contacts"), 60);
	assert_string_equal(answer(part[1], merged), answer(all, whole));
	assert_non_null(strstr(whole, "10.0.0.7 worm-like 6/445 30=30+0+0"));
	for (int k = 0; k < 3; k++)
		cordon_free(part[k]);
	cordon_free(all);
}

static void what_does_not_belong_together_is_not_merged(void **state)
{
	(void)state;
	struct cordon_options o = { .key = KEY + 1, .memory_bytes = 1 << 20 };
	struct cordon *a = new_detector(1 << 20), *b = new_detector(2 << 20);
	struct cordon *other = cordon_new(&o, sizeof o, NULL);
	assert_int_equal(cordon_merge(a, b), CORDON_KEY);
	assert_int_equal(cordon_merge(a, other), CORDON_KEY);
	assert_int_equal(cordon_merge(a, a), CORDON_ARGUMENT);
	assert_int_equal(cordon_merge(a, NULL), CORDON_ARGUMENT);
	assert_int_equal(cordon_merge(NULL, a), CORDON_ARGUMENT);
	cordon_free(a);
	cordon_free(b);
	cordon_free(other);
}

static void notes_and_faults_keep_their_source_through_a_merge(void **state)
{
	(void)state;
	static const char full[] = "IP Flow Switching Cache, 4456704 bytes\n"
				   "  65 active, 65471 inactive, 49 added\n"
				   "  12 flow alloc failures\n";
	struct cordon *a = new_detector(1 << 20), *b = cordon_clone_empty(a, NULL);
	cordon_feed_text(a, "first", paste(), strlen(paste()));
	cordon_end_text(a, "first");
	cordon_feed_text(b, "second", full, strlen(full));
	cordon_feed_text(b, "second", paste(), strlen(paste()));
	cordon_end_text(b, "second");
	assert_int_equal(cordon_merge(a, b), CORDON_OK);
	cordon_free(b);
	struct cordon_note_iter it = { .detector = a };
	struct cordon_note n;
	bool found = false;
	while (cordon_note_next(&it, &n))
		if (strstr(n.text, "incomplete")) {
			assert_string_equal(n.source, "second");
			found = true;
		}
	assert_true(found);
	cordon_free(a);
}

/* The scan must stand out of 400,000 sources, in memory for a few thousand contacts. */
static void memory_is_bounded_and_the_scanner_stays(void **state)
{
	(void)state;
	char room[ANSWER_BYTES];
	struct cordon *c = new_detector(1 << 20);
	for (uint32_t i = 0; i < 400000; i++) {
		feed_probe(c, 0x10000 + i, i);
		if (i % 40 == 0)
			feed_probe(c, INFECTED, i);
	}
	assert_true(counter(c, "sampled_1_in") > 1);
	assert_true(counter(c, "contacts") <= (1 << 20) / 64);
	assert_non_null(strstr(answer(c, room), "10.0.0.7 worm-like"));
	cordon_free(c);
}

static void one_frame_at_a_time(void **state)
{
	(void)state;
	char room[ANSWER_BYTES];
	uint8_t frame[40] = { 0x45, [3] = 40, [8] = 64, [9] = 6, [12] = 10, 1, 2,
		3, [16] = 20, [20] = 0x9c, 0x40, 1, 0xbd, [32] = 0x50, 2 };
	struct cordon *c = new_detector(1 << 20);
	for (unsigned i = 0; i < 20; i++) {
		frame[17] = (uint8_t)(i * 37);
		frame[19] = (uint8_t)(i + 1);
		assert_int_equal(cordon_feed_frame(c, 101, frame, sizeof frame, START_MS + i * 50),
			CORDON_OK);
	}
	assert_non_null(strstr(answer(c, room), "10.1.2.3 worm-like 6/445 20="));
	assert_int_equal(counter(c, "records_connection"), 20);
	for (size_t n = 0; n < sizeof frame; n++) { // cut anywhere
		uint8_t *cut = exact(frame, n);
		assert_int_equal(cordon_feed_frame(c, 101, cut, n, START_MS), CORDON_OK);
		free(cut);
	}
	assert_int_equal(counter(c, "records_packet"), 60);
	assert_true(counter(c, "damaged_packet") > 0);
	assert_int_equal(cordon_feed_frame(c, 105, frame, sizeof frame, 1), CORDON_LINK_TYPE);
	assert_int_equal(cordon_feed_frame(c, 101, NULL, 1, 1), CORDON_ARGUMENT);
	assert_int_equal(cordon_feed_frame(c, 101, NULL, 0, 1), CORDON_OK);
	assert_int_equal(cordon_feed_frame(NULL, 101, frame, 1, 1), CORDON_ARGUMENT);
	cordon_free(c);
}

static void wr16(uint8_t *at, unsigned v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

/* NetFlow v5 with one record each. */
static void datagrams(void **state)
{
	(void)state;
	char room[ANSWER_BYTES];
	struct cordon_address exporter;
	uint8_t d[72] = { 0, 5, 0, 1, 0, 1, 0, 0, 0x65, [24] = 10, 3, 3, 3,
		20, [43] = 1, [47] = 48, [61] = 2, 6 };
	struct cordon *c = new_detector(1 << 20);
	assert_true(cordon_address_parse("192.0.2.9", &exporter));
	for (unsigned i = 0; i < 12; i++) {
		wr16(d + 30, 3 * i + 1);
		wr16(d + 56, 40000 + i);
		wr16(d + 58, 1433);
		assert_int_equal(
			cordon_feed_datagram(c, d, sizeof d, &exporter, START_MS), CORDON_OK);
	}
	assert_int_equal(counter(c, "records_netflow5"), 12);
	assert_non_null(strstr(answer(c, room), "10.3.3.3 worm-like 6/1433 12="));
	for (size_t n = 0; n < sizeof d; n++) {
		uint8_t *cut = exact(d, n);
		enum cordon_status s = cordon_feed_datagram(c, cut, n, NULL, 0);
		free(cut);
		assert_true(s == CORDON_OK || s == CORDON_FORMAT);
	}
	d[1] = 77;
	assert_int_equal(cordon_feed_datagram(c, d, sizeof d, NULL, 0), CORDON_FORMAT);
	assert_int_equal(cordon_feed_datagram(c, NULL, 0, NULL, 0), CORDON_FORMAT);
	assert_int_equal(cordon_feed_datagram(c, NULL, 5, NULL, 0), CORDON_ARGUMENT);
	assert_int_equal(cordon_feed_datagram(NULL, d, sizeof d, NULL, 0), CORDON_ARGUMENT);
	cordon_free(c);
}

static void bad_flows_are_refused_all_together(void **state)
{
	(void)state;
	struct cordon *c = new_detector(1 << 20);
	struct cordon_flow f[2] = { probe(1, 1), probe(1, 2) };
	f[1].has |= 1 << 15;
	assert_int_equal(cordon_feed_flows(c, f, 2, sizeof *f), CORDON_ARGUMENT);
	f[1] = probe(1, 2);
	f[1].last_ms = f[1].first_ms - 1;
	assert_int_equal(cordon_feed_flows(c, f, 2, sizeof *f), CORDON_ARGUMENT);
	assert_int_equal(cordon_feed_flows(c, f, 1, sizeof *f - 8), CORDON_ARGUMENT);
	assert_int_equal(cordon_feed_flows(c, NULL, 1, sizeof *f), CORDON_ARGUMENT);
	assert_int_equal(counter(c, "flows"), 0);
	f[1].has = 0; // states nothing, and so contradicts nothing
	assert_int_equal(cordon_feed_flows(c, f, 2, sizeof *f), CORDON_OK);
	assert_int_equal(cordon_feed_flows(c, NULL, 0, sizeof *f), CORDON_OK);
	assert_int_equal(counter(c, "flows"), 2);
	cordon_free(c);
}

static void an_inventory_counts_and_is_shared(void **state)
{
	(void)state;
	static const char text[] = "networks:\n  - 10.0.0.0/8\ndeclared-scanners:\n"
				   "  - address: 10.0.0.7\n    reason: test\n"
				   "    expires: 2099-12-31\n";
	char room[ANSWER_BYTES];
	struct cordon_options o = { .memory_bytes = 1 << 20,
		.inventory_text = text,
		.inventory_text_bytes = strlen(text) };
	struct cordon *a = cordon_new(&o, sizeof o, NULL), *b = cordon_clone_empty(a, NULL);
	cordon_free(a);
	for (uint32_t i = 0; i < 20; i++)
		feed_probe(b, INFECTED, i);
	assert_non_null(strstr(answer(b, room), "10.0.0.7 declared-scanner"));
	cordon_free(b);

	struct cordon_error e = {};
	o.inventory_text_bytes = 12;
	assert_null(cordon_new(&o, sizeof o, &e));
	assert_int_equal(e.status, CORDON_INVENTORY);
	assert_non_null(strstr(e.text, "inventory:"));
	o = (struct cordon_options){ .inventory_path = "/nowhere/at/all" };
	assert_null(cordon_new(&o, sizeof o, &e));
	assert_non_null(strstr(e.text, "/nowhere/at/all"));
	o.inventory_text = text;
	assert_null(cordon_new(&o, sizeof o, &e));
	assert_int_equal(e.status, CORDON_ARGUMENT);
}

static void at_most_so_many_texts(void **state)
{
	(void)state;
	char name[16];
	struct cordon *c = new_detector(1 << 20);
	for (int i = 0; i < CORDON_TEXTS_MAX; i++) {
		snprintf(name, sizeof name, "t%d", i);
		assert_int_equal(cordon_feed_text(c, name, "", 0), CORDON_OK);
	}
	assert_int_equal(cordon_feed_text(c, "more", "", 0), CORDON_FULL);
	assert_int_equal(cordon_feed_text(c, "t3", "x", 1), CORDON_OK);
	assert_int_equal(cordon_end_text(c, "t3"), CORDON_OK);
	for (int i = 0; i < CORDON_SOURCES_MAX - CORDON_TEXTS_MAX; i++) {
		snprintf(name, sizeof name, "m%d", i);
		assert_int_equal(cordon_feed_text(c, name, "x", 1), CORDON_OK);
		assert_int_equal(cordon_end_text(c, name), CORDON_OK);
	}
	assert_int_equal(cordon_feed_text(c, "one too many", "x", 1), CORDON_FULL);
	assert_int_equal(cordon_end_text(c, "one too many"), CORDON_ARGUMENT);
	assert_int_equal(cordon_feed_text(c, "t3", "x", 1), CORDON_OK);
	cordon_free(c); // with texts open
}

static void nothing_is_an_argument_that_crashes(void **state)
{
	(void)state;
	struct cordon_error e = {};
	struct cordon_options o = {};
	struct cordon_address a;
	struct cordon_counter counter_out;
	struct cordon_note note_out;
	char room[CORDON_ADDRESS_TEXT_BYTES];
	cordon_free(NULL);
	cordon_verdict_free(NULL);
	assert_null(cordon_clone_empty(NULL, &e));
	assert_null(cordon_clone_empty(NULL, NULL));
	assert_null(cordon_judge(NULL, 0, &e));
	assert_int_equal(e.status, CORDON_ARGUMENT);
	assert_null(cordon_judge(NULL, 0, NULL));
	assert_null(cordon_new(&o, 0, NULL));
	assert_null(cordon_new(NULL, sizeof o, NULL));
	assert_null(cordon_new(&o, sizeof o + 8, NULL));
	o.memory_bytes = 1;
	assert_null(cordon_new(&o, sizeof o, &e));
	o.memory_bytes = UINT64_MAX;
	assert_null(cordon_new(&o, sizeof o, &e));
	o = (struct cordon_options){ .inventory_text_bytes = 4 };
	assert_null(cordon_new(&o, sizeof o, &e));
	assert_int_equal(cordon_feed_text(NULL, "x", "x", 1), CORDON_ARGUMENT);
	assert_int_equal(cordon_end_text(NULL, "x"), CORDON_ARGUMENT);
	assert_int_equal(
		cordon_feed_flows(NULL, NULL, 0, sizeof(struct cordon_flow)), CORDON_ARGUMENT);
	assert_null(cordon_finding_next(NULL));
	assert_null(cordon_finding_next(&(struct cordon_finding_iter){}));
	assert_false(cordon_counter_next(NULL, &counter_out));
	assert_false(cordon_counter_next(&(struct cordon_counter_iter){}, &counter_out));
	assert_false(cordon_note_next(NULL, &note_out));
	assert_false(cordon_note_next(&(struct cordon_note_iter){}, &note_out));
	assert_false(cordon_address_parse(NULL, &a));
	assert_false(cordon_address_parse("1.2.3.4", NULL));
	assert_false(cordon_address_parse("1.2.3.4 ", &a));
	assert_true(cordon_address_parse("2001:db8::1", &a));
	assert_string_equal(cordon_address_format(&a, room), "2001:db8::1");
	assert_null(cordon_address_format(NULL, room));
	for (int s = -1; s <= CORDON_KEY + 1; s++)
		assert_non_null(cordon_status_text((enum cordon_status)s));

	struct cordon *c = cordon_new(NULL, 0, NULL);
	assert_int_equal(cordon_feed_text(c, NULL, "x", 1), CORDON_ARGUMENT);
	assert_int_equal(cordon_feed_text(c, "x", NULL, 1), CORDON_ARGUMENT);
	assert_int_equal(cordon_feed_text(c, "x", NULL, 0), CORDON_OK);
	assert_int_equal(cordon_end_text(c, NULL), CORDON_ARGUMENT);
	assert_false(cordon_counter_next(&(struct cordon_counter_iter){ .detector = c }, NULL));
	struct cordon_verdict *v = cordon_judge(c, 0, NULL);
	assert_null(cordon_finding_next(&(struct cordon_finding_iter){ .verdict = v }));
	cordon_free(c);
	cordon_verdict_free(v);
}

static void counters_are_all_there_once_with_a_text(void **state)
{
	(void)state;
	struct cordon *c = new_detector(1 << 20);
	struct cordon_counter_iter it = { .detector = c };
	struct cordon_counter n;
	size_t n_all = 0;
	for (; cordon_counter_next(&it, &n); n_all++) {
		struct cordon_counter_iter before = { .detector = c };
		struct cordon_counter m;
		assert_true(*n.name && *n.text);
		for (size_t i = 0; i < n_all && cordon_counter_next(&before, &m); i++)
			assert_string_not_equal(m.name, n.name);
		assert_int_equal(n.n, !strcmp(n.name, "sampled_1_in"));
	}
	assert_true(n_all > 40);
	cordon_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_in_any_split_gives_the_same),
		cmocka_unit_test(texts_of_two_sources_may_be_interleaved),
		cmocka_unit_test(parts_that_are_merged_give_the_same_as_the_whole),
		cmocka_unit_test(what_does_not_belong_together_is_not_merged),
		cmocka_unit_test(notes_and_faults_keep_their_source_through_a_merge),
		cmocka_unit_test(memory_is_bounded_and_the_scanner_stays),
		cmocka_unit_test(one_frame_at_a_time),
		cmocka_unit_test(datagrams),
		cmocka_unit_test(bad_flows_are_refused_all_together),
		cmocka_unit_test(an_inventory_counts_and_is_shared),
		cmocka_unit_test(at_most_so_many_texts),
		cmocka_unit_test(nothing_is_an_argument_that_crashes),
		cmocka_unit_test(counters_are_all_there_once_with_a_text),
	};
	return cmocka_run_group_tests_name("lib", tests, NULL, NULL);
}
