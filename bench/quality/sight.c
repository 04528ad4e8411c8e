// SPDX-License-Identifier: Apache-2.0
// Views: flags removed, one direction, sampled in a cache or packet by packet, or a snapshot without times.
#include "quality/sight.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "quality/scene.h"

enum { INACTIVE_MS = 15000, LIST_AFTER_MS = 10000, LIST_ROWS = 4096 };

static void *grown(void *p, size_t *room, size_t size)
{
	*room = *room ? *room * 2 : 8192;
	p = reallocarray(p, *room, size);
	if (!p) {
		perror("quality: flows");
		exit(2);
	}
	return p;
}

static void flow_put(struct sight *s, const struct flow *f)
{
	if (s->n == s->room)
		s->flow = grown(s->flow, &s->room, sizeof *s->flow);
	s->flow[s->n] = *f;
	s->flow[s->n].at = place_at(0, s->n + 1);
	s->n++;
}

/** The flags of one packet out of `n` of an opened and closed connection. */
static uint8_t packet_flags(uint8_t all, uint64_t nth, uint64_t n)
{
	if (!(all & TCP_PSH))
		return all;
	uint8_t one = nth == 0 ? all & (TCP_SYN | TCP_ACK) : all & (TCP_ACK | TCP_PSH);
	return nth + 1 == n ? one | (all & TCP_FIN) : one;
}

/** The place of the next packet that is kept, by the gaps between those kept. */
static double next_kept(double at, struct dice *d, uint32_t sampling)
{
	double u = ((double)(dice_u64(d) >> 11) + .5) * 0x1p-53;
	return at + 1 + floor(log(u) / log1p(-1.0 / sampling));
}

/** The flags of the packet at a place. A client's first packet is its SYN, without ACK. */
static uint8_t flags_at(const struct flow *f, double at, bool is_client)
{
	uint8_t one = packet_flags(f->tcp_flags, (uint64_t)at, f->packets);
	return is_client && at < 1 && one & TCP_SYN ? TCP_SYN : one;
}

/** Keep one of `sampling` packets; false when none is left. */
static bool sample(struct flow *f, struct dice *d, uint32_t sampling, bool is_client)
{
	uint64_t n = 0;
	uint8_t flags = 0;
	for (double at = next_kept(-1, d, sampling); at < (double)f->packets;
		at = next_kept(at, d, sampling)) {
		flags |= flags_at(f, at, is_client);
		n++;
	}
	f->bytes = f->bytes / f->packets * n;
	f->packets = n;
	f->tcp_flags = flags;
	return n > 0;
}

void sight_tell(struct flow *f, const struct view *v)
{
	f->has = FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_PACKETS;
	if (v->is_list) {
		f->has |= FLOW_LISTED;
		f->first_ms = f->last_ms = 0;
	} else {
		f->has |= FLOW_HAS_BYTES | FLOW_HAS_TIME;
	}
	if (v->no_flags || v->is_list)
		f->tcp_flags = 0;
	if (f->proto == PROTO_TCP && f->tcp_flags)
		f->has |= FLOW_HAS_FLAGS;
	f->sampling = v->sampling;
	f->exporter = v->is_list ? 0 : 1;
}

static bool see(struct flow *f, const struct view *v, struct dice *d, bool is_client)
{
	if (v->one_way && !scene_is_inside(&f->src))
		return false;
	if (v->sampling > 1 && !sample(f, d, v->sampling, is_client))
		return false;
	sight_tell(f, v);
	return true;
}

/** A router that shows its cache: what was active within the inactive timeout before. */
static bool is_listed(const struct flow *f, uint64_t now_ms)
{
	return f->first_ms <= now_ms && f->last_ms + INACTIVE_MS >= now_ms;
}

/** Ten seconds after the last infection. */
static uint64_t list_time(const struct scene *s)
{
	uint64_t latest_ms = s->start_ms;
	for (size_t i = 0; i < s->n; i++)
		if (s->resident[i].infected_ms > latest_ms)
			latest_ms = s->resident[i].infected_ms;
	return latest_ms + LIST_AFTER_MS;
}

static void attempt_put(
	struct sight *out, const struct exchange *x, const struct flow *f, bool has_back)
{
	if (out->n_attempts == out->attempt_room)
		out->attempt = grown(out->attempt, &out->attempt_room, sizeof *out->attempt);
	bool has_flags = f->has & FLOW_HAS_FLAGS;
	out->attempt[out->n_attempts++] = (struct attempt){
		.flow = (uint32_t)out->n - 1,
		.resident = x->resident,
		.is_failed = has_flags ? !(f->tcp_flags & TCP_ACK) : !has_back,
		.is_probe = x->nth_probe > 0,
	};
}

/** A switch tells each packet that it keeps for itself (sFlow). */
static void packets_put(struct sight *out, const struct exchange *x, const struct flow *f,
	const struct view *v, struct dice *d)
{
	bool is_client = x != NULL;
	for (double at = next_kept(-1, d, v->sampling); at < (double)f->packets;
		at = next_kept(at, d, v->sampling)) {
		struct flow one = *f;
		one.packets = 1;
		one.bytes = f->bytes / f->packets;
		one.tcp_flags = flags_at(f, at, is_client);
		one.first_ms +=
			(uint64_t)((double)(f->last_ms - f->first_ms) * at / (double)f->packets);
		one.last_ms = one.first_ms;
		sight_tell(&one, v);
		flow_put(out, &one);
		if (is_client)
			attempt_put(out, x, &one, false);
	}
}

void sight_take(struct sight *out, const struct scene *s, const struct view *v)
{
	struct dice d = { dice_fixed(s->seed, 0x519, v->sampling) };
	uint64_t list_ms = list_time(s);
	bool takes_all = v->sampling > 1 || v->is_list;
	out->n = out->n_attempts = 0;
	for (size_t i = 0; i < s->n_exchanges; i++) {
		const struct exchange *x = &s->exchange[i];
		const struct trace *t = &s->traffic.trace[x->trace];
		if (!takes_all && x->nth_probe > CLEAR_PROBES)
			continue;
		if (v->is_list && (!is_listed(&t[0].flow, list_ms) || out->n >= LIST_ROWS))
			continue;
		if (v->is_packets) {
			packets_put(out, x, &t[0].flow, v, &d);
			if (x->n > 1)
				packets_put(out, NULL, &t[x->n - 1].flow, v, &d);
			continue;
		}
		struct flow there = t[0].flow, back = t[x->n - 1].flow;
		bool has_there = see(&there, v, &d, true);
		bool has_back = x->n > 1 && see(&back, v, &d, false);
		if (has_there) {
			flow_put(out, &there);
			attempt_put(out, x, &there, has_back && back.proto == there.proto);
		}
		if (has_back)
			flow_put(out, &back);
	}
}

void sight_fini(struct sight *s)
{
	free(s->flow);
	free(s->attempt);
	*s = (struct sight){};
}
