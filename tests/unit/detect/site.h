// SPDX-License-Identifier: Apache-2.0
// Flows of a small site, made by hand, for the tests of detection.
#ifndef UNIT_DETECT_SITE_H
#define UNIT_DETECT_SITE_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "detect/judge.h"

enum { SITE_FLOWS = 65536, SITE_START_MS = 1'000'000'000 };

/** Flows in order of writing; `no_flags` and `one_way` change what an exporter tells of them. */
struct site {
	struct flow flow[SITE_FLOWS];
	size_t n;
	uint64_t now_ms;
	uint64_t random;
	bool no_flags, one_way, is_list;
	uint32_t sampling;
	uint64_t n_lost; // flows that an exporter told to nobody
};

static inline struct site *site_new(uint64_t seed)
{
	struct site *s = calloc(1, sizeof *s);
	assert_non_null(s);
	s->now_ms = SITE_START_MS;
	s->random = seed;
	return s;
}

/** splitmix64 (Steele, Lea, Flood, OOPSLA 2014). */
static inline uint64_t site_random(struct site *s)
{
	uint64_t z = s->random += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static inline uint32_t site_below(struct site *s, uint32_t n)
{
	return (uint32_t)(site_random(s) % n);
}

static inline void site_put(struct site *s, struct flow f)
{
	assert_true(s->n < SITE_FLOWS);
	if (s->no_flags)
		f.has &= (uint16_t)~FLOW_HAS_FLAGS;
	if (s->is_list) {
		f.has |= FLOW_LISTED;
		f.has &= (uint16_t) ~(FLOW_HAS_TIME | FLOW_HAS_FLAGS);
	}
	f.sampling = s->sampling;
	f.exporter = 1;
	f.at = place_at(0, s->n + 1);
	s->flow[s->n++] = f;
}

/** One side of a conversation. */
static inline struct flow site_flow(const struct site *s, uint32_t src, uint32_t dst, uint8_t proto,
	uint16_t src_port, uint16_t dst_port)
{
	return (struct flow){
		.src = addr_v4(src),
		.dst = addr_v4(dst),
		.proto = proto,
		.src_port = src_port,
		.dst_port = dst_port,
		.first_ms = s->now_ms,
		.last_ms = s->now_ms,
		.has = FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_PACKETS | FLOW_HAS_BYTES |
		       FLOW_HAS_TIME | (proto == PROTO_TCP ? FLOW_HAS_FLAGS : 0),
	};
}

/** A connection that worked: request and answer, `step_ms` after the one before. */
static inline void site_good(
	struct site *s, uint32_t src, uint32_t dst, uint8_t proto, uint16_t port, uint64_t step_ms)
{
	uint16_t own = (uint16_t)(40000 + site_below(s, 20000));
	struct flow f = site_flow(s, src, dst, proto, own, port);
	f.packets = 6 + site_below(s, 20);
	f.bytes = f.packets * (80 + site_below(s, 200));
	f.tcp_flags = 0x1b;
	site_put(s, f);
	if (!s->one_way) {
		struct flow back = site_flow(s, dst, src, proto, port, own);
		back.packets = f.packets;
		back.bytes = f.bytes * 4;
		back.tcp_flags = 0x1b;
		site_put(s, back);
	}
	s->now_ms += step_ms;
}

/** A SYN that nobody answered, or a UDP datagram, or an echo request. */
static inline void site_bad(
	struct site *s, uint32_t src, uint32_t dst, uint8_t proto, uint16_t port, uint64_t step_ms)
{
	struct flow f =
		site_flow(s, src, dst, proto, (uint16_t)(40000 + site_below(s, 20000)), port);
	f.packets = 1 + site_below(s, 2);
	f.bytes = f.packets * 48;
	f.tcp_flags = 0x02;
	if (proto != PROTO_TCP) {
		f.packets = 1;
		f.bytes = 404;
	}
	site_put(s, f);
	s->now_ms += step_ms;
}

/** Judge all flows of the site, and free it. */
static inline struct findings site_judge(struct site *s, const struct inventory *inventory)
{
	struct findings f;
	struct evidence *e = evidence_new(SITE_FLOWS * 2, 1);
	assert_non_null(e);
	evidence_observe(e, s->flow, s->n);
	evidence_lose(e, s->n_lost);
	assert_true(judge(e, inventory, SITE_START_MS, false, &f));
	evidence_free(e);
	free(s);
	return f;
}

/** The verdict on a host and port, N_VERDICTS when there is none. */
static inline enum verdict site_verdict(const struct findings *f, uint32_t host, int port)
{
	struct addr a = addr_v4(host);
	for (size_t i = 0; i < f->n; i++)
		if (addr_eq(&f->finding[i].host, &a) && (port < 0 || f->finding[i].port == port))
			return f->finding[i].verdict;
	return N_VERDICTS;
}
#endif
