// SPDX-License-Identifier: Apache-2.0
// Conversations, turned into the unidirectional flows a router would count.
#include "generate/traffic.h"
#include <stdio.h>
#include <stdlib.h>

enum { OPENED_AND_CLOSED = TCP_FIN | TCP_SYN | TCP_PSH | TCP_ACK, RST_BYTES = 40, ICMP_BYTES = 56 };
enum { ICMP_PORT_UNREACHABLE = 3 << 8 | 3 };

void traffic_put(struct traffic *t, const struct trace *trace)
{
	if (t->n == t->room) {
		t->room = t->room ? t->room * 2 : 1024;
		t->trace = reallocarray(t->trace, t->room, sizeof *t->trace);
		if (!t->trace) {
			perror("generate: flows");
			exit(2);
		}
	}
	t->trace[t->n++] = *trace;
}

void traffic_fini(struct traffic *t)
{
	free(t->trace);
	*t = (struct traffic){};
}

static uint32_t pick(struct dice *d, struct range r)
{
	return dice_between(d, r.low, r.high);
}

static void side_fill(struct flow *f, struct dice *d, const struct side *side)
{
	f->packets = pick(d, side->packets);
	f->bytes = f->packets * pick(d, side->packet_bytes);
}

/** The way back of `f`, `delay_ms` later. */
static struct flow flow_back(const struct flow *f, uint32_t delay_ms)
{
	struct flow back = *f;
	back.src = f->dst;
	back.dst = f->src;
	back.src_port = f->dst_port;
	back.dst_port = f->src_port;
	back.first_ms = f->first_ms + delay_ms;
	return back;
}

/** A ping is told by type and code: echo there, echo reply back. */
static void talk_answered(
	struct flow *there, struct flow *back, struct dice *d, const struct shape *shape)
{
	uint32_t duration_ms = pick(d, shape->duration_ms);
	there->last_ms = there->first_ms + duration_ms;
	if (there->proto == PROTO_TCP)
		there->tcp_flags = shape->tcp_flags ? shape->tcp_flags : OPENED_AND_CLOSED;
	side_fill(there, d, &shape->client);
	*back = flow_back(there, dice_between(d, 0, duration_ms < 40 ? duration_ms : 40));
	back->last_ms = there->last_ms;
	side_fill(back, d, &shape->server);
	if (there->proto == PROTO_ICMP)
		back->dst_port = 0;
}

/** A TCP client repeats its SYN after 3 and 6 more seconds; others just send. */
static void talk_silent(struct flow *there, struct dice *d, const struct shape *shape, bool is_tcp)
{
	static const uint32_t repeated_ms[] = { 0, 0, 3000, 9000 };
	if (!is_tcp) {
		side_fill(there, d, &shape->client);
		there->last_ms = there->first_ms + (there->packets > 1 ? 1000 : 0);
		return;
	}
	there->packets = dice_between(d, 1, shape->syn_packets ? shape->syn_packets : 3);
	there->bytes = there->packets * (shape->syn_bytes ? shape->syn_bytes : 48);
	there->last_ms = there->first_ms + repeated_ms[there->packets];
	there->tcp_flags = TCP_SYN;
}

/** RST of a closed TCP port, ICMP of any other. */
static struct flow talk_refused(struct flow *there, struct dice *d, bool is_tcp)
{
	there->bytes /= there->packets;
	there->packets = 1;
	there->last_ms = there->first_ms;
	struct flow back = flow_back(there, dice_between(d, 1, 80));
	back.last_ms = back.first_ms;
	back.bytes = is_tcp ? RST_BYTES : ICMP_BYTES;
	back.tcp_flags = is_tcp ? TCP_RST | TCP_ACK : 0;
	if (!is_tcp) {
		back.proto = PROTO_ICMP;
		back.src_port = 0;
		back.dst_port = ICMP_PORT_UNREACHABLE;
	}
	return back;
}

void traffic_talk(struct traffic *t, struct dice *d, const struct talk *talk, enum outcome how)
{
	bool is_tcp = talk->proto == PROTO_TCP, is_icmp = talk->proto == PROTO_ICMP;
	uint32_t ephemeral = dice_between(d, 1026, 64999);
	struct trace there = { .is_probe = talk->is_probe };
	struct flow *f = &there.flow;
	f->src = talk->src;
	f->dst = talk->dst;
	f->proto = talk->proto;
	f->src_port = (uint16_t)(talk->shape->src_port ? talk->shape->src_port : ephemeral);
	f->dst_port = talk->port;
	f->first_ms = talk->start_ms;
	if (is_icmp)
		f->src_port = 0;
	struct trace back = { .is_answer = true };
	if (how == ANSWERED)
		talk_answered(f, &back.flow, d, talk->shape);
	else
		talk_silent(f, d, talk->shape, is_tcp);
	if (how == REFUSED)
		back.flow = talk_refused(f, d, is_tcp);
	traffic_put(t, &there);
	if (how != SILENT)
		traffic_put(t, &back);
}
