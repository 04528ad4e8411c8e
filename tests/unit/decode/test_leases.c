// SPDX-License-Identifier: Apache-2.0
// Lease files of three servers, written by hand: who had an address when, and damage beside it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decode/leases.h"

enum { LEASES_MAX = 8 };
#define T0 UINT64_C(1772438400000) // 2026-03-02T08:00:00Z
enum { HOUR = 60 * 60 * 1000 };

struct taken {
	struct lease lease[LEASES_MAX];
	size_t n;
	struct lease_report report;
};

static void take(void *ctx, const struct lease *l)
{
	struct taken *t = ctx;
	assert_true(t->n < LEASES_MAX);
	t->lease[t->n++] = *l;
}

static struct taken read_text(const char *text)
{
	struct taken t = {};
	leases_decode((struct str){ text, strlen(text) }, take, &t, &t.report);
	return t;
}

static void is_lease(const struct lease *l, uint32_t ip, uint8_t mac, const char *name)
{
	struct addr a = addr_v4(ip);
	assert_memory_equal(&l->addr, &a, sizeof a);
	assert_int_equal(l->mac.octet[5], mac);
	assert_string_equal(l->name, name);
}

static void isc_dhcpd(void **state)
{
	(void)state;
	struct taken t = read_text("# dhcpd.leases(5)\n"
				   "authoring-byte-order little-endian;\n"
				   "server-duid \"\\000}\\001\";\n"
				   "lease 10.1.1.7 {\n"
				   "  starts 1 2026/03/02 06:00:00;\n"
				   "  ends 1 2026/03/02 12:00:00;\n"
				   "  cltt 1 2026/03/02 06:00:00;\n"
				   "  binding state active;\n"
				   "  next binding state free;\n"
				   "  hardware ethernet 00:16:3E:00:00:07;\n"
				   "  uid \"\\001}\\\";{\";\n"
				   "  client-hostname \"pc seven\";\n"
				   "  on expiry { set x = \"}\"; }\n"
				   "}\n"
				   "failover peer \"two\" state { my state normal; }\n"
				   "lease 10.1.1.7 {\n"
				   "  starts epoch 1772445600; # Mon Mar 02 10:00:00 2026\n"
				   "  ends never;\n"
				   "  binding state active;\n"
				   "  hardware ethernet 00:16:3e:00:00:08;\n"
				   "}\n"
				   "lease 10.1.1.9 {\n"
				   "  starts 1 2026/13/02 06:00:00;\n"
				   "  hardware ethernet 00:16:3e:00:00:09;\n"
				   "}\n"
				   "lease 10.1.1.10 {\n"
				   "  starts 1 2026/03/02 06:00:00;\n"
				   "  ends 1 2026/03/02 07:00:00;\n"
				   "  binding state released;\n"
				   "  hardware ethernet 00:16:3e:00:00:0a;\n"
				   "}\n"
				   "lease 10.1.1.11 {\n"
				   "  starts 1 2026/03/02 06:00:00;\n"
				   "  hardware eth");
	assert_int_equal(t.report.format, LEASES_ISC);
	assert_int_equal(t.n, 3);
	is_lease(&t.lease[0], 0x0a010107, 7, "pc?seven");
	assert_int_equal(t.lease[0].from_ms, T0 - 2 * HOUR);
	assert_int_equal(t.lease[0].until_ms, T0 + 4 * HOUR);
	assert_false(t.lease[0].is_over);
	is_lease(&t.lease[1], 0x0a010107, 8, "");
	assert_int_equal(t.lease[1].from_ms, T0 + 2 * HOUR);
	assert_true(t.lease[1].until_ms == UINT64_MAX);
	is_lease(&t.lease[2], 0x0a01010a, 10, "");
	assert_true(t.lease[2].is_over);
	assert_int_equal(t.report.n_bad, 1); // a month 13; what is half written is not bad
	assert_int_equal(t.report.bad[0], 25);
}

static void dnsmasq(void **state)
{
	(void)state;
	struct taken t = read_text("1772456400 00:16:3e:00:00:07 10.1.1.7 pc-seven 01:00:16:3e:00\n"
				   "0 00:16:3e:00:00:08 10.1.1.8 * *\r\n"
				   "1772456400 06-00:16:3e:00:00:09 10.1.1.9 printer *\n"
				   "1772456400 01-00:16:3e:00:00:0a 10.1.1.10 switch *\n"
				   "one two three\n"
				   "duid 00:01:00:01:2c:5f:9a:11\n"
				   "1772456400 73 2001:db8::7 pc-seven 00:01\n");
	assert_int_equal(t.report.format, LEASES_DNSMASQ);
	assert_int_equal(t.n, 3);
	is_lease(&t.lease[0], 0x0a010107, 7, "pc-seven");
	assert_int_equal(t.lease[0].from_ms, 0); // it does not tell since when
	assert_int_equal(t.lease[0].until_ms, T0 + 5 * HOUR);
	is_lease(&t.lease[1], 0x0a010108, 8, "");
	assert_true(t.lease[1].until_ms == UINT64_MAX);
	is_lease(&t.lease[2], 0x0a01010a, 10, "switch");
	assert_int_equal(t.report.n_without_mac, 2); // another network; IPv6
	assert_int_equal(t.report.n_bad, 1);
	assert_int_equal(t.report.bad[0], 5);
}

static void kea(void **state)
{
	(void)state;
	struct taken t = read_text(
		"address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,"
		"hostname,state,user_context,pool_id\n"
		"10.1.1.7,00:16:3e:00:00:07,01:00,3600,1772442000,1,0,0,pc-seven,0,,0\n"
		"10.1.1.7,00:16:3e:00:00:07,01:00,0,1772440200,1,0,0,pc-seven,0,,0\n"
		"10.1.1.7,00:16:3e:00:00:08,,4294967295,6067405695,1,0,0,,0,{ 1&#x2c 2 },0\n"
		"10.1.1.9,,,3600,1772442000,1,0,0,,1,,0\n"
		"10.1.1.10,00:16:3e:00:00:0a,,3600,7,1,0,0,,0,,0\n"
		"10.1.1.11,00:16:3e:00:00:0b,,36");
	assert_int_equal(t.report.format, LEASES_KEA);
	assert_int_equal(t.n, 3);
	is_lease(&t.lease[0], 0x0a010107, 7, "pc-seven");
	assert_int_equal(t.lease[0].from_ms, T0);
	assert_int_equal(t.lease[0].until_ms, T0 + HOUR);
	assert_true(t.lease[1].is_over); // a lifetime of 0: released
	is_lease(&t.lease[2], 0x0a010107, 8, "");
	assert_true(t.lease[2].until_ms == UINT64_MAX);
	assert_int_equal(t.report.n_without_mac, 1);
	assert_int_equal(t.report.n_bad, 2);
	t = read_text("address,duid,valid_lifetime,expire,subnet_id,hostname,hwaddr,state\n"
		      "2001:db8::7,00:01,3600,1772442000,1,pc.,00:16:3e:00:00:07,0\n");
	assert_int_equal(t.n, 1);
	assert_string_equal(t.lease[0].name, "pc.");
}

static void nothing_and_something_else_have_no_lease(void **state)
{
	(void)state;
	assert_int_equal(read_text("").report.format, LEASES_NONE);
	assert_int_equal(read_text("# nothing yet\n\n").report.format, LEASES_NONE);
	struct taken t = read_text("address,nothing\n10.1.1.7,x\n");
	assert_int_equal(t.n, 0);
	assert_int_equal(t.report.n_bad, 1);
	t = read_text("Mar  2 08:00:00 gw dhcpd: DHCPACK on 10.1.1.7\n");
	assert_int_equal(t.n, 0);
}

static void mac_addresses_in_three_ways(void **state)
{
	(void)state;
	static const char *const good[] = { "00:16:3e:aa:BB:07", "00-16-3E-aa-bb-07",
		"0016.3eaa.bb07" };
	static const char *const bad[] = { "", "00:16:3e:aa:bb", "00:16:3e:aa:bb:0g",
		"00:16-3e:aa:bb:07", "0016.3eaa.bb07.", "00163eaabb07" };
	char room[MAC_TEXT_BYTES];
	struct mac m;
	for (size_t i = 0; i < countof(good); i++) {
		assert_true(mac_parse((struct str){ good[i], strlen(good[i]) }, &m));
		assert_string_equal(mac_format(&m, room), "00:16:3e:aa:bb:07");
	}
	for (size_t i = 0; i < countof(bad); i++)
		assert_false(mac_parse((struct str){ bad[i], strlen(bad[i]) }, &m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(isc_dhcpd),
		cmocka_unit_test(dnsmasq),
		cmocka_unit_test(kea),
		cmocka_unit_test(nothing_and_something_else_have_no_lease),
		cmocka_unit_test(mac_addresses_in_three_ways),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
