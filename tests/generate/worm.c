// SPDX-License-Identifier: Apache-2.0
// The worms a world may catch. Rates of Code Red: 358 a minute fitted (Zou, Gong, Towsley, 2002);
// Slammer, Blaster and Mirai: as commonly reported; the others: a middling guess. Targeting of Code
// Red II and Nimda: 1/8, 4/8, 3/8 and 1/4, 1/4, 1/2 (CERT CA-2001-26 for the latter).
#include "generate/worm.h"
#include <string.h>

static const struct shape http = {
	.client = { { 6, 12 }, { 300, 700 } },
	.server = { { 5, 9 }, { 60, 400 } },
	.duration_ms = { 200, 5000 },
};
static const struct shape smb = {
	.client = { { 8, 20 }, { 80, 300 } },
	.server = { { 6, 20 }, { 60, 300 } },
	.duration_ms = { 100, 4000 },
};
static const struct shape telnet = {
	.client = { { 8, 20 }, { 44, 70 } },
	.server = { { 8, 20 }, { 44, 90 } },
	.duration_ms = { 500, 9000 },
	.syn_bytes = 40,
	.syn_packets = 1,
};
static const struct shape one_datagram = {
	.client = { { 1, 1 }, { 404, 404 } },
	.server = { { 1, 1 }, { 56, 56 } },
	.duration_ms = { 0, 0 },
};

static const struct worm worms[] = {
	{ "codered", &http, PROTO_TCP, { { 80, 100 } }, .rate_per_s = 6, .anybody = 1,
		.answered_percent = 3, .refused_percent = 6 },
	{ "codered2", &http, PROTO_TCP, { { 80, 100 } }, .rate_per_s = 20, .anybody = 1,
		.same_8 = 4, .same_16 = 3, .skips_edges = true, .answered_percent = 3,
		.refused_percent = 6 },
	{ "nimda", &http, PROTO_TCP, { { 80, 100 } }, .rate_per_s = 8, .anybody = 1, .same_8 = 1,
		.same_16 = 2, .answered_percent = 4, .refused_percent = 6 },
	{ "sasser", &smb, PROTO_TCP, { { 445, 100 } }, .rate_per_s = 20, .anybody = 52,
		.same_8 = 23, .same_16 = 25, .answered_percent = 3, .refused_percent = 4 },
	{ "blaster", &smb, PROTO_TCP, { { 135, 100 } }, .rate_per_s = 11, .answered_percent = 2,
		.refused_percent = 4 },
	{ "slammer", &one_datagram, PROTO_UDP, { { 1434, 100 } }, .rate_per_s = 4000, .anybody = 1,
		.refused_percent = 2 },
	{ "mirai", &telnet, PROTO_TCP, { { 23, 90 }, { 2323, 10 } }, .rate_per_s = 160,
		.anybody = 1, .answered_percent = 2, .refused_percent = 5 },
};

const struct worm *worm_find(const char *name)
{
	for (size_t i = 0; i < countof(worms); i++)
		if (!strcmp(worms[i].name, name))
			return &worms[i];
	return NULL;
}

const char *worm_name(size_t i)
{
	return i < countof(worms) ? worms[i].name : NULL;
}

static bool is_target(const struct worm *worm, uint32_t self, uint32_t ip)
{
	uint32_t first = ip >> 24;
	if (ip == self || first == 0 || first == 127 || first >= 224)
		return false;
	for (int shift = 0; worm->skips_edges && shift < 32; shift += 8)
		if ((ip >> shift & 0xff) == 0 || (ip >> shift & 0xff) == 255)
			return false;
	return true;
}

static uint32_t target_drawn(const struct worm *worm, struct dice *d, uint32_t self)
{
	uint32_t sum = worm->anybody + worm->same_8 + worm->same_16;
	for (;;) {
		uint32_t kind = dice_below(d, sum), kept = 0;
		if (kind < worm->same_8)
			kept = 0xff000000;
		else if (kind < (uint32_t)worm->same_8 + worm->same_16)
			kept = 0xffff0000;
		uint32_t ip = (self & kept) | ((uint32_t)dice_u64(d) & ~kept);
		if (is_target(worm, self, ip))
			return ip;
	}
}

/** Blaster begins at x.y.z.0: 60 % anywhere, else in its own /16 up to 20 nets below its own. */
static uint32_t sequence_start(struct dice *d, uint32_t self)
{
	if (dice_chance(d, 60))
		return dice_between(d, 1, 126) << 24 | (dice_below(d, 254) << 16) |
		       dice_below(d, 254) << 8;
	uint32_t net = self >> 8 & 0xff, below = dice_below(d, 21);
	return (self & 0xffff0000) | (net > below ? net - below : 0) << 8;
}

static uint16_t probe_port(const struct worm *worm, struct dice *d)
{
	return worm->port[dice_chance(d, worm->port[0].percent) ? 0 : 1].port;
}

static enum outcome probe_outcome(const struct worm *worm, struct dice *d)
{
	uint32_t roll = dice_below(d, 100);
	if (roll < worm->answered_percent)
		return ANSWERED;
	return roll < (uint32_t)worm->answered_percent + worm->refused_percent ? REFUSED : SILENT;
}

/* The probe that hits: it is answered, and shortly after the host begins itself. */
static void infect(struct world *w, struct dice *d, const struct host *from, const struct host *to)
{
	enum { HATCH_MS = 8000 };
	const struct worm *worm = from->worm;
	struct talk talk = {
		.src = world_addr(w, from->ip, worm->proto),
		.dst = world_addr(w, to->ip, worm->proto),
		.port = worm->port[0].port,
		.proto = worm->proto,
		.start_ms = to->infected_ms - HATCH_MS,
		.shape = worm->shape,
		.is_probe = true,
	};
	traffic_talk(&w->traffic, d, &talk, ANSWERED);
}

void worm_run(struct world *w, const struct host *h)
{
	const struct worm *worm = h->worm;
	struct dice d = { dice_fixed(w->seed, h->ip, 0x3031) };
	bool is_sequential = !worm->anybody;
	uint32_t next = sequence_start(&d, h->ip);
	uint64_t end_ms = w->start_ms + w->minutes * UINT64_C(60000);
	for (uint32_t i = 0; i < MAX_PROBES; i++) {
		uint64_t now_ms = h->infected_ms + i * UINT64_C(1000) / worm->rate_per_s;
		if (now_ms >= end_ms)
			break;
		uint32_t ip = is_sequential ? next++ : target_drawn(worm, &d, h->ip);
		struct talk talk = {
			.src = world_addr(w, h->ip, worm->proto),
			.dst = world_addr(w, ip, worm->proto),
			.port = probe_port(worm, &d),
			.proto = worm->proto,
			.start_ms = now_ms,
			.shape = worm->shape,
			.is_probe = true,
		};
		traffic_talk(&w->traffic, &d, &talk, probe_outcome(worm, &d));
	}
	for (size_t i = 0; i < w->n_hosts; i++)
		if (w->host[i].infector == h->ip)
			infect(w, &d, h, &w->host[i]);
}
