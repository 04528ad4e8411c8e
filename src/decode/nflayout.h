// SPDX-License-Identifier: Apache-2.0
// Layouts are facts from nfdump's public headers (nfxV3.h, id.h of nfdump 1.7): each
// struct below is the front part of one of them, read in place.
#ifndef DECODE_NFLAYOUT_H
#define DECODE_NFLAYOUT_H
#include <assert.h>
#include <endian.h>
#include <stddef.h>
#include <stdint.h>

enum { RECORD_OLD_FLOW = 1, RECORD_EXPORTER = 7, RECORD_FLOW_16 = 10, RECORD_FLOW = 11 };
enum { RECORD_SAMPLER = 15, EXTENSION_HEADER_BYTES = 4 };
enum { FLAG_EVENT = 1, FLAG_SAMPLED = 2 };
enum {
	EVENT_CREATED = 1,
	EVENT_DENIED = 3,
	EVENT_NOT_SYN = 1004,
	FORWARDING_DROPPED = 2,
	DIRECTION_EGRESS = 1
};

struct record_header {
	uint16_t type, size; // the size counts the header
};

struct flow_header {
	uint16_t type, size, n_extensions;
	uint8_t engine_type, engine;
	uint16_t exporter; // number of an exporter record
	uint8_t flags, version;
};
static_assert(sizeof(struct flow_header) == 12);

struct generic {
	uint64_t first_ms, last_ms, received_ms, packets, bytes;
	uint16_t src_port, dst_port;
	uint8_t proto, tcp_flags, forwarding, tos;
};
static_assert(sizeof(struct generic) == 48);

struct ipv4 {
	uint32_t src, dst;
};

struct ipv6 {
	uint64_t src[2], dst[2];
};

struct misc {
	uint32_t input, output;
	uint8_t src_mask, dst_mask, direction, dst_tos, biflow_direction, end_reason;
};

struct counters {
	uint64_t flows, packets, bytes; // of the way back, or of the way out
};

/* Cisco NSEL; its tail is not needed. */
struct firewall {
	uint64_t event_ms;
	uint32_t connection;
	uint16_t extended_event;
	uint8_t event;
};

/* Extensions that are read: EXTENSION(name, number in the file, bytes that must be there). */
#define EXTENSIONS(EXTENSION) \
	EXTENSION(GENERIC, 1, sizeof(struct generic)) \
	EXTENSION(IPV4, 2, sizeof(struct ipv4)) \
	EXTENSION(IPV6, 3, sizeof(struct ipv6)) \
	EXTENSION(MISC, 4, offsetof(struct misc, end_reason)) \
	EXTENSION(COUNTERS, 5, sizeof(struct counters)) \
	EXTENSION(RECEIVED_IPV4, 12, 4) \
	EXTENSION(SAMPLER, 18, 8) \
	EXTENSION(FIREWALL, 19, offsetof(struct firewall, event) + 1)

#define AS_SLOT(name, number, bytes) SLOT_##name,
enum slot { SLOT_SKIP, EXTENSIONS(AS_SLOT) N_SLOTS };
#undef AS_SLOT
#endif
