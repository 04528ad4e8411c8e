// SPDX-License-Identifier: Apache-2.0
// Access lists as devices write and show them; what cannot be read is unknown, never permitted.
#include "unit/contain/site.h"

#include "contain/ace.h"
#include "contain/config.h"

static enum action ask(const char *text, const char *list, const char *packet)
{
	struct config c;
	struct err e = {};
	char src[64], dst[64];
	unsigned proto, sport, dport;
	assert_int_equal(sscanf(packet, "%63s %63s %u %u %u", src, dst, &proto, &sport, &dport), 5);
	if (!config_read((struct str){ text, strlen(text) }, &c, &e))
		fail_msg("%s", e.text);
	struct packet p = { site_addr(src), site_addr(dst), (uint8_t)proto, (uint16_t)sport,
		(uint16_t)dport, false };
	const struct acl *a = config_acl(&c, list, addr_is_v4(&p.src) ? FAMILY_4 : FAMILY_6);
	enum action action = acl_judge(a, &p);
	config_fini(&c);
	return action;
}

static void each_line_matches_what_it_says(void **state)
{
	(void)state;
	static const struct {
		const char *line, *packet;
		enum action action;
	} row[] = {
		{ "deny tcp any any eq www", "10.1.1.1 10.2.2.2 6 9 80", ACTION_DENY },
		{ "deny tcp any any eq www", "10.1.1.1 10.2.2.2 17 9 80", ACTION_PERMIT },
		{ "deny tcp host 10.1.1.1 any eq 80 log", "10.1.1.2 10.2.2.2 6 9 80",
			ACTION_PERMIT },
		{ "deny tcp 10.1.1.0 0.0.0.255 any range 135 139", "10.1.1.9 10.2.2.2 6 9 137",
			ACTION_DENY },
		{ "deny tcp 10.1.1.0/24 any gt 1023", "10.1.1.9 10.2.2.2 6 9 1024", ACTION_DENY },
		{ "deny tcp 10.1.1.0/24 any gt 1023", "10.1.1.9 10.2.2.2 6 9 1023", ACTION_PERMIT },
		{ "deny udp any lt 100 any", "10.1.1.9 10.2.2.2 17 99 9", ACTION_DENY },
		{ "deny tcp any any neq 80", "10.1.1.9 10.2.2.2 6 9 81", ACTION_DENY },
		{ "deny tcp any any neq 80", "10.1.1.9 10.2.2.2 6 9 80", ACTION_PERMIT },
		{ "deny tcp any any eq 80 443 8080", "10.1.1.9 10.2.2.2 6 9 8080", ACTION_DENY },
		{ "deny icmp any any echo", "10.1.1.9 10.2.2.2 1 0 2048", ACTION_DENY },
		{ "deny icmp any any echo", "10.1.1.9 10.2.2.2 1 0 0", ACTION_PERMIT },
		{ "deny icmp any any 3", "10.1.1.9 10.2.2.2 1 0 772", ACTION_DENY },
		{ "deny icmp any any administratively-prohibited", "10.1.1.9 10.2.2.2 1 0 781",
			ACTION_DENY },
		{ "deny icmp any any traceroute", "10.1.1.9 10.2.2.2 1 0 7680", ACTION_DENY },
		{ "deny tcp any any eq msrpc", "10.1.1.9 10.2.2.2 6 0 135", ACTION_DENY },
		{ "deny 89 any any", "10.1.1.9 10.2.2.2 89 0 0", ACTION_DENY },
		{ "deny ip any host 10.2.2.2 (12 matches)", "10.1.1.9 10.2.2.2 50 0 0",
			ACTION_DENY },
		{ "deny tcp any any established", "10.1.1.9 10.2.2.2 6 9 9", ACTION_PERMIT },
		{ "deny tcp any any eq 80 time-range night", "10.1.1.9 10.2.2.2 6 9 80",
			ACTION_UNKNOWN },
		{ "deny tcp any any eq 80 dscp ef", "10.1.1.9 10.2.2.2 6 9 443", ACTION_UNKNOWN },
		{ "deny tcp host 10.1.1.1 any fragments", "10.1.1.9 10.2.2.2 6 9 80",
			ACTION_PERMIT },
		{ "deny tcp host 10.1.1.1 any fragments", "10.1.1.1 10.2.2.2 6 9 80",
			ACTION_UNKNOWN },
		{ "deny tcp 10.0.1.0 0.255.0.255 any", "10.1.1.9 10.2.2.2 6 9 80", ACTION_UNKNOWN },
		{ "dney tcp any any eq 80", "10.1.1.9 10.2.2.2 6 9 80", ACTION_UNKNOWN },
		{ "permit object-group SERVERS any any", "10.1.1.9 10.2.2.2 6 9 80",
			ACTION_UNKNOWN },
		{ "evaluate RETURN", "10.1.1.9 10.2.2.2 6 9 80", ACTION_UNKNOWN },
		{ "deny tcp any any eq telnte", "10.1.1.9 10.2.2.2 6 9 23", ACTION_UNKNOWN },
		{ "deny tcp any any range 9 1", "10.1.1.9 10.2.2.2 6 9 5", ACTION_UNKNOWN },
	};
	for (size_t i = 0; i < countof(row); i++) {
		char text[256];
		snprintf(text, sizeof text,
			"ip access-list extended A\n 10 %s\n 20 permit ip any any\n!\n",
			row[i].line);
		if (ask(text, "A", row[i].packet) != row[i].action)
			fail_msg("%s: %s", row[i].line, row[i].packet);
	}
}

static void lists_are_read_from_many_mouths(void **state)
{
	(void)state;
	static const struct {
		const char *text, *list;
	} row[] = {
		{ "access-list 101 deny tcp any any eq 80\naccess-list 101 permit ip any any\n",
			"101" },
		{ "Extended IP access list EDGE\n    10 deny tcp any any eq www (7 matches)\n"
		  "    20 permit ip any any\n",
			"EDGE" },
		{ "IP access list EDGE\n        statistics per-entry\n"
		  "        10 deny tcp any any eq 80 [match=12]\n        20 permit ip any any\n",
			"EDGE" },
		{ "ip access-list EDGE\n  10 deny tcp any any eq 80\n  20 permit ip any any\n",
			"EDGE" },
		{ "set security acl ip EDGE deny tcp any any eq 80\n"
		  "set security acl ip EDGE permit ip any any\ncommit security acl EDGE\n",
			"EDGE" },
		{ "Console> (enable) show security acl info EDGE\nset security acl ip EDGE\n"
		  "---------------------------------------------------\narp permit\n"
		  "1. deny tcp any any eq 80\n2. permit ip any any\nConsole> (enable)\n",
			"EDGE" },
		{ "deny tcp any any eq 80\npermit ip any any\n", "(without a name)" },
		{ "ip access-list extended EDGE\r\n deny tcp any any eq 80\r\n permit ip any "
		  "any\r\n",
			"EDGE" },
		{ "access-list 7 deny   10.1.1.9\naccess-list 7 permit any\n", "7" },
		{ "Standard IP access list 7\n    10 deny   10.1.1.0, wildcard bits 0.0.0.255 (3 "
		  "matches)\n"
		  "    20 permit any\n",
			"7" },
	};
	for (size_t i = 0; i < countof(row); i++) {
		assert_int_equal(
			ask(row[i].text, row[i].list, "10.1.1.9 10.2.2.2 6 9 80"), ACTION_DENY);
		assert_int_equal(
			ask(row[i].text, row[i].list, "10.7.7.9 10.2.2.2 6 9 25"), ACTION_PERMIT);
	}
	static const char six[] = "IPv6 access list V6\n"
				  "    deny tcp any any eq www (2 matches) sequence 10\n"
				  "    permit ipv6 any any sequence 20\n";
	assert_int_equal(ask(six, "V6", "2001:db8::1 2001:db8::2 6 9 80"), ACTION_DENY);
	assert_int_equal(ask(six, "V6", "2001:db8::1 2001:db8::2 6 9 81"), ACTION_PERMIT);
	static const char messages[] =
		"IPv6 access list V6\n"
		"    permit icmp any any nd-ns sequence 10\n"
		"    permit icmp any any mld-report sequence 20\n"
		"    permit icmp any any destination-unreachable sequence 30\n"
		"    deny ipv6 any any (2 matches) sequence 40\n";
	assert_int_equal(ask(messages, "V6", "2001:db8::1 2001:db8::2 58 0 34560"), ACTION_PERMIT);
	assert_int_equal(ask(messages, "V6", "2001:db8::1 2001:db8::2 58 0 33536"), ACTION_PERMIT);
	assert_int_equal(ask(messages, "V6", "2001:db8::1 2001:db8::2 58 0 259"), ACTION_PERMIT);
	assert_int_equal(ask(messages, "V6", "2001:db8::1 2001:db8::2 58 0 260"), ACTION_DENY);
}

static void a_list_that_is_not_there_or_taken_away_filters_nothing(void **state)
{
	(void)state;
	static const char text[] = "ip access-list extended A\n deny ip any any\n"
				   "no ip access-list extended A\n";
	assert_int_equal(ask(text, "A", "10.1.1.1 10.2.2.2 6 9 80"), ACTION_PERMIT);
	assert_int_equal(ask("", "A", "10.1.1.1 10.2.2.2 6 9 80"), ACTION_PERMIT);
}

static void deleting_or_garbling_a_line_never_makes_unknown_a_permit(void **state)
{
	(void)state;
	static const char text[] = "ip access-list extended A\ndeny tcp any any eq 80\n"
				   "deny tcp any any eq 443\npermit ip any any\n";
	for (size_t i = sizeof "ip access-list extended A\n" - 1; i < sizeof text - 1; i++) {
		char bad[sizeof text];
		memcpy(bad, text, sizeof text);
		if (bad[i] == '\n' || bad[i] == ' ')
			continue;
		bad[i] = '~';
		// whatever line was hit, the other two still do what they say, or the hit one is unknown
		enum action web = ask(bad, "A", "10.1.1.1 10.2.2.2 6 9 80");
		enum action tls = ask(bad, "A", "10.1.1.1 10.2.2.2 6 9 443");
		if (web == ACTION_PERMIT || tls == ACTION_PERMIT)
			fail_msg("permits by a line that cannot be read: %s", bad);
	}
}

static void bindings_follow_the_interface(void **state)
{
	(void)state;
	static const char text[] =
		"interface Gi0/1\n ip address 10.0.0.1 255.0.0.0\n"
		" ip access-group A in\n ipv6 traffic-filter B out\n!\n"
		"interface Gi0/2\n ip access-group C in\n no ip access-group C in\n";
	struct config c;
	struct err e = {};
	assert_true(config_read((struct str){ text, sizeof text - 1 }, &c, &e));
	assert_int_equal(c.n_bindings, 2);
	assert_string_equal(config_binding(&c, "Gi0/1", FAMILY_4, false)->list, "A");
	assert_string_equal(config_binding(&c, "Gi0/1", FAMILY_6, true)->list, "B");
	assert_null(config_binding(&c, "Gi0/2", FAMILY_4, false));
	config_fini(&c);
	static const char catos[] = "set security acl ip A permit ip any any\n"
				    "set security acl map A 10,20-22, 4094-5000\n"
				    "set security acl map B 21\n";
	assert_true(config_read((struct str){ catos, sizeof catos - 1 }, &c, &e));
	assert_int_equal(c.n_bindings, 5);
	assert_string_equal(config_binding(&c, "22", FAMILY_4, false)->list, "A");
	assert_string_equal(config_binding(&c, "21", FAMILY_4, false)->list, "B");
	assert_string_equal(config_binding(&c, "4094", FAMILY_4, false)->list, "A");
	assert_null(config_binding(&c, "11", FAMILY_4, false));
	config_fini(&c);
}

static void what_is_written_is_read_as_it_was(void **state)
{
	(void)state;
	struct dice d = { 61 };
	static const uint8_t protos[] = { 6, 17, 1, 50, 89, 132 };
	for (int i = 0; i < 20000; i++) {
		struct box b = box_any();
		unsigned proto = protos[dice_below(&d, countof(protos))];
		unsigned bits = dice_below(&d, 33);
		uint32_t at = (uint32_t)dice_u64(&d) & (bits ? UINT32_MAX << (32 - bits) : 0);
		struct prefix p = { addr_v4(at), (uint8_t)(96 + bits) };
		b.of[DIM_SRC] = prefix_span(&p);
		b.of[DIM_DST] = family_span(FAMILY_4);
		b.of[DIM_PROTO] = (struct range){ proto, proto };
		if (proto == 6 || proto == 17 || proto == 132) {
			unsigned lo = dice_below(&d, 65536);
			b.of[DIM_DPORT] = (struct range){ lo, lo + dice_below(&d, 65536 - lo) };
		}
		b.of[DIM_STATE].lo = proto == 6 && dice_below(&d, 2);
		enum ace_dialect dialect = dice_below(&d, 2) ? ACE_IOS : ACE_NXOS;
		char *text = NULL;
		size_t len;
		FILE *out = open_memstream(&text, &len);
		fputs("deny", out);
		assert_true(ace_write(&b, FAMILY_4, dialect, out));
		fclose(out);
		struct ace *ace = malloc(sizeof *ace);
		ace_parse((struct str){ text, len }, FAMILY_4, false, ace);
		if (ace->action != ACTION_DENY || ace->n != 1 || memcmp(&ace->box[0], &b, sizeof b))
			fail_msg("%s", text);
		free(ace);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_matches_what_it_says),
		cmocka_unit_test(lists_are_read_from_many_mouths),
		cmocka_unit_test(a_list_that_is_not_there_or_taken_away_filters_nothing),
		cmocka_unit_test(deleting_or_garbling_a_line_never_makes_unknown_a_permit),
		cmocka_unit_test(bindings_follow_the_interface),
		cmocka_unit_test(what_is_written_is_read_as_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
