// SPDX-License-Identifier: Apache-2.0
#include "unit/detect/site.h"

enum { PC = 0x0a010105, INFECTED = 0x0a010207, SERVER = 0x0a010001 };
enum { BURST_GAP_MS = 120000 }; // known for so long before it hurries

static uint32_t stranger(struct site *s)
{
	return (20 + site_below(s, 150)) << 24 | (site_below(s, 1 << 24) & 0xfefefe) | 1;
}

/* Some ordinary traffic, so that what is normal here can be learned. */
static void background(struct site *s)
{
	for (uint32_t host = 0; host < 20; host++)
		for (int i = 0; i < 15; i++) {
			site_good(s, PC + 1 + host, 0xc6336400 + site_below(s, 200), PROTO_TCP, 80,
				100);
			site_good(s, PC + 1 + host, SERVER, PROTO_UDP, 53, 100);
		}
}

static void a_pc_that_reaches_a_hundred_web_servers_is_no_worm(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 20; seed++) {
		struct site *s = site_new(seed);
		background(s);
		for (int i = 0; i < 120; i++)
			if (site_below(s, 100) < 8)
				site_bad(s, PC, stranger(s), PROTO_TCP, 80, 3000);
			else
				site_good(s, PC, stranger(s), PROTO_TCP, 80, 3000);
		struct findings f = site_judge(s, NULL);
		assert_int_not_equal(site_verdict(&f, PC, -1), VERDICT_WORM);
		findings_free(&f);
	}
}

static void a_phone_with_hundreds_of_peers_on_one_port_is_no_worm(void **state)
{
	(void)state;
	struct site *s = site_new(1);
	for (int i = 0; i < 600; i++)
		site_good(s, PC, stranger(s), i % 2 ? PROTO_TCP : PROTO_UDP, 443, 500);
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n, 0);
	findings_free(&f);
}

static void eight_failed_first_contacts_among_thousands_of_good_ones(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 20; seed++) {
		struct site *s = site_new(seed);
		background(s);
		for (int i = 0; i < 3000; i++) {
			site_good(s, INFECTED, stranger(s), PROTO_TCP, 80, 200);
			if (i == 1500)
				for (int k = 0; k < 8; k++)
					site_bad(s, INFECTED, stranger(s), PROTO_TCP, 80, 70);
		}
		struct findings f = site_judge(s, NULL);
		assert_int_equal(site_verdict(&f, INFECTED, 80), VERDICT_WORM);
		assert_int_equal(f.n, 1);
		assert_true(f.finding[0].n_to_case <= 8);
		assert_string_equal(f.finding[0].scale, "10 min");
		findings_free(&f);
	}
}

/* One probe an hour, while the user of the host goes on with good contacts on another port. */
static void a_scan_that_takes_a_day_is_seen(void **state)
{
	(void)state;
	enum { HOST = 0x0a010150 };
	struct site *s = site_new(24);
	for (uint32_t hour = 0; hour < 12; hour++) {
		for (uint32_t i = 0; i < 10; i++)
			site_good(s, HOST, 0xc6330000 + hour * 10 + i, PROTO_TCP, 443, 359'000);
		site_bad(s, HOST, 0x5b000000 + hour * 777, PROTO_TCP, 445, 10'000);
	}
	struct findings f = site_judge(s, NULL);
	assert_int_equal(site_verdict(&f, HOST, 445), VERDICT_WORM);
	assert_string_equal(f.finding[0].scale, "24 h");
	findings_free(&f);
}

/* Of a worm that was seen before, it does not hide anything. */
static void questions_still_open_were_failures(void **state)
{
	(void)state;
	for (int is_worm = 0; is_worm < 2; is_worm++)
		for (int is_udp = 0; is_udp < 2; is_udp++) {
			struct site *s = site_new(5);
			background(s);
			for (int i = 0; i < 40; i++) {
				bool is_new = !is_worm || i >= 20;
				site_bad(s, PC, stranger(s), is_udp ? PROTO_UDP : PROTO_TCP, 7000,
					100);
				s->flow[s->n - 1].has |= is_new ? FLOW_PENDING : 0;
			}
			struct findings f = site_judge(s, NULL);
			assert_int_equal(
				site_verdict(&f, PC, -1), is_worm ? VERDICT_WORM : N_VERDICTS);
			if (is_worm)
				assert_int_equal(f.finding[0].outcome[OUTCOME_FAILED], 20);
			findings_free(&f);
		}
}

static void one_lost_datagram_convicted_a_busy_host(void **state)
{
	(void)state;
	static const struct {
		int n_answered;
		uint64_t n_lost;
		enum verdict verdict;
	} rows[] = {
		{ 3000, 0, VERDICT_WORM }, { 3000, 23, VERDICT_WORM }, // not as many as are missing
		{ 3000, 24, VERDICT_SUSPECT },
		{ 20, 1000000, VERDICT_WORM }, // most of its peers are silent
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct site *s = site_new(6);
		s->n_lost = rows[i].n_lost;
		background(s);
		for (int k = 0; k < rows[i].n_answered; k++) {
			site_good(s, PC, stranger(s), PROTO_UDP, 443, 100);
			for (int n = 0; k == rows[i].n_answered / 2 && n < 24; n++)
				site_bad(s, PC, stranger(s), PROTO_UDP, 443, 100);
		}
		struct findings f = site_judge(s, NULL);
		assert_int_equal(site_verdict(&f, PC, 443), rows[i].verdict);
		findings_free(&f);
	}
}

/* The flows from some number on become those of IPv6. */
static void to_ipv6(struct site *s, size_t from)
{
	for (size_t i = from; i < s->n; i++) {
		struct addr *a[] = { &s->flow[i].src, &s->flow[i].dst };
		for (size_t k = 0; k < countof(a); k++)
			memcpy(a[k]->octet, (uint8_t[12]){ 0x20, 0x01, 0x0d, 0xb8 }, 12);
	}
}

static void browsers_on_ipv6_that_leads_nowhere_were_worms(void **state)
{
	(void)state;
	static const struct {
		int n_bad, n_good;
		uint16_t port;
		enum verdict verdict;
	} rows[] = {
		{ 60, 0, 443, VERDICT_SUSPECT }, { 60, 0, 445, VERDICT_WORM },
		{ 60, 1, 443, VERDICT_WORM },  // somebody answered: it leads somewhere
		{ 300, 0, 443, VERDICT_WORM }, // more than a user surfs
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct site *s = site_new(7);
		background(s);
		size_t from = s->n;
		for (int k = 0; k < rows[i].n_bad; k++)
			site_bad(s, PC, stranger(s), PROTO_TCP, rows[i].port, 5000);
		for (int k = 0; k < rows[i].n_good; k++)
			site_good(s, PC, stranger(s), PROTO_TCP, rows[i].port, 5000);
		to_ipv6(s, from);
		struct findings f = site_judge(s, NULL);
		assert_int_equal(f.n, 1);
		assert_int_equal(f.finding[0].verdict, rows[i].verdict);
		findings_free(&f);
	}
}

static void repeated_failures_to_one_server_are_a_poller(void **state)
{
	(void)state;
	struct site *s = site_new(1);
	background(s);
	for (int i = 0; i < 2000; i++)
		site_bad(s, PC, SERVER + 9, PROTO_TCP, 502, 5000);
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.finding[0].verdict, VERDICT_POLLER);
	assert_int_equal(f.finding[0].contacted, 1);
	findings_free(&f);
}

static void without_flags_the_flow_back_and_the_size_decide(void **state)
{
	(void)state;
	for (int one_way = 0; one_way < 2; one_way++) {
		struct site *s = site_new(3);
		s->no_flags = true;
		s->one_way = one_way;
		background(s);
		for (int i = 0; i < 25; i++)
			site_bad(s, INFECTED, stranger(s), PROTO_TCP, 445, 100);
		for (int i = 0; i < 100; i++)
			site_good(s, PC, stranger(s), PROTO_TCP, 80, 100);
		struct findings f = site_judge(s, NULL);
		assert_int_equal(site_verdict(&f, INFECTED, 445), VERDICT_WORM);
		assert_int_equal(f.n, 1);
		findings_free(&f);
	}
}

static void a_udp_worm_is_seen_by_missing_answers(void **state)
{
	(void)state;
	struct site *s = site_new(4);
	background(s);
	for (int i = 0; i < 10; i++)
		site_bad(s, INFECTED, stranger(s), PROTO_UDP, 1434, 1);
	struct findings f = site_judge(s, NULL);
	assert_int_equal(site_verdict(&f, INFECTED, 1434), VERDICT_WORM);
	findings_free(&f);

	s = site_new(4); // only one direction is exported: equal datagrams to many peers remain
	s->one_way = true;
	background(s);
	for (int i = 0; i < 40; i++)
		site_bad(s, INFECTED, stranger(s), PROTO_UDP, 1434, 1);
	f = site_judge(s, NULL);
	enum verdict v = site_verdict(&f, INFECTED, 1434);
	assert_true(v == VERDICT_WORM || v == VERDICT_SUSPECT);
	assert_true(f.finding[0].confidence <= .95);
	findings_free(&f);
}

static void an_icmp_sweep_is_seen(void **state)
{
	(void)state;
	struct site *s = site_new(5);
	background(s);
	for (int i = 0; i < 30; i++)
		site_bad(s, INFECTED, stranger(s), PROTO_ICMP, 0x0800, 1);
	struct findings f = site_judge(s, NULL);
	assert_int_equal(site_verdict(&f, INFECTED, 0x0800), VERDICT_WORM);
	findings_free(&f);
}

static void several_ports_are_pooled(void **state)
{
	(void)state;
	struct site *s = site_new(6);
	static const uint16_t ports[] = { 139, 445, 135, 80 };
	for (int i = 0; i < 16; i++)
		site_bad(s, INFECTED, stranger(s), PROTO_TCP, ports[i % 4], 100);
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.finding[0].verdict, VERDICT_WORM);
	assert_false(f.finding[0].has_port);
	assert_int_equal(f.finding[0].contacted, 16);
	findings_free(&f);
}

static void many_ports_of_one_host_are_a_scanner(void **state)
{
	(void)state;
	struct site *s = site_new(7);
	for (uint16_t port = 20; port < 60; port++)
		site_bad(s, PC, SERVER, PROTO_TCP, port, 10);
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.finding[0].verdict, VERDICT_SCANNER);
	findings_free(&f);
}

static void peer_to_peer_is_not_called_a_worm(void **state)
{
	(void)state;
	struct site *s = site_new(8);
	for (int i = 0; i < 80; i++) // one known port, most peers gone
		if (i % 5)
			site_bad(s, PC, stranger(s), PROTO_UDP, 6346, 100);
		else
			site_good(s, PC, stranger(s), PROTO_UDP, 6346, 100);
	for (int i = 0; i < 200; i++) // every peer on a port of its own
		if (i % 2)
			site_bad(s, PC + 1, stranger(s), PROTO_TCP,
				(uint16_t)(1024 + site_below(s, 60000)), 100);
		else
			site_good(s, PC + 1, stranger(s), PROTO_TCP,
				(uint16_t)(1024 + site_below(s, 60000)), 100);
	struct findings f = site_judge(s, NULL);
	assert_int_equal(site_verdict(&f, PC, -1), VERDICT_P2P);
	for (size_t i = 0; i < f.n; i++)
		assert_int_equal(f.finding[i].verdict, VERDICT_P2P);
	findings_free(&f);
}

static void answers_that_nobody_asked_for_are_backscatter(void **state)
{
	(void)state;
	struct site *s = site_new(9);
	for (int i = 0; i < 200; i++) {
		struct flow f = site_flow(s, SERVER, stranger(s), PROTO_TCP, 80,
			(uint16_t)(1024 + site_below(s, 60000)));
		f.packets = 1;
		f.bytes = 44;
		f.tcp_flags = i % 3 ? TCP_SYN | TCP_ACK : TCP_RST | TCP_ACK;
		site_put(s, f);
	}
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.finding[0].verdict, VERDICT_BACKSCATTER);
	findings_free(&f);
}

static void a_pasted_list_gives_suspects_never_an_alarm(void **state)
{
	(void)state;
	struct site *s = site_new(10);
	s->is_list = true;
	for (int i = 0; i < 200; i++)
		site_bad(s, INFECTED, stranger(s), PROTO_TCP, 80, 0);
	for (int i = 0; i < 60; i++) {
		site_good(s, PC, stranger(s), PROTO_TCP, 80, 0);     // a busy proxy
		site_good(s, SERVER, stranger(s), PROTO_UDP, 53, 0); // a resolver
	}
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n, 1);
	assert_int_equal(site_verdict(&f, INFECTED, 80), VERDICT_SUSPECT);
	assert_int_equal(f.finding[0].outcome[OUTCOME_UNKNOWN], 200);
	findings_free(&f);
}

static void dark_addresses_need_four_contacts(void **state)
{
	(void)state;
	struct err e;
	struct inventory *inventory =
		inventory_parse(STR("networks: [10.0.0.0/8]\ndark: [10.10.0.0/16]\n"), "test", &e);
	assert_non_null(inventory);
	struct site *s = site_new(11);
	for (uint32_t i = 0; i < 4; i++)
		site_bad(s, INFECTED, 0x0a0a0001 + i * 700, PROTO_TCP, 445, 100);
	struct findings f = site_judge(s, inventory);
	assert_int_equal(site_verdict(&f, INFECTED, 445), VERDICT_WORM);
	findings_free(&f);
	inventory_free(inventory);
}

static void a_declared_scanner_counts_again_when_it_expires(void **state)
{
	(void)state;
	static const struct {
		const char *expires;
		enum verdict verdict;
	} rows[] = { { "2001-01-01", VERDICT_DECLARED }, { "1970-01-02", VERDICT_WORM } };
	for (size_t i = 0; i < countof(rows); i++) {
		char text[200];
		struct err e;
		snprintf(text, sizeof text,
			"declared-scanners:\n- address: 10.1.2.7\n  reason: weekly\n  expires: "
			"%s\n",
			rows[i].expires);
		struct inventory *inventory =
			inventory_parse((struct str){ text, strlen(text) }, "test", &e);
		assert_non_null(inventory);
		struct site *s = site_new(12);
		for (int k = 0; k < 30; k++)
			site_bad(s, INFECTED, stranger(s), PROTO_TCP, 445, 100);
		struct findings f = site_judge(s, inventory);
		assert_int_equal(site_verdict(&f, INFECTED, 445), rows[i].verdict);
		findings_free(&f);
		inventory_free(inventory);
	}
}

static void sampled_syns_count_less_and_a_single_packet_counts_nothing(void **state)
{
	(void)state;
	struct site *s = site_new(13);
	s->sampling = 1000;
	for (int i = 0; i < 300; i++) { // benign flows, each seen as one packet in the middle
		struct flow f = site_flow(s, PC, stranger(s), PROTO_TCP, 50000, 80);
		f.packets = 1;
		f.bytes = 40;
		f.tcp_flags = TCP_ACK;
		site_put(s, f);
	}
	for (int i = 0; i < 20; i++)
		site_bad(s, INFECTED, stranger(s), PROTO_TCP, 80, 100);
	struct findings f = site_judge(s, NULL);
	assert_int_equal(site_verdict(&f, PC, -1), N_VERDICTS);
	assert_int_equal(site_verdict(&f, INFECTED, 80), VERDICT_WORM);
	assert_true(f.finding[0].confidence <= .95);
	findings_free(&f);
}

/* Outside scanners, each below the number that is heard, must not pass for normal. */
static void failing_strangers_do_not_raise_the_learned_rate(void **state)
{
	(void)state;
	struct site *s = site_new(14);
	background(s);
	for (uint32_t i = 0; i < 1200; i++)
		site_bad(
			s, 0x51000000 + i / 3, 0x0a010000 + site_below(s, 5000), PROTO_TCP, 23, 10);
	for (int i = 0; i < 8; i++)
		site_bad(s, INFECTED, stranger(s), PROTO_TCP, 23, 10);
	struct findings f = site_judge(s, NULL);
	assert_int_equal(site_verdict(&f, INFECTED, 23), VERDICT_WORM);
	assert_true(f.finding[0].benign_rate < .06);
	findings_free(&f);
}

/* The host's user reaches far servers on the same port; the worm prefers its neighbours. */
static void targeting_is_of_the_worm_not_of_the_user(void **state)
{
	(void)state;
	struct site *s = site_new(15);
	for (int i = 0; i < 300; i++) {
		uint32_t local = (INFECTED & 0xff000000) | (uint32_t)(site_random(s) & 0xffffff);
		site_good(s, INFECTED, stranger(s), PROTO_TCP, 80, 100);
		for (int k = 0; k < 3; k++)
			site_bad(s, INFECTED, k ? local ^ (uint32_t)k << 8 : stranger(s), PROTO_TCP,
				80, 10);
	}
	struct findings f = site_judge(s, NULL);
	assert_int_equal(site_verdict(&f, INFECTED, 80), VERDICT_WORM);
	assert_true(f.finding[0].targeting[TARGETING_UNIFORM] < .01);
	findings_free(&f);
}

static void a_hit_list_is_seen_by_its_hurry(void **state)
{
	(void)state;
	struct site *s = site_new(18);
	background(s);
	for (int i = 0; i < 45; i++) {
		struct flow f = site_flow(s, INFECTED, stranger(s), PROTO_TCP, 50000, 80);
		f.packets = 8;
		f.bytes = 4800;
		f.tcp_flags = 0x1b;
		site_put(s, f);
		s->now_ms += 900;
	}
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.finding[0].verdict, VERDICT_SUSPECT);
	assert_true(f.finding[0].n_burst >= 30);
	assert_true(f.finding[0].confidence < .7);
	findings_free(&f);
}

/* An answered conversation, of a size of its own. */
static void talk(struct site *s, uint32_t host, uint32_t peer, uint16_t port, uint32_t step_ms)
{
	struct flow f = site_flow(s, host, peer, PROTO_TCP, 50000, port);
	f.packets = 4 + site_below(s, 30);
	f.bytes = f.packets * (60 + site_below(s, 900));
	f.tcp_flags = 0x1b;
	site_put(s, f);
	s->now_ms += step_ms;
}

static void a_hit_list_of_messages_that_differ_is_seen_by_its_rate(void **state)
{
	(void)state;
	static const struct {
		uint16_t port;
		uint32_t n, step_ms;
		bool is_found;
	} rows[] = {
		{ 445, 300, 100, true },
		{ 445, 140, 100, false },
		{ 445, 300, 1000, false },
		{ 80, 300, 30, true },  // more than a browser opens in ten seconds
		{ 80, 150, 30, false }, // a page and all that it might lead to
		{ 443, 500, 200, false },
		{ 443, 900, 90, true },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct site *s = site_new(40 + i);
		background(s);
		site_good(s, INFECTED, SERVER, PROTO_UDP, 53, BURST_GAP_MS);
		for (uint32_t k = 0; k < rows[i].n; k++)
			talk(s, INFECTED, stranger(s), rows[i].port, rows[i].step_ms);
		struct findings f = site_judge(s, NULL);
		assert_int_equal(f.n, rows[i].is_found);
		if (rows[i].is_found) {
			assert_int_equal(f.finding[0].verdict, VERDICT_SUSPECT);
			assert_true(f.finding[0].n_rush >= 150 && f.finding[0].confidence <= .5);
			assert_non_null(strstr(f.finding[0].why, "new peers on tcp/"));
		}
		findings_free(&f);
	}
}

/* A monitor comes back to its hosts; and of whoever was never seen before nobody knows its daily work. */
static void rounds_and_first_minutes_are_no_rush(void **state)
{
	(void)state;
	struct site *s = site_new(50);
	background(s);
	site_good(s, INFECTED, SERVER, PROTO_UDP, 53, BURST_GAP_MS);
	for (uint32_t round = 0; round < 8; round++) {
		for (uint32_t k = 0; k < 200; k++)
			talk(s, INFECTED, 0x0a020001 + k, 5666, 100);
		s->now_ms += 300000;
	}
	for (uint32_t k = 0; k < 300; k++)
		talk(s, PC + 99, 0x0a030001 + k, 445, 100);
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n, 0);
	findings_free(&f);
}

static void two_hosts_with_one_list_of_live_hosts_are_told(void **state)
{
	(void)state;
	struct site *s = site_new(51);
	background(s);
	uint64_t began_ms = s->now_ms + BURST_GAP_MS;
	for (uint32_t host = 0; host < 2; host++) {
		s->now_ms = began_ms - BURST_GAP_MS + host * 20000;
		site_good(s, INFECTED + host, SERVER, PROTO_UDP, 53, BURST_GAP_MS);
		for (uint32_t k = 0; k < 200; k++)
			talk(s, INFECTED + host, 0x14000001 + k * 7919, 445, 100);
	}
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n_outbreaks, 1);
	assert_true(f.outbreak[0].shared_targets > .9);
	findings_free(&f);
}

/* Three rows that somebody cut out of a router's log; with times it takes a run of failures. */
static void denials_without_times_are_judged_as_a_list(void **state)
{
	(void)state;
	for (unsigned has_times = 0; has_times < 2; has_times++)
		for (uint32_t n = 1; n <= 4; n++) {
			struct site *s = site_new(52);
			for (uint32_t i = 0; i < n; i++) {
				struct flow f = site_flow(
					s, INFECTED, 0x0a007f0c + i, PROTO_TCP, 1477, 445);
				f.packets = 1;
				f.has = FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_PACKETS |
					FLOW_DROPPED | (has_times ? FLOW_HAS_TIME : 0);
				site_put(s, f);
			}
			struct findings f = site_judge(s, NULL);
			assert_int_equal(f.n, !has_times && n >= 3);
			if (f.n)
				assert_int_equal(f.finding[0].verdict, VERDICT_SUSPECT);
			findings_free(&f);
		}
}

/* Every browser falls back to TCP: the peers live, only the datagrams are filtered. */
static void quic_behind_a_filter_is_no_worm(void **state)
{
	(void)state;
	struct site *s = site_new(20);
	background(s);
	for (int i = 0; i < 40; i++) {
		uint32_t peer = stranger(s);
		site_bad(s, PC, peer, PROTO_UDP, 443, 10);
		site_good(s, PC, peer, PROTO_TCP, 443, 500);
	}
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n, 0);
	findings_free(&f);
}

static void decoys_do_not_make_a_worm_peer_to_peer(void **state)
{
	(void)state;
	struct site *s = site_new(21);
	background(s);
	for (int i = 0; i < 100; i++) {
		uint32_t peer = stranger(s);
		site_bad(s, INFECTED, peer, PROTO_TCP, 5555, 100);
		if (i < 5)
			site_bad(s, INFECTED, peer, PROTO_UDP, 5555, 100);
	}
	for (int i = 0; i < 300; i++) { // and its host really runs such a program
		uint16_t port = (uint16_t)(2000 + site_below(s, 60000));
		if (i % 2)
			site_bad(s, INFECTED, stranger(s), PROTO_UDP, port, 10);
		else
			site_good(s, INFECTED, stranger(s), PROTO_UDP, port, 10);
	}
	struct findings f = site_judge(s, NULL);
	assert_int_equal(site_verdict(&f, INFECTED, 5555), VERDICT_WORM);
	findings_free(&f);
}

/* Witty: a new port for each peer, and nobody answers. */
static void random_ports_without_an_answer_are_an_alarm(void **state)
{
	(void)state;
	struct site *s = site_new(22);
	background(s);
	for (int i = 0; i < 2000; i++)
		site_bad(s, INFECTED, stranger(s), PROTO_UDP, (uint16_t)(1 + site_below(s, 65000)),
			5);
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n, 1);
	assert_true(verdict_is_alarm(f.finding[0].verdict));
	findings_free(&f);
}

static void services_that_are_one_way_by_design_are_no_worms(void **state)
{
	(void)state;
	struct site *s = site_new(23);
	background(s);
	for (uint32_t i = 0; i < 60; i++) {
		struct flow f = site_flow(s, SERVER, PC + i, PROTO_UDP, 67, 68); // DHCP
		f.packets = 1;
		f.bytes = 328;
		site_put(s, f);
		f = site_flow(s, SERVER + 1, PC + i, PROTO_UDP, (uint16_t)(30000 + i), 4789);
		f.packets = 3;
		f.bytes = 900; // VXLAN
		site_put(s, f);
		f = site_flow(s, SERVER + 2, PC + i, PROTO_UDP, 16384, (uint16_t)(16384 + i));
		f.packets = 1500;
		f.bytes = 300000; // music on hold
		site_put(s, f);
		s->now_ms += 1000;
	}
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n, 0);
	findings_free(&f);
}

static void dead_name_servers_do_not_blind_the_eye_for_udp(void **state)
{
	(void)state;
	struct site *s = site_new(24);
	background(s);
	for (int i = 0; i < 300; i++)
		site_bad(s, SERVER, stranger(s), PROTO_UDP, 53, 10);
	for (int i = 0; i < 40; i++)
		site_bad(s, INFECTED, stranger(s), PROTO_UDP, (uint16_t)7000, 5 + (uint64_t)i);
	struct findings f = site_judge(s, NULL);
	assert_int_equal(site_verdict(&f, INFECTED, 7000), VERDICT_WORM);
	findings_free(&f);
}

static void a_scan_of_all_ports_is_one_row(void **state)
{
	(void)state;
	struct site *s = site_new(25);
	for (uint16_t port = 1; port <= 1500; port++)
		for (uint32_t host = 0; host < 12; host++)
			site_bad(s, PC, SERVER + 10 + host, PROTO_TCP, port, 1);
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.finding[0].verdict, VERDICT_SCANNER);
	assert_int_equal(f.finding[0].contacted, 12);
	findings_free(&f);
}

static void traceroute_is_no_scan(void **state)
{
	(void)state;
	struct site *s = site_new(26);
	background(s);
	for (uint16_t i = 0; i < 90; i++)
		site_bad(s, PC, 0x3d020304, PROTO_UDP, (uint16_t)(33434 + i), 20);
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n, 0);
	findings_free(&f);
}

/* Hide-and-Seek: five SYNs of 60 bytes a peer are still no answer. */
static void repeated_syns_without_flags_are_no_answer(void **state)
{
	(void)state;
	struct site *s = site_new(27);
	s->no_flags = true;
	background(s);
	for (int i = 0; i < 30; i++) {
		struct flow f = site_flow(s, INFECTED, stranger(s), PROTO_TCP, 50000, 23);
		f.packets = 5;
		f.bytes = 300;
		site_put(s, f);
		s->now_ms += 1000;
	}
	struct findings f = site_judge(s, NULL);
	assert_int_equal(site_verdict(&f, INFECTED, 23), VERDICT_WORM);
	findings_free(&f);
}

/* The uplink dies: every host fails on all its ports at once. One hour later nobody is a worm. */
static void an_outage_is_not_an_outbreak(void **state)
{
	(void)state;
	struct site *s = site_new(28);
	static const uint16_t ports[] = { 80, 443, 993 };
	for (int lost = 0; lost < 2; lost++)
		for (int i = 0; i < 40; i++)
			for (uint32_t host = 0; host < 12; host++)
				if (lost)
					site_bad(s, PC + host, stranger(s), PROTO_TCP, ports[i % 3],
						50);
				else
					site_good(s, PC + host, stranger(s), PROTO_TCP,
						ports[i % 3], 50);
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n_cut_off, 12);
	for (size_t i = 0; i < f.n; i++) {
		assert_int_equal(f.finding[i].verdict, VERDICT_SUSPECT);
		assert_non_null(strstr(f.finding[i].why, "outage"));
	}
	findings_free(&f);
}

/* The same hosts with a worm: their other work goes on. */
static void an_outbreak_is_not_an_outage(void **state)
{
	(void)state;
	struct site *s = site_new(29);
	for (int infected = 0; infected < 2; infected++)
		for (int i = 0; i < 40; i++)
			for (uint32_t host = 0; host < 12; host++) {
				site_good(
					s, PC + host, stranger(s), PROTO_TCP, i % 2 ? 80 : 443, 50);
				if (infected)
					site_bad(s, PC + host, stranger(s), PROTO_TCP, 445, 5);
			}
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n_cut_off, 0);
	assert_int_equal(f.n, 12);
	for (size_t i = 0; i < f.n; i++)
		assert_int_equal(f.finding[i].verdict, VERDICT_WORM);
	findings_free(&f);
}

/* One host infects a second, which infects two more: each begins after it was reached. */
static void an_outbreak_names_patient_zero_and_the_chain(void **state)
{
	(void)state;
	static const struct {
		uint32_t host, by;
		uint64_t at_ms;
	} rows[] = { { INFECTED, 0, 0 }, { INFECTED + 1, INFECTED, 240000 },
		{ INFECTED + 2, INFECTED + 1, 480000 }, { INFECTED + 3, INFECTED, 480000 } };
	struct site *s = site_new(16);
	for (size_t i = 0; i < countof(rows); i++) {
		s->now_ms = SITE_START_MS + rows[i].at_ms;
		for (int k = 0; k < 40; k++)
			site_bad(s, rows[i].host, stranger(s), PROTO_TCP, 445, 500);
	}
	for (size_t i = 1; i < countof(rows); i++) { // the exploit itself: an answered connection
		s->now_ms = SITE_START_MS + rows[i].at_ms - 3000;
		site_good(s, rows[i].by, rows[i].host, PROTO_TCP, 445, 0);
	}
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n, 4);
	assert_int_equal(f.n_outbreaks, 1);
	const struct outbreak *o = &f.outbreak[0];
	struct addr zero = addr_v4(INFECTED);
	assert_int_equal(o->n_hosts, 4);
	assert_int_equal(o->n_chained, 3);
	assert_true(addr_eq(&o->first, &zero));
	assert_int_equal(o->since_ms, SITE_START_MS);
	assert_true(o->doubling_ms > 180e3 && o->doubling_ms < 330e3);
	assert_true(o->shared_targets < .1);
	for (size_t i = 0; i < f.n; i++)
		if (addr_eq(&f.finding[i].host, &zero))
			assert_null(f.finding[i].infected_by);
		else
			assert_non_null(f.finding[i].infected_by);
	char room[OUTBREAK_TEXT_BYTES];
	assert_non_null(strstr(outbreak_format(o, room), "4 hosts, tcp/445"));
	findings_free(&f);
}

/* Code Red's first version: every copy walks the same list. */
static void the_same_list_of_targets_is_told(void **state)
{
	(void)state;
	struct site *s = site_new(17);
	for (uint32_t host = 0; host < 3; host++) {
		s->random = 99; // the static seed
		for (int k = 0; k < 60; k++)
			site_bad(s, INFECTED + host, (uint32_t)site_random(s) >> 1 | 1 << 24,
				PROTO_TCP, 80, 100);
	}
	struct findings f = site_judge(s, NULL);
	assert_int_equal(f.n_outbreaks, 1);
	assert_true(f.outbreak[0].shared_targets > .9);
	findings_free(&f);
}

/* Eight failures in a row are a case, but not of a host of whose contacts every fifth fails all day. */
static void a_host_is_judged_by_what_is_usual_for_itself(void **state)
{
	(void)state;
	enum { PEERS = 200 };
	for (int run_at = 0; run_at < PEERS; run_at += 25)
		for (int every = 5; every <= PEERS; every += PEERS - 5) {
			struct site *s = site_new(1);
			background(s);
			for (int i = 0; i < PEERS; i++)
				if ((i >= run_at && i < run_at + 8) || i % every == every - 1)
					site_bad(s, PC, stranger(s), PROTO_TCP, 80, 1000);
				else
					site_good(s, PC, stranger(s), PROTO_TCP, 80, 1000);
			struct findings f = site_judge(s, NULL);
			bool is_worm = site_verdict(&f, PC, 80) == VERDICT_WORM;
			assert_int_equal(is_worm, every == PEERS);
			findings_free(&f);
		}
}

/* More than half of its probes meet live hosts, and nobody else uses the port. */
static void a_worm_does_not_teach_its_own_threshold(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 20; seed++) {
		struct site *s = site_new(seed);
		background(s);
		for (uint32_t host = 0; host < 2; host++)
			for (int i = 0; i < 1000; i++)
				if (site_below(s, 100) < 45)
					site_bad(
						s, INFECTED + host, stranger(s), PROTO_TCP, 445, 5);
				else
					site_good(
						s, INFECTED + host, stranger(s), PROTO_TCP, 445, 5);
		struct findings f = site_judge(s, NULL);
		for (uint32_t host = 0; host < 2; host++)
			assert_int_equal(site_verdict(&f, INFECTED + host, 445), VERDICT_WORM);
		findings_free(&f);
	}
}

/*
 * On each port an answer follows every failure, so none of them scores much; but the answers are of
 * the same four peers on all ports, and over all ports each of these counts once.
 */
static void failures_on_several_ports_hide_behind_no_answers_of_one_peer(void **state)
{
	static const uint16_t ports[] = { 22, 23, 80, 445 };
	(void)state;
	struct site *s = site_new(3);
	background(s);
	for (uint32_t round = 0; round < 4; round++)
		for (size_t i = 0; i < countof(ports); i++) {
			site_bad(s, INFECTED, stranger(s), PROTO_TCP, ports[i], 1000);
			site_good(s, INFECTED, 0x0a010900 + round, PROTO_TCP, ports[i], 1000);
		}
	struct findings f = site_judge(s, NULL);
	assert_int_equal(site_verdict(&f, INFECTED, -1), VERDICT_WORM);
	findings_free(&f);
}

/* Confidences that are nearly equal in pairs, but not all together: the order must still be one. */
static void rank_is_an_order(void **state)
{
	static const unsigned permutation[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
		{ 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
	static const double confidence[] = { .9, .9000008, .9000016 };
	(void)state;
	for (size_t i = 0; i < countof(permutation); i++) {
		struct finding f[3] = {};
		struct findings all = { .finding = f, .n = 3 };
		for (unsigned k = 0; k < 3; k++) {
			unsigned which = permutation[i][k];
			f[k].confidence = confidence[which];
			f[k].contacted = 3 - which;
		}
		findings_rank(&all);
		for (unsigned k = 0; k < 3; k++)
			assert_int_equal(f[k].contacted, k + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pc_that_reaches_a_hundred_web_servers_is_no_worm),
		cmocka_unit_test(a_phone_with_hundreds_of_peers_on_one_port_is_no_worm),
		cmocka_unit_test(eight_failed_first_contacts_among_thousands_of_good_ones),
		cmocka_unit_test(a_scan_that_takes_a_day_is_seen),
		cmocka_unit_test(questions_still_open_were_failures),
		cmocka_unit_test(one_lost_datagram_convicted_a_busy_host),
		cmocka_unit_test(browsers_on_ipv6_that_leads_nowhere_were_worms),
		cmocka_unit_test(repeated_failures_to_one_server_are_a_poller),
		cmocka_unit_test(without_flags_the_flow_back_and_the_size_decide),
		cmocka_unit_test(a_udp_worm_is_seen_by_missing_answers),
		cmocka_unit_test(an_icmp_sweep_is_seen),
		cmocka_unit_test(several_ports_are_pooled),
		cmocka_unit_test(many_ports_of_one_host_are_a_scanner),
		cmocka_unit_test(peer_to_peer_is_not_called_a_worm),
		cmocka_unit_test(answers_that_nobody_asked_for_are_backscatter),
		cmocka_unit_test(a_pasted_list_gives_suspects_never_an_alarm),
		cmocka_unit_test(dark_addresses_need_four_contacts),
		cmocka_unit_test(a_declared_scanner_counts_again_when_it_expires),
		cmocka_unit_test(failing_strangers_do_not_raise_the_learned_rate),
		cmocka_unit_test(targeting_is_of_the_worm_not_of_the_user),
		cmocka_unit_test(quic_behind_a_filter_is_no_worm),
		cmocka_unit_test(decoys_do_not_make_a_worm_peer_to_peer),
		cmocka_unit_test(random_ports_without_an_answer_are_an_alarm),
		cmocka_unit_test(services_that_are_one_way_by_design_are_no_worms),
		cmocka_unit_test(dead_name_servers_do_not_blind_the_eye_for_udp),
		cmocka_unit_test(a_scan_of_all_ports_is_one_row),
		cmocka_unit_test(traceroute_is_no_scan),
		cmocka_unit_test(repeated_syns_without_flags_are_no_answer),
		cmocka_unit_test(an_outage_is_not_an_outbreak),
		cmocka_unit_test(an_outbreak_is_not_an_outage),
		cmocka_unit_test(a_hit_list_is_seen_by_its_hurry),
		cmocka_unit_test(a_hit_list_of_messages_that_differ_is_seen_by_its_rate),
		cmocka_unit_test(rounds_and_first_minutes_are_no_rush),
		cmocka_unit_test(two_hosts_with_one_list_of_live_hosts_are_told),
		cmocka_unit_test(denials_without_times_are_judged_as_a_list),
		cmocka_unit_test(an_outbreak_names_patient_zero_and_the_chain),
		cmocka_unit_test(the_same_list_of_targets_is_told),
		cmocka_unit_test(sampled_syns_count_less_and_a_single_packet_counts_nothing),
		cmocka_unit_test(a_host_is_judged_by_what_is_usual_for_itself),
		cmocka_unit_test(a_worm_does_not_teach_its_own_threshold),
		cmocka_unit_test(failures_on_several_ports_hide_behind_no_answers_of_one_peer),
		cmocka_unit_test(rank_is_an_order),
	};
	return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
