// SPDX-License-Identifier: Apache-2.0
// Packets through our evaluator, through Capirca's checker, the kernel, Suricata, and the readers of Ansible: one
// verdict. And lists that Capirca wrote, read by us.
#include "unit/contain/site.h"

#include <unistd.h>

#include "contain/applied.h"
#include "contain/target.h"

enum { PACKETS = 1000 };

static char *text_of(const struct site *s, const struct target *t)
{
	char *text = NULL;
	size_t len;
	struct err e = {};
	struct device device = { .interface = { "Vlan20" }, .n_interfaces = 1 };
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

#define ANSIBLE \
	"/usr/bin/python3 -c 'import ansible_collections.cisco.ios, " \
	"ansible_collections.cisco.nxos, " \
	"jinja2' 2>/dev/null"

/* A list of IOS as `show access-lists` prints it, with counters; then what its interface says. */
static char *shown_of(const char *text)
{
	char *out = NULL;
	size_t len;
	unsigned sequence = 0;
	bool is_interface = false;
	FILE *to = open_memstream(&out, &len);
	assert_non_null(to);
	for (const char *at = text; *at; at += *at == '\n') {
		size_t n = strcspn(at, "\n");
		char name[64];
		if (sscanf(at, "ip access-list extended %63s", name) == 1)
			fprintf(to, "Extended IP access list %s\n", name);
		else if (!strncmp(at, " permit", 7) || !strncmp(at, " deny", 5)) {
			sequence += 10;
			fprintf(to, "    %u%.*s (%u matches)\n", sequence, (int)n, at,
				sequence * 7);
		} else if (!strncmp(at, "interface ", 10) || is_interface)
			fprintf(to, "%.*s\n", (int)n, at);
		is_interface |= !strncmp(at, "interface ", 10);
		at += n;
	}
	fclose(to);
	return out;
}

static void ansible_reads_the_same_in_the_ios_list(void **state)
{
	(void)state;
	struct dice d = { 74 };
	struct site s;
	struct applied a;
	struct err e = {};
	plan_fill(&s, &d, true);
	char *text = text_of(&s, &ios_acl_target), *shown = shown_of(text);
	ask("ansible_acl.py ios", shown, ANSIBLE, true, &d, &s);
	// what we read of that print is what was compiled, counters and all
	assert_true(applied_read((struct str){ shown, strlen(shown) }, NULL, &a, &e));
	assert_int_equal(a.n_unknown, 0);
	for (int i = 0; i < 10000; i++) {
		struct packet p = { any_addr(&d, &s), any_addr(&d, &s), dice_below(&d, 2) ? 6 : 17,
			site_any_port(&d), site_any_port(&d), false };
		assert_int_equal(policy_judge(&a.policy, &p, NULL),
			policy_judge(&s.compiled.policy, &p, NULL));
	}
	for (size_t i = 0; i < a.policy.n; i++)
		assert_true(a.hits[i] > 0 && a.hits[i] % 70 == 0);
	applied_fini(&a);
	free(shown);
	free(text);
	site_fini(&s);
}

static void ansible_reads_the_same_in_the_nxos_list(void **state)
{
	(void)state;
	struct dice d = { 75 };
	struct site s;
	plan_fill(&s, &d, true);
	char *text = text_of(&s, &nxos_acl_target);
	char *begin = strstr(text, "\nip access-list "), *end = strstr(text, "\ninterface ");
	assert_non_null(begin);
	assert_non_null(end);
	*end = '\0';
	ask("ansible_acl.py nxos", begin + 1, ANSIBLE, true, &d, &s);
	free(text);
	site_fini(&s);
}

/* A list that Capirca wrote of a random policy, read by us, decides as its checker says of the policy. */
static void lists_of_capirca_are_read_as_they_are_meant(void **state)
{
	(void)state;
	static const char *const writers[] = { "cisco", "cisconx" };
	if (system("/usr/bin/python3 -c 'import capirca.lib.cisconx' 2>/dev/null")) {
		print_message("# SKIPPED: capirca_writes.py: no python3-capirca\n");
		return;
	}
	for (unsigned i = 0; i < 10; i++) {
		char folder[] = "/tmp/cordon-oracle-XXXXXX", list[64], packets[64], command[512];
		const char *target = writers[i % countof(writers)];
		struct config c = {};
		struct err e = {};
		char *text = NULL, src[64], dst[64];
		size_t room = 0, n = 0, n_denied = 0;
		unsigned proto, sport, dport, denied;
		assert_non_null(mkdtemp(folder));
		snprintf(list, sizeof list, "%s/list", folder);
		snprintf(packets, sizeof packets, "%s/packets", folder);
		snprintf(command, sizeof command,
			"/usr/bin/python3 tests/oracle/capirca_writes.py %s %u %s %s", target, i,
			list, packets);
		assert_int_equal(system(command), 0);
		FILE *in = fopen(list, "r");
		assert_non_null(in);
		ssize_t len = getdelim(&text, &room, '\0', in);
		fclose(in);
		assert_true(len > 0 && config_read((struct str){ text, (size_t)len }, &c, &e));
		const struct acl *a = config_acl(&c, "CORDON-oracle", FAMILY_4);
		assert_non_null(a);
		assert_int_equal(a->n_unknown, 0);
		in = fopen(packets, "r");
		assert_non_null(in);
		for (; fscanf(in, "%63s %63s %u %u %u %u", src, dst, &proto, &sport, &dport,
			       &denied) == 6;
			n++, n_denied += denied) {
			struct packet p = { site_addr(src), site_addr(dst), (uint8_t)proto,
				(uint16_t)sport, (uint16_t)dport, false };
			bool is = policy_judge(&a->policy, &p, NULL) == ACTION_DENY;
			if (is != denied)
				fail_msg("%s, seed %u: %s -> %s %u %u %u", target, i, src, dst,
					proto, sport, dport);
		}
		fclose(in);
		assert_int_equal(n, PACKETS);
		print_message(
			"# capirca_writes.py %s: %zu packets, %zu denied\n", target, n, n_denied);
		unlink(list);
		unlink(packets);
		rmdir(folder);
		config_fini(&c);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capirca_says_the_same_of_the_ios_list),
		cmocka_unit_test(the_kernel_forwards_the_same),
		cmocka_unit_test(suricata_drops_the_same),
		cmocka_unit_test(ansible_reads_the_same_in_the_ios_list),
		cmocka_unit_test(ansible_reads_the_same_in_the_nxos_list),
		cmocka_unit_test(lists_of_capirca_are_read_as_they_are_meant),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
