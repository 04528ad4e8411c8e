// SPDX-License-Identifier: Apache-2.0
// Whether a plain flow is TCP or UDP, and who opened, is up to chance: a branch would be taken wrong every third
// time, and cost more than all the rest. So from here on it is looked up.
#include "detect/glance.h"

#include <stdlib.h>

#include "detect/observe.h"

/* Whether a port is where those of observe_is_one_way fall in 64 bits; hardly any other is. */
static inline bool may_be_one_way(uint16_t dst_port)
{
#define BIT(port) (UINT64_C(1) << (((port) ^ (port) >> 6) & 63))
	const uint64_t ports = BIT(9) | BIT(68) | BIT(137) | BIT(138) | BIT(546) | BIT(4341) |
			       BIT(4789) | BIT(5353) | BIT(6081) | BIT(8472);
#undef BIT
	return ports >> ((dst_port ^ dst_port >> 6) & 63) & 1;
}

/*
 * All that flags, ports and number of packets of such a flow can say, made by the functions above: what a
 * flow opens and answers, and which of it is so. Flags say nothing of UDP.
 */
enum {
	FLAGS = 256,
	PACKETS = 3, // one, up to SMALL_PACKETS, more
	PORTS = 4,   // to a service, from one; neither or both, the source's is higher, or lower
	GLANCES = (FLAGS + 1) * PACKETS * PORTS,
};

struct glance {
	uint32_t saw[2]; // enum saw: when it opens, when it answers
	bool is_answer;  // and does not open
	bool is_either;
};

struct glances {
	struct glance row[GLANCES];
};

static inline size_t glance_at(const struct plain *f)
{
	bool to_service = f->dst_port < SERVICE_PORTS, from_service = f->src_port < SERVICE_PORTS;
	size_t is_alike = to_service == from_service, is_lower = f->src_port < f->dst_port;
	size_t ports = is_alike * (2 + is_lower) + (1 - is_alike) * from_service;
	size_t packets = (f->packets > 1) + (f->packets > SMALL_PACKETS);
	size_t is_udp = f->proto != PROTO_TCP; // a number, lest it becomes a branch
	size_t flags = (f->tcp_flags & (is_udp - 1)) + is_udp * FLAGS;
	return (flags * PACKETS + packets) * PORTS + ports;
}

struct glances *glances_new(void)
{
	static const uint16_t ports[PORTS][2] = { { SERVICE_PORTS, 1 }, { 1, SERVICE_PORTS },
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
		assert(glance_at(&p) == i);
		observe_opened(&f, side, &open);
		observe_answered(&f, &answer);
		g->row[i] = (struct glance){ { open.saw, answer.saw }, side == SIDE_ANSWERS,
			side == SIDE_EITHER };
	}
	return g;
}

void glances_free(struct glances *g)
{
	free(g);
}

/* As observe_opened or observe_answered, whichever it is, at place `i` of what is loaded. */
static inline __attribute__((always_inline)) void put(
	const struct plain *f, bool is_answer, uint32_t saw, uint64_t key, struct load *out)
{
	uint64_t swap = -(uint64_t)is_answer, keep = ~swap; // all ones, or none
	uint32_t differ = (f->src ^ f->dst) & (uint32_t)swap;
	uint16_t ports_differ = (f->src_port ^ f->dst_port) & (uint16_t)swap;
	uint16_t port = f->dst_port ^ ports_differ;
	uint64_t packets = saturated(f->packets) & keep,
		 size = saturated(f->bytes / f->packets) & keep;
	uint64_t pair = (uint64_t)(f->dst ^ differ) << 32 | (f->src ^ differ);
	size_t i = out->n[FAMILY_NARROW]++;
	struct narrow *s = &out->narrow[i];
	memcpy(s, &pair, sizeof pair);
	trace_set_word(&s->trace, 0, size << 48 | packets << 32 | (uint64_t)f->proto << 16 | port);
	trace_set_word(&s->trace, 1, (uint64_t)saw << TIME_BITS | f->first_ms);
	trace_set_word(&s->trace, 2, (tries_of(f->first_ms) & keep) << TIME_BITS | f->last_ms);
	trace_set_word(&s->trace, 3,
		(uint64_t)(uint16_t)(f->exporter | swap) << PLACE_BITS |
			contact_at(f->at, is_answer));
	out->hash[FAMILY_NARROW][i] = narrow_hash(pair, f->proto, port, key);
}

/* Of one that may be either: the second contact. Rare, so out of the way. */
static __attribute__((noinline)) void put_answer(
	const struct plain *f, uint32_t saw, uint64_t key, struct load *out)
{
	put(f, true, saw, key, out);
}

void observe_plain(
	const struct glances *g, const struct plain *plain, size_t n, uint64_t key, struct load *out)
{
	for (const struct plain *f = plain; f < plain + n; f++) {
		const struct glance *at = &g->row[glance_at(f)];
		uint32_t saw = at->saw[at->is_answer];
		bool may = may_be_one_way(f->dst_port) & (f->proto == PROTO_UDP) & !at->is_answer;
		if (may && observe_is_one_way(f->src_port, f->dst_port))
			saw |= SAW_ONE_WAY;
		put(f, at->is_answer, saw, key, out);
		if (at->is_either)
			put_answer(f, at->saw[1], key, out);
	}
}
