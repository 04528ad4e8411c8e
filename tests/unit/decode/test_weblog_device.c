// SPDX-License-Identifier: Apache-2.0
// Messages of access lists and alerts: each form that is documented, and what they are not.
#include "test_weblog.h"

enum {
	BASE = FLOW_HAS_PROTO | FLOW_HAS_PACKETS,
	PORTS = BASE | FLOW_HAS_PORTS,
	PERMITTED = FLOW_HAS_PROTO | FLOW_HAS_PORTS,
};

static void forms_of_access_lists(void **state)
{
	(void)state;
	static const struct {
		const char *line, *says;
		uint16_t has;
	} lines[] = {
		{ "Jul 10 16:07:14 cisco2621 %SEC-6-IPACCESSLOGP: list 102 denied tcp "
		  "10.0.6.56(3067) -> 172.36.4.7(139), 1 packet",
			"10.0.6.56:3067 172.36.4.7:139 6 1", PORTS | FLOW_DROPPED },
		{ "%SEC-6-IPACCESSLOGP: list 199 permitted tcp 10.0.40.16(3059) -> "
		  "10.0.4.101(1060), 2 packets",
			"10.0.40.16:3059 10.0.4.101:1060 6 0", PERMITTED },
		{ "<189>45: *Mar  1 00:12:34.567: %SEC-6-IPACCESSLOGP: list 101 denied udp "
		  "10.0.0.1(1028) (Ethernet0 0003.ffff.aaaa) -> 10.0.0.2(137), 12 packets",
			"10.0.0.1:1028 10.0.0.2:137 17 12", PORTS | FLOW_DROPPED },
		{ "%SEC-6-IPACCESSLOGDP: list 101 denied icmp 10.0.0.1 (Serial0 *HDLC*) -> "
		  "10.0.0.2 (8/0), 3 packets",
			"10.0.0.1:0 10.0.0.2:2048 1 3", PORTS | FLOW_DROPPED },
		{ "%SEC-6-IPACCESSLOGNP: list 101 denied 50 10.0.0.1 -> 10.0.0.2, 1 packet",
			"10.0.0.1:0 10.0.0.2:0 50 1", BASE | FLOW_DROPPED },
		{ "%SEC-6-IPACCESSLOGRP: list 101 denied igmp 10.0.0.1 -> 224.0.0.1, 4 packets",
			"10.0.0.1:0 224.0.0.1:0 2 4", BASE | FLOW_DROPPED },
		{ "%IPV6_ACL-6-ACCESSLOGP: list in/20 denied tcp 2001:db8::1(1234) -> "
		  "2001:db8::2(80), 1 packet",
			"2001:db8::1:1234 2001:db8::2:80 6 1", PORTS | FLOW_DROPPED },
		{ "%IPV6_ACL-6-ACCESSLOGDP: list in/20 denied icmpv6 2001:db8::1 -> 2001:db8::2 "
		  "(128/0), 1 packet",
			"2001:db8::1:0 2001:db8::2:32768 58 1", PORTS | FLOW_DROPPED },
		{ "Jul 10 2021 16:07:14 fw1 : %ASA-4-106023: Deny tcp src outside:10.0.0.1/1234 "
		  "dst inside:10.0.0.2/80 by access-group \"in\" [0x0, 0x0]",
			"10.0.0.1:1234 10.0.0.2:80 6 1", PORTS | FLOW_DROPPED | FLOW_HAS_TIME },
		{ "%ASA-4-106023: Deny icmp src outside:10.0.0.1 dst inside:10.0.0.2 (type 8, code "
		  "0) by access-group \"in\" [0x0, 0x0]",
			"10.0.0.1:0 10.0.0.2:2048 1 1", PORTS | FLOW_DROPPED },
		{ "%ASA-4-106023: Deny protocol 47 src outside:10.0.0.1 dst inside:10.0.0.2 by "
		  "access-group \"in\" [0x0, 0x0]",
			"10.0.0.1:0 10.0.0.2:0 47 1", BASE | FLOW_DROPPED },
		{ "%ASA-6-106100: access-list in denied tcp outside/10.0.0.1(1234) -> "
		  "inside/10.0.0.2(80) hit-cnt 5 300-second interval [0xc0, 0x0]",
			"10.0.0.1:1234 10.0.0.2:80 6 5", PORTS | FLOW_DROPPED },
		{ "%ASA-6-106100: access-list in permitted udp outside/10.0.0.1(1234) -> "
		  "inside/10.0.0.2(53) hit-cnt 1 first hit [0xc0, 0x0]",
			"10.0.0.1:1234 10.0.0.2:53 17 0", PERMITTED },
		{ "%SEC-6-IPACCESSLOGP: list 10.9.9.9 denied tcp 10.0.0.1(1) -> 10.0.0.2(2), 1 "
		  "packet",
			"10.0.0.1:1 10.0.0.2:2 6 1", PORTS | FLOW_DROPPED },
		{ "%SEC-6-IPACCESSLOGP: list deny permitted tcp 10.0.0.1(1) -> 10.0.0.2(2), 9 "
		  "packets",
			"10.0.0.1:1 10.0.0.2:2 6 0", PERMITTED },
		{ "%ACL-IPV4_ACL-6-IPACCESSLOGP : permit (10) deny tcp 10.0.0.1(1) -> 10.0.0.2(2), "
		  "1 "
		  "packet",
			"10.0.0.1:1 10.0.0.2:2 6 1", PORTS | FLOW_DROPPED },
		{ "2021 Jul 10 16:07:14 nx1 %ACLLOG-6-ACLLOG_FLOW_INTERVAL: Src IP: 10.0.0.1, Dst "
		  "IP: 10.0.0.2, Src Port: 1234, Dst Port: 445, Src Intf: Ethernet4/1, Protocol: "
		  "\"TCP\"(6), ACL Name: a, ACE Action: Deny, Appl Intf: Vlan1, Hit-count: 7",
			"10.0.0.1:1234 10.0.0.2:445 6 7", PORTS | FLOW_DROPPED },
	};
	for (size_t i = 0; i < countof(lines); i++) {
		struct log_reading *l = log_of(lines[i].line);
		assert_int_equal(l->n_flows, 1);
		assert_flow(&l->flow[0], lines[i].says, lines[i].has);
		assert_books(l, 1, 0, 0);
		assert_int_equal(l->trouble.records[KIND_ACL], 1);
		free(l);
	}
}

static void time_needs_a_year(void **state)
{
	(void)state;
#define DENIED "%SEC-6-IPACCESSLOGP: list 1 denied tcp 10.0.0.1(1) -> 10.0.0.2(2), 1 packet\n"
	static const struct {
		const char *line, *when;
	} lines[] = {
		{ "Jul 10 16:07:14 r1 " DENIED, "-" },
		{ "2001-08-09T00:11:57+02:00 r1 45: " DENIED, "2001-08-08T22:11:57Z" },
		{ "Aug  9 2001 00:11:57: " DENIED, "2001-08-09T00:11:57Z" },
		{ "Aug  9 00:11:57 r1 77: Aug  9 2001 00:11:57.125 UTC: " DENIED,
			"2001-08-09T00:11:57.125Z" },
		{ "<189>1 2001-08-09T00:11:57Z r1 - - - - " DENIED, "2001-08-09T00:11:57Z" },
		{ "*Mar  1 2002 00:00:57: " DENIED, "-" },
	};
	for (size_t i = 0; i < countof(lines); i++) {
		struct log_reading *l = log_of(lines[i].line);
		char when[TIME_TEXT_BYTES] = "-";
		assert_int_equal(l->n_flows, 1);
		if (l->flow[0].has & FLOW_HAS_TIME)
			time_format(l->flow[0].first_ms, when);
		assert_string_equal(when, lines[i].when);
		free(l);
	}
}

static void other_messages_and_damage(void **state)
{
	(void)state;
	struct log_reading *l = log_of(
		"Sep  1 10:24:59 r1 %SYS-5-CONFIG_I: Configured from console by console\n"
		"%SEC-6-IPACCESSLOGRL: access-list logging rate-limited or missed 12 packets\n"
		"%SEC-6-IPACCESSLOGS: list 1 denied 10.0.0.1 1 packet\n"
		"%SEC-6-IPACCESSLOGP: list 1 denied tcp 10.0.0.1(1) ->\n"
		"%SEC-6-IPACCESSLOGP: list 1 tcp 10.0.0.1(1) -> 10.0.0.2(1)\n"
		"%SEC-6-IPACCESSLOGP: list 1 denied tcp 10.0.0.1(99999) -> 10.0.0.2(1), 1 p\n"
		"100 % of it\n");
	assert_int_equal(l->n_flows, 0);
	assert_books(l, 3, 2, 2);
	free(l);
}

static void alerts(void **state)
{
	(void)state;
	assert_says("Sep  1 10:25:29 10.10.10.1 %IPS-4-SIGNATURE: Sig:5123 Subsig:2 Sev:5 WWW IIS "
		    "Internet Printing Overflow [192.168.100.11:60797 -> 10.10.10.10:80]",
		"192.168.100.11 > 10.10.10.10:80 -   ?  0");
}

static void denied_packets_inside_other_text(void **state)
{
	(void)state;
	struct log_reading *l = text_of(
		"Router#show logging\n"
		"Log Buffer (4096 bytes):\n\n" DENIED
		"%SYS-5-CONFIG_I: Configured from console\n" DENIED "Router#show ip cache flow\n");
	assert_int_equal(l->n_flows, 2);
	assert_int_equal(place_position(l->flow[1].at), 6);
	assert_books(l, 2, 0, 0);
	free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_of_access_lists),
		cmocka_unit_test(time_needs_a_year),
		cmocka_unit_test(other_messages_and_damage),
		cmocka_unit_test(alerts),
		cmocka_unit_test(denied_packets_inside_other_text),
	};
	return cmocka_run_group_tests_name("weblog_device", tests, NULL, NULL);
}
