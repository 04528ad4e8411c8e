// SPDX-License-Identifier: Apache-2.0
// show flow monitor NAME cache in its three formats.
#include "test_text.h"

#define SAMPLE(name) "fuzz/corpus/text/" name

enum { KEY = FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_PACKETS | FLOW_HAS_BYTES | FLOW_LISTED };

static void records(void **state)
{
	(void)state;
	struct reading *r = reading_of_file(SAMPLE("monitor-record"));
	assert_int_equal(r->trouble.records[KIND_FLOW_MONITOR], 3);
	assert_int_equal(r->n, 3);
	assert_key(&r->flow[0], "10.2.1.9 3022 61.5.6.7 80 6");
	assert_int_equal(r->flow[0].has, KEY | FLOW_HAS_FLAGS | FLOW_HAS_TIME);
	assert_int_equal(r->flow[0].tcp_flags, TCP_SYN);
	assert_string_equal(names_get(&r->names, r->flow[0].input), "Vl2");
	assert_true(r->flow[0].at == place_at(SOURCE, 14));
	// 2019-11-06 16:03:01.5 UTC, and the second record began two days earlier than it reads
	assert_true(r->flow[0].first_ms == UINT64_C(1573056181500));
	assert_true(r->flow[0].last_ms == UINT64_C(1573056184500));
	assert_true(r->flow[1].last_ms - r->flow[1].first_ms == 4000);
	assert_true(r->flow[1].last_ms == UINT64_C(1572998402000));
	assert_key(&r->flow[1], "10.2.1.10 0 10.2.1.1 2048 1");
	assert_key(&r->flow[2], "2001:db8::7 5000 2001:db8::8 443 17");
	assert_int_equal(r->flow[2].has, KEY);
	assert_int_equal(n_faults(r), 0);
	assert_int_equal(r->trouble.n_notes, 0);
	free(r);
}

static void table(void **state)
{
	(void)state;
	struct reading *r = reading_of_file(SAMPLE("monitor-table"));
	assert_int_equal(r->trouble.records[KIND_FLOW_MONITOR], 3);
	assert_key(&r->flow[0], "10.3.1.9 3022 61.5.6.7 80 6");
	assert_int_equal(r->flow[0].has, KEY | FLOW_HAS_FLAGS);
	assert_string_equal(names_get(&r->names, r->flow[0].input), "Gi1/0/1");
	assert_key(&r->flow[1], "10.3.1.10 1044 10.3.1.1 53 17");
	assert_key(&r->flow[2], "10.3.1.11 1045 10.3.1.1 161 17");
	assert_int_equal(r->flow[2].packets, 10);
	assert_int_equal(r->trouble.fault[FAULT_BAD_ROW].n, 1);
	assert_true(r->trouble.fault[FAULT_BAD_ROW].first == place_at(SOURCE, 16));
	free(r);
}

static void comma_separated(void **state)
{
	(void)state;
	struct reading *r = reading_of_file(SAMPLE("monitor-csv"));
	assert_int_equal(r->trouble.records[KIND_FLOW_MONITOR], 2);
	assert_key(&r->flow[0], "10.3.2.9 3022 61.5.6.7 80 6");
	assert_int_equal(r->flow[0].packets, 2);
	assert_key(&r->flow[1], "10.3.2.10 1044 10.3.2.1 53 17");
	assert_int_equal(r->flow[1].input, 0);
	assert_int_equal(n_faults(r), 0);
	free(r);
}

static void connections(void **state)
{
	(void)state;
	struct reading *r = reading_of_file(SAMPLE("monitor-connection"));
	assert_int_equal(r->trouble.records[KIND_FLOW_MONITOR], 2);
	assert_int_equal(r->n, 2);
	assert_key(&r->flow[0], "10.4.1.7 50111 10.4.9.9 443 6"); // from the initiator
	assert_int_equal(r->flow[0].packets, 39);
	assert_true(r->flow[0].has & FLOW_ANSWERED);
	assert_key(&r->flow[1], "10.4.1.8 50112 61.1.2.3 445 6");
	assert_true(r->flow[1].has & FLOW_UNANSWERED);
	assert_int_equal(n_faults(r), 0);
	free(r);
}

static void wrapped_and_flattened_tables(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"IPV4 SRC ADDR    IPV4 DST ADDR    TRNS SRC PORT\n"
		"TRNS DST PORT  IP PROT  pkts\n"
		"===============  ===============  =============\n"
		"=============  =======  ==========\n"
		"10.0.0.1  20.0.0.1  1025\n 80  6  2\n"
		"10.0.0.2  20.0.0.2  1026\n 80  6  3\n",
		"r#show flow monitor X cache IPV4 SRC ADDR IPV4 DST ADDR TRNS SRC PORT TRNS DST "
		"PORT "
		"IP PROT pkts ==== ==== ==== ==== ==== ==== "
		"10.0.0.1 20.0.0.1 1025 80 6 2 10.0.0.2 20.0.0.2 1026 80 6 3 r#",
		"IPV4 SOURCE ADDRESS: 10.0.0.1 IPV4 DESTINATION ADDRESS: 20.0.0.1 TRNS SOURCE "
		"PORT: "
		"1025 TRNS DESTINATION PORT: 80 IP PROTOCOL: 6 counter packets: 2 IPV4 SOURCE "
		"ADDRESS: 10.0.0.2 IPV4 DESTINATION ADDRESS: 20.0.0.2 TRNS SOURCE PORT: 1026 TRNS "
		"DESTINATION PORT: 80 IP PROTOCOL: 6 counter packets: 3",
	};
	for (size_t i = 0; i < countof(texts); i++) {
		struct reading *r = reading_of_text(texts[i]);
		assert_int_equal(r->trouble.records[KIND_FLOW_MONITOR], 2);
		assert_key(&r->flow[0], "10.0.0.1 1025 20.0.0.1 80 6");
		assert_key(&r->flow[1], "10.0.0.2 1026 20.0.0.2 80 6");
		assert_int_equal(r->flow[1].packets, 3);
		assert_int_equal(n_faults(r), 0);
		free(r);
	}
}

static void a_damaged_record_is_lost_alone(void **state)
{
	(void)state;
	static const char *const firsts[] = {
		"IPV4 SOURCE ADDRESS: 10.0.0.1\nIPV4 DESTINATION ADDRESS: 20.0.0.x\n",
		"IPV4 SOURCE ADDRESS: 10.0.0.1\nIPV4 DESTINATION ADDREZS: 20.0.0.1\nIP TTL: 3\n",
		"IPV4 SOURCE ADDREZS: 10.0.0.1\nIPV4 DESTINATION ADDRESS: 20.0.0.1\nIP TTL: 3\n",
	};
	for (size_t i = 0; i < countof(firsts); i++) {
		char text[400];
		(void)snprintf(text, sizeof text,
			"%scounter bytes: 96\ncounter packets: 2\n\n"
			"IPV4 SOURCE ADDRESS: 10.0.0.2\nIPV4 DESTINATION ADDRESS: 20.0.0.2\n"
			"IP TTL: 3\ncounter bytes: 96\ncounter packets: 2\n",
			firsts[i]);
		struct reading *r = reading_of_text(text);
		assert_int_equal(r->trouble.fault[FAULT_BAD_ROW].n, 1);
		assert_int_equal(r->n, 1);
		assert_key(&r->flow[0], "10.0.0.2 0 20.0.0.2 0 0");
		free(r);
	}
}

static void a_heading_without_an_address_is_told(void **state)
{
	(void)state;
	struct reading *r = reading_of_text("IPV4 SRC ADDR    IPV4 DST ADDZ    IP PROT  pkts\n"
					    "===============  ===============  =======  ====\n"
					    "10.0.0.1         20.0.0.1               6     2\n");
	assert_int_equal(r->trouble.records[KIND_FLOW_MONITOR], 1);
	assert_int_equal(r->n, 0);
	assert_non_null(note_with(r, "names no destination address"));
	free(r);
}

static void totals(void **state)
{
	(void)state;
	struct reading *r = reading_of_text("  Current entries: 4\n  Flows added: 20\n"
					    "  Flows aged: 10\n"
					    "    - Active timeout ( 15 secs) 7\n"
					    "    - Event aged 2\n");
	assert_int_equal(r->trouble.fault[FAULT_CHECKSUM].n, 2);
	assert_non_null(note_with(r, "20 flows added less 10 aged is not 4"));
	assert_non_null(note_with(r, "reasons of ageing sum to 9, not to 10"));
	assert_non_null(note_with(r, "0 of 4 entries printed"));
	free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records),
		cmocka_unit_test(table),
		cmocka_unit_test(comma_separated),
		cmocka_unit_test(connections),
		cmocka_unit_test(wrapped_and_flattened_tables),
		cmocka_unit_test(a_damaged_record_is_lost_alone),
		cmocka_unit_test(a_heading_without_an_address_is_told),
		cmocka_unit_test(totals),
	};
	return cmocka_run_group_tests_name("text_monitor", tests, NULL, NULL);
}
