// SPDX-License-Identifier: Apache-2.0
// The flow: what every decoder of telemetry yields and every detector reads.
#ifndef MODEL_FLOW_H
#define MODEL_FLOW_H
#include <assert.h>
#include <stdint.h>

#include "model/addr.h"
#include "model/place.h"

/** What a record states. A member whose bit is absent is zero and means "unknown", never "none". */
enum flow_has {
	FLOW_HAS_PROTO = 1 << 0,
	FLOW_HAS_PORTS = 1 << 1, // of ICMP: dst_port = type * 256 + code
	FLOW_HAS_FLAGS = 1 << 2, // tcp_flags is the OR over all packets
	FLOW_HAS_PACKETS = 1 << 3,
	FLOW_HAS_BYTES = 1 << 4,
	FLOW_HAS_TIME = 1 << 5,
	FLOW_ANSWERED = 1 << 6,   // a biflow or event record says that the responder sent data
	FLOW_UNANSWERED = 1 << 7, // ... that it sent nothing
	FLOW_DROPPED = 1 << 8,    // the device dropped it: DstIf Null, access list, denied event
	FLOW_LISTED = 1 << 9,     // from a pasted list: a snapshot, perhaps cut, nothing follows it
	FLOW_TO_DEVICE = 1 << 10, // DstIf Local: the device itself is the destination
	FLOW_EGRESS = 1 << 11,    // a second sight of the same flow, on its way out (Gi0/0*)
	FLOW_OPENS = 1 << 12,     // the source opened the connection, beyond doubt
	FLOW_ANSWERS = 1 << 13,   // the destination did
	FLOW_PENDING = 1 << 14,   // too new to know whether an answer came
};

enum tcp_flag { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16, TCP_URG = 32 };
enum proto { PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_ICMP6 = 58, PROTO_SCTP = 132 };

/** One unidirectional flow: the packets that share a key (RFC 7011, section 2). */
struct flow {
	struct addr src, dst;
	uint64_t first_ms, last_ms; // since the Unix epoch, UTC
	uint64_t packets, bytes;    // as exported: times `sampling` gives the estimate
	place at;                   // the line or packet it was read from
	uint32_t exporter;          // identity of exporter and domain: a hash, 0 for pasted text
	uint32_t sampling;          // 1 of this many packets was looked at; 0 and 1: all of them
	uint32_t input;             // input interface: ifIndex, or a name's number (model/names.h)
	uint16_t src_port, dst_port;
	uint16_t has; // enum flow_has
	uint8_t proto, tcp_flags;
	uint32_t unused;
};
static_assert(sizeof(struct flow) == 96);

/** Make a flow of which nothing is known. */
static inline void flow_init(struct flow *f)
{
	bytes_clear(f, sizeof *f);
}
#endif
