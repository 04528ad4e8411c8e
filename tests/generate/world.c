// SPDX-License-Identifier: Apache-2.0
// A synthetic site: what its hosts do all day is a table of habits, failures included.
#include "generate/world.h"
#include <string.h>

#include "generate/worm.h"

enum {
	RESOLVER = SITE + 53,
	CLOCK = SITE + 123,
	CALL_MANAGER = SITE + 20, // two of them
	FILE_SERVER = SITE + 45,  // two
	WEB_SERVER = SITE + 80,   // three
	DEAD_DEVICE = SITE + 250, // what the poller still polls
	SWITCH = SITE + 200,      // 40 of them
	N_WEB = 600,              // web servers of the internet
};
// Where in the sequence of public addresses each kind of peer begins.
enum { WEB = 0, NAME_SERVER = 10000, MAIL = 20000, PEER = 30000, CLOUD = 40000, STRANGER = 50000 };
// Ports that a habit draws for itself.
enum { PORT_OF_PEER = 0, PORT_RTP = 1 };

typedef uint32_t peer_fn(const struct world *w, const struct host *h, struct dice *d, uint32_t i);

struct habit {
	uint16_t port;
	uint8_t proto;
	uint8_t fail_low, fail_high; // percent of the peers that never answer; drawn for each host
	peer_fn *peer;               // whom, the i-th time
	const struct shape *shape;
	uint32_t per_hour, at_least; // how often; at least so often in the whole world
};

struct role {
	const char *name;
	uint32_t first_ip;
	uint8_t only;  // so many hosts; 0: this is one of the many
	uint8_t share; // percent of the many
	bool is_pc;    // may catch a worm
	struct habit habit[6];
};

static const struct shape web = {
	.client = { { 5, 40 }, { 50, 140 } },
	.server = { { 6, 60 }, { 300, 1400 } },
	.duration_ms = { 60, 12000 },
};
static const struct shape mail = {
	.client = { { 10, 60 }, { 200, 1200 } },
	.server = { { 8, 30 }, { 48, 100 } },
	.duration_ms = { 500, 9000 },
};
static const struct shape files = {
	.client = { { 10, 400 }, { 80, 500 } },
	.server = { { 10, 400 }, { 80, 1300 } },
	.duration_ms = { 100, 40000 },
};
static const struct shape dns = {
	.client = { { 1, 1 }, { 55, 80 } },
	.server = { { 1, 1 }, { 80, 300 } },
	.duration_ms = { 1, 90 },
};
static const struct shape ntp = {
	.client = { { 1, 1 }, { 76, 76 } },
	.server = { { 1, 1 }, { 76, 76 } },
	.duration_ms = { 1, 50 },
	.src_port = 123,
};
static const struct shape snmp = {
	.client = { { 1, 8 }, { 70, 120 } },
	.server = { { 1, 8 }, { 80, 300 } },
	.duration_ms = { 5, 900 },
};
static const struct shape modbus = {
	.client = { { 4, 8 }, { 44, 60 } },
	.server = { { 4, 8 }, { 44, 80 } },
	.duration_ms = { 5, 900 },
	.syn_bytes = 60,
	.syn_packets = 1,
};
static const struct shape ping = {
	.client = { { 1, 4 }, { 84, 84 } },
	.server = { { 1, 4 }, { 84, 84 } },
	.duration_ms = { 1, 3000 },
};
static const struct shape rtp = {
	.client = { { 900, 5000 }, { 200, 200 } },
	.server = { { 900, 5000 }, { 200, 200 } },
	.duration_ms = { 18000, 100000 },
};
static const struct shape sccp = {
	.client = { { 40, 200 }, { 48, 120 } },
	.server = { { 40, 200 }, { 48, 160 } },
	.duration_ms = { 600000, 3000000 },
	.tcp_flags = TCP_PSH | TCP_ACK,
};
static const struct shape p2p = {
	.client = { { 4, 200 }, { 50, 700 } },
	.server = { { 4, 200 }, { 50, 1300 } },
	.duration_ms = { 200, 60000 },
};
static const struct shape p2p_udp = {
	.client = { { 1, 9 }, { 60, 200 } },
	.server = { { 1, 9 }, { 60, 300 } },
	.duration_ms = { 5, 4000 },
};

static uint32_t low_of_two(struct dice *d, uint32_t n)
{
	return dice_below(d, dice_below(d, n) + 1);
}

static uint32_t peer_web(const struct world *w, const struct host *, struct dice *d, uint32_t)
{
	return world_public(w, WEB + low_of_two(d, N_WEB)); // few sites are visited by all
}

static uint32_t peer_new_web(const struct world *w, const struct host *h, struct dice *, uint32_t i)
{
	return world_public(w, WEB + (h->ip & 0xff) + i);
}

static uint32_t peer_cloud(const struct world *w, const struct host *, struct dice *, uint32_t i)
{
	return world_public(w, CLOUD + i);
}

static uint32_t peer_mail(const struct world *w, const struct host *, struct dice *d, uint32_t)
{
	return world_public(w, MAIL + low_of_two(d, 150));
}

static uint32_t peer_p2p(const struct world *w, const struct host *, struct dice *d, uint32_t)
{
	return world_public(w, PEER + dice_below(d, 500));
}

static uint32_t peer_name_server(
	const struct world *w, const struct host *, struct dice *d, uint32_t)
{
	return world_public(w, NAME_SERVER + low_of_two(d, 400));
}

static uint32_t peer_resolver(const struct world *, const struct host *, struct dice *, uint32_t)
{
	return RESOLVER;
}

static uint32_t peer_clock(const struct world *, const struct host *, struct dice *, uint32_t)
{
	return CLOCK;
}

static uint32_t peer_files(const struct world *, const struct host *, struct dice *d, uint32_t)
{
	return FILE_SERVER + dice_below(d, 2);
}

static uint32_t peer_manager(const struct world *, const struct host *, struct dice *, uint32_t i)
{
	return CALL_MANAGER + i % 2;
}

static uint32_t peer_switch(const struct world *, const struct host *, struct dice *, uint32_t i)
{
	return SWITCH + i % 40;
}

static uint32_t peer_dead(const struct world *, const struct host *, struct dice *, uint32_t)
{
	return DEAD_DEVICE;
}

static uint32_t peer_phone(const struct world *w, const struct host *h, struct dice *d, uint32_t)
{
	const struct host *other = h;
	for (int tries = 0; tries < 8 && (other == h || other->role != h->role); tries++)
		other = &w->host[dice_below(d, (uint32_t)w->n_hosts)];
	return other == h ? CALL_MANAGER : other->ip;
}

static const struct role roles[] = {
	{ "resolver", RESOLVER, .only = 1,
		.habit = { { 53, PROTO_UDP, 2, 4, peer_name_server, &dns, 3000, 0 },
			{ 123, PROTO_UDP, 0, 0, peer_clock, &ntp, 4, 1 } } },
	{ "mail relay", SITE + 25, .only = 1,
		.habit = { { 25, PROTO_TCP, 15, 15, peer_mail, &mail, 400, 60 },
			{ 53, PROTO_UDP, 0, 0, peer_resolver, &dns, 500, 60 } } },
	{ "poller", SITE + 161, .only = 1,
		.habit = { { 161, PROTO_UDP, 0, 0, peer_switch, &snmp, 2400, 80 },
			{ 8 << 8, PROTO_ICMP, 0, 0, peer_switch, &ping, 800, 40 },
			{ 502, PROTO_TCP, 100, 100, peer_dead, &modbus, 3600, 2000 } } },
	{ "peer-to-peer", SITE + 0x3c21, .only = 1,
		.habit = { { PORT_OF_PEER, PROTO_TCP, 45, 45, peer_p2p, &p2p, 1500, 300 },
			{ PORT_OF_PEER, PROTO_UDP, 45, 45, peer_p2p, &p2p_udp, 900, 200 },
			{ 80, PROTO_TCP, 1, 8, peer_web, &web, 60, 10 } } },
	{ "heavy web client", SITE + 0x3c42, .only = 2, .is_pc = true,
		.habit = { { 80, PROTO_TCP, 1, 8, peer_new_web, &web, 300, 150 },
			{ 443, PROTO_TCP, 1, 8, peer_new_web, &web, 400, 200 },
			{ 53, PROTO_UDP, 0, 0, peer_resolver, &dns, 600, 200 },
			{ 445, PROTO_TCP, 0, 0, peer_files, &files, 20, 2 } } },
	{ "roaming phone", SITE + 0x3f07, .only = 1,
		.habit = { { 443, PROTO_TCP, 2, 4, peer_cloud, &web, 600, 400 },
			{ 53, PROTO_UDP, 0, 0, peer_resolver, &dns, 300, 100 } } },
	{ "pc", SITE + 0x010a, .share = 60, .is_pc = true,
		.habit = { { 80, PROTO_TCP, 1, 8, peer_web, &web, 90, 5 },
			{ 443, PROTO_TCP, 1, 8, peer_web, &web, 120, 5 },
			{ 53, PROTO_UDP, 0, 0, peer_resolver, &dns, 120, 8 },
			{ 123, PROTO_UDP, 0, 0, peer_clock, &ntp, 4, 1 },
			{ 445, PROTO_TCP, 0, 0, peer_files, &files, 30, 2 } } },
	{ "ip phone", SITE + 0x400a, .share = 40,
		.habit = { { 2000, PROTO_TCP, 0, 0, peer_manager, &sccp, 2, 1 },
			{ PORT_RTP, PROTO_UDP, 0, 0, peer_phone, &rtp, 12, 1 },
			{ 123, PROTO_UDP, 0, 0, peer_clock, &ntp, 4, 1 } } },
};

struct addr world_addr(const struct world *w, uint32_t ip, uint8_t proto)
{
	struct addr a = addr_v4(ip);
	static const uint8_t documentation[12] = { 0x20, 0x01, 0x0d, 0xb8 }; // RFC 3849
	if (w->is_ipv6 && proto == PROTO_TCP)
		memcpy(a.octet, documentation, sizeof documentation);
	return a;
}

uint32_t world_public(const struct world *w, uint32_t n)
{
	for (uint32_t round = 0;; round++) {
		uint32_t ip = (uint32_t)dice_fixed(w->seed, n, 0x1f00 + round);
		uint32_t a = ip >> 24, b = ip >> 16 & 0xff;
		bool is_private = a == 10 || (a == 172 && b / 16 == 1) || (a == 192 && b == 168) ||
				  (a == 169 && b == 254) || (a == 100 && b / 64 == 1);
		if (a > 0 && a < 224 && a != 127 && !is_private)
			return ip;
	}
}

static const struct role *role_of_many(uint32_t percent)
{
	for (size_t i = 0; i < countof(roles); i++) {
		if (percent < roles[i].share)
			return &roles[i];
		percent -= roles[i].share;
	}
	return &roles[countof(roles) - 1];
}

void world_init(struct world *w, size_t n_hosts)
{
	size_t n_of[countof(roles)] = {};
	for (size_t i = 0; i < countof(roles); i++)
		for (uint32_t k = 0; k < roles[i].only; k++)
			w->host[w->n_hosts++] =
				(struct host){ .ip = roles[i].first_ip + k, .role = &roles[i] };
	while (w->n_hosts < n_hosts) {
		const struct role *role = role_of_many((uint32_t)(w->n_hosts * 37 % 100));
		uint32_t k = (uint32_t)n_of[role - roles]++;
		uint32_t ip = role->first_ip + k / 200 * 256 + k % 200;
		w->host[w->n_hosts++] = (struct host){ .ip = ip, .role = role };
	}
}

/* Each a while after the one before, by one that has the worm; from a quarter of the time on. */
static void chain(struct world *w, struct dice *d, struct host **infected, size_t n)
{
	uint64_t step_ms = w->minutes * UINT64_C(60000) / 4 / (n + 1);
	for (size_t i = 0; i < n; i++) {
		struct host *h = infected[i];
		h->infected_ms = w->start_ms + w->minutes * UINT64_C(15000) + i * step_ms +
				 dice_below(d, (uint32_t)step_ms / 2);
		h->infector = i ? infected[dice_below(d, (uint32_t)i)]->ip : 0;
	}
}

bool world_infect(struct world *w, const struct worm *worm, size_t n_hosts, bool is_chain)
{
	struct host *infected[MAX_HOSTS];
	size_t n_infected = 0;
	size_t n_clean = 0;
	for (size_t i = 0; i < w->n_hosts; i++)
		n_clean += w->host[i].role->is_pc && !w->host[i].worm;
	if (n_clean < n_hosts)
		return false;
	struct dice d = { dice_fixed(w->seed, 0x3011, (uint32_t)n_clean) };
	while (n_hosts > 0) {
		struct host *h = &w->host[dice_below(&d, (uint32_t)w->n_hosts)];
		if (!h->role->is_pc || h->worm)
			continue;
		h->worm = worm;
		h->infected_ms = w->start_ms + dice_below(&d, w->minutes / 2 + 1) * UINT64_C(60000);
		infected[n_infected++] = h;
		n_hosts--;
	}
	if (is_chain)
		chain(w, &d, infected, n_infected);
	return true;
}

static uint64_t moment(const struct world *w, struct dice *d)
{
	return w->start_ms + dice_below(d, w->minutes * 60000);
}

static uint16_t port_of(
	const struct world *w, struct dice *d, const struct habit *habit, uint32_t peer)
{
	if (habit->port == PORT_OF_PEER)
		return (uint16_t)(1025 + dice_fixed(w->seed, peer, habit->proto) % 60000);
	if (habit->port == PORT_RTP)
		return (uint16_t)(16384 + 2 * dice_below(d, 8192));
	return habit->port;
}

/** What a host cannot reach it can never reach: most peers say nothing, some refuse. */
static enum outcome outcome_of(
	const struct world *w, uint32_t self, uint32_t peer, uint32_t fail_percent)
{
	uint64_t fate = dice_fixed(w->seed + self, peer, 0xdead);
	if (fate % 100 >= fail_percent)
		return ANSWERED;
	return fail_percent == 100 || fate >> 32 & 3 ? SILENT : REFUSED;
}

static void habit_run(struct world *w, const struct host *h, const struct habit *habit)
{
	struct dice d = { dice_fixed(w->seed, h->ip, habit->port << 8 | habit->proto) };
	uint32_t fail_percent = dice_between(&d, habit->fail_low, habit->fail_high);
	uint32_t n = habit->per_hour * w->minutes / 60;
	for (uint32_t i = 0; i < (n > habit->at_least ? n : habit->at_least); i++) {
		uint32_t peer = habit->peer(w, h, &d, i);
		struct talk talk = {
			.src = world_addr(w, h->ip, habit->proto),
			.dst = world_addr(w, peer, habit->proto),
			.port = port_of(w, &d, habit, peer),
			.proto = habit->proto,
			.start_ms = moment(w, &d),
			.shape = habit->shape,
		};
		traffic_talk(&w->traffic, &d, &talk, outcome_of(w, h->ip, peer, fail_percent));
	}
}

/** Strangers: visitors of our web servers, and the one or two stray SYNs each of others. */
static void background_run(struct world *w)
{
	static const uint16_t tried[] = { 22, 23, 445, 1433, 3389, 5060 };
	struct dice d = { dice_fixed(w->seed, 0xbac6, 0) };
	for (uint32_t i = 0; i < w->minutes * 6; i++) {
		bool is_visitor = dice_chance(&d, 40);
		struct talk talk = {
			.src = world_addr(w, world_public(w, STRANGER + i), PROTO_TCP),
			.port = is_visitor ? 80 : tried[dice_below(&d, countof(tried))],
			.proto = PROTO_TCP,
			.start_ms = moment(w, &d),
			.shape = &web,
		};
		for (uint32_t n = is_visitor ? 1 : dice_between(&d, 1, 2); n > 0; n--) {
			talk.dst = world_addr(w, WEB_SERVER + dice_below(&d, 3), PROTO_TCP);
			traffic_talk(&w->traffic, &d, &talk,
				is_visitor            ? ANSWERED
				: dice_chance(&d, 30) ? REFUSED
						      : SILENT);
		}
	}
}

void world_run(struct world *w)
{
	for (size_t i = 0; i < w->n_hosts; i++) {
		const struct habit *habit = w->host[i].role->habit;
		for (size_t k = 0; k < countof(w->host[i].role->habit) && habit[k].peer; k++)
			habit_run(w, &w->host[i], &habit[k]);
		if (w->host[i].worm)
			worm_run(w, &w->host[i]);
	}
	background_run(w);
}

void world_fini(struct world *w)
{
	traffic_fini(&w->traffic);
}
