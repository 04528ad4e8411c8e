// SPDX-License-Identifier: Apache-2.0
// The eleven worms of facts/worms.md, section 5, its two extra shapes, and the evasions of detection.md,
// section 12. Where that table tells no rate, a middling one is
// taken. Of Slammer 15 seconds are run, as much as PROBES_MAX allows; of Witty, whose "up to link speed" is
// taken to be 1000/s, 5 minutes.
#include "quality/scene.h"

enum { PROBES_MAX = 60000, P2P_PEERS = 20 };

static const struct shape http = { .client = { { 6, 12 }, { 300, 700 } },
	.server = { { 5, 9 }, { 60, 400 } },
	.duration_ms = { 200, 5000 } };
static const struct shape smb = { .client = { { 8, 20 }, { 80, 300 } },
	.server = { { 6, 20 }, { 60, 300 } },
	.duration_ms = { 100, 4000 } };
static const struct shape telnet = { .client = { { 8, 20 }, { 44, 70 } },
	.server = { { 8, 20 }, { 44, 90 } },
	.duration_ms = { 500, 9000 },
	.syn_bytes = 40,
	.syn_packets = 1 };
static const struct shape telnet_60 = { .client = { { 8, 20 }, { 44, 70 } },
	.server = { { 8, 20 }, { 44, 90 } },
	.duration_ms = { 500, 9000 },
	.syn_bytes = 60 };
static const struct shape slammer = { .client = { { 1, 1 }, { 404, 404 } },
	.server = { { 1, 1 }, { 56, 56 } },
	.duration_ms = { 0, 0 } };
static const struct shape witty = { .client = { { 1, 1 }, { 796, 1307 } },
	.server = { { 1, 1 }, { 56, 56 } },
	.duration_ms = { 0, 0 },
	.src_port = 4000 };
static const struct shape own_p2p = { .client = { { 1, 9 }, { 60, 200 } },
	.server = { { 1, 9 }, { 60, 300 } },
	.duration_ms = { 5, 4000 } };

static const struct shape echo = { .client = { { 1, 1 }, { 92, 92 } },
	.server = { { 1, 1 }, { 92, 92 } },
	.duration_ms = { 1, 80 } };
static const struct shape beacon = { .client = { { 2, 2 }, { 38, 55 } },
	.server = { { 1, 1 }, { 56, 56 } },
	.duration_ms = { 0, 0 } };

static const struct shape one_message = { .client = { { 12, 12 }, { 180, 180 } },
	.server = { { 8, 20 }, { 60, 300 } },
	.duration_ms = { 100, 4000 } };

// clang-format off
static const struct strain strains[] = {
	{ "Code Red v2", "uniform", &http, PROTO_TCP, { { 80, 100 } }, .rate_per_s = 6,
		.anybody = 1, .answered_percent = 3, .refused_percent = 6 },
	{ "Code Red II", "code-red-2", &http, PROTO_TCP, { { 80, 100 } }, .rate_per_s = 20,
		.anybody = 1, .same_8 = 4, .same_16 = 3, .skips_edges = true,
		.answered_percent = 3, .refused_percent = 6 },
	{ "Nimda", "nimda", &http, PROTO_TCP, { { 80, 80 }, { 445, 20 } }, .rate_per_s = 8,
		.anybody = 1, .same_8 = 1, .same_16 = 2, .answered_percent = 4,
		.refused_percent = 6 },
	{ "Slammer", "uniform", &slammer, PROTO_UDP, { { 1434, 100 } }, .rate_per_s = 4000,
		.anybody = 1, .refused_percent = 2, .is_flash = true },
	{ "Blaster", "sequential", &smb, PROTO_TCP, { { 135, 100 } }, .rate_per_s = 11,
		.answered_percent = 2, .refused_percent = 4 },
	{ "Witty", "uniform", &witty, PROTO_UDP, { { 0, 100 } }, .rate_per_s = 1000,
		.anybody = 1, .refused_percent = 2, .max_probes = 300000 },
	{ "Sasser", NULL, &smb, PROTO_TCP, { { 445, 100 } }, .rate_per_s = 20,
		.anybody = 52, .same_8 = 23, .same_16 = 25, .answered_percent = 3,
		.refused_percent = 4 },
	{ "Conficker", NULL, &smb, PROTO_TCP, { { 445, 100 } }, .rate_per_s = 5,
		.anybody = 60, .same_24 = 30, .same_16 = 10, .answered_percent = 3,
		.refused_percent = 4 },
	{ "WannaCry", NULL, &smb, PROTO_TCP, { { 445, 100 } }, .rate_per_s = 25,
		.anybody = 70, .same_24 = 30, .answered_percent = 3, .refused_percent = 4 },
	{ "Mirai", "uniform", &telnet, PROTO_TCP, { { 23, 90 }, { 2323, 10 } },
		.rate_per_s = 160, .anybody = 1, .skips_reserved = true, .n_syn = 1,
		.answered_percent = 2, .refused_percent = 5, .is_flash = true },
	{ "Hide-and-Seek", "uniform", &telnet_60, PROTO_TCP,
		{ { 23, 50 }, { 8080, 25 }, { 2323, 15 }, { 9527, 10 } }, .rate_per_s = 1,
		.anybody = 1, .n_syn = 5, .answered_percent = 2, .refused_percent = 5,
		.has_own_p2p = true },
	{ "Nachi", "sequential", &echo, PROTO_ICMP, { { 8 << 8, 100 } }, .rate_per_s = 100,
		.answered_percent = 5, .has_no_goal = true },
	{ "Cerber", "sequential", &beacon, PROTO_UDP, { { 6892, 100 } }, .rate_per_s = 200,
		.has_no_goal = true },
	{ "a probe / 90 s", "uniform", &smb, PROTO_TCP, { { 445, 100 } }, .every_ms = 90000,
		.rate_per_s = 1, .anybody = 1, .answered_percent = 2, .has_no_goal = true },
	{ "half answered", "uniform", &smb, PROTO_TCP, { { 445, 100 } }, .rate_per_s = 10,
		.anybody = 1, .answered_percent = 50, .has_no_goal = true },
	{ "95 % answered", NULL, &smb, PROTO_TCP, { { 445, 100 } }, .rate_per_s = 10,
		.anybody = 1, .answered_percent = 95, .has_no_goal = true },
	{ "6 probes each", NULL, &smb, PROTO_TCP, { { 445, 100 } }, .rate_per_s = 10,
		.anybody = 1, .answered_percent = 2, .has_no_goal = true, .max_probes = 6 },
	{ "any tcp port", "uniform", &smb, PROTO_TCP, { { 0, 100 } }, .rate_per_s = 10,
		.anybody = 1, .answered_percent = 1, .has_no_goal = true },
	{ "95 %, one size", NULL, &one_message, PROTO_TCP, { { 445, 100 } }, .rate_per_s = 10,
		.anybody = 1, .answered_percent = 95, .has_no_goal = true },
	{ "own /16 only", NULL, &smb, PROTO_TCP, { { 445, 100 } }, .rate_per_s = 10,
		.same_16 = 1, .answered_percent = 2, .refused_percent = 4, .has_no_goal = true,
		.is_mapped = true },
	{ "95 %, one list", NULL, &smb, PROTO_TCP, { { 445, 100 } }, .rate_per_s = 10,
		.anybody = 1, .answered_percent = 95, .has_no_goal = true,
		.has_one_list = true },
	{ "95 %, web", NULL, &http, PROTO_TCP, { { 80, 100 } }, .rate_per_s = 20, .anybody = 1,
		.answered_percent = 95, .has_no_goal = true },
};
// clang-format on

const struct strain *strain_at(size_t i)
{
	return i < countof(strains) ? &strains[i] : NULL;
}

/** Mirai's list (facts/worms.md, below the table). */
static bool is_reserved(uint32_t ip)
{
	static const uint8_t first[] = { 3, 6, 7, 10, 11, 15, 16, 21, 22, 26, 28, 29, 30, 33, 55,
		56, 214, 215 };
	for (size_t i = 0; i < countof(first); i++)
		if (ip >> 24 == first[i])
			return true;
	return ip >> 22 == 0x191 || ip >> 16 == 0xa9fe || ip >> 18 == 0xac10 >> 2 ||
	       ip >> 16 == 0xc0a8 || ip >> 17 == 0xc612 >> 1;
}

static bool is_target(const struct strain *strain, uint32_t self, uint32_t ip)
{
	uint32_t first = ip >> 24;
	if (ip == self || first == 0 || first == 127 || first >= 224)
		return false;
	if (strain->skips_reserved && is_reserved(ip))
		return false;
	for (int shift = 0; strain->skips_edges && shift < 32; shift += 8)
		if ((ip >> shift & 0xff) == 0 || (ip >> shift & 0xff) == 255)
			return false;
	return true;
}

uint32_t strain_target(const struct strain *strain, struct dice *d, uint32_t self)
{
	const struct {
		uint32_t weight, kept;
	} near[] = { { strain->same_24, 0xffffff00 }, { strain->same_16, 0xffff0000 },
		{ strain->same_8, 0xff000000 }, { strain->anybody, 0 } };
	uint32_t sum = 0, ip;
	for (size_t i = 0; i < countof(near); i++)
		sum += near[i].weight;
	do {
		uint32_t kind = dice_below(d, sum);
		size_t i = 0;
		while (kind >= near[i].weight)
			kind -= near[i++].weight;
		ip = (self & near[i].kept) | ((uint32_t)dice_u64(d) & ~near[i].kept);
	} while (!is_target(strain, self, ip));
	return ip;
}

/** Blaster begins at x.y.z.0: 60 % anywhere, else in its own /16 up to 20 nets below its own. */
static uint32_t sequence_start(struct dice *d, uint32_t self)
{
	if (dice_chance(d, 60))
		return dice_between(d, 11, 126) << 24 | dice_below(d, 254) << 16 |
		       dice_below(d, 254) << 8;
	uint32_t net = self >> 8 & 0xff, below = dice_below(d, 21);
	return (self & 0xffff0000) | (net > below ? net - below : 0) << 8;
}

static uint16_t probe_port(const struct strain *strain, struct dice *d)
{
	uint32_t roll = dice_below(d, 100);
	size_t i = 0;
	while (i + 1 < STRAIN_PORTS && roll >= strain->port[i].percent)
		roll -= strain->port[i++].percent;
	return strain->port[i].port ? strain->port[i].port : (uint16_t)dice_between(d, 1, 65535);
}

enum outcome strain_fate(const struct strain *strain, struct dice *d)
{
	uint32_t roll = dice_below(d, 100), answered = strain->answered_percent;
	return roll < answered                             ? ANSWERED
	       : roll < answered + strain->refused_percent ? REFUSED
							   : SILENT;
}

static void probe(
	struct scene *s, struct dice *d, const struct talk *talk, size_t self, uint32_t nth)
{
	const struct strain *strain = s->resident[self].strain;
	enum outcome how = strain_fate(strain, d);
	scene_talk(s, d, talk, how, self, nth);
	if (how == SILENT && strain->n_syn) {
		struct flow *f = &s->traffic.trace[s->traffic.n - 1].flow;
		f->packets = strain->n_syn;
		f->bytes = f->packets * talk->shape->syn_bytes;
		f->last_ms = f->first_ms + (strain->n_syn - 1) * 1000u;
	}
}

/** Hide-and-Seek keeps in touch with others of its kind, on ports of theirs. */
static void own_peers(struct scene *s, struct dice *d, size_t self)
{
	for (uint32_t i = 0; i < P2P_PEERS; i++) {
		struct talk talk = { .src = addr_v4(s->resident[self].ip),
			.dst = addr_v4(scene_public(s->seed + 77, i)),
			.port = (uint16_t)dice_between(d, 1025, 65000),
			.proto = PROTO_UDP,
			.shape = &own_p2p,
			.start_ms = s->resident[self].infected_ms + dice_below(d, 600000) };
		scene_talk(s, d, &talk, dice_chance(d, 60) ? ANSWERED : SILENT, self, 0);
	}
}

void strain_run(struct scene *s, size_t self)
{
	const struct resident *r = &s->resident[self];
	const struct strain *strain = r->strain;
	struct dice d = { dice_fixed(s->seed, r->ip, 0x3031) };
	bool is_sequential =
		strain->anybody + strain->same_8 + strain->same_16 + strain->same_24 == 0;
	uint32_t next = sequence_start(&d, r->ip);
	struct dice list = { dice_fixed(s->seed, 0x115, 0) };
	uint64_t every_us = strain->every_ms ? strain->every_ms * UINT64_C(1000)
					     : UINT64_C(1000000) / strain->rate_per_s;
	for (uint32_t i = 0; i < (strain->max_probes ? strain->max_probes : PROBES_MAX); i++) {
		uint64_t now_ms = r->infected_ms + i * every_us / 1000;
		if (now_ms >= s->start_ms + s->span_ms)
			break;
		uint32_t ip = is_sequential ? next++
					    : strain_target(strain,
						      strain->has_one_list ? &list : &d, r->ip);
		struct talk talk = { .src = addr_v4(r->ip),
			.dst = addr_v4(ip),
			.port = probe_port(strain, &d),
			.proto = strain->proto,
			.start_ms = now_ms,
			.shape = strain->shape,
			.is_probe = true };
		probe(s, &d, &talk, self, i + 1);
	}
	if (strain->has_own_p2p)
		own_peers(s, &d, self);
}
