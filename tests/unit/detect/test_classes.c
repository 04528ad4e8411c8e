// SPDX-License-Identifier: Apache-2.0
// What a host is called that scans: by its role and by what the site declares, whichever way it was found.
#include "unit/detect/site.h"

enum { HOST = 0x0a010105, SERVER = 0x0a010001 };

static uint32_t stranger(struct site *s)
{
	return (20 + site_below(s, 150)) << 24 | (site_below(s, 1 << 24) & 0xfefefe) | 1;
}

static enum verdict judged_as(struct site *s, const char *inventory_text)
{
	struct err e;
	struct inventory *inventory =
		inventory_parse((struct str){ inventory_text, strlen(inventory_text) }, "test", &e);
	assert_non_null(inventory);
	struct findings f = site_judge(s, inventory);
	enum verdict v = site_verdict(&f, HOST, -1);
	for (size_t i = 0; i < f.n; i++)
		assert_int_equal(f.finding[i].verdict, v);
	findings_free(&f);
	inventory_free(inventory);
	return v;
}

static const char monitor[] = "networks: [10.0.0.0/8]\nroles:\n- address: 10.1.1.5\n"
			      "  role: monitor\n";
static const char declared[] = "networks: [10.0.0.0/8]\ndeclared-scanners:\n"
			       "- address: 10.1.1.5\n  reason: weekly\n  expires: 2001-01-01\n";
static const char nothing[] = "networks: [10.0.0.0/8]\n";
static const char outside[] = "networks: [10.0.2.0/24]\n";

/* Too few failures on each port for a case of that port. */
static struct site *rounds(unsigned n_ports, int n)
{
	struct site *s = site_new(1);
	for (int i = 0; i < n; i++)
		site_bad(s, HOST, stranger(s), PROTO_TCP, (uint16_t)(80 + i % (int)n_ports), 5000);
	return s;
}

static void a_monitor_is_a_poller_on_however_many_ports_its_failures_are(void **state)
{
	(void)state;
	static const struct {
		const char *inventory;
		unsigned n_ports;
		int n;
		enum verdict verdict;
	} rows[] = {
		{ nothing, 6, 30, VERDICT_WORM },
		{ monitor, 6, 30, VERDICT_POLLER },
		{ declared, 6, 30, VERDICT_DECLARED },
		{ outside, 6, 30, VERDICT_SCANNER },
		{ nothing, 60, 60, VERDICT_SCANNER },
		{ monitor, 60, 60, VERDICT_POLLER },
		{ monitor, 1, 30, VERDICT_POLLER },
	};
	for (size_t i = 0; i < countof(rows); i++)
		assert_int_equal(judged_as(rounds(rows[i].n_ports, rows[i].n), rows[i].inventory),
			rows[i].verdict);
}

static void a_monitor_in_a_pasted_list_is_a_poller(void **state)
{
	(void)state;
	static const struct {
		const char *inventory;
		enum verdict verdict;
	} rows[] = { { nothing, VERDICT_SUSPECT }, { monitor, VERDICT_POLLER } };
	for (size_t i = 0; i < countof(rows); i++)
		for (unsigned n_ports = 1; n_ports <= 9; n_ports += 8) {
			struct site *s = site_new(2);
			s->is_list = true;
			for (int k = 0; k < 18; k++)
				site_bad(s, HOST, stranger(s), PROTO_TCP,
					(uint16_t)(80 + k % (int)n_ports), 0);
			assert_int_equal(judged_as(s, rows[i].inventory), rows[i].verdict);
		}
}

static void a_declared_scan_of_one_hosts_ports_is_declared(void **state)
{
	(void)state;
	static const struct {
		const char *inventory;
		enum verdict verdict;
	} rows[] = {
		{ nothing, VERDICT_SCANNER },
		{ declared, VERDICT_DECLARED },
		{ monitor, N_VERDICTS },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct site *s = site_new(3);
		for (uint16_t port = 20; port < 60; port++)
			site_bad(s, HOST, SERVER, PROTO_TCP, port, 10);
		assert_int_equal(judged_as(s, rows[i].inventory), rows[i].verdict);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_monitor_is_a_poller_on_however_many_ports_its_failures_are),
		cmocka_unit_test(a_monitor_in_a_pasted_list_is_a_poller),
		cmocka_unit_test(a_declared_scan_of_one_hosts_ports_is_declared),
	};
	return cmocka_run_group_tests_name("classes", tests, NULL, NULL);
}
