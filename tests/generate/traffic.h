// SPDX-License-Identifier: Apache-2.0
// Conversations, turned into the unidirectional flows a router would count.
#ifndef GENERATE_TRAFFIC_H
#define GENERATE_TRAFFIC_H
#include "generate/dice.h"
#include "model/flow.h"

/** One flow, and what only its maker knows. */
struct trace {
	struct flow flow;
	uint64_t export_ms; // when the exporter tells of it; set by observe()
	bool is_probe;      // sent by a worm
	bool is_answer;     // the way back of a conversation
};

struct traffic {
	struct trace *trace;
	size_t n, room;
};

struct range {
	uint32_t low, high;
};

/** What one side sends. */
struct side {
	struct range packets, packet_bytes;
};

/** How conversations of one service look. */
struct shape {
	struct side client, server;
	struct range duration_ms;
	uint16_t src_port;   // 0: an ephemeral one
	uint8_t tcp_flags;   // of an answered flow; 0: opened and closed, FIN SYN PSH ACK
	uint8_t syn_bytes;   // 0: 48, as Windows 2000 and XP
	uint8_t syn_packets; // an unanswered SYN goes out up to so many times; 0: 3
};

enum outcome { ANSWERED, SILENT, REFUSED };

struct talk {
	struct addr src, dst;
	uint16_t port;
	uint8_t proto;
	uint64_t start_ms;
	const struct shape *shape;
	bool is_probe;
};

/** Append the flows of one conversation: the way there and, unless SILENT, the way back. */
void traffic_talk(struct traffic *t, struct dice *d, const struct talk *talk, enum outcome how);

/** Append a copy of `trace`; ends the program when memory is out. */
void traffic_put(struct traffic *t, const struct trace *trace);

void traffic_fini(struct traffic *t);
#endif
