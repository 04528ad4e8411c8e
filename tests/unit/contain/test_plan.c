// SPDX-License-Identifier: Apache-2.0
// What becomes an entry of a plan: findings as JSON and as a table, plans kept before, and bad lines.
#include "unit/contain/site.h"

#include "contain/findings.h"

static struct taken take(struct plan *plan, const struct taking *how, const char *text)
{
	struct taken t = {};
	struct err e = {};
	char *all = strdup(text), *rest = all;
	for (char *line; (line = strsep(&rest, "\n"));)
		assert_true(findings_take(plan, how, line, &t, &e));
	free(all);
	plan_settle(plan);
	return t;
}

static void a_table_and_its_json_become_the_same(void **state)
{
	(void)state;
	static const char table[] =
		"HOST        VERDICT           CONF  PROTO/PORT      PEERS FAILED UNKNOWN  "
		"TARGETING\n"
		"10.20.7.66  suspect            99%  tcp/80             10      0      10  uniform "
		"100%\n"
		"    Vl20: 10 different peers on tcp/80\n"
		"10.20.7.67  worm-like          97%  udp/1434           10     10       0  "
		"undecided\n"
		"10.20.7.68  worm-like          97%  icmp echo          10     10       0  "
		"undecided\n"
		"10.20.7.69  worm-like          97%  tcp, several ports     10     10       0  x\n"
		"10.20.7.70  poller             97%  udp/161            10     10       0  "
		"undecided\n"
		"\nNext: cordon detect --explain 10.20.7.66 in.txt\n";
	static const char json[] =
		"{\"type\":\"finding\",\"host\":\"10.20.7.66\",\"class\":\"suspect\","
		"\"confidence\":0.99,"
		"\"protocolIdentifier\":6,\"destinationTransportPort\":80}\n"
		"{\"type\":\"finding\",\"host\":\"10.20.7.67\",\"class\":\"worm-like\","
		"\"confidence\":0.97,\"protocolIdentifier\":17,\"destinationTransportPort\":1434}\n"
		"{\"type\":\"finding\",\"host\":\"10.20.7.68\",\"class\":\"worm-like\","
		"\"confidence\":0.97,\"protocolIdentifier\":1,\"destinationTransportPort\":2048}\n"
		"{\"type\":\"finding\",\"host\":\"10.20.7.69\",\"class\":\"worm-like\","
		"\"confidence\":0.97,\"protocolIdentifier\":6,\"destinationTransportPort\":null}\n"
		"{\"type\":\"finding\",\"host\":\"10.20.7.70\",\"class\":\"poller\",\"confidence\":"
		"0.97,"
		"\"protocolIdentifier\":17,\"destinationTransportPort\":161}\n"
		"{\"type\":\"summary\",\"findings\":5}\n";
	struct taking how = { .until_ms = 86400000 };
	struct plan a = {}, b = {};
	struct taken t = take(&a, &how, table), u = take(&b, &how, json);
	char x[HASH_TEXT_BYTES], y[HASH_TEXT_BYTES];
	assert_int_equal(t.n_malformed, 0);
	assert_int_equal(u.n_malformed, 0);
	assert_int_equal(a.n, 3);
	assert_int_equal(t.n_portless, 1);
	assert_int_equal(u.n_portless, 1);
	assert_string_equal(t.portless[0], "10.20.7.69");
	assert_int_equal(t.n_harmless, 1);
	assert_string_equal(plan_hash(&a, x), plan_hash(&b, y));
	plan_fini(&a);
	plan_fini(&b);
}

static void a_line_that_is_neither_is_counted_and_the_rest_is_used(void **state)
{
	(void)state;
	static const char *const bad[] = { "{", "{}", "[1]", "hello", "10.1.1.1 worm-like",
		"{\"type\":\"finding\"}",
		"{\"type\":\"finding\",\"host\":\"10.1.1.1\",\"class\":\"x\"}",
		("{\"type\":\"containment\",\"host\":\"10.1.1.1\",\"port\":\"tcp/80\","
		 "\"direction\":\"out\"}"),
		"10.1.1.1  worm-like  101%  tcp/80  1 1 1 x" };
	for (size_t i = 0; i < countof(bad); i++) {
		struct taking how = { .until_ms = 86400000 };
		struct plan p = {};
		char text[512];
		snprintf(text, sizeof text,
			"%s\n{\"type\":\"finding\",\"host\":\"10.1.1.2\",\"class\":\"scanner\","
			"\"confidence\":1,\"protocolIdentifier\":6,\"destinationTransportPort\":22}"
			"\n",
			bad[i]);
		struct taken t = take(&p, &how, text);
		if (t.n_malformed != 1 || p.n != 1 || t.first_malformed != 1 ||
			!t.malformed.text[0])
			fail_msg("%s", bad[i]);
		plan_fini(&p);
	}
}

static void what_was_given_serves_where_no_port_is_told(void **state)
{
	(void)state;
	struct taking how = { .n_ports = 2, .until_ms = 5000 };
	struct plan p = {};
	assert_true(entry_port_parse("tcp/80", &how.port[0]));
	assert_true(entry_port_parse("any", &how.port[1]));
	take(&p, &how,
		"{\"type\":\"finding\",\"host\":\"10.1.1.2\",\"class\":\"suspect\",\"confidence\":"
		"0.9,"
		"\"protocolIdentifier\":null,\"destinationTransportPort\":null}");
	assert_int_equal(p.n, 2);
	plan_fini(&p);
}

static void equal_entries_join_at_the_later_end(void **state)
{
	(void)state;
	struct taking how = {};
	struct plan p = { .at_ms = 946684800000 };
	take(&p, &how,
		"{\"type\":\"containment\",\"host\":\"10.1.1.2\",\"port\":\"tcp/"
		"80\",\"direction\":\"out\","
		"\"until\":\"2001-01-01T00:00:00Z\",\"why\":\"a\"}\n"
		"{\"type\":\"containment\",\"host\":\"10.1.1.2\",\"port\":\"tcp/"
		"80\",\"direction\":\"out\","
		"\"until\":\"2002-01-01T00:00:00Z\",\"why\":\"b\"}\n"
		"{\"type\":\"containment\",\"host\":\"10.1.1.3\",\"port\":\"tcp/"
		"80\",\"direction\":\"out\","
		"\"until\":\"1999-01-01T00:00:00Z\"}\n");
	assert_int_equal(p.n, 2);
	assert_int_equal(plan_expire(&p), 1);
	assert_int_equal(p.n, 1);
	assert_int_equal(p.entry[0].until_ms, UINT64_C(1009843200000));
	plan_fini(&p);
}

static void a_reason_cannot_steer_a_device(void **state)
{
	(void)state;
	struct taking how = { .until_ms = 5000 };
	struct plan p = {};
	take(&p, &how,
		"{\"type\":\"finding\",\"host\":\"10.1.1.2\",\"class\":\"suspect\",\"confidence\":"
		"0.9,"
		"\"protocolIdentifier\":6,\"destinationTransportPort\":80,"
		"\"why\":\"a\\nno shutdown\\u001b[2J\\u202e\"}");
	assert_int_equal(p.n, 1);
	for (const char *c = p.entry[0].why; *c; c++)
		assert_true(*c >= ' ' && *c <= '~');
	plan_fini(&p);
}

static void ports_are_read_as_they_are_written(void **state)
{
	(void)state;
	static const char *const good[] = { "tcp/80", "udp/1434", "sctp/1", "icmp echo",
		"icmp6 echo", "icmp 3/4", "tcp", "any", "protocol 50", "icmp", "icmp6" };
	static const char *const bad[] = { "", "http", "tcp/", "tcp/65536", "tcp/080", "any/3",
		"icmp 300/1", "icmp x", "protocol 256", "tcp/80 ", "TCP/80" };
	for (size_t i = 0; i < countof(good); i++) {
		struct entry_port p;
		char room[PORT_TEXT_BYTES];
		assert_true(entry_port_parse(good[i], &p));
		assert_string_equal(entry_port_text(&p, room), good[i]);
	}
	for (size_t i = 0; i < countof(bad); i++) {
		struct entry_port p;
		if (entry_port_parse(bad[i], &p))
			fail_msg("'%s' is a port", bad[i]);
	}
}

static void a_file_of_services_is_read_or_says_where_it_is_wrong(void **state)
{
	(void)state;
	static const struct {
		const char *text, *message;
	} row[] = {
		{ "services: [{key: a, from: [phone], to: [any], protocol: tcp, name: {en: x, ja: "
		  "y}}]",
			"service 'a' needs 'ports'" },
		{ "services: [{key: a, from: [phon], to: [any], protocol: 89, name: {en: x, ja: "
		  "y}}]",
			"phone" },
		{ "services: [{key: a, from: [phone], to: [any], protocol: tcp, ports: [9-1], "
		  "name: {en: x, "
		  "ja: y}}]",
			"ports like 80" },
		{ "services: [{key: a, from: [any], to: [any], protocol: 89, name: {en: x, ja: "
		  "y}}, {key: a, "
		  "from: [any], to: [any], protocol: 89, name: {en: x, ja: y}}]",
			"another service 'a'" },
		{ "services: [{key: a, from: [any], to: [any], protocol: 300, name: {en: x, ja: "
		  "y}}]",
			"number up to 255" },
		{ "services: [{key: a, from: [any], to: [any], protocol: 89, ports: [1], name: "
		  "{en: x, ja: "
		  "y}}]",
			"no ports" },
	};
	for (size_t i = 0; i < countof(row); i++) {
		struct err e = {};
		struct services *s =
			services_parse((struct str){ row[i].text, strlen(row[i].text) }, "f", &e);
		if (s || !strstr(e.text, row[i].message))
			fail_msg("%s: %s", row[i].text, e.text);
	}
	struct err e = {};
	struct services *s = services_load(NULL, &e);
	assert_true(s && s->n > 25);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_and_its_json_become_the_same),
		cmocka_unit_test(a_line_that_is_neither_is_counted_and_the_rest_is_used),
		cmocka_unit_test(what_was_given_serves_where_no_port_is_told),
		cmocka_unit_test(equal_entries_join_at_the_later_end),
		cmocka_unit_test(a_reason_cannot_steer_a_device),
		cmocka_unit_test(ports_are_read_as_they_are_written),
		cmocka_unit_test(a_file_of_services_is_read_or_says_where_it_is_wrong),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
