// SPDX-License-Identifier: Apache-2.0
// The flow that nearly all are, in a form that can be looked at without asking what it states.
#ifndef MODEL_PLAIN_H
#define MODEL_PLAIN_H
#include "model/flow.h"

/**
 * A flow between two IPv4 hosts, of TCP with flags or of UDP, of which every packet was looked at, with ports,
 * times and counters of 32 bits, and of which nothing else is told.
 */
struct plain {
	uint32_t src, dst; // in network order
	uint16_t src_port, dst_port;
	uint8_t proto, tcp_flags; // of UDP too, as exported
	uint16_t unused;
	uint32_t packets, bytes;
	uint64_t first_ms, last_ms;
	place at;
	uint32_t exporter, input; // as in a flow
};
static_assert(sizeof(struct plain) == 56);

enum {
	PLAIN_HAS =
		FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_PACKETS | FLOW_HAS_BYTES | FLOW_HAS_TIME,
	TIME_BITS = 44,
};
#define TIME_UNKNOWN ((UINT64_C(1) << TIME_BITS) - 1)

/** Whether what was read into `p` is one; that it has all members and nothing beside them, the caller knows. */
static inline bool plain_fits(const struct plain *p)
{
	unsigned is_tcp = p->proto == PROTO_TCP, is_udp = p->proto == PROTO_UDP;
	uint32_t dst = be32toh(p->dst);
	return ((is_tcp & (p->tcp_flags != 0)) | is_udp) & (p->src != 0) & (dst >> 28 != 0xe) &
	       (dst != UINT32_MAX) & (p->packets != 0) & (p->first_ms - 1 < TIME_UNKNOWN - 1) &
	       (p->last_ms - 1 < TIME_UNKNOWN - 1);
}

/** The same as a flow. */
static inline struct flow plain_flow(const struct plain *p)
{
	return (struct flow){
		.src = addr_v4(be32toh(p->src)),
		.dst = addr_v4(be32toh(p->dst)),
		.first_ms = p->first_ms,
		.last_ms = p->last_ms,
		.packets = p->packets,
		.bytes = p->bytes,
		.at = p->at,
		.exporter = p->exporter,
		.input = p->input,
		.src_port = p->src_port,
		.dst_port = p->dst_port,
		.has = PLAIN_HAS | (p->tcp_flags ? FLOW_HAS_FLAGS : 0),
		.proto = p->proto,
		.tcp_flags = p->tcp_flags,
	};
}
#endif
