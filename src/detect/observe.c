// SPDX-License-Identifier: Apache-2.0
// Who opened and who answered, from flags, ICMP types and ports; what the flow tells of the outcome.
#include "detect/observe.h"

#include "detect/discovery.h"
#include "detect/glance.h"

#include "model/names.h"

enum {
	SMALL_PACKET_BYTES = 64,
	SYNS_MAX = 7,     // Linux repeats a SYN up to six times
	RESET_BYTES = 46, // a bare segment, perhaps padded by Ethernet
};

enum { ECHO_REPLY = 0, ECHO_REQUEST = 8, ECHO6_REQUEST = 128, ECHO6_REPLY = 129 };

static bool has(const struct flow *f, enum flow_has what)
{
	return f->has & what;
}

/* Both ports of a pair above or below 1024 tell nothing; a contact of several is still counted. */
static enum side side_by_ports(const struct flow *f)
{
	bool to_service = f->dst_port < SERVICE_PORTS, from_service = f->src_port < SERVICE_PORTS;
	if (!has(f, FLOW_HAS_PORTS) || to_service == from_service)
		return SIDE_EITHER;
	return to_service ? SIDE_OPENS : SIDE_ANSWERS;
}

static enum side side_of_tcp(const struct flow *f)
{
	unsigned flags = f->tcp_flags;
	bool few = !has(f, FLOW_HAS_PACKETS) || f->packets <= SMALL_PACKETS;
	if (!has(f, FLOW_HAS_FLAGS))
		return side_by_ports(f);
	if (flags & TCP_RST && !(flags & (TCP_SYN | TCP_PSH)) && few)
		return SIDE_ANSWERS;
	if (!(flags & TCP_ACK))
		return SIDE_OPENS;
	if ((flags & ~(unsigned)TCP_RST) == (TCP_SYN | TCP_ACK) && f->packets == 1)
		return SIDE_ANSWERS;
	return side_by_ports(f);
}

static enum side side_of_icmp(const struct flow *f)
{
	unsigned type = f->dst_port >> 8;
	if (!has(f, FLOW_HAS_PORTS))
		return SIDE_EITHER;
	if (type == (f->proto == PROTO_ICMP ? ECHO_REQUEST : ECHO6_REQUEST))
		return SIDE_OPENS;
	return type == (f->proto == PROTO_ICMP ? ECHO_REPLY : ECHO6_REPLY) ? SIDE_ANSWERS
									   : SIDE_NONE;
}

static bool is_rejection(const struct flow *f)
{
	return f->proto == PROTO_TCP && f->tcp_flags & TCP_RST &&
	       !(f->tcp_flags & (TCP_SYN | TCP_PSH));
}

static enum side side_of(const struct flow *f)
{
	if (has(f, FLOW_OPENS | FLOW_ANSWERS)) // who only rejects an answer never asked for it
		return !has(f, FLOW_OPENS) ? SIDE_ANSWERS
		       : is_rejection(f)   ? SIDE_NONE
					   : SIDE_OPENS;
	if (!has(f, FLOW_HAS_PROTO))
		return SIDE_EITHER;
	switch (f->proto) {
	case PROTO_TCP:
		return side_of_tcp(f);
	case PROTO_UDP:
	case PROTO_SCTP:
		return side_by_ports(f);
	case PROTO_ICMP:
	case PROTO_ICMP6:
		return side_of_icmp(f);
	default:
		return SIDE_NONE;
	}
}

/* Size of an IP packet that holds a SYN and nothing else: options of 0, 4, 8, 12 and 20 bytes. */
static bool is_syn_size(uint64_t bytes)
{
	return bytes == 40 || bytes == 44 || bytes == 48 || bytes == 52 || bytes == 60;
}

/* What the size says where no flags do; only of TCP, and of rows that name no protocol. */
static uint32_t saw_by_size(const struct flow *f)
{
	if (!has(f, FLOW_HAS_PACKETS) || f->packets == 0)
		return 0;
	if (!has(f, FLOW_HAS_BYTES))
		return f->packets <= SMALL_PACKETS ? SAW_FEW : SAW_LARGE;
	bool is_syn = f->bytes % f->packets == 0 && is_syn_size(f->bytes / f->packets);
	if (is_syn && f->packets <= SYNS_MAX)
		return SAW_SMALL | SAW_SYN_SIZE;
	bool is_small = f->packets <= SMALL_PACKETS && f->bytes <= f->packets * SMALL_PACKET_BYTES;
	return is_small ? SAW_SMALL : SAW_LARGE;
}

static uint32_t saw_by_flags(const struct flow *f)
{
	return f->tcp_flags & TCP_ACK ? SAW_ANSWER : SAW_NO_ACK;
}

/* The outcome as far as the flow of the side that opens tells it. */
static uint32_t saw_opening(const struct flow *f)
{
	bool is_tcp = f->proto == PROTO_TCP || !has(f, FLOW_HAS_PROTO);
	if (has(f, FLOW_PENDING) && !has(f, FLOW_ANSWERED)) // what is missing proves nothing
		return SAW_PENDING | (f->sampling > 1 ? SAW_SAMPLED : 0);
	uint32_t saw = SAW_OPEN;
	saw |= has(f, FLOW_DROPPED) ? SAW_DROPPED : 0;
	saw |= has(f, FLOW_ANSWERED) ? SAW_ANSWER | SAW_REVERSE : 0;
	saw |= has(f, FLOW_UNANSWERED) ? SAW_UNANSWERED : 0;
	saw |= has(f, FLOW_LISTED) ? SAW_LISTED : 0;
	saw |= f->sampling > 1 ? SAW_SAMPLED : 0;
	if (is_tcp)
		saw |= has(f, FLOW_HAS_FLAGS) ? saw_by_flags(f) : saw_by_size(f);
	return saw;
}

static uint32_t saw_answering(const struct flow *f)
{
	uint32_t saw = SAW_REVERSE | (f->sampling > 1 ? SAW_SAMPLED : 0);
	saw |= has(f, FLOW_LISTED) ? SAW_LISTED : 0;
	if (f->proto != PROTO_TCP)
		return saw | SAW_ANSWER;
	if (!has(f, FLOW_HAS_FLAGS)) {
		bool is_bare = f->packets == 1 && has(f, FLOW_HAS_BYTES) && f->bytes <= RESET_BYTES;
		return saw | (is_bare ? SAW_REFUSAL : SAW_ANSWER);
	}
	if (f->tcp_flags & TCP_RST && !(f->tcp_flags & (TCP_SYN | TCP_PSH)))
		return saw | SAW_REFUSAL | SAW_BARE_REPLY;
	bool is_bare = (f->tcp_flags & ~(unsigned)TCP_RST) == (TCP_SYN | TCP_ACK);
	return saw | SAW_ANSWER | (is_bare ? SAW_BARE_REPLY : 0);
}

static bool is_timed(const struct flow *f)
{
	return has(f, FLOW_HAS_TIME) && f->first_ms < TIME_UNKNOWN && f->last_ms < TIME_UNKNOWN;
}

static uint8_t input_of(const struct flow *f)
{
	bool is_named = f->input & NAME_FLAG && (f->input & ~NAME_FLAG) < UINT8_MAX;
	return is_named ? (uint8_t)(f->input + 1) : 0;
}

static uint64_t size_of(const struct flow *f)
{
	return has(f, FLOW_HAS_BYTES) && f->packets ? f->bytes / f->packets : 0;
}

/* By its ports a datagram to which no answer is to be expected, or none that comes here. */
static bool goes_one_way(const struct flow *f)
{
	return f->proto == PROTO_UDP && (is_one_way(f->src_port, f->dst_port) ||
						discovery_answers(f->src_port, f->dst_port));
}

void observe_opened(const struct flow *f, enum side side, struct contact *c)
{
	bool is_timely = is_timed(f), is_counted = has(f, FLOW_HAS_PACKETS);
	uint32_t saw = saw_opening(f);
	saw |= side == SIDE_EITHER && f->src_port < f->dst_port ? SAW_AS_REPLY : 0;
	if (goes_one_way(f))
		saw = (saw & ~(uint32_t)SAW_UNANSWERED) | SAW_ONE_WAY;
	*c = (struct contact){
		.src = f->src,
		.dst = f->dst,
		.port = f->dst_port,
		.proto = has(f, FLOW_HAS_PROTO) ? f->proto : PROTO_UNKNOWN,
		.input = input_of(f),
		.packets = is_counted ? saturated(f->packets) : 0,
		.size = is_counted ? saturated(size_of(f)) : 0,
		.first_ms = is_timely ? f->first_ms : TIME_UNKNOWN,
		.saw = saw,
		.last_ms = is_timely ? f->last_ms : 0,
		.tries =
			is_timely && f->last_ms ? tries_in((uint32_t)(f->first_ms / WINDOW_MS)) : 0,
		.at = contact_at(f->at, false),
		.exporter = (uint16_t)f->exporter,
	};
}

/* Who answers on behalf of a peer is its key, the other way round. */
void observe_answered(const struct flow *f, struct contact *c)
{
	bool is_icmp = f->proto == PROTO_ICMP || f->proto == PROTO_ICMP6;
	uint16_t echo = (uint16_t)((f->proto == PROTO_ICMP ? ECHO_REQUEST : ECHO6_REQUEST) << 8);
	*c = (struct contact){
		.src = f->dst,
		.dst = f->src,
		.port = is_icmp && has(f, FLOW_HAS_PORTS) ? echo : f->src_port,
		.proto = has(f, FLOW_HAS_PROTO) ? f->proto : PROTO_UNKNOWN,
		.first_ms = is_timed(f) ? f->first_ms : TIME_UNKNOWN,
		.saw = saw_answering(f),
		.last_ms = is_timed(f) ? f->last_ms : 0,
		.at = contact_at(f->at, true),
		.exporter = UINT16_MAX,
	};
}

/* Nobody answers from a group, and nobody sends from no address. */
static bool is_contact(const struct flow *f)
{
	static const struct addr none;
	return !addr_is_multicast(&f->dst) && !addr_eq(&f->src, &none) &&
	       !(addr_is_v4(&f->src) && addr_low32(&f->src) == 0);
}

enum side observe_sides(const struct flow *f)
{
	return is_contact(f) ? side_of(f) : SIDE_NONE;
}

/* What is no contact by itself, or may be two, goes this way. */
static void observe_any(const struct flow *f, uint64_t key, struct load *out)
{
	struct contact c;
	enum side side = observe_sides(f);
	if (side & SIDE_OPENS) {
		observe_opened(f, side, &c);
		load_put(out, &c, key);
	}
	if (side & SIDE_ANSWERS) {
		observe_answered(f, &c);
		load_put(out, &c, key);
	}
}

/* A flow as a plain one; returns whether it is one. */
static bool plain_of(const struct flow *f, struct plain *out)
{
	*out = (struct plain){
		.src_port = f->src_port,
		.dst_port = f->dst_port,
		.proto = f->proto,
		.tcp_flags = f->tcp_flags,
		.packets = (uint32_t)f->packets,
		.bytes = (uint32_t)f->bytes,
		.first_ms = f->first_ms,
		.last_ms = f->last_ms,
		.at = f->at,
		.exporter = f->exporter,
		.input = f->input,
	};
	memcpy(&out->src, f->src.octet + 12, sizeof out->src);
	memcpy(&out->dst, f->dst.octet + 12, sizeof out->dst);
	unsigned has = f->has & ~(unsigned)FLOW_HAS_FLAGS;
	bool has_flags = f->has & FLOW_HAS_FLAGS;
	return has == PLAIN_HAS && has_flags == (f->tcp_flags != 0) && addr_is_v4(&f->src) &&
	       addr_is_v4(&f->dst) && f->sampling <= 1 && !(f->input & NAME_FLAG) &&
	       (f->packets | f->bytes) <= UINT32_MAX && plain_fits(out);
}

void observe(
	const struct glances *g, const struct flow *flow, size_t n, uint64_t key, struct load *out)
{
	struct plains plain;
	struct plain row;
	assert(n <= PLAINS);
	plain.n = 0;
	for (const struct flow *f = flow; f < flow + n; f++)
		if (plain_of(f, &row))
			plains_set(&plain, plain.n++, &row);
		else
			observe_any(f, key, out);
	observe_plain(g, &plain, key, out);
}
