// SPDX-License-Identifier: Apache-2.0
// Plans on a telephony site: what stays up, and what each text does when it is applied line by line.
#include "unit/contain/site.h"

#include "contain/check.h"
#include "contain/config.h"
#include "contain/procurve.h"
#include "contain/replay.h"
#include "contain/target.h"

static enum action fate(const struct site *s, const char *src, const char *dst, uint8_t proto,
	uint16_t sport, uint16_t dport)
{
	struct packet p = { site_addr(src), site_addr(dst), proto, sport, dport, false };
	return policy_judge(&s->compiled.policy, &p, NULL);
}

static void an_infected_publisher_keeps_its_telephones_and_loses_its_scan(void **state)
{
	(void)state;
	struct site s;
	site_init(&s);
	static const char *const worm[] = { "tcp/80", "tcp/445", "udp/1434", "tcp/135" };
	for (size_t i = 0; i < countof(worm); i++)
		site_put(&s, "10.1.1.10", worm[i]);
	site_compile(&s);
	const char *cm = "10.1.1.10", *phone = "10.20.3.4";
	assert_int_equal(fate(&s, cm, "198.51.100.7", 6, 1111, 80), ACTION_DENY);
	assert_int_equal(fate(&s, cm, "10.30.1.1", 6, 1111, 80), ACTION_DENY);
	assert_int_equal(fate(&s, cm, "10.30.1.1", 17, 1111, 1434), ACTION_DENY);
	assert_int_equal(fate(&s, cm, phone, 6, 1111, 80), ACTION_DENY); // phones die of it
	assert_int_equal(fate(&s, cm, phone, 6, 2000, 50000), ACTION_PERMIT);
	assert_int_equal(fate(&s, phone, cm, 6, 50000, 2000), ACTION_PERMIT);
	assert_int_equal(fate(&s, phone, cm, 17, 50000, 69), ACTION_PERMIT);
	assert_int_equal(fate(&s, cm, phone, 17, 20000, 17000), ACTION_PERMIT);
	assert_int_equal(fate(&s, cm, "10.1.1.11", 6, 1111, 445), ACTION_PERMIT); // the cluster
	assert_int_equal(fate(&s, cm, "10.1.1.11", 17, 1111, 1434), ACTION_PERMIT);
	assert_int_equal(fate(&s, cm, "10.1.1.11", 6, 1111, 80), ACTION_DENY);
	site_fini(&s);
}

static void a_million_packets_break_no_protection(void **state)
{
	(void)state;
	struct dice d = { 21 };
	struct site s;
	site_init(&s);
	static const char *const hosts[] = { "10.1.1.10", "10.20.3.4", "10.1.1.12", "10.30.0.0/24",
		"10.1.0.53", "10.44.1.9" };
	static const char *const ports[] = { "tcp/80", "udp/1434", "tcp/445", "udp/69", "any",
		"icmp echo" };
	for (size_t i = 0; i < countof(hosts); i++)
		site_put(&s, hosts[i], ports[i]);
	site_put(&s, "10.1.1.10", "any");
	site_compile(&s);
	struct proof proof;
	struct err e = {};
	assert_true(check_protection(&s.compiled.policy, &s.protection, FAMILY_4, &proof, &e));
	assert_true(check_protection(&s.compiled.policy, &s.protection, FAMILY_6, &proof, &e));
	size_t n_protected = 0, n_denied = 0;
	for (int i = 0; i < 1000000; i++) {
		struct packet p = site_any_packet(&d, &s.plan);
		enum action a = policy_judge(&s.compiled.policy, &p, NULL);
		bool is_protected = site_protects(&s.protection, &p);
		n_protected += is_protected;
		n_denied += a == ACTION_DENY;
		if (is_protected && a != ACTION_PERMIT)
			fail_msg("a protected packet is denied");
	}
	print_message("# %zu protected, %zu denied of 1,000,000\n", n_protected, n_denied);
	assert_true(n_protected > 10000 && n_denied > 10000);
	site_fini(&s);
}

static void one_broad_rule_is_caught(void **state)
{
	(void)state;
	struct site s;
	site_init(&s);
	site_put(&s, "10.30.1.1", "tcp/80");
	site_compile(&s);
	struct rule r = { .box = box_any(), .action = ACTION_DENY };
	r.box.of[DIM_PROTO] = (struct range){ 6, 6 };
	r.box.of[DIM_DPORT] = (struct range){ 2000, 2000 };
	struct proof proof;
	struct err e = {};
	assert_true(policy_put(&s.compiled.policy, &r, &e) && policy_index(&s.compiled.policy, &e));
	assert_false(check_protection(&s.compiled.policy, &s.protection, FAMILY_4, &proof, &e));
	assert_true(proof.n_breaches > 0);
	assert_string_equal(
		shield_key(&s.protection, &s.protection.shield[proof.breach[0].shield]), "sccp");
	site_fini(&s);
}

/* The text of a plan for a target; free it. */
static char *text_of(const struct site *s, const struct target *t, const struct device *device)
{
	char *text = NULL;
	size_t len;
	struct err e = {};
	struct writing w = { .plan = &s->plan,
		.compiled = &s->compiled,
		.protection = &s->protection,
		.device = device,
		.out = open_memstream(&text, &len) };
	bool ok = target_write(t, &w, &e);
	fclose(w.out);
	if (!ok)
		fail_msg("%s: %s", t->name, e.text);
	return text;
}

static void site_fill(struct site *s, struct dice *d, bool has_6)
{
	static const char *const ports[] = { "tcp/80", "udp/1434", "tcp/445", "udp/69", "tcp/135",
		"icmp echo", "any", "protocol 50" };
	site_init(s);
	for (int i = 0; i < 20; i++) {
		char host[ADDR_TEXT_BYTES];
		struct addr a = site_any_addr(d, &s->plan);
		if (addr_is_multicast(&a))
			continue;
		if (has_6 && dice_below(d, 3) == 0)
			snprintf(host, sizeof host, "2001:db8::%x", 1 + dice_below(d, 9));
		else
			addr_format(&a, host);
		site_put(s, host, ports[dice_below(d, countof(ports))]);
	}
	site_compile(s);
	assert_true(s->compiled.cover.is_feasible);
}

static void every_list_judges_packets_as_the_plan_does(void **state)
{
	(void)state;
	static const struct target *const lists[] = { &ios_acl_target, &nxos_acl_target,
		&catos_vacl_target };
	struct dice d = { 31 };
	struct device device = { .vlan = 20 };
	for (int round = 0; round < 10; round++) {
		struct site s;
		site_fill(&s, &d, false);
		struct policy narrow;
		struct err e = {};
		assert_true(policy_narrow(&s.compiled, &narrow, &e));
		struct config c[countof(lists)];
		char *text[countof(lists)];
		for (size_t t = 0; t < countof(lists); t++) {
			text[t] = text_of(&s, lists[t], &device);
			if (!config_read((struct str){ text[t], strlen(text[t]) }, &c[t], &e))
				fail_msg("%s", e.text);
			if (c[t].n_unknown)
				fail_msg("line %u is not understood in:\n%s", c[t].first_unknown,
					text[t]);
			assert_int_equal(c[t].n_acls, 1);
		}
		for (int i = 0; i < 10000; i++) {
			struct packet p = site_any_packet(&d, &s.plan);
			enum action want = policy_judge(&s.compiled.policy, &p, NULL);
			assert_int_equal(policy_judge(&narrow, &p, NULL), want); // FlowSpec
			for (size_t t = 0; t < countof(lists); t++)
				assert_int_equal(acl_judge(&c[t].acl[0], &p), want);
		}
		for (size_t t = 0; t < countof(lists); t++) {
			config_fini(&c[t]);
			free(text[t]);
		}
		policy_fini(&narrow);
		site_fini(&s);
	}
}

/* A filter of connection rates, that its text names whom it should; and that each line of it is needed. */
static void the_filter_of_procurve_names_whom_it_should(void **state)
{
	(void)state;
	struct dice d = { 33 };
	struct device device = { .vlan = 20, .interface = { "A1-A24", "B1" }, .n_interfaces = 2 };
	for (int round = 0; round < 10; round++) {
		struct site s;
		struct policy effect;
		struct throttle t;
		struct err e = {};
		site_fill(&s, &d, false);
		char *text = text_of(&s, &procurve_target, &device);
		assert_true(procurve_target.effect(&s.compiled, &effect, &e));
		assert_true(throttle_read((struct str){ text, strlen(text) }, &t, &e));
		assert_true(t.is_on && t.is_bound && t.n_unread == 0 && t.vlan == 20);
		assert_true(throttle_blocks(&t, "A1-A24") && throttle_blocks(&t, "B1"));
		assert_false(throttle_blocks(&t, "A1") || throttle_blocks(&t, "B2"));
		for (int i = 0; i < 10000; i++) {
			struct packet p = site_any_packet(&d, &s.plan);
			if (addr_is_v4(&p.src) && addr_is_v4(&p.dst))
				assert_int_equal(policy_judge(&t.policy, &p, NULL),
					policy_judge(&effect, &p, NULL));
		}
		throttle_fini(&t);
		policy_fini(&effect);
		free(text);
		site_fini(&s);
	}
}

/* Lines that a text can be without: comments, and what leads in and out. */
static bool is_idle(const char *line)
{
	static const char *const idle[] = { ";", "#", "configure", "exit", "   exit" };
	for (size_t i = 0; i < countof(idle); i++)
		if (!strncmp(line, idle[i], strlen(idle[i])))
			return true;
	return false;
}

static void without_a_line_the_text_does_not_read_back(void **state)
{
	(void)state;
	static const struct target *const each[] = { &procurve_target, &catos_vacl_target };
	struct device device = { .vlan = 20, .interface = { "A1-A24" }, .n_interfaces = 1 };
	size_t n_lines = 0;
	for (size_t t = 0; t < countof(each); t++) {
		struct site s;
		struct err e = {};
		site_init(&s);
		site_put(&s, "10.30.1.1", "any");
		site_put(&s, "10.30.1.7", "any");
		site_compile(&s);
		char *text = text_of(&s, each[t], &device);
		struct writing w = { .plan = &s.plan,
			.compiled = &s.compiled,
			.protection = &s.protection,
			.device = &device };
		writing_name(&w);
		if (!each[t]->read_back(&w, (struct str){ text, strlen(text) }, &e))
			fail_msg("%s: %s", each[t]->name, e.text);
		for (char *line = text, *end; *line; line = end + 1) {
			char *without;
			end = strchr(line, '\n');
			// lines of the list are for config_read, which every_list_judges... has
			if (is_idle(line) || !strncmp(line, "set security acl ip", 19))
				continue;
			assert_true(asprintf(&without, "%.*s%s", (int)(line - text), text,
					    end + 1) > 0);
			if (each[t]->read_back(&w, (struct str){ without, strlen(without) }, &e))
				fail_msg("%s: without '%.*s' it is the same", each[t]->name,
					(int)(end - line), line);
			n_lines++;
			free(without);
		}
		free(text);
		site_fini(&s);
	}
	assert_int_equal(n_lines, 9);
}

/* ICMPv6 from a host of IPv4 is no packet: nothing protects it, and no list has to. */
static void a_host_of_ipv4_that_is_stopped_as_a_whole_asks_for_no_icmpv6(void **state)
{
	(void)state;
	struct site s;
	site_init(&s);
	site_put(&s, "10.30.4.88", "any");
	site_compile(&s);
	assert_true(s.compiled.n_permits > 10);
	for (size_t i = 0; i < s.compiled.n_permits; i++)
		assert_int_not_equal(s.compiled.policy.rule[i].box.of[DIM_PROTO].lo, PROTO_ICMP6);
	site_fini(&s);
}

static struct addr any_addr_6(struct dice *d)
{
	char text[ADDR_TEXT_BYTES];
	snprintf(text, sizeof text, "2001:db8::%x", dice_below(d, 12));
	return site_addr(dice_below(d, 6) ? text : "2001:db8:ffff::1");
}

static struct packet any_packet_6(struct dice *d)
{
	static const uint8_t protos[] = { PROTO_TCP, PROTO_TCP, PROTO_UDP, PROTO_UDP, PROTO_ICMP6,
		50, 89 };
	struct packet p = { .src = any_addr_6(d),
		.dst = any_addr_6(d),
		.proto = protos[dice_below(d, countof(protos))] };
	if (p.proto == PROTO_TCP || p.proto == PROTO_UDP) {
		p.sport = site_any_port(d);
		p.dport = site_any_port(d);
		p.is_established = p.proto == PROTO_TCP && dice_below(d, 2);
	} else if (p.proto == PROTO_ICMP6) {
		p.dport = (uint16_t)(dice_below(d, 150) << 8);
	}
	return p;
}

static void every_list_judges_packets_of_ipv6_as_the_plan_does(void **state)
{
	(void)state;
	static const struct target *const lists[] = { &ios_acl_target, &nxos_acl_target };
	struct dice d = { 32 };
	struct device device = {};
	size_t n_denied = 0;
	for (int round = 0; round < 10; round++) {
		struct site s;
		struct policy narrow;
		struct err e = {};
		struct config c[countof(lists)];
		const struct acl *acl[countof(lists)];
		char *text[countof(lists)];
		site_fill(&s, &d, true);
		assert_true(policy_narrow(&s.compiled, &narrow, &e));
		for (size_t t = 0; t < countof(lists); t++) {
			text[t] = text_of(&s, lists[t], &device);
			assert_true(
				config_read((struct str){ text[t], strlen(text[t]) }, &c[t], &e));
			if (c[t].n_unknown)
				fail_msg("line %u is not understood in:\n%s", c[t].first_unknown,
					text[t]);
			acl[t] = NULL;
			for (size_t i = 0; i < c[t].n_acls; i++)
				if (c[t].acl[i].family == FAMILY_6)
					acl[t] = &c[t].acl[i];
			assert_non_null(acl[t]);
		}
		for (int i = 0; i < 10000; i++) {
			struct packet p = any_packet_6(&d);
			enum action want = policy_judge(&s.compiled.policy, &p, NULL);
			n_denied += want == ACTION_DENY;
			assert_int_equal(policy_judge(&narrow, &p, NULL), want); // FlowSpec
			for (size_t t = 0; t < countof(lists); t++)
				if (acl_judge(acl[t], &p) != want)
					fail_msg("%s: %u %u %u\n%s", lists[t]->name, p.proto,
						p.sport, p.dport, text[t]);
		}
		for (size_t t = 0; t < countof(lists); t++) {
			config_fini(&c[t]);
			free(text[t]);
		}
		policy_fini(&narrow);
		site_fini(&s);
	}
	print_message("# IPv6: %zu denied of 100,000\n", n_denied);
	assert_true(n_denied > 1000);
}

/* What a router does with the first lines of a text, at an interface that had a list before. */
static void applied_in_part(const struct site *s, struct str text, struct dice *d)
{
	struct config c;
	struct err e = {};
	assert_true(config_read(text, &c, &e));
	const struct binding *b = config_binding(&c, "Vlan20", FAMILY_4, false);
	assert_non_null(b); // there is no moment without a filter
	const struct acl *a = config_acl(&c, b->list, FAMILY_4);
	assert_non_null(a);
	assert_true(a->policy.n > 0);
	for (int i = 0; i < 200; i++) {
		struct packet p = site_any_packet(d, &s->plan);
		if (addr_is_v4(&p.src) && addr_is_v4(&p.dst) && site_protects(&s->protection, &p))
			assert_int_equal(acl_judge(a, &p), ACTION_PERMIT);
	}
	config_fini(&c);
}

static void no_line_of_an_ios_text_denies_what_is_protected(void **state)
{
	(void)state;
	static const char before[] =
		"ip access-list extended EDGE\n deny udp any host 10.200.0.1 eq 7\n"
		" permit ip any any\ninterface Vlan20\n ip access-group EDGE in\n";
	struct device device = { .interface = { "Vlan20" }, .n_interfaces = 1, .old_list = "EDGE" };
	struct dice d = { 41 };
	for (int round = 0; round < 3; round++) {
		struct site s;
		site_fill(&s, &d, true);
		char *ours = text_of(&s, &ios_acl_target, &device), *all;
		assert_true(asprintf(&all, "%s%s", before, ours) > 0);
		assert_null(strstr(ours, "\nno ip access-list")); // the way back stays
		assert_null(strstr(ours, " log"));
		for (size_t n = sizeof before - 1; all[n]; n++)
			if (all[n] == '\n')
				applied_in_part(&s, (struct str){ all, n + 1 }, &d);
		free(ours);
		free(all);
		site_fini(&s);
	}
}

static void the_order_of_what_comes_in_changes_no_byte(void **state)
{
	(void)state;
	struct dice d = { 51 };
	struct device device = { .interface = { "Vlan20" }, .n_interfaces = 1 };
	static const char *const hosts[] = { "10.30.0.1", "10.30.0.9", "10.1.1.10", "10.20.7.7" };
	char *first[32] = {};
	for (int round = 0; round < 6; round++) {
		struct site s;
		uint8_t order[countof(hosts)] = { 0, 1, 2, 3 };
		site_init(&s);
		for (uint32_t i = countof(hosts) - 1; i > 0; i--) {
			uint32_t k = dice_below(&d, i + 1);
			uint8_t swap = order[i];
			order[i] = order[k];
			order[k] = swap;
		}
		for (size_t i = 0; i < countof(hosts); i++) {
			site_put(&s, hosts[order[i]], "tcp/80");
			site_put(&s, hosts[order[i]], "tcp/445");
			site_put(&s, hosts[order[0]], "tcp/445"); // twice is once
		}
		site_compile(&s);
		for (size_t t = 0; t < n_targets; t++) {
			char *text = text_of(&s, targets[t], &device);
			if (!first[t])
				first[t] = text;
			assert_string_equal(text, first[t]);
			if (text != first[t])
				free(text);
		}
		site_fini(&s);
	}
	for (size_t t = 0; t < n_targets; t++)
		free(first[t]);
}

static void a_host_of_whom_all_is_protected_is_told(void **state)
{
	(void)state;
	struct site s;
	site_init(&s);
	site_put(&s, "10.30.0.1", "protocol 89");
	site_compile(&s);
	assert_int_equal(s.compiled.n_empty, 1);
	site_fini(&s);
}

static void nothing_wider_than_the_floor_is_a_host(void **state)
{
	(void)state;
	struct site s;
	struct limits limits = { .max_rules = 10, .floor = { 24, 64 } };
	struct err e = {};
	static const char *const wide[] = { "10.0.0.0/8", "0.0.0.0/0", "::/0", "2001:db8::/63" };
	for (size_t i = 0; i < countof(wide); i++) {
		site_init(&s);
		site_put(&s, wide[i], "tcp/80");
		assert_false(plan_compile(&s.plan, &s.protection, &limits, &s.compiled, &e));
		site_fini(&s);
	}
}

/* Whatever the findings and the budget, prefixes stay above the floor and never take in who types. */
static void no_budget_makes_a_prefix_below_the_floor_or_of_the_operator(void **state)
{
	(void)state;
	struct dice d = { 41 };
	size_t n_joined = 0, n_feasible = 0;
	for (int round = 0; round < 400; round++) {
		struct site s;
		struct err e = {};
		struct limits limits = { .max_rules = 1 + dice_below(&d, 30),
			.max_collateral = dice_below(&d, 2) ? UINT32_MAX : dice_below(&d, 2000),
			.floor = { 24, 64 } };
		struct addr operator= addr_v4(0x0a2c0000 | dice_below(&d, 1 << 12));
		site_init(&s);
		protection_fini(&s.protection);
		assert_true(
			protection_init(&s.protection, s.services, s.inventory, &operator, & e));
		for (uint32_t i = dice_below(&d, 200); i > 0; i--) {
			char host[ADDR_TEXT_BYTES];
			struct addr a = addr_v4(0x0a2c0000 | dice_below(&d, 1 << 12));
			if (!addr_eq(&a, &operator))
				site_put(&s, addr_format(&a, host), "tcp/445");
		}
		plan_settle(&s.plan);
		assert_true(plan_compile(&s.plan, &s.protection, &limits, &s.compiled, &e));
		n_feasible += s.compiled.cover.is_feasible;
		for (size_t i = s.compiled.n_permits; i < s.compiled.policy.n; i++) {
			struct prefix host;
			assert_true(span_prefix(&s.compiled.policy.rule[i].box.of[DIM_SRC], &host));
			assert_true(host.bits >= 96 + 24);
			assert_false(prefix_has(&host, &operator));
			n_joined += host.bits < 128;
		}
		site_fini(&s);
	}
	print_message("# %zu of 400 feasible, %zu prefixes\n", n_feasible, n_joined);
	assert_true(n_joined > 1000 && n_feasible > 100);
}

static void a_rule_that_is_missing_is_found_by_the_flows(void **state)
{
	(void)state;
	struct site s;
	site_init(&s);
	site_put(&s, "10.30.0.1", "tcp/80");
	site_put(&s, "10.1.1.10", "tcp/445");
	site_compile(&s);
	struct policy wanted;
	struct err e = {};
	assert_true(plan_wanted(&s.plan, &wanted, &e));
	struct flow flow[] = {
		{ .src = site_addr("10.30.0.1"), .dst_port = 80 },
		{ .src = site_addr("10.30.0.1"), .dst_port = 25 },
		{ .src = site_addr("10.30.0.2"), .dst_port = 80 },
		{ .src = site_addr("10.1.1.10"), .dst_port = 445 },
	};
	const enum fate want[] = { FATE_STOPPED, FATE_UNTOUCHED, FATE_UNTOUCHED, FATE_KEPT };
	struct replay r = {
		.wanted = &wanted, .policy = &s.compiled.policy, .n_permits = s.compiled.n_permits
	};
	for (size_t i = 0; i < countof(flow); i++) {
		flow[i].has = FLOW_HAS_PROTO | FLOW_HAS_PORTS;
		flow[i].proto = PROTO_TCP;
		flow[i].dst = site_addr("10.1.1.11");
		assert_int_equal(replay_fate(&r, &flow[i]), want[i]);
	}
	s.compiled.policy.rule[s.compiled.n_permits].box.of[DIM_DPORT].lo = 81;
	s.compiled.policy.rule[s.compiled.n_permits].box.of[DIM_DPORT].hi = 81;
	struct rule broad = { .box = box_any(), .action = ACTION_DENY };
	broad.box.of[DIM_DPORT] = (struct range){ 25, 25 };
	assert_true(policy_put(&s.compiled.policy, &broad, &e));
	assert_true(policy_index(&s.compiled.policy, &e));
	assert_int_equal(replay_fate(&r, &flow[0]), FATE_MISSED);
	assert_int_equal(replay_fate(&r, &flow[1]), FATE_INNOCENT);
	flow[0].has = FLOW_HAS_PROTO;
	assert_int_equal(replay_fate(&r, &flow[0]), FATE_UNKNOWN);
	policy_fini(&wanted);
	site_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_infected_publisher_keeps_its_telephones_and_loses_its_scan),
		cmocka_unit_test(a_million_packets_break_no_protection),
		cmocka_unit_test(one_broad_rule_is_caught),
		cmocka_unit_test(every_list_judges_packets_as_the_plan_does),
		cmocka_unit_test(the_filter_of_procurve_names_whom_it_should),
		cmocka_unit_test(without_a_line_the_text_does_not_read_back),
		cmocka_unit_test(a_host_of_ipv4_that_is_stopped_as_a_whole_asks_for_no_icmpv6),
		cmocka_unit_test(every_list_judges_packets_of_ipv6_as_the_plan_does),
		cmocka_unit_test(no_line_of_an_ios_text_denies_what_is_protected),
		cmocka_unit_test(the_order_of_what_comes_in_changes_no_byte),
		cmocka_unit_test(a_host_of_whom_all_is_protected_is_told),
		cmocka_unit_test(nothing_wider_than_the_floor_is_a_host),
		cmocka_unit_test(no_budget_makes_a_prefix_below_the_floor_or_of_the_operator),
		cmocka_unit_test(a_rule_that_is_missing_is_found_by_the_flows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
