// SPDX-License-Identifier: Apache-2.0
// Who opened and who answered, from flags, ICMP types and ports; what the flow tells of the outcome.
#include "detect/observe.h"

#include <stdlib.h>

#include "model/names.h"

enum side { SIDE_NONE, SIDE_OPENS = 1, SIDE_ANSWERS = 2, SIDE_EITHER = 3 };

enum {
	SMALL_PACKETS = 3, // a SYN and two repetitions
	SMALL_PACKET_BYTES = 64,
	SYNS_MAX = 7,     // Linux repeats a SYN up to six times
	RESET_BYTES = 46, // a bare segment, perhaps padded by Ethernet
	SERVICE_PORTS = 1024,
	WINDOW_MS = 10000,
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

/* The bit of the ten-second window in which a contact was tried. */
static uint32_t tries_of(uint64_t ms)
{
	return UINT32_C(1) << ms / WINDOW_MS * 11 % TRIES_BITS;
}

static uint16_t saturated(uint64_t v)
{
	return v < UINT16_MAX ? (uint16_t)v : UINT16_MAX;
}

/* The services among UDP ports whose answer does not come back to where it was sent from, or never comes. */
static bool is_one_way(uint16_t src_port, uint16_t dst_port)
{
	switch (dst_port) {
	case 9:    // wake on LAN
	case 4341: // LISP data
	case 4789: // VXLAN: each way has a port of its own
	case 6081: // Geneve
	case 8472: // VXLAN of Linux
		return true;
	case 68: // DHCP to clients that have no address yet
		return src_port == 67;
	case 546: // DHCPv6
		return src_port == 547;
	case 137:  // NetBIOS names, asked by broadcast
	case 138:  // NetBIOS datagrams
	case 5353: // mDNS, asked by multicast
		return src_port == dst_port;
	default:
		return false;
	}
}

/* Whether a port is where those above fall in 64 bits; hardly any other is. */
static inline bool may_be_one_way(uint16_t dst_port)
{
#define BIT(port) (UINT64_C(1) << (((port) ^ (port) >> 6) & 63))
	const uint64_t ports = BIT(9) | BIT(68) | BIT(137) | BIT(138) | BIT(546) | BIT(4341) |
			       BIT(4789) | BIT(5353) | BIT(6081) | BIT(8472);
#undef BIT
	return ports >> ((dst_port ^ dst_port >> 6) & 63) & 1;
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

static void opened(const struct flow *f, enum side side, struct contact *c)
{
	bool is_timely = is_timed(f), is_counted = has(f, FLOW_HAS_PACKETS);
	uint32_t saw = saw_opening(f);
	saw |= side == SIDE_EITHER && f->src_port < f->dst_port ? SAW_AS_REPLY : 0;
	saw |= f->proto == PROTO_UDP && is_one_way(f->src_port, f->dst_port) ? SAW_ONE_WAY : 0;
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
		.tries = is_timely && f->last_ms ? tries_of(f->first_ms) : 0,
		.at = contact_at(f->at, false),
		.exporter = (uint16_t)f->exporter,
	};
}

/* Who answers on behalf of a peer is its key, the other way round. */
static void answered(const struct flow *f, struct contact *c)
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

/* What is no contact by itself, or may be two, goes this way. */
static void observe_any(const struct flow *f, uint64_t key, struct load *out)
{
	struct contact c;
	enum side side = is_contact(f) ? side_of(f) : SIDE_NONE;
	if (side & SIDE_OPENS) {
		opened(f, side, &c);
		load_put(out, &c, key);
	}
	if (side & SIDE_ANSWERS) {
		answered(f, &c);
		load_put(out, &c, key);
	}
}

enum {
	PLAIN_HAS =
		FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_PACKETS | FLOW_HAS_BYTES | FLOW_HAS_TIME,
};

/*
 * What most flows are: between IPv4 hosts, TCP with flags or UDP, unsampled, with counters and times, and
 * nothing special told. Whether TCP or UDP, and who opened, is up to chance: a branch would be taken wrong
 * every third time, and cost more than all the rest. So from here on it is looked up.
 */
static inline bool is_plain(const struct flow *f)
{
	unsigned proto = f->proto, has = f->has & ~(unsigned)FLOW_HAS_FLAGS;
	unsigned is_tcp = proto == PROTO_TCP, is_udp = proto == PROTO_UDP;
	unsigned has_flags = (f->has & FLOW_HAS_FLAGS) != 0;
	unsigned is_v4 = addr_is_v4(&f->src), goes_to_v4 = addr_is_v4(&f->dst);
	uint32_t src = addr_low32(&f->src), dst = addr_low32(&f->dst);
	return ((is_tcp & has_flags) | is_udp) & (has == PLAIN_HAS) & is_v4 & goes_to_v4 &
	       (src != 0) & (dst >> 28 != 0xe) & (dst != UINT32_MAX) & (f->sampling <= 1) &
	       !(f->input & NAME_FLAG) & (f->first_ms < TIME_UNKNOWN) &
	       (f->last_ms - 1 < TIME_UNKNOWN - 1) & (f->packets != 0);
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

static size_t glance_at(const struct flow *f)
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
	static const uint64_t packets[PACKETS] = { 1, SMALL_PACKETS, SMALL_PACKETS + 1 };
	struct glances *g = calloc(1, sizeof *g);
	for (size_t i = 0; g && i < GLANCES; i++) {
		size_t flags = i / PORTS / PACKETS;
		struct flow f = { .proto = flags < FLAGS ? PROTO_TCP : PROTO_UDP,
			.has = PLAIN_HAS | FLOW_HAS_FLAGS,
			.tcp_flags = (uint8_t)flags,
			.packets = packets[i / PORTS % PACKETS],
			.src_port = ports[i % PORTS][0],
			.dst_port = ports[i % PORTS][1] };
		struct contact open, answer;
		enum side side = side_of(&f);
		assert(glance_at(&f) == i);
		opened(&f, side, &open);
		answered(&f, &answer);
		g->row[i] = (struct glance){ { open.saw, answer.saw }, side == SIDE_ANSWERS,
			side == SIDE_EITHER };
	}
	return g;
}

void glances_free(struct glances *g)
{
	free(g);
}

static inline uint32_t net32(const struct addr *a)
{
	uint32_t ip;
	memcpy(&ip, a->octet + 12, sizeof ip);
	return ip;
}

/* As `opened` or `answered`, whichever it is. */
static inline void plain_put(
	const struct flow *f, bool is_answer, uint32_t saw, uint64_t key, struct load *out)
{
	uint64_t swap = -(uint64_t)is_answer, keep = ~swap; // all ones, or none
	uint32_t src = net32(&f->src), dst = net32(&f->dst), differ = (src ^ dst) & (uint32_t)swap;
	uint16_t ports_differ = (f->src_port ^ f->dst_port) & (uint16_t)swap;
	uint16_t port = f->dst_port ^ ports_differ;
	uint64_t packets = saturated(f->packets) & keep,
		 size = saturated(f->bytes / f->packets) & keep;
	uint64_t pair = (uint64_t)(dst ^ differ) << 32 | (src ^ differ);
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

static inline void plain(
	const struct glances *g, const struct flow *f, uint64_t key, struct load *out)
{
	const struct glance *at = &g->row[glance_at(f)];
	uint32_t saw = at->saw[at->is_answer];
	bool may = may_be_one_way(f->dst_port) & (f->proto == PROTO_UDP) & !at->is_answer;
	if (may && is_one_way(f->src_port, f->dst_port))
		saw |= SAW_ONE_WAY;
	plain_put(f, at->is_answer, saw, key, out);
	if (at->is_either)
		plain_put(f, true, at->saw[1], key, out);
}

void observe(
	const struct glances *g, const struct flow *flow, size_t n, uint64_t key, struct load *out)
{
	for (const struct flow *f = flow; f < flow + n; f++)
		if (is_plain(f))
			plain(g, f, key, out);
		else
			observe_any(f, key, out);
}
