// SPDX-License-Identifier: Apache-2.0
// What an inventory answers, and the exact words of what it refuses.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "model/inventory.h"

#include "base/day.h"

static struct addr addr_of(const char *text)
{
	struct addr a = {};
	if (!addr_parse((struct str){ text, strlen(text) }, &a))
		fail_msg("%s is an address", text);
	return a;
}

static struct inventory *inventory_of(struct str text)
{
	struct err e = {};
	struct inventory *inv = inventory_parse(text, "f", &e);
	if (!inv)
		fail_msg("%s", e.text);
	return inv;
}

static void no_inventory_knows_nothing(void **state)
{
	(void)state;
	struct inventory *const none[] = { NULL, inventory_of(STR("")),
		inventory_of(STR("networks: []\nassigned: []\ndark: []\nroles: []\n"
				 "declared-scanners: []\nsampling: []\n")) };
	struct addr a = addr_v4(1);
	for (size_t i = 0; i < countof(none); i++) {
		struct scanner_iter it = { .inventory = none[i] };
		assert_false(inventory_has_networks(none[i]));
		assert_int_equal(inventory_own(none[i], &a), OWN_UNKNOWN);
		assert_false(inventory_is_dark(none[i], &a));
		assert_int_equal(inventory_role(none[i], &a), ROLE_NONE);
		assert_null(inventory_scanner(none[i], &a, 0));
		assert_int_equal(inventory_sampling(none[i], &a), 0);
		assert_null(scanner_next(&it));
		inventory_free(none[i]);
	}
}

static void own_and_dark(void **state)
{
	(void)state;
	struct inventory *inv =
		inventory_of(STR("networks: [10.0.0.0/8, 2001:db8::/32]\n"
				 "assigned: [10.1.0.0/16, 10.3.3.0/24]\n"
				 "dark: [10.1.7.0/24, 10.3.0.0/16, 172.16.0.0/12]\n"));
	static const struct {
		const char *text;
		enum own own;
		bool is_dark;
	} rows[] = {
		{ "10.1.0.0", OWN_YES, false },
		{ "10.1.255.255", OWN_YES, false },
		{ "10.1.7.9", OWN_YES, true },  // dark inside assigned
		{ "10.3.3.9", OWN_YES, false }, // assigned inside dark
		{ "10.3.4.9", OWN_YES, true },
		{ "10.2.0.0", OWN_YES, true }, // not assigned
		{ "2001:db8::1", OWN_YES, true },
		{ "172.16.0.1", OWN_NO, true },
		{ "9.255.255.255", OWN_NO, false },
		{ "11.0.0.0", OWN_NO, false },
		{ "::1", OWN_NO, false },
	};
	assert_true(inventory_has_networks(inv));
	for (size_t i = 0; i < countof(rows); i++) {
		struct addr a = addr_of(rows[i].text);
		assert_int_equal(inventory_own(inv, &a), rows[i].own);
		assert_int_equal(inventory_is_dark(inv, &a), rows[i].is_dark);
	}
	inventory_free(inv);
}

static void networks_alone_make_nothing_dark(void **state)
{
	(void)state;
	struct inventory *inv = inventory_of(STR("networks: [10.0.0.0/8]\n"));
	struct addr a = addr_of("10.1.2.3");
	assert_int_equal(inventory_own(inv, &a), OWN_YES);
	assert_false(inventory_is_dark(inv, &a));
	inventory_free(inv);
}

static void the_longest_prefix_has_the_role(void **state)
{
	(void)state;
	struct inventory *inv = inventory_of(STR("roles:\n"
						 "- {address: 10.1.0.0/16, role: proxy}\n"
						 "- {address: 0.0.0.0/0, role: nat}\n"
						 "- {address: 10.1.2.0/24, role: monitor}\n"
						 "- {address: 10.1.2.3, role: dns-resolver}\n"
						 "- {address: 10.1.2.3/32, role: dns-resolver}\n"
						 "- {address: 10.1.2.9, role: mail-relay}\n"
						 "- {address: '2001:db8::', role: voip-server}\n"));
	static const struct {
		const char *text;
		enum role role;
	} rows[] = {
		{ "10.1.2.3", ROLE_DNS_RESOLVER },
		{ "10.1.2.2", ROLE_MONITOR },
		{ "10.1.2.4", ROLE_MONITOR },
		{ "10.1.2.255", ROLE_MONITOR },
		{ "10.1.2.9", ROLE_MAIL_RELAY },
		{ "10.1.3.0", ROLE_PROXY },
		{ "10.2.0.0", ROLE_NAT },
		{ "255.255.255.255", ROLE_NAT },
		{ "2001:db8::", ROLE_VOIP_SERVER },
		{ "2001:db8::1", ROLE_NONE },
		{ "::", ROLE_NONE },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct addr a = addr_of(rows[i].text);
		assert_int_equal(inventory_role(inv, &a), rows[i].role);
	}
	assert_string_equal(role_name(ROLE_MAIL_RELAY), "mail-relay");
	assert_null(role_name(ROLE_NONE));
	inventory_free(inv);
}

/* The binary search against a scan over all rows, on prefixes that nest and touch. */
static void lookup_agrees_with_a_scan(void **state)
{
	(void)state;
	enum { N = 400 };
	struct prefix all[N];
	char text[N * 64] = "sampling: []\nroles:\n";
	size_t len = strlen(text);
	uint32_t seed = 1;
	for (unsigned i = 0; i < N; i++) {
		seed = seed * 1664525 + 1013904223;
		unsigned bits = 8 + (seed >> 20) % 25;
		uint32_t ip = 0x0a000000 | (seed >> 8 & 0x3f3f);
		if (bits < 32)
			ip &= ~(UINT32_MAX >> bits);
		all[i] = (struct prefix){ addr_v4(ip), (uint8_t)(bits + 96) };
		char room[ADDR_TEXT_BYTES];
		len += (size_t)snprintf(text + len, sizeof text - len,
			"- {address: %s/%u, role: %s}\n", addr_format(&all[i].addr, room), bits,
			role_name(1 + bits % (N_ROLES - 1)));
	}
	struct inventory *inv = inventory_of((struct str){ text, len });
	for (uint32_t ip = 0x0a000000 - 256; ip < 0x0a004100; ip++) {
		struct addr a = addr_v4(ip);
		int longest = -1;
		for (size_t i = 0; i < N; i++)
			if (prefix_has(&all[i], &a) && all[i].bits - 96 > longest)
				longest = all[i].bits - 96;
		enum role want = longest < 0 ? ROLE_NONE : 1 + (unsigned)longest % (N_ROLES - 1);
		assert_int_equal(inventory_role(inv, &a), want);
	}
	inventory_free(inv);
}

static void only_listed_proxies_are_trusted(void **state)
{
	(void)state;
	struct inventory *inv =
		inventory_of(STR("trusted-proxies: [10.1.0.80, 10.2.0.0/24, '2001:db8::/64']\n"));
	static const struct {
		const char *text;
		bool is_trusted;
	} rows[] = { { "10.1.0.80", true }, { "10.1.0.81", false }, { "10.2.0.255", true },
		{ "10.2.1.0", false }, { "2001:db8::1", true }, { "2001:db8:1::1", false } };
	for (size_t i = 0; i < countof(rows); i++) {
		struct addr a = addr_of(rows[i].text);
		assert_int_equal(inventory_trusts(inv, &a), rows[i].is_trusted);
		assert_false(inventory_trusts(NULL, &a));
	}
	inventory_free(inv);
}

static void scanners_expire(void **state)
{
	(void)state;
	struct inventory *inv = inventory_of(
		STR("declared-scanners:\n"
		    "- {address: 10.9.9.9, reason: weekly scan, expires: 2026-12-31}\n"
		    "- {address: 10.9.9.0/24, reason: pentest, expires: 2027-01-31}\n"
		    "- {address: 10.8.0.1, reason: old, expires: 2024-02-29}\n"
		    "- {address: 10.8.0.1, reason: renewed, expires: 2025-03-01}\n"
		    "- {address: 10.8.0.1/32, reason: first day, expires: 1970-01-01}\n"));
	const uint64_t new_year_ms = UINT64_C(1798761600) * 1000; // date -d 2027-01-01Z +%s
	struct addr a = addr_of("10.9.9.9"), b = addr_of("10.8.0.1"), c = addr_of("10.9.8.9");
	assert_string_equal(inventory_scanner(inv, &a, 0)->reason, "weekly scan");
	assert_string_equal(inventory_scanner(inv, &a, new_year_ms - 1)->reason, "weekly scan");
	assert_string_equal(inventory_scanner(inv, &a, new_year_ms)->reason, "pentest");
	assert_null(inventory_scanner(inv, &a, new_year_ms + UINT64_C(31) * DAY_MS));
	assert_string_equal(inventory_scanner(inv, &b, UINT64_C(1709251200000))->reason, "renewed");
	assert_string_equal(inventory_scanner(inv, &b, 0)->reason, "renewed");
	assert_null(inventory_scanner(inv, &b, new_year_ms));
	assert_null(inventory_scanner(inv, &c, 0));

	static const struct {
		const char *address, *expires;
		uint64_t expires_ms;
	} rows[] = {
		{ "10.9.9.9", "2026-12-31", new_year_ms },
		{ "10.9.9.0/24", "2027-01-31", UINT64_C(1801440000000) },
		{ "10.8.0.1", "2024-02-29", UINT64_C(1709251200000) },
		{ "10.8.0.1", "2025-03-01", UINT64_C(1740873600000) },
		{ "10.8.0.1/32", "1970-01-01", DAY_MS },
	};
	struct scanner_iter it = { .inventory = inv };
	for (size_t i = 0; i < countof(rows); i++) {
		const struct declared_scanner *s = scanner_next(&it);
		assert_non_null(s);
		assert_string_equal(s->address, rows[i].address);
		assert_string_equal(s->expires, rows[i].expires);
		assert_int_equal(s->expires_ms, rows[i].expires_ms);
	}
	assert_null(scanner_next(&it));
	inventory_free(inv);
}

static void sampling_is_per_exporter(void **state)
{
	(void)state;
	struct inventory *inv = inventory_of(STR("sampling:\n- {exporter: 192.0.2.1, rate: 1000}\n"
						 "- {exporter: 2001:db8::1, rate: 16777216}\n"));
	struct addr a = addr_of("192.0.2.1"), b = addr_of("192.0.2.2"), c = addr_of("2001:db8::1");
	assert_int_equal(inventory_sampling(inv, &a), 1000);
	assert_int_equal(inventory_sampling(inv, &b), 0);
	assert_int_equal(inventory_sampling(inv, &c), 1 << 24);
	inventory_free(inv);
}

#define A_PREFIX "an address or a prefix without host bits (10.0.0.0/8)"
#define A_SCANNER(more) "declared-scanners: [{address: 10.9.9.9, " more "}]"

static const struct {
	struct str text;
	const char *said;
} refused[] = {
	{ STR("network: []"), "f:1:1: unknown key 'network', did you mean 'networks'?" },
	{ STR("networks: {10.0.0.0/8: yes}"),
		"f:1:11: expected a list of addresses or prefixes, got a mapping" },
	{ STR("networks: 10.0.0.0/8"),
		"f:1:11: expected a list of addresses or prefixes, got '10.0.0.0/8'" },
	{ STR("networks:\n- 10.0.0.0/8\n- 10.0.0.5/8"),
		"f:3:3: expected " A_PREFIX ", got '10.0.0.5/8'" },
	{ STR("dark: [[]]"), "f:1:8: expected " A_PREFIX ", got a list" },
	{ STR("dark: [~]"), "f:1:8: expected " A_PREFIX ", got nothing" },
	{ STR("dark:\n- 10.1.0.0/16\nassigned:\n- 10.1.0.0/16"),
		"f:2:3: dark, but line 4 says assigned" },
	{ STR("roles: [{address: 10.0.0.1}]"),
		"f:1:9: a host with 'address' and 'role' needs the key 'role'" },
	{ STR("roles: [{address: 10.0.0.1, role: dns-resolvr}]"),
		"f:1:35: unknown role 'dns-resolvr', did you mean 'dns-resolver'?" },
	{ STR("roles: [{address: 10.0.0.1, role: printer}]"),
		"f:1:35: unknown role 'printer'; known are "
		"dns-resolver, mail-relay, proxy, nat, monitor, voip-server" },
	{ STR("roles:\n- {address: 10.0.0.1, role: nat}\n- {role: proxy, address: 10.0.0.1}"),
		"f:3:3: another role for what line 2 lists already" },
	{ STR("sampling: [{exporter: 10.0.0.0/8, rate: 1}]"),
		"f:1:23: expected an address, got '10.0.0.0/8'" },
	{ STR("sampling: [{exporter: 10.0.0.1, rate: 0}]"),
		"f:1:39: expected a whole number from 1 to 16777216, got '0'" },
	{ STR("sampling: [{exporter: 10.0.0.1, rate: 16777217}]"),
		"f:1:39: expected a whole number from 1 to 16777216, got '16777217'" },
	{ STR("sampling: [{exporter: '::1', rate: 2}, {exporter: '::1', rate: 3}]"),
		"f:1:40: another rate for what line 1 lists already" },
	{ STR(A_SCANNER("expires: 2026-12-31")),
		"f:1:21: a scanner with 'address', 'reason' and 'expires' needs the key 'reason'" },
	{ STR(A_SCANNER("reason: x")), "f:1:21: a scanner with 'address', 'reason' and 'expires' "
				       "needs the key 'expires'" },
	{ STR(A_SCANNER("reason: \"a\\nb\"")), "f:1:49: expected one line of text, got 'a?b'" },
	{ STR(A_SCANNER("reason: ''")), "f:1:49: expected one line of text, got ''" },
};

static void refuses_with_a_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(refused); i++) {
		struct err e = {};
		assert_null(inventory_parse(refused[i].text, "f", &e));
		assert_string_equal(e.text, refused[i].said);
	}
}

static void no_days(void **state)
{
	(void)state;
	static const char *const wrong[] = { "never", "2026-12-32", "2026-00-10", "2026-13-01",
		"2026-11-31", "2025-02-29", "2100-02-29", "2026-1-31", "31.12.2026", "2026/12/31",
		"2026-12-31T00:00", "1969-12-31", "2026-12-00", "2026-12-3x", "-026-12-31" };
	for (size_t i = 0; i < countof(wrong); i++) {
		char text[128], said[128];
		struct err e = {};
		int n = snprintf(text, sizeof text,
			"declared-scanners: [{address: 10.9.9.9, reason: x, expires: %s}]",
			wrong[i]);
		snprintf(said, sizeof said, "f:1:61: expected a day, YYYY-MM-DD, got '%s'",
			wrong[i]);
		assert_null(inventory_parse((struct str){ text, (size_t)n }, "f", &e));
		assert_string_equal(e.text, said);
	}
}

/* Half a file is an inventory or an error, and frees what it had. */
static void every_prefix_of_a_file(void **state)
{
	(void)state;
	static const char text[] = "networks: [10.0.0.0/8]\n"
				   "roles:\n- address: 10.1.2.0/24\n  role: monitor\n"
				   "declared-scanners:\n- address: 10.9.9.9\n  reason: \"scan\"\n"
				   "  expires: 2026-12-31\n"
				   "sampling:\n- {exporter: 192.0.2.1, rate: 1000}\n";
	for (size_t len = 0; len < sizeof text; len++) {
		struct err e = {};
		char *copy = malloc(len + !len);
		memcpy(copy, text, len);
		struct inventory *inv = inventory_parse((struct str){ copy, len }, "f", &e);
		free(copy);
		assert_true(inv || !strncmp(e.text, "f:", 2));
		inventory_free(inv);
	}
}

static void the_sample_loads(void **state)
{
	(void)state;
	struct err e = {};
	struct inventory *inv = inventory_load("samples/inventory.yaml", &e);
	if (!inv)
		fail_msg("%s", e.text);
	struct addr resolver = addr_of("10.0.0.53"), unused = addr_of("10.2.200.1");
	assert_int_equal(inventory_role(inv, &resolver), ROLE_DNS_RESOLVER);
	assert_true(inventory_is_dark(inv, &unused));
	inventory_free(inv);
	assert_null(inventory_load("samples", &e));
	assert_string_equal(e.text, "read samples: Is a directory");
}

static void what_must_stay_up_is_listed_or_follows_from_roles(void **state)
{
	(void)state;
	struct inventory *inv = inventory_of(STR("roles:\n"
						 "  - {address: 10.1.1.9, role: voip-server}\n"
						 "  - {address: 10.1.1.8, role: nat}\n"
						 "  - {address: 10.1.1.7, role: dns-resolver}\n"
						 "protect:\n"
						 "  - {address: 10.20.0.0/16, as: phone}\n"
						 "  - {address: 10.1.1.10, as: call-manager}\n"
						 "  - {address: 10.1.1.10, as: tftp-server}\n"));
	static const struct {
		const char *address;
		enum part part;
	} want[] = { { "10.20.0.0", PART_PHONE }, { "10.1.1.10", PART_CALL_MANAGER },
		{ "10.1.1.10", PART_TFTP_SERVER }, { "10.1.1.7", PART_DNS_SERVER },
		{ "10.1.1.9", PART_CALL_MANAGER }, { "10.1.1.9", PART_TFTP_SERVER } };
	struct kept_iter it = { .inventory = inv };
	struct kept k;
	for (size_t i = 0; i < countof(want); i++) {
		struct addr a = addr_of(want[i].address);
		assert_true(kept_next(&it, &k));
		assert_true(addr_eq(&k.where.addr, &a));
		assert_int_equal(k.part, want[i].part);
	}
	assert_false(kept_next(&it, &k));
	it = (struct kept_iter){};
	assert_false(kept_next(&it, &k)); // without an inventory nothing is known
	inventory_free(inv);

	struct err e = {};
	assert_null(inventory_parse(
		STR("protect:\n  - {address: 10.1.1.1, as: telephone}\n"), "f", &e));
	assert_non_null(strstr(e.text, "f:2:"));
}

static void names_are_of_exactly_what_they_are_given_to(void **state)
{
	(void)state;
	struct err why = {};
	struct inventory *inv = inventory_parse(STR("networks: [10.1.0.0/16, 10.0.0.0/8]\n"
						    "names:\n"
						    "  - {address: 10.1.0.0/16, name: Berlin}\n"
						    "  - {address: 10.1.1.9, name: '<b>pbx'}\n"),
		"f", &why);
	assert_non_null(inv);
	static const struct {
		const char *prefix, *name;
	} rows[] = { { "10.1.0.0/16", "Berlin" }, { "10.1.1.9", "<b>pbx" }, { "10.0.0.0/8", NULL },
		{ "10.1.1.8", NULL }, { "10.1.0.0/17", NULL } };
	for (size_t i = 0; i < countof(rows); i++) {
		struct prefix p;
		assert_true(
			prefix_parse((struct str){ rows[i].prefix, strlen(rows[i].prefix) }, &p));
		const char *name = inventory_name(inv, &p);
		if (rows[i].name)
			assert_string_equal(name, rows[i].name);
		else
			assert_null(name);
	}
	struct network_iter it = { .inventory = inv };
	char room[PREFIX_TEXT_BYTES];
	assert_string_equal(prefix_format(network_next(&it), room), "10.0.0.0/8");
	assert_string_equal(prefix_format(network_next(&it), room), "10.1.0.0/16");
	assert_null(network_next(&it));
	inventory_free(inv);
	struct err e = {};
	assert_null(inventory_parse(STR("names: [{address: 10.1.1.1}]\n"), "f", &e));
	char text[200];
	for (int n = 120; n <= 121; n++) { // a name stands in tables
		int len = snprintf(
			text, sizeof text, "names: [{address: 10.1.1.1, name: %0*d}]\n", n, 7);
		inv = inventory_parse((struct str){ text, (size_t)len }, "f", &e);
		assert_int_equal(inv != NULL, n == 120);
		inventory_free(inv);
	}
	assert_null(inventory_parse(STR("names:\n  - {address: 10.1.1.1, name: a}\n"
					"  - {address: 10.1.1.1, name: b}\n"),
		"f", &e));
	assert_non_null(strstr(e.text, "another name"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_of_exactly_what_they_are_given_to),
		cmocka_unit_test(what_must_stay_up_is_listed_or_follows_from_roles),
		cmocka_unit_test(no_inventory_knows_nothing),
		cmocka_unit_test(own_and_dark),
		cmocka_unit_test(networks_alone_make_nothing_dark),
		cmocka_unit_test(the_longest_prefix_has_the_role),
		cmocka_unit_test(lookup_agrees_with_a_scan),
		cmocka_unit_test(only_listed_proxies_are_trusted),
		cmocka_unit_test(scanners_expire),
		cmocka_unit_test(sampling_is_per_exporter),
		cmocka_unit_test(refuses_with_a_place),
		cmocka_unit_test(no_days),
		cmocka_unit_test(every_prefix_of_a_file),
		cmocka_unit_test(the_sample_loads),
	};
	return cmocka_run_group_tests_name("inventory", tests, NULL, NULL);
}
