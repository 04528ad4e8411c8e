// SPDX-License-Identifier: Apache-2.0
// show ip cache flow and its relatives.
#include "test_text.h"

#define SAMPLE(name) "fuzz/corpus/text/" name

enum { KEY = FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_LISTED };

static void rows_without_preamble(void **state)
{
	(void)state;
	struct reading *r = reading_of_file(SAMPLE("cache-flow"));
	assert_int_equal(r->trouble.records[KIND_CACHE_FLOW], 5);
	assert_int_equal(r->n, 5);
	assert_int_equal(n_faults(r), 0);

	assert_key(&r->flow[0], "10.1.7.9 3073 61.2.3.4 80 6");
	assert_int_equal(r->flow[0].packets, 45000);
	assert_int_equal(r->flow[0].has, KEY | FLOW_HAS_PACKETS | FLOW_EGRESS);
	assert_true(r->flow[0].at == place_at(SOURCE, 2));
	assert_string_equal(names_get(&r->names, r->flow[0].input), "Et0");

	assert_int_equal(r->flow[1].has, KEY | FLOW_HAS_PACKETS | FLOW_DROPPED);
	assert_key(&r->flow[2], "10.1.7.9 0 10.1.0.1 2048 1"); // ICMP echo: type 8, code 0
	assert_int_equal(r->flow[2].has, KEY | FLOW_HAS_PACKETS | FLOW_TO_DEVICE);
	assert_key(&r->flow[3], "10.1.7.9 3075 63.2.3.4 53 17");
	assert_int_equal(r->flow[3].packets, 12000000);
	assert_key(&r->flow[4], "10.1.7.9 3076 64.2.3.4 445 6");
	assert_int_equal(r->flow[4].packets, 1000000000);
	assert_int_equal(r->flow[4].has, KEY | FLOW_HAS_PACKETS | FLOW_EGRESS);
	free(r);
}

static void verbose_rows(void **state)
{
	(void)state;
	struct reading *r = reading_of_file(SAMPLE("cache-verbose"));
	assert_int_equal(r->trouble.records[KIND_CACHE_FLOW], 2);
	assert_key(&r->flow[0], "10.9.1.7 3103 61.8.7.6 80 6");
	assert_int_equal(r->flow[0].tcp_flags, TCP_SYN);
	assert_int_equal(r->flow[0].bytes, 3 * 48);
	assert_int_equal(r->flow[0].has, KEY | FLOW_HAS_PACKETS | FLOW_HAS_BYTES | FLOW_HAS_FLAGS);
	assert_true(r->flow[1].at == place_at(SOURCE, 5));
	assert_key(&r->flow[1], "10.9.1.8 19000 10.9.2.2 19216 17");
	assert_int_equal(r->flow[1].has, KEY | FLOW_HAS_PACKETS | FLOW_HAS_BYTES | FLOW_DROPPED);
	assert_int_equal(n_faults(r), 0);
	free(r);
}

static void ipv6_rows(void **state)
{
	(void)state;
	struct reading *r = reading_of_file(SAMPLE("cache-ipv6"));
	assert_int_equal(r->trouble.records[KIND_CACHE_FLOW], 2);
	assert_key(&r->flow[0], "2001:db8:5::a1 5827 2001:db8:7::b 23 6");
	assert_int_equal(r->flow[0].has, KEY | FLOW_HAS_PACKETS | FLOW_TO_DEVICE);
	assert_int_equal(r->flow[1].packets, 2000);
	free(r);
}

static void top_talkers_by_bytes(void **state)
{
	(void)state;
	struct reading *r = reading_of_file(SAMPLE("top-talkers"));
	assert_int_equal(r->trouble.records[KIND_TOP_TALKERS], 2);
	assert_int_equal(r->trouble.records[KIND_CACHE_FLOW], 1);
	assert_int_equal(r->flow[0].bytes, 144000);
	assert_int_equal(r->flow[0].has, KEY | FLOW_HAS_BYTES | FLOW_EGRESS);
	assert_int_equal(r->flow[2].packets, 7);
	assert_int_equal(r->flow[2].has, KEY | FLOW_HAS_PACKETS);
	assert_int_equal(n_faults(r), 0);
	free(r);
}

static void decimal_protocols(void **state)
{
	(void)state;
	struct reading *r = reading_of_file(SAMPLE("flowctl"));
	assert_int_equal(r->n, 3);
	assert_int_equal(r->flow[0].proto, 6);
	assert_int_equal(r->flow[1].proto, 17);
	assert_int_equal(r->flow[2].proto, 47);
	free(r);
}

static void whole_output(void **state)
{
	(void)state;
	struct reading *r = reading_of_file("samples/show-ip-cache-flow.txt");
	assert_int_equal(r->trouble.records[KIND_CACHE_FLOW], 26);
	assert_int_equal(r->n, 26);
	assert_int_equal(n_faults(r), 0);
	assert_int_equal(r->trouble.n_notes, 0);
	assert_key(&r->flow[0], "10.20.7.66 2844 61.202.17.140 80 6");
	free(r);
}

/* The sample with its first `from` replaced by `to`. */
static struct reading *sample_with(const char *from, const char *to)
{
	struct bytes text = file_bytes("samples/show-ip-cache-flow.txt");
	assert_non_null(text.ptr);
	char *copy = calloc(1, text.len + strlen(to) + 1);
	assert_non_null(copy);
	memcpy(copy, text.ptr, text.len);
	free((void *)text.ptr);
	char *at = strstr(copy, from);
	assert_non_null(at);
	memmove(at + strlen(to), at + strlen(from), strlen(at + strlen(from)) + 1);
	memcpy(at, to, strlen(to));
	struct reading *r = reading_of_text(copy);
	free(copy);
	return r;
}

static void contradictions_are_told(void **state)
{
	(void)state;
	static const struct {
		const char *from, *to, *note;
	} cases[] = {
		{ "4070 inactive", "4970 inactive", "do not fit a cache" },
		{ "278544 bytes", "178544 bytes", "do not fit a cache" },
		{ "74301      1.3", "74302      1.3", "sum to 74301, the Total: row says 74302" },
		{ "   48210", "   48310", "Total-Flows" },
		{ ".421", ".221", "sums to 0.793" },
	};
	for (size_t i = 0; i < countof(cases); i++) {
		struct reading *r = sample_with(cases[i].from, cases[i].to);
		assert_int_equal(r->trouble.fault[FAULT_CHECKSUM].n, 1);
		assert_non_null(note_with(r, cases[i].note));
		assert_int_equal(r->n, 26);
		free(r);
	}
}

static void incomplete_lists_are_told(void **state)
{
	(void)state;
	static const struct {
		const char *from, *to, *note;
	} cases[] = {
		{ "0 flow alloc failures", "31 flow alloc failures", "31 flow alloc failures" },
		{ "26 active, 4070 inactive", "4096 active, 0 inactive", "the cache is full" },
		{ "26 active, 4070 inactive", "4096 active, 0 inactive", "26 of 4096 entries" },
	};
	for (size_t i = 0; i < countof(cases); i++) {
		struct reading *r = sample_with(cases[i].from, cases[i].to);
		assert_int_equal(n_faults(r), 0);
		assert_non_null(note_with(r, cases[i].note));
		free(r);
	}
}

static void a_damaged_row_is_lost_alone(void **state)
{
	(void)state;
	static const struct {
		const char *from, *to;
	} cases[] = {
		{ "06 0B1E", "06 0B1G" },
		{ "18.77.4.219", "18.77.4.x19" },
		{ "10.20.3.21 ", "10.20.3.21." },
		{ "C3A0 07D0   212", "C3A0 07D0   2l2" },
		{ "61.202.17.140", "61.202.17,140" }, // the first one, under the heading
		{ "61.202.17.140", "" },
		{ "Se0/0         18", "Se0/018" },
	};
	for (size_t i = 0; i < countof(cases); i++) {
		struct reading *r = sample_with(cases[i].from, cases[i].to);
		assert_int_equal(r->trouble.fault[FAULT_BAD_ROW].n, 1);
		assert_int_equal(r->n, 25);
		assert_non_null(note_with(r, "25 of 26 entries"));
		free(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_without_preamble),
		cmocka_unit_test(verbose_rows),
		cmocka_unit_test(ipv6_rows),
		cmocka_unit_test(top_talkers_by_bytes),
		cmocka_unit_test(decimal_protocols),
		cmocka_unit_test(whole_output),
		cmocka_unit_test(contradictions_are_told),
		cmocka_unit_test(incomplete_lists_are_told),
		cmocka_unit_test(a_damaged_row_is_lost_alone),
	};
	return cmocka_run_group_tests_name("text_cache", tests, NULL, NULL);
}
