// SPDX-License-Identifier: Apache-2.0
// The flow that nearly all are, in a form that can be looked at without asking what it states.
#ifndef MODEL_PLAIN_H
#define MODEL_PLAIN_H
#include "model/flow.h"

/**
 * A flow between two IPv4 hosts, of TCP with flags or of UDP, of which every packet was looked at, with ports,
 * times and counters of 32 bits, and of which nothing else is told.
 *
 * PLAIN_COLUMNS(COLUMN) is COLUMN(type, name) for each member.
 */
#define PLAIN_COLUMNS(COLUMN) \
	COLUMN(uint32_t, src) /* in network order */ \
	COLUMN(uint32_t, dst) \
	COLUMN(uint32_t, src_port) \
	COLUMN(uint32_t, dst_port) \
	COLUMN(uint32_t, proto) \
	COLUMN(uint32_t, tcp_flags) /* of UDP too, as exported */ \
	COLUMN(uint32_t, packets) \
	COLUMN(uint32_t, bytes) \
	COLUMN(uint32_t, exporter) /* this and all below as in a flow */ \
	COLUMN(uint32_t, input) \
	COLUMN(uint64_t, first_ms) \
	COLUMN(uint64_t, last_ms) \
	COLUMN(place, at)

struct plain {
#define AS_MEMBER(type, name) type name;
	PLAIN_COLUMNS(AS_MEMBER)
#undef AS_MEMBER
};

enum { PLAINS = 128 };

/** Some of them, member by member: what is done to all alike, a processor does to several at once. */
struct plains {
	size_t n;
#define AS_COLUMN(type, name) type name[PLAINS];
	PLAIN_COLUMNS(AS_COLUMN)
#undef AS_COLUMN
};

enum {
	PLAIN_HAS =
		FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_PACKETS | FLOW_HAS_BYTES | FLOW_HAS_TIME,
	TIME_BITS = 44,
};
#define TIME_UNKNOWN ((UINT64_C(1) << TIME_BITS) - 1)

/** Whether two hosts can be meant, and the protocol is one whose outcome is told: a part of plain_fits. */
static inline uint32_t plain_fits_key(uint32_t src, uint32_t dst, uint32_t proto, uint32_t flags)
{
	uint32_t group = be32toh(dst) >> 28, is_broadcast = dst == UINT32_MAX;
	uint32_t is_tcp = proto == PROTO_TCP, is_udp = proto == PROTO_UDP;
	return ((is_tcp & (flags != 0)) | is_udp) & (src != 0) & (group != 0xe) & !is_broadcast;
}

static inline uint32_t plain_fits_times(uint64_t first_ms, uint64_t last_ms)
{
	return (first_ms - 1 < TIME_UNKNOWN - 1) & (last_ms - 1 < TIME_UNKNOWN - 1);
}

/** Whether what was read is one; that it has all members and nothing beside them, the caller knows. */
static inline bool plain_fits(const struct plain *p)
{
	return plain_fits_key(p->src, p->dst, p->proto, p->tcp_flags) & (p->packets != 0) &
	       plain_fits_times(p->first_ms, p->last_ms);
}

/** The i-th, as a row. */
static inline struct plain plains_get(const struct plains *p, size_t i)
{
	return (struct plain){
#define AS_VALUE(type, name) .name = p->name[i],
		PLAIN_COLUMNS(AS_VALUE)
#undef AS_VALUE
	};
}

/** Make the i-th what the row says; `n` stays. */
static inline void plains_set(struct plains *p, size_t i, const struct plain *row)
{
#define AS_STORE(type, name) p->name[i] = row->name;
	PLAIN_COLUMNS(AS_STORE)
#undef AS_STORE
}

static inline void plains_copy(struct plains *to, const struct plains *from)
{
	to->n = from->n;
#define AS_COPY(type, name) memcpy(to->name, from->name, from->n * sizeof from->name[0]);
	PLAIN_COLUMNS(AS_COPY)
#undef AS_COPY
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
		.src_port = (uint16_t)p->src_port,
		.dst_port = (uint16_t)p->dst_port,
		.has = (uint16_t)(PLAIN_HAS | (p->tcp_flags ? FLOW_HAS_FLAGS : 0)),
		.proto = (uint8_t)p->proto,
		.tcp_flags = (uint8_t)p->tcp_flags,
	};
}
#endif
