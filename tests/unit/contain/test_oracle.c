// SPDX-License-Identifier: Apache-2.0
// Packets through our evaluator, through Capirca's checker, the kernel and Suricata: one verdict.
#include "unit/contain/site.h"

#include <unistd.h>

#include "contain/target.h"

enum { PACKETS = 1000 };

static char *text_of(const struct site *s, const struct target *t)
{
	char *text = NULL;
	size_t len;
	struct err e = {};
	struct device device = {};
	struct writing w = { .plan = &s->plan,
		.compiled = &s->compiled,
		.protection = &s->protection,
		.device = &device,
		.out = open_memstream(&text, &len) };
	if (!target_write(t, &w, &e))
		fail_msg("%s", e.text);
	fclose(w.out);
	return text;
}

static void file_write(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	fclose(out);
}

/* Addresses that a router forwards: no loopback, nothing reserved. */
static struct addr any_addr(struct dice *d, const struct site *s)
{
	for (;;) {
		struct addr a = site_any_addr(d, &s->plan);
		uint32_t ip = addr_low32(&a);
		if (addr_is_v4(&a) && ip >> 24 > 0 && ip >> 24 < 224 && ip >> 24 != 127 &&
			ip >> 16 != 0xa9fe && ip >> 8 != 0xc00002 && (ip & 255) != 255)
			return a;
	}
}

/* has_whole: a call manager is stopped as a whole, so what it answers has to be told apart. */
static void plan_fill(struct site *s, struct dice *d, bool has_whole)
{
	static const char *const ports[] = { "tcp/80", "udp/1434", "tcp/445", "udp/69", "tcp/135",
		"udp/137" };
	site_init(s);
	for (int i = 0; i < 24; i++) {
		char host[ADDR_TEXT_BYTES];
		struct addr a = any_addr(d, s);
		site_put(s, addr_format(&a, host), ports[dice_below(d, countof(ports))]);
	}
	site_put(s, "10.1.1.10", "tcp/445");
	site_put(s, "10.20.3.0/24", "udp/69");
	if (has_whole)
		site_put(s, "10.1.1.10", "any");
	site_compile(s);
}

/* Ask a script of tests/oracle for its verdict of each packet; what cannot be asked is said loudly. */
static void ask(const char *script, const char *rules, const char *needs, bool has_state,
	struct dice *d, const struct site *s)
{
	char folder[] = "/tmp/cordon-oracle-XXXXXX", path[64], packets[64], command[512];
	static bool denied[PACKETS];
	size_t n_denied = 0, n_protected = 0;
	if (system(needs)) {
		print_message("# SKIPPED: %s: what it needs is not here (%s)\n", script, needs);
		return;
	}
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/rules", folder);
	snprintf(packets, sizeof packets, "%s/packets", folder);
	file_write(path, rules);
	FILE *out = fopen(packets, "w");
	assert_non_null(out);
	for (size_t i = 0; i < PACKETS; i++) {
		char src[ADDR_TEXT_BYTES], dst[ADDR_TEXT_BYTES];
		struct packet p = { any_addr(d, s), any_addr(d, s), dice_below(d, 2) ? 6 : 17,
			site_any_port(d), site_any_port(d), false };
		const struct entry *e = &s->plan.entry[dice_below(d, (uint32_t)s->plan.n)];
		if (has_state && i % 4 == 0) { // a call manager answers
			p.src = site_addr("10.1.1.10");
			p.dst = addr_v4(0x0a140000 | dice_below(d, 1 << 16));
			p.sport = dice_below(d, 2) ? 2000 : 5060;
		} else if (dice_below(d, 4) == 0 && e->port.has_port) { // as the worm does
			p.src = e->host.addr;
			p.proto = e->port.proto;
			p.dport = e->port.number;
		}
		p.is_established = has_state && p.proto == PROTO_TCP && dice_below(d, 2);
		denied[i] = policy_judge(&s->compiled.policy, &p, NULL) == ACTION_DENY;
		n_denied += denied[i];
		n_protected += site_protects(&s->protection, &p);
		fprintf(out, "%s %s %u %u %u%s\n", addr_format(&p.src, src),
			addr_format(&p.dst, dst), p.proto, p.sport, p.dport,
			p.is_established ? " established" : "");
	}
	fclose(out);
	snprintf(command, sizeof command, "/usr/bin/python3 tests/oracle/%s %s %s", script, path,
		packets);
	FILE *in = popen(command, "r");
	assert_non_null(in);
	for (size_t i = 0; i < PACKETS; i++) {
		int verdict = -1;
		assert_int_equal(fscanf(in, "%d", &verdict), 1);
		if (verdict != denied[i])
			fail_msg("%s: packet %zu of %s", script, i + 1, packets);
	}
	assert_int_equal(pclose(in), 0);
	print_message("# %s: %d packets, %zu denied, %zu protected\n", script, PACKETS, n_denied,
		n_protected);
	assert_true(n_denied > 20 && n_protected > 20);
	snprintf(command, sizeof command, "rm -r %s", folder);
	assert_int_equal(system(command), 0);
}

static void capirca_says_the_same_of_the_ios_list(void **state)
{
	(void)state;
	struct dice d = { 71 };
	struct site s;
	plan_fill(&s, &d, false);
	char *text = text_of(&s, &ios_acl_target);
	ask("acl.py", text, "/usr/bin/python3 -c 'import capirca.lib.aclcheck' 2>/dev/null", false,
		&d, &s);
	free(text);
	site_fini(&s);
}

static void the_kernel_forwards_the_same(void **state)
{
	(void)state;
	struct dice d = { 72 };
	struct site s;
	plan_fill(&s, &d, false);
	char *text = text_of(&s, &nftables_target);
	ask("kernel.py", text,
		"test -x /usr/bin/python3 && command -v nft ip >/dev/null && unshare -n true "
		"2>/dev/null",
		false, &d, &s);
	free(text);
	site_fini(&s);
}

static void suricata_drops_the_same(void **state)
{
	(void)state;
	struct dice d = { 73 };
	struct site s;
	plan_fill(&s, &d, true);
	char *text = text_of(&s, &suricata_target);
	ask("suricata.py", text, "test -x /usr/bin/python3 && command -v suricata >/dev/null", true,
		&d, &s);
	free(text);
	site_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capirca_says_the_same_of_the_ios_list),
		cmocka_unit_test(the_kernel_forwards_the_same),
		cmocka_unit_test(suricata_drops_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
