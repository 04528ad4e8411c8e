// SPDX-License-Identifier: Apache-2.0
// IP accounting, multilayer switching and NX-OS.
#include "test_text.h"

#define SAMPLE(name) "fuzz/corpus/text/" name

static void accounting(void **state)
{
	(void)state;
	struct reading *r = reading_of_file(SAMPLE("accounting"));
	assert_int_equal(r->trouble.records[KIND_ACCOUNTING], 5);
	assert_int_equal(r->n, 5);
	assert_key(&r->flow[0], "10.5.1.9 0 61.77.8.1 0 0");
	assert_int_equal(r->flow[0].has, FLOW_HAS_PACKETS | FLOW_HAS_BYTES | FLOW_LISTED);
	assert_int_equal(r->flow[2].packets, 40);
	assert_int_equal(r->flow[2].bytes, 41200);
	assert_non_null(note_with(r, "ip accounting-threshold"));
	assert_true(r->flow[3].has & FLOW_DROPPED);
	assert_true(r->flow[4].has & FLOW_DROPPED);
	assert_int_equal(n_faults(r), 0);
	free(r);

	r = reading_of_file("samples/show-ip-accounting.txt");
	assert_int_equal(r->trouble.records[KIND_ACCOUNTING], 20);
	assert_int_equal(n_faults(r), 0);
	free(r);
}

/* Two addresses and two numbers alone are no accounting. */
static void accounting_keeps_out_of_other_tables(void **state)
{
	(void)state;
	static const char *const others[] = {
		"30.1.1.6         224.0.0.5                   80          30000        6\n",
		"*> 3.0.0.0          4.0.4.90                 50           1755 1239 i\n",
		"10.3.2.9,61.5.6.7,3,200\n",
		"Po31  10.1.1.1  10.1.1.2  2  96\n",
		"10.1.1.0 255.255.255.0 2 96\n",
		"10.1.1.1 10.1.1.2 0 96\n",
		"10.1.1.1 10.1.1.2 10 96\n",
		"10.1.1.1 10.1.1.2 1 65536\n",
	};
	for (size_t i = 0; i < countof(others); i++) {
		struct reading *r = reading_of_text(others[i]);
		assert_int_equal(n_records(r), 0);
		assert_int_equal(r->trouble.fault[FAULT_NO_ROWS].n, 1);
		free(r);
	}
}

static void accounting_damage(void **state)
{
	(void)state;
	struct reading *r =
		reading_of_text("Source Destination Packets Bytes 10.0.0.1 20.0.0.1 1 48"
				" 10.0.0.1 20.0.0.2 x 48 10.0.0.1 20.0.0.3 2 96");
	assert_int_equal(r->trouble.fault[FAULT_BAD_ROW].n, 1);
	assert_int_equal(r->n, 2);
	free(r);
}

static void mls_entry(void **state)
{
	(void)state;
	struct reading *r = reading_of_file(SAMPLE("mls-entry"));
	assert_int_equal(r->trouble.records[KIND_MLS_ENTRY], 6);
	assert_int_equal(r->n, 5);
	assert_key(&r->flow[0], "10.6.1.7 3021 61.3.2.1 80 6"); // destination is printed first
	assert_int_equal(r->flow[0].packets, 2);
	assert_int_equal(r->flow[0].bytes, 96);
	assert_key(&r->flow[1], "10.6.2.9 1029 10.6.1.5 53 17");
	assert_key(&r->flow[2], "10.6.3.3 0 10.6.1.7 0 0");
	assert_false(r->flow[2].has & (FLOW_HAS_PORTS | FLOW_HAS_PROTO));
	assert_key(&r->flow[3], "10.6.3.4 5060 10.6.1.8 5060 17");
	assert_key(&r->flow[4], "10.6.1.7 3055 61.3.2.9 80 6");
	assert_false(r->flow[4].has & FLOW_HAS_PACKETS);
	const struct note *source = note_with(r, "source not visible");
	assert_non_null(source);
	assert_true(source->at == place_at(SOURCE, 6));
	assert_non_null(strstr(source->text, "set mls flow full"));
	assert_non_null(strstr(source->text, "16,000"));
	assert_non_null(strstr(source->text, "spill to the router"));
	assert_non_null(note_with(r, "ports not visible"));
	assert_int_equal(n_faults(r), 0);
	free(r);
}

static void mls_ip(void **state)
{
	(void)state;
	struct reading *r = reading_of_file(SAMPLE("mls-ip"));
	assert_int_equal(r->trouble.records[KIND_MLS_IP], 5);
	assert_int_equal(r->n, 4);
	assert_key(&r->flow[0], "10.7.1.3 46528 61.9.8.7 80 6");
	assert_int_equal(r->flow[0].packets, 2);
	assert_string_equal(names_get(&r->names, r->flow[0].input), "Vl41");
	assert_key(&r->flow[1], "10.7.2.8 1030 10.7.1.5 53 17");
	assert_key(&r->flow[2], "10.7.2.9 0 10.7.1.10 0 0");
	assert_key(&r->flow[3], "10.7.2.9 0 10.7.1.11 0 1");
	assert_int_equal(r->flow[3].bytes, 336);
	assert_non_null(note_with(r, "`mls flow ip full`"));
	assert_int_equal(n_faults(r), 0);
	free(r);
}

static void mls_damage(void **state)
{
	(void)state;
	struct reading *r = reading_of_text("DstIP SrcIP Prot:SrcPort:DstPort Dst i/f:DstMAC\n"
					    "-----------\nPkts Bytes Age LastSeen\n-----------\n"
					    "6x.9.8.7 10.7.1.3 tcp:4652 :www Vl41 :0x0\n"
					    "2 96 12 10:03:11 L3 - Dynamic\n"
					    "61.9.8.8 10.7.1.3 tcp:4653 :www Vl41 :0x0\n"
					    "2 96 12 10:03:11 L3 - Dynamic\n");
	assert_int_equal(r->trouble.fault[FAULT_BAD_ROW].n, 1);
	assert_int_equal(r->n, 1);
	assert_key(&r->flow[0], "10.7.1.3 4653 61.9.8.8 80 6");
	free(r);
}

static void mls_headings_alone(void **state)
{
	(void)state;
	struct reading *r = reading_of_text(
		"6500-sup(enable)show mls ent Destination-IP Source-IP Prot DstPrt "
		"Router#show mls ip DstIP SrcIP Prot:SrcPort:DstPort Dst i/f:DstMAC");
	assert_int_equal(n_records(r), 0);
	assert_int_equal(n_faults(r), 0);
	assert_non_null(note_with(r, "0 rows (show mls entry)"));
	assert_non_null(note_with(r, "0 rows (show mls ip)"));
	free(r);
}

static void nexus(void **state)
{
	(void)state;
	struct reading *r = reading_of_file(SAMPLE("nexus"));
	assert_int_equal(r->trouble.records[KIND_FLOW_CACHE], 3);
	assert_key(&r->flow[0], "10.8.1.4 40001 61.4.4.4 445 6");
	assert_int_equal(r->flow[0].bytes, 96);
	assert_int_equal(r->flow[0].packets, 2);
	assert_int_equal(r->flow[0].tcp_flags, TCP_SYN);
	assert_key(&r->flow[1], "10.8.1.5 123 10.8.1.1 123 17");
	assert_key(&r->flow[2], "2001:db8::4 40002 2001:db8::9 80 6");
	assert_int_equal(n_faults(r), 0);
	free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accounting),
		cmocka_unit_test(accounting_keeps_out_of_other_tables),
		cmocka_unit_test(accounting_damage),
		cmocka_unit_test(mls_entry),
		cmocka_unit_test(mls_ip),
		cmocka_unit_test(mls_damage),
		cmocka_unit_test(mls_headings_alone),
		cmocka_unit_test(nexus),
	};
	return cmocka_run_group_tests_name("text_tables", tests, NULL, NULL);
}
