// SPDX-License-Identifier: Apache-2.0
// What is written for NBAR is read back and judged: by what the document says, packet by packet.
#include "unit/contain/site.h"

#include "contain/nbar.h"
#include "contain/replay.h"
#include "contain/target.h"

enum { MARK = 1 };

static const char *const methods[] = { "acl", "pbr", "police" };

static char *text_of(const char *method)
{
	struct site s;
	struct device device = { .interface = { "Serial0/0", "Serial0/1" },
		.n_interfaces = 2,
		.egress = "FastEthernet0/1",
		.method = method,
		.dscp = MARK };
	char *text = NULL;
	size_t len;
	struct err e = {};
	site_init(&s);
	site_put(&s, "10.30.4.88", "tcp/80");
	site_compile(&s);
	struct writing w = { .plan = &s.plan,
		.compiled = &s.compiled,
		.protection = &s.protection,
		.device = &device,
		.out = open_memstream(&text, &len) };
	if (!target_write(&ios_nbar_target, &w, &e))
		fail_msg("%s", e.text);
	fclose(w.out);
	if (!ios_nbar_target.read_back(&w, (struct str){ text, len }, &e))
		fail_msg("%s: %s", method, e.text);
	site_fini(&s);
	return text;
}

static struct nbar *read_of(const char *text)
{
	struct err e = {};
	struct nbar *n = nbar_read((struct str){ text, strlen(text) }, &e);
	if (!n)
		fail_msg("%s", e.text);
	return n;
}

static struct str str_of(const char *text)
{
	return (struct str){ text, strlen(text) };
}

/* Words of requests; those of worms in front. */
static const char *const words[] = { "default.ida?NNNN", "root.exe?/c+dir", "cmd.exe", "index.html",
	"logo.gif", "cmd.ex", "default.id", "CCMAdmin/", "../", "" };
enum { N_WORMS = 3 };

/* What the document says becomes of it, from how the packet was made and not from any text. */
struct story {
	bool is_http, has_worm, is_within, is_ingress;
	struct nbar_packet p;
};

static enum action told(const struct story *s, const char *method)
{
	bool dies_marked = !strcmp(method, "acl");
	if (!s->is_ingress) // what has the mark from elsewhere dies with the rest, as --list says
		return dies_marked && s->p.dscp == MARK ? ACTION_DENY : ACTION_PERMIT;
	if (!s->is_http)
		return ACTION_PERMIT;
	if (s->p.view == NBAR_UNTOLD)
		return ACTION_UNKNOWN;
	if (!s->has_worm)
		return ACTION_PERMIT;
	if (s->p.view == NBAR_HIDDEN || !s->is_within)
		return ACTION_UNKNOWN;
	return ACTION_DENY;
}

static void story_make(struct story *s, struct dice *d, char url[static 1024])
{
	static const char *const ins[] = { "Serial0/0", "Serial0/1", "FastEthernet0/9" };
	size_t in = dice_below(d, countof(ins)), word = dice_below(d, countof(words));
	size_t pad = dice_below(d, 4) ? dice_below(d, 60) : dice_below(d, 700);
	struct plan none = {};
	*s = (struct story){ .is_ingress = in < 2 };
	s->p = (struct nbar_packet){ .packet = site_any_packet(d, &none),
		.dscp = (uint8_t)(dice_below(d, 3) ? dice_below(d, DSCP_ANY) : MARK),
		.in = ins[in],
		.out = "FastEthernet0/1",
		.url_at = 4 + dice_below(d, 2),
		.view = (enum nbar_view)dice_below(d, 3) };
	if (dice_below(d, 3)) {
		s->p.packet.proto = PROTO_TCP;
		s->p.packet.dport = 80;
	}
	s->is_http = s->p.packet.proto == PROTO_TCP && s->p.packet.dport == 80;
	memset(url, 'a', pad);
	url[0] = '/';
	snprintf(url + pad, 1024 - pad, "%s%s", words[word], dice_below(d, 2) ? "" : "/zzz");
	s->p.url = dice_below(d, 8) ? str_of(url) : str_of("");
	s->has_worm = s->p.url.len && word < N_WORMS;
	s->is_within = s->p.url_at + pad + strcspn(words[word], "?") <= NBAR_SEEN_BYTES;
}

static void each_method_judges_packets_as_the_document_says(void **state)
{
	(void)state;
	struct dice d = { 61 };
	size_t n[N_ACTIONS] = {};
	for (size_t m = 0; m < countof(methods); m++) {
		char *text = text_of(methods[m]), url[1024];
		struct nbar *nbar = read_of(text);
		assert_int_equal(nbar->n_unread, 0);
		for (int i = 0; i < 10000; i++) {
			struct story s;
			story_make(&s, &d, url);
			if (!addr_is_v4(&s.p.packet.src) || !addr_is_v4(&s.p.packet.dst))
				continue;
			enum action want = told(&s, methods[m]);
			enum action got = nbar_judge(nbar, &s.p);
			n[got]++;
			if (got != want)
				fail_msg("%s: %u/%u dscp %u at %s view %d '%s': %d, not %d",
					methods[m], s.p.packet.proto, s.p.packet.dport, s.p.dscp,
					s.p.in, s.p.view, url, got, want);
		}
		free(nbar);
		free(text);
	}
	print_message("# %zu let through, %zu dropped, %zu unknown\n", n[ACTION_PERMIT],
		n[ACTION_DENY], n[ACTION_UNKNOWN]);
	assert_true(n[ACTION_DENY] > 500 && n[ACTION_UNKNOWN] > 500);
}

/* Lines that do nothing by themselves: without them it still stands. */
static bool is_idle(const char *line, size_t len)
{
	static const char *const idle[] = { "!", "configure terminal", "ip cef", "end" };
	for (size_t i = 0; i < countof(idle); i++)
		if (!strncmp(line, idle[i], strlen(idle[i])))
			return true;
	return len == 0;
}

static void a_line_that_is_missing_is_found(void **state)
{
	(void)state;
	static const char *const in[] = { "Serial0/0", "Serial0/1" };
	static const char *const url[] = { "/default.ida?NNNN", "/c/cmd.exe", "/scripts/root.exe" };
	const struct nbar_wish wish = { .in = in,
		.n_in = countof(in),
		.out = "FastEthernet0/1",
		.url = url,
		.n_urls = countof(url) };
	size_t n_lines = 0;
	for (size_t m = 0; m < countof(methods); m++) {
		char *text = text_of(methods[m]);
		for (char *line = text, *end; *line; line = end + 1) {
			struct err e = {};
			end = strchr(line, '\n');
			size_t len = (size_t)(end - line);
			if (is_idle(line, len))
				continue;
			char *without;
			assert_true(asprintf(&without, "%.*s%s", (int)(line - text), text,
					    end + 1) > 0);
			struct nbar *nbar = read_of(without);
			if (nbar_prove(nbar, &wish, &e))
				fail_msg("%s: without '%.*s' it is the same", methods[m], (int)len,
					line);
			assert_true(e.text[0]);
			n_lines++;
			free(nbar);
			free(without);
		}
		free(text);
	}
	assert_true(n_lines > 40);
}

/* The three methods as people wrote them down from the document, in 2001 and 2007. */
static void configurations_of_others_are_judged(void **state)
{
	(void)state;
#define CLASS \
	"class-map match-any http-hacks\n match protocol http url \"*default.ida*\"\n" \
	" match protocol http url \"*cmd.exe*\"\n match protocol http url \"*root.exe*\"\n"
#define MARKS "policy-map mark-inbound-http-hacks\n class http-hacks\n  set ip dscp 1\n"
#define BOUND "interface Serial0/0\n service-policy input mark-inbound-http-hacks\n"
	static const struct {
		const char *what, *text;
		enum action worm, marked, other; // of the latter two no request
	} row[] = {
		{ "marked, and nothing more", CLASS MARKS BOUND, ACTION_PERMIT, ACTION_PERMIT,
			ACTION_PERMIT },
		{ "by a list",
			CLASS MARKS BOUND "access-list 105 deny ip any any dscp 1 log\n"
					  "access-list 105 permit ip any any\n"
					  "interface Ethernet0\n ip access-group 105 out\n",
			ACTION_DENY, ACTION_DENY, ACTION_PERMIT },
		{ "by a list that ends too early",
			CLASS MARKS BOUND "access-list 105 deny ip any any dscp 1\n"
					  "interface Ethernet0\n ip access-group 105 out\n",
			ACTION_DENY, ACTION_DENY, ACTION_DENY },
		{ "by policy routing",
			CLASS MARKS BOUND " ip policy route-map null_policy_route\n"
					  "access-list 106 permit ip any any dscp 1\n"
					  "route-map null_policy_route 10\n match ip address 106\n"
					  " set interface Null0\n",
			ACTION_DENY, ACTION_DENY, ACTION_PERMIT },
		{ "by policy routing, to a next hop",
			CLASS MARKS BOUND " ip policy route-map away\n"
					  "access-list 106 permit ip any any dscp 1\n"
					  "route-map away 10\n match ip address 106\n"
					  " set ip next-hop 10.9.9.9\n",
			ACTION_UNKNOWN, ACTION_UNKNOWN, ACTION_PERMIT },
		{ "by policing",
			CLASS "policy-map p\n class http-hacks\n  police 1000000 31250 31250 "
			      "conform-action drop exceed-action drop violate-action drop\n"
			      "interface Serial0/0\n service-policy input p\n",
			ACTION_DENY, ACTION_PERMIT, ACTION_PERMIT },
		{ "by policing that lets through what conforms",
			CLASS "policy-map p\n class http-hacks\n  police 8000 conform-action "
			      "transmit exceed-action drop\n"
			      "interface Serial0/0\n service-policy input p\n",
			ACTION_UNKNOWN, ACTION_PERMIT, ACTION_PERMIT },
		{ "by drop",
			CLASS "policy-map p\n class http-hacks\n  drop\n"
			      "interface Serial0/0\n service-policy input p\n",
			ACTION_DENY, ACTION_PERMIT, ACTION_PERMIT },
		{ "with a class that asks for all",
			"class-map match-all http-hacks\n match protocol http url \"*.ida*\"\n"
			" match protocol http url \"*.exe*\"\n"
			"policy-map p\n class http-hacks\n  drop\n"
			"interface Serial0/0\n service-policy input p\n",
			ACTION_PERMIT, ACTION_PERMIT, ACTION_PERMIT },
		{ "with a line that is not read",
			"class-map match-any http-hacks\n match protocol http mime \"image*\"\n"
			"policy-map p\n class http-hacks\n  drop\n"
			"interface Serial0/0\n service-policy input p\n",
			ACTION_UNKNOWN, ACTION_UNKNOWN, ACTION_UNKNOWN },
		{ "with a policy that is not told",
			"interface Serial0/0\n service-policy input q\n", ACTION_UNKNOWN,
			ACTION_UNKNOWN, ACTION_UNKNOWN },
		{ "in capitals, of which no document says whether they are told apart",
			"class-map http-hacks\n match protocol http url \"*DEFAULT.IDA*\"\n"
			"policy-map p\n class http-hacks\n  drop\n"
			"interface Serial0/0\n service-policy input p\n",
			ACTION_UNKNOWN, ACTION_PERMIT, ACTION_PERMIT },
	};
	for (size_t i = 0; i < countof(row); i++) {
		struct nbar *n = read_of(row[i].text);
		struct nbar_packet p = { .packet = { .src = site_addr("10.30.0.1"),
						 .dst = site_addr("10.1.1.5"),
						 .proto = PROTO_TCP,
						 .sport = 40000,
						 .dport = 80,
						 .is_established = true },
			.in = "Serial0/0",
			.out = "Ethernet0",
			.url = str_of("/default.ida?NNNN"),
			.url_at = 4 };
		enum action worm = nbar_judge(n, &p);
		p.url = str_of("");
		enum action other = nbar_judge(n, &p);
		p.dscp = MARK;
		enum action marked = nbar_judge(n, &p);
		if (worm != row[i].worm || marked != row[i].marked || other != row[i].other)
			fail_msg("%s: %d %d %d", row[i].what, worm, marked, other);
		free(n);
	}
}

static void of_the_25th_url_nothing_is_known(void **state)
{
	(void)state;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	fputs("class-map match-any many\n", out);
	for (int i = 1; i <= 25; i++)
		fprintf(out, " match protocol http url \"*/%d/*\"\n", i);
	fputs("policy-map p\n class many\n  drop\ninterface Serial0/0\n service-policy input p\n",
		out);
	fclose(out);
	struct nbar *n = read_of(text);
	struct nbar_packet p = { .packet = { .proto = PROTO_TCP, .dport = 80 },
		.in = "Serial0/0",
		.url = str_of("/24/x") };
	assert_int_equal(nbar_judge(n, &p), ACTION_DENY);
	p.url = str_of("/25/x");
	assert_int_equal(nbar_judge(n, &p), ACTION_UNKNOWN);
	free(n);
	free(text);
}

/* Flows tell no request: of connections to web servers nothing is known, all else gets through. */
static void in_a_replay_a_connection_to_a_web_server_is_unknown(void **state)
{
	(void)state;
	struct site s;
	struct policy wanted, effect;
	struct err e = {};
	site_init(&s);
	site_put(&s, "10.30.0.1", "tcp/80");
	site_put(&s, "10.30.0.1", "tcp/445");
	site_compile(&s);
	assert_true(plan_wanted(&s.plan, &wanted, &e));
	assert_true(ios_nbar_target.effect(&s.compiled, &effect, &e));
	struct replay r = { .wanted = &wanted, .policy = &effect };
	struct flow flow = { .has = FLOW_HAS_PROTO | FLOW_HAS_PORTS,
		.proto = PROTO_TCP,
		.src = site_addr("10.30.0.1"),
		.dst = site_addr("10.1.1.11"),
		.dst_port = 80 };
	assert_int_equal(replay_fate(&r, &flow), FATE_UNKNOWN);
	flow.dst_port = 445;
	assert_int_equal(replay_fate(&r, &flow), FATE_MISSED);
	flow.dst_port = 22;
	assert_int_equal(replay_fate(&r, &flow), FATE_UNTOUCHED);
	policy_fini(&wanted);
	policy_fini(&effect);
	site_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_method_judges_packets_as_the_document_says),
		cmocka_unit_test(a_line_that_is_missing_is_found),
		cmocka_unit_test(configurations_of_others_are_judged),
		cmocka_unit_test(of_the_25th_url_nothing_is_known),
		cmocka_unit_test(in_a_replay_a_connection_to_a_web_server_is_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
