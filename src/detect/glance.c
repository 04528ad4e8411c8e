// SPDX-License-Identifier: Apache-2.0
// Whether a plain flow is TCP or UDP, and who opened, is up to chance: a branch would be taken wrong every third
// time, and cost more than all the rest. So from here on it is looked up.
#include "detect/glance.h"

#include <stdlib.h>

#include "base/vector.h"
#include "detect/observe.h"

/*
 * All that flags, ports and number of packets of such a flow can say, made by the functions of the long way:
 * what a flow opens and answers, and which of it is so. Flags say nothing of UDP.
 */
enum {
	FLAGS = 256,
	PACKETS = 3, // one, up to SMALL_PACKETS, more
	PORTS = 4,   // to a service, from one; neither or both, the source's is higher, or lower
	GLANCES = (FLAGS + 1) * PACKETS * PORTS,
};

struct glance {
	uint32_t saw;       // enum saw, of what it does
	uint32_t is_answer; // all ones: it answers, and opens nothing
	uint32_t either;    // enum saw, when it may answer as well; else 0
};

struct glances {
	struct glance row[GLANCES];
};

static inline uint32_t glance_at(
	uint32_t src_port, uint32_t dst_port, uint32_t proto, uint32_t tcp_flags, uint32_t packets)
{
	uint32_t to_service = dst_port < SERVICE_PORTS, from_service = src_port < SERVICE_PORTS;
	uint32_t is_lower = src_port < dst_port;
	uint32_t ports = to_service == from_service ? 2 + is_lower : from_service;
	uint32_t n = (packets > 1) + (uint32_t)(packets > SMALL_PACKETS);
	uint32_t flags = proto == PROTO_TCP ? tcp_flags : FLAGS;
	return (flags * PACKETS + n) * PORTS + ports;
}

struct glances *glances_new(void)
{
	static const uint32_t ports[PORTS][2] = { { SERVICE_PORTS, 1 }, { 1, SERVICE_PORTS },
		{ SERVICE_PORTS + 1, SERVICE_PORTS }, { SERVICE_PORTS, SERVICE_PORTS + 1 } };
	static const uint32_t packets[PACKETS] = { 1, SMALL_PACKETS, SMALL_PACKETS + 1 };
	struct glances *g = calloc(1, sizeof *g);
	for (size_t i = 0; g && i < GLANCES; i++) {
		size_t flags = i / PORTS / PACKETS;
		struct plain p = { .proto = flags < FLAGS ? PROTO_TCP : PROTO_UDP,
			.src = UINT32_MAX,
			.tcp_flags = (uint8_t)flags,
			.packets = packets[i / PORTS % PACKETS],
			.src_port = ports[i % PORTS][0],
			.dst_port = ports[i % PORTS][1] };
		struct flow f = plain_flow(&p);
		struct contact open, answer;
		enum side side = observe_sides(&f);
		assert(glance_at(p.src_port, p.dst_port, p.proto, p.tcp_flags, p.packets) == i);
		observe_opened(&f, side, &open);
		observe_answered(&f, &answer);
		g->row[i].saw = side == SIDE_ANSWERS ? answer.saw : open.saw;
		g->row[i].is_answer = side == SIDE_ANSWERS ? UINT32_MAX : 0;
		g->row[i].either = side == SIDE_EITHER ? answer.saw : 0;
	}
	return g;
}

void glances_free(struct glances *g)
{
	free(g);
}

/* What is worked out for all flows before the first contact is made. */
struct columns {
	uint32_t row[PLAINS]; // in the table
	uint32_t one_way
		[PLAINS]; // whether the port may be one of observe_is_one_way: hardly any other is
	uint64_t where[PLAINS]; // the last word of the trace, if it opens
};

VECTOR_CLONES
static void look(const struct plains *p, struct columns *c)
{
#define BIT(port) (UINT32_C(1) << (((port) ^ (port) >> 5) & 31))
	const uint32_t one_way = BIT(9) | BIT(68) | BIT(137) | BIT(138) | BIT(546) | BIT(4341) |
				 BIT(4789) | BIT(5353) | BIT(6081) | BIT(8472);
#undef BIT
	for (size_t i = 0; i < p->n; i++) {
		uint32_t port = p->dst_port[i];
		c->row[i] = glance_at(
			p->src_port[i], port, p->proto[i], p->tcp_flags[i], p->packets[i]);
		c->one_way[i] = one_way >> ((port ^ port >> 5) & 31) & (p->proto[i] == PROTO_UDP);
	}
	for (size_t i = 0; i < p->n; i++)
		c->where[i] = (uint64_t)p->exporter[i] << PLACE_BITS | contact_at(p->at[i], false);
}

/* As observe_opened or observe_answered, whichever it is. */
static inline __attribute__((always_inline)) void put(const struct plains *p, size_t i,
	uint64_t where, uint32_t is_answer, uint32_t saw, uint64_t key, struct load *out)
{
	uint32_t src = p->src[i], dst = p->dst[i], differ = (src ^ dst) & is_answer;
	uint32_t ports_differ = (p->src_port[i] ^ p->dst_port[i]) & is_answer;
	uint32_t port = p->dst_port[i] ^ ports_differ, proto = p->proto[i];
	uint32_t packets = LEAST(p->packets[i], (uint32_t)UINT16_MAX) & ~is_answer;
	uint32_t size = p->bytes[i] / p->packets[i];
	size = LEAST(size, (uint32_t)UINT16_MAX) & ~is_answer;
	uint64_t pair = (uint64_t)(dst ^ differ) << 32 | (src ^ differ);
	uint64_t first_ms = p->first_ms[i], reversed = (uint64_t)(int32_t)is_answer;
	size_t at = out->n[FAMILY_NARROW]++;
	struct narrow *s = &out->narrow[at];
	memcpy(s, &pair, sizeof pair);
	trace_set_word(&s->trace, 0, (uint64_t)(size << 16 | packets) << 32 | proto << 16 | port);
	trace_set_word(&s->trace, 1, (uint64_t)saw << TIME_BITS | first_ms);
	trace_set_word(&s->trace, 2,
		(uint64_t)(tries_of(first_ms) & ~is_answer) << TIME_BITS | p->last_ms[i]);
	trace_set_word(&s->trace, 3, where | (reversed & UINT64_MAX << (PLACE_BITS - 1)));
	out->hash[FAMILY_NARROW][at] = narrow_hash(pair, (uint8_t)proto, (uint16_t)port, key);
}

/* Of one that may be either: the second contact. Rare, so out of the way. */
static __attribute__((noinline)) void put_answer(const struct plains *p, size_t i, uint64_t where,
	uint32_t saw, uint64_t key, struct load *out)
{
	put(p, i, where, UINT32_MAX, saw, key, out);
}

void observe_plain(const struct glances *g, const struct plains *p, uint64_t key, struct load *out)
{
	struct columns c;
	look(p, &c);
	for (size_t i = 0; i < p->n; i++) {
		const struct glance *at = &g->row[c.row[i]];
		uint32_t saw = at->saw;
		if (c.one_way[i] && !at->is_answer &&
			observe_is_one_way((uint16_t)p->src_port[i], (uint16_t)p->dst_port[i]))
			saw |= SAW_ONE_WAY;
		put(p, i, c.where[i], at->is_answer, saw, key, out);
		if (at->either)
			put_answer(p, i, c.where[i], at->either, key, out);
	}
}
