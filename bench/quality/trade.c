// SPDX-License-Identifier: Apache-2.0
// Benign residents: what a day of each class looks like, failures included.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "quality/scene.h"

enum pool {
	POOL_NONE,
	POOL_WEB,
	POOL_NEW,
	POOL_SERVER,
	POOL_PHONE,
	POOL_DEAD,
	POOL_SITE,
	POOL_ROUND, // the same ones each time
};
enum { PORT_OF_PEER = 1, PORT_RTP = 2, PORT_BACKSCATTER = 3, N_SITES = 8000, AGAIN_PERCENT = 30 };
enum { HOURS_MS = 3600000, BEGIN_HOUR = 8, WORK_HOURS = 10, N_SERVERS = 12 };
enum { NET_HOSTS = 200, NEAR_HOSTS = 1000 };

struct habit {
	uint16_t port;
	uint8_t proto;
	uint8_t fail_low, fail_high; // percent of first contacts; drawn for each host
	enum pool pool;
	const struct shape *shape;
	uint16_t low, high;         // peers a day
	uint16_t at_once, within_s; // so many come together; 0: each by itself
};

struct trade {
	const char *name;
	uint16_t share; // of 1000
	enum group group;
	uint32_t net;
	struct habit habit[6];
};

static const struct shape web = { .client = { { 5, 40 }, { 50, 140 } },
	.server = { { 6, 60 }, { 300, 1400 } },
	.duration_ms = { 60, 12000 } };
static const struct shape mail = { .client = { { 10, 60 }, { 200, 1200 } },
	.server = { { 8, 30 }, { 48, 100 } },
	.duration_ms = { 500, 9000 } };
static const struct shape files = { .client = { { 10, 400 }, { 80, 500 } },
	.server = { { 10, 400 }, { 80, 1300 } },
	.duration_ms = { 100, 40000 } };
static const struct shape dns = { .client = { { 1, 1 }, { 55, 80 } },
	.server = { { 1, 1 }, { 80, 300 } },
	.duration_ms = { 1, 90 } };
static const struct shape ntp = { .client = { { 1, 1 }, { 76, 76 } },
	.server = { { 1, 1 }, { 76, 76 } },
	.duration_ms = { 1, 50 },
	.src_port = 123 };
static const struct shape snmp = { .client = { { 1, 8 }, { 70, 120 } },
	.server = { { 1, 8 }, { 80, 300 } },
	.duration_ms = { 5, 900 } };
static const struct shape modbus = { .client = { { 4, 8 }, { 44, 60 } },
	.server = { { 4, 8 }, { 44, 80 } },
	.duration_ms = { 5, 900 },
	.syn_bytes = 60,
	.syn_packets = 1 };
static const struct shape ping = { .client = { { 1, 4 }, { 84, 84 } },
	.server = { { 1, 4 }, { 84, 84 } },
	.duration_ms = { 1, 3000 } };
static const struct shape rtp = { .client = { { 300, 900 }, { 200, 200 } },
	.server = { { 300, 900 }, { 200, 200 } },
	.duration_ms = { 18000, 100000 } };
static const struct shape sccp = { .client = { { 40, 200 }, { 48, 120 } },
	.server = { { 40, 200 }, { 48, 160 } },
	.duration_ms = { 60000, 300000 },
	.tcp_flags = TCP_PSH | TCP_ACK };
static const struct shape p2p = { .client = { { 4, 200 }, { 50, 700 } },
	.server = { { 4, 200 }, { 50, 1300 } },
	.duration_ms = { 200, 60000 } };
static const struct shape p2p_udp = { .client = { { 1, 9 }, { 60, 200 } },
	.server = { { 1, 9 }, { 60, 300 } },
	.duration_ms = { 5, 4000 } };
static const struct shape quic = { .client = { { 4, 40 }, { 80, 1250 } },
	.server = { { 4, 90 }, { 80, 1250 } },
	.duration_ms = { 60, 12000 } };

#define HABIT(to, by, least, most, whom, form, few, many) \
	.port = (to), .proto = (by), .fail_low = (least), .fail_high = (most), .pool = (whom), \
	.shape = &(form), .low = (few), .high = (many)
#define TCP(to, ...) \
	{ \
		HABIT(to, PROTO_TCP, __VA_ARGS__) \
	}
#define UDP(to, ...) \
	{ \
		HABIT(to, PROTO_UDP, __VA_ARGS__) \
	}
#define AT_ONCE(n, seconds, to, ...) \
	{ \
		HABIT(to, PROTO_TCP, __VA_ARGS__), .at_once = (n), .within_s = (seconds) \
	}
#define SERVICES UDP(53, 0, 1, POOL_SERVER, dns, 2, 3), UDP(123, 0, 0, POOL_SERVER, ntp, 1, 2)

static const struct trade trades[] = {
	{ "office pc", 500, GROUP_MIX, 0x0100,
		{ TCP(80, 1, 8, POOL_WEB, web, 20, 80), TCP(443, 1, 5, POOL_WEB, web, 40, 160),
			UDP(443, 1, 10, POOL_WEB, quic, 5, 30),
			TCP(445, 0, 2, POOL_SERVER, files, 2, 5), SERVICES } },
	{ "pc, f 8-15 %", 70, GROUP_MIX, 0x0800,
		{ TCP(80, 8, 15, POOL_WEB, web, 30, 100), TCP(443, 8, 15, POOL_WEB, web, 40, 160),
			SERVICES } },
	{ "mobile", 110, GROUP_MIX, 0x0a00,
		{ TCP(443, 1, 4, POOL_NEW, web, 100, 350), UDP(443, 1, 10, POOL_NEW, quic, 20, 90),
			SERVICES } },
	{ "ip phone", 150, GROUP_MIX, 0x4000,
		{ TCP(2000, 0, 0, POOL_SERVER, sccp, 2, 2),
			UDP(PORT_RTP, 0, 1, POOL_PHONE, rtp, 5, 30),
			UDP(69, 0, 0, POOL_SERVER, dns, 1, 2), SERVICES } },
	{ "server", 50, GROUP_MIX, 0x0020,
		{ TCP(443, 1, 8, POOL_WEB, web, 5, 30), TCP(389, 0, 1, POOL_SERVER, files, 2, 4),
			SERVICES } },
	{ "dns resolver", 10, GROUP_MIX, 0x00a0,
		{ UDP(53, 3, 12, POOL_NEW, dns, 300, 1200),
			TCP(53, 3, 15, POOL_NEW, web, 5, 30) } },
	{ "mail relay", 10, GROUP_HARD, 0x00b0,
		{ TCP(25, 10, 30, POOL_WEB, mail, 100, 400), SERVICES } },
	{ "proxy", 8, GROUP_HARD, 0x00c0,
		{ TCP(80, 4, 12, POOL_NEW, web, 300, 900), TCP(443, 3, 8, POOL_NEW, web, 500, 1500),
			TCP(8080, 10, 20, POOL_NEW, web, 20, 60), SERVICES } },
	{ "nat", 7, GROUP_HARD, 0x00d0,
		{ TCP(80, 5, 12, POOL_NEW, web, 400, 1000),
			TCP(443, 5, 12, POOL_NEW, web, 600, 1500),
			UDP(443, 10, 20, POOL_NEW, quic, 100, 300),
			TCP(22, 5, 20, POOL_NEW, web, 5, 30), SERVICES } },
	{ "bittorrent", 12, GROUP_P2P, 0x0c00,
		{ TCP(PORT_OF_PEER, 40, 60, POOL_NEW, p2p, 100, 400),
			UDP(PORT_OF_PEER, 40, 60, POOL_NEW, p2p_udp, 200, 500),
			TCP(443, 1, 5, POOL_WEB, web, 40, 100), SERVICES } },
	{ "gnutella", 8, GROUP_P2P, 0x0d00,
		{ TCP(6346, 60, 90, POOL_NEW, p2p, 60, 200),
			UDP(6346, 50, 80, POOL_NEW, p2p_udp, 60, 200),
			TCP(80, 1, 8, POOL_WEB, web, 20, 80), SERVICES } },
	{ "poller", 5, GROUP_P2P, 0x00e0,
		{ UDP(161, 0, 20, POOL_PHONE, snmp, 40, 80),
			TCP(502, 100, 100, POOL_DEAD, modbus, 500, 500),
			{ HABIT(8 << 8, PROTO_ICMP, 5, 15, POOL_PHONE, ping, 60, 100) },
			SERVICES } },
	{ "prefetcher", 0, GROUP_HURRY, 0x00f0,
		{ AT_ONCE(80, 15, 443, 1, 6, POOL_WEB, web, 400, 900),
			TCP(80, 1, 8, POOL_WEB, web, 20, 80), SERVICES } },
	{ "monitor", 0, GROUP_HURRY, 0x00f3,
		{ AT_ONCE(200, 40, 5666, 0, 3, POOL_ROUND, web, 4000, 4000), SERVICES } },
	{ "list server", 0, GROUP_HURRY, 0x00f5,
		{ AT_ONCE(250, 60, 25, 5, 15, POOL_NEW, mail, 1000, 2000), SERVICES } },
	{ "backup server", 0, GROUP_HURRY, 0x00f7,
		{ AT_ONCE(100, 60, 10000, 0, 4, POOL_ROUND, files, 100, 100), SERVICES } },
	{ "deployer", 0, GROUP_HURRY, 0x00f9,
		{ AT_ONCE(180, 50, 22, 1, 5, POOL_ROUND, files, 180, 180), SERVICES } },
	{ "visitor", 40, GROUP_OUTSIDE, 0, { TCP(80, 0, 0, POOL_SERVER, web, 1, 4) } },
	{ "stray", 15, GROUP_OUTSIDE, 0, { TCP(445, 100, 100, POOL_SITE, web, 1, 3) } },
	{ "backscatter", 5, GROUP_OUTSIDE, 0,
		{ TCP(PORT_BACKSCATTER, 0, 0, POOL_SITE, web, 30, 90) } },
};

const struct trade *trade_at(size_t i)
{
	return i < countof(trades) ? &trades[i] : NULL;
}

const char *trade_name(size_t i)
{
	return i < countof(trades) ? trades[i].name : NULL;
}

size_t trade_index(const struct trade *t)
{
	return (size_t)(t - trades);
}

enum group trade_group(const struct trade *t)
{
	return t->group;
}

uint32_t scene_public(uint64_t seed, uint32_t n)
{
	for (uint32_t round = 0;; round++) {
		uint32_t ip = (uint32_t)dice_fixed(seed, n, 0x2f00 + round), a = ip >> 24;
		bool is_private = a == 10 || ip >> 20 == 0xac1 || ip >> 16 == 0xc0a8 ||
				  ip >> 16 == 0xa9fe || ip >> 22 == 0x191;
		if (a > 0 && a < 224 && a != 127 && !is_private)
			return ip;
	}
}

/** The k-th of a class: in its own net, in those from `net` on, or, from outside, anywhere. */
static uint32_t address_of(const struct scene *s, size_t trade, size_t k, uint32_t net)
{
	const struct trade *t = &trades[trade];
	uint32_t in_net = (uint32_t)(k / NET_HOSTS * 256 + 10 + k % NET_HOSTS);
	if (t->group == GROUP_OUTSIDE)
		return scene_public(s->seed, (uint32_t)(1000000 + trade * 1000 + k));
	if (net)
		return SCENE_SITE + net * 256 + in_net;
	return SCENE_SITE + t->net + (t->net & 0xff ? (uint32_t)k : in_net);
}

/** By share; of those that hurry one. */
static size_t how_many(const struct trade *t, size_t n, enum beside beside)
{
	if (t->group == GROUP_HURRY)
		return beside == BESIDE_HURRY;
	if (t->group == GROUP_OUTSIDE && beside != BESIDE_OUTSIDERS)
		return 0;
	return (t->share * n + 500) / 1000;
}

/** At least one of each trade where there is room, the rest by share. */
void scene_settle(struct scene *s, size_t n, enum beside beside)
{
	size_t n_of[countof(trades)] = {};
	uint32_t next_net = 1;
	for (size_t i = 0; i < countof(trades); i++)
		n_of[i] = how_many(&trades[i], n, beside);
	for (size_t i = 0; i < countof(trades); i++) {
		for (size_t k = 0; k < n_of[i] && s->n < RESIDENTS_MAX; k++)
			s->resident[s->n++] = (struct resident){
				address_of(s, i, k, n > NEAR_HOSTS ? next_net : 0), &trades[i],
				NULL, 0
			};
		next_net += (uint32_t)((n_of[i] + NET_HOSTS - 1) / NET_HOSTS);
	}
}

void scene_talk(struct scene *s, struct dice *d, const struct talk *talk, enum outcome how,
	size_t resident, uint32_t nth_probe)
{
	if (s->n_exchanges == s->room) {
		s->room = s->room ? s->room * 2 : 4096;
		s->exchange = reallocarray(s->exchange, s->room, sizeof *s->exchange);
		if (!s->exchange) {
			perror("quality: exchanges");
			exit(2);
		}
	}
	size_t before = s->traffic.n;
	traffic_talk(&s->traffic, d, talk, how);
	s->exchange[s->n_exchanges++] = (struct exchange){ (uint32_t)before, (uint16_t)resident,
		(uint8_t)(s->traffic.n - before), nth_probe };
}

static uint32_t peer_of(
	const struct scene *s, const struct habit *h, struct dice *d, size_t self, uint32_t nth)
{
	switch (h->pool) {
	case POOL_WEB: // few sites are visited by all
		return scene_public(s->seed, dice_below(d, dice_below(d, N_SITES) + 1));
	case POOL_NEW:
		return scene_public(s->seed + self * 7919 + 1, nth);
	case POOL_SERVER:
		return SCENE_SITE + 2 + (h->port * 3u + nth) % N_SERVERS;
	case POOL_PHONE:
		return SCENE_SITE + 0x400a + dice_below(d, 150);
	case POOL_ROUND:
		return SCENE_SITE + 0x010a + nth % h->at_once;
	case POOL_DEAD:
		return SCENE_SITE + 0x00fa;
	case POOL_SITE:
		return SCENE_SITE + dice_below(d, 0x10000);
	case POOL_NONE:
		break;
	}
	return 0;
}

static uint16_t port_of(const struct scene *s, const struct habit *h, struct dice *d, uint32_t peer)
{
	if (h->port == PORT_OF_PEER)
		return (uint16_t)(1025 + dice_fixed(s->seed, peer, h->proto) % 60000);
	return h->port == PORT_RTP ? (uint16_t)(16384 + 2 * dice_below(d, 8192)) : h->port;
}

/** Somebody forges our addresses; the victim answers: only what it sends is real. */
static void backscatter(struct scene *s, struct dice *d, const struct talk *talk, size_t self)
{
	struct talk forged = *talk;
	forged.port = (uint16_t)dice_between(d, 1026, 64999);
	scene_talk(s, d, &forged, SILENT, self, 0);
	struct flow *f = &s->traffic.trace[s->traffic.n - 1].flow;
	f->src_port = 80;
	f->packets = 1;
	f->bytes = 44;
	f->tcp_flags = dice_chance(d, 50) ? TCP_SYN | TCP_ACK : TCP_RST | TCP_ACK;
}

static uint64_t moment(const struct scene *s, struct dice *d)
{
	uint64_t hours = s->span_ms / HOURS_MS;
	if (hours < 24)
		return s->start_ms + dice_below(d, (uint32_t)s->span_ms);
	return s->start_ms + BEGIN_HOUR * HOURS_MS + dice_below(d, WORK_HOURS * HOURS_MS);
}

/** A moment that the whole group has, and a little of its own. */
static uint64_t together(const struct scene *s, const struct resident *r, const struct habit *h,
	uint32_t group, struct dice *d)
{
	struct dice of_group = { dice_fixed(s->seed + r->ip, group, h->port) };
	return moment(s, &of_group) + dice_below(d, h->within_s * 1000);
}

/** Nobody outside answers while the way there is down. */
static bool is_cut_off(const struct scene *s, const struct talk *talk)
{
	uint64_t since_ms = talk->start_ms - s->start_ms - s->outage_ms;
	return s->outage_ms && talk->start_ms >= s->start_ms + s->outage_ms &&
	       since_ms < HOURS_MS && !scene_is_inside(&talk->dst);
}

/** How many of a day's peers are met within the span. */
static uint32_t n_peers(const struct scene *s, struct dice *d, uint32_t a_day)
{
	double n = a_day * s->day_share;
	if (s->is_moment)
		return (uint32_t)n + dice_chance(d, (unsigned)(100 * (n - floor(n))));
	return n < 1 ? 1 : (uint32_t)n;
}

static void habit_run(struct scene *s, size_t self, const struct habit *h)
{
	const struct resident *r = &s->resident[self];
	struct dice d = { dice_fixed(s->seed, r->ip, (uint32_t)h->port << 8 | h->proto) };
	uint32_t fail_percent = dice_between(&d, h->fail_low, h->fail_high);
	uint32_t n = n_peers(s, &d, dice_between(&d, h->low, h->high));
	for (uint32_t i = 0; i < n; i++) {
		uint32_t peer = peer_of(s, h, &d, self, i);
		uint64_t fate = dice_fixed(s->seed + r->ip, peer, 0xdead + h->proto);
		struct talk talk = { .src = addr_v4(r->ip),
			.dst = addr_v4(peer),
			.port = port_of(s, h, &d, peer),
			.proto = h->proto,
			.shape = h->shape };
		enum outcome how = fate % 100 >= fail_percent               ? ANSWERED
				   : fate >> 32 & 3 || h->pool == POOL_DEAD ? SILENT
									    : REFUSED;
		uint32_t n_times = 1 + dice_chance(&d, AGAIN_PERCENT);
		for (uint32_t k = 0; k < n_times; k++) {
			talk.start_ms =
				h->at_once ? together(s, r, h, i / h->at_once, &d) : moment(s, &d);
			if (h->port == PORT_BACKSCATTER)
				backscatter(s, &d, &talk, self);
			else if (peer != r->ip)
				scene_talk(
					s, &d, &talk, is_cut_off(s, &talk) ? SILENT : how, self, 0);
		}
	}
}

void scene_live(struct scene *s)
{
	for (size_t i = 0; i < s->n; i++)
		for (const struct habit *h = s->resident[i].trade->habit;
			h < s->resident[i].trade->habit + countof(trades->habit) && h->pool; h++)
			habit_run(s, i, h);
}

void scene_infect(struct scene *s, const struct strain *strain)
{
	struct dice d = { dice_fixed(s->seed, 0x1ec7, (uint32_t)s->n_exchanges) };
	for (;;) {
		size_t i = dice_below(&d, (uint32_t)s->n);
		if (s->resident[i].trade != &trades[0] || s->resident[i].strain)
			continue;
		s->resident[i].strain = strain;
		s->resident[i].infected_ms =
			s->start_ms + dice_between(&d, 2 * 60000, 8 * 60000); // 2 to 8 min
		strain_run(s, i);
		return;
	}
}

void scene_fini(struct scene *s)
{
	traffic_fini(&s->traffic);
	free(s->exchange);
	*s = (struct scene){};
}
