// SPDX-License-Identifier: Apache-2.0
// What a router's flow cache, or a switch that samples, makes of the traffic, and when it tells.
#include "generate/observe.h"
#include <stdlib.h>

enum { INACTIVE_MS = 15000, ACTIVE_MS = 30 * 60000, SWEEP_MS = 1000 };
enum { BARE = 40, DATA_EVERY = 3 }; // an acknowledgement; one packet of so many carries data

/** The flags of one packet of a flow: who asks opens with SYN, who answers with SYN and ACK. */
static uint8_t packet_flags(const struct trace *trace, uint64_t nth)
{
	uint8_t all = trace->flow.tcp_flags;
	uint8_t first = trace->is_answer ? TCP_SYN | TCP_ACK : TCP_SYN;
	if ((all & ~(TCP_RST | TCP_ACK)) == 0 || all == TCP_SYN)
		return all;
	uint8_t one = all & (nth == 0 ? first : TCP_ACK | TCP_PSH);
	return nth && nth == trace->flow.packets - 1 ? one | (all & TCP_FIN) : one;
}

/**
 * Bytes of one packet. Most of what a client sends acknowledges only; the mean stays, but for the
 * rounding.
 */
static uint64_t packet_bytes(const struct trace *trace, uint64_t nth)
{
	const struct flow *f = &trace->flow;
	uint64_t mean = f->bytes / f->packets;
	if (trace->is_answer || f->proto != PROTO_TCP || !(f->tcp_flags & TCP_PSH) || mean <= BARE)
		return mean;
	return nth % DATA_EVERY == 1 ? BARE + (mean - BARE) * DATA_EVERY : BARE;
}

/** Keep one of `sampling` packets; returns whether any is left. */
static bool sample(struct trace *trace, struct dice *d, uint32_t sampling)
{
	struct flow *f = &trace->flow;
	uint64_t n = 0, bytes = 0;
	uint8_t flags = 0;
	for (uint64_t i = 0; i < f->packets; i++)
		if (!dice_below(d, sampling)) {
			n++;
			bytes += packet_bytes(trace, i);
			flags |= packet_flags(trace, i);
		}
	if (!n)
		return false;
	f->bytes = bytes;
	f->packets = n;
	f->tcp_flags = flags;
	return true;
}

/** Append the packets of `whole` that are sampled, each for itself. */
static void put_packets(
	struct traffic *seen, const struct trace *whole, struct dice *d, uint32_t sampling)
{
	const struct flow *f = &whole->flow;
	uint64_t span_ms = f->last_ms - f->first_ms;
	for (uint64_t i = 0; i < f->packets; i++) {
		if (sampling > 1 && dice_below(d, sampling))
			continue;
		struct trace one = *whole;
		one.flow.packets = 1;
		one.flow.bytes = packet_bytes(whole, i);
		one.flow.tcp_flags = packet_flags(whole, i);
		one.flow.first_ms += i ? span_ms * i / (f->packets - 1) : 0;
		one.flow.last_ms = one.export_ms = one.flow.first_ms;
		traffic_put(seen, &one);
	}
}

/** Take the part up to the active timeout off `f`, as a flow of its own. */
static struct flow cut(struct flow *f)
{
	struct flow part = *f;
	part.last_ms = f->first_ms + ACTIVE_MS;
	part.packets = f->packets * ACTIVE_MS / (f->last_ms - f->first_ms);
	if (!part.packets)
		part.packets = 1;
	part.bytes = f->bytes / f->packets * part.packets;
	f->first_ms = part.last_ms + 1;
	f->packets -= part.packets;
	f->bytes -= part.bytes;
	return part;
}

/** FIN and RST end a flow at once; a sweep of the cache finds the idle ones within a second. */
static uint64_t expiry_ms(const struct flow *f, struct dice *d)
{
	bool is_over = f->tcp_flags & (TCP_FIN | TCP_RST);
	return f->last_ms + (is_over ? 0 : INACTIVE_MS) + dice_below(d, SWEEP_MS);
}

static int by_expiry(const void *a, const void *b)
{
	const struct trace *x = a, *y = b;
	if (x->export_ms != y->export_ms)
		return x->export_ms < y->export_ms ? -1 : 1;
	int order = addr_cmp(&x->flow.src, &y->flow.src);
	if (!order)
		order = addr_cmp(&x->flow.dst, &y->flow.dst);
	return order ? order : x->flow.src_port - y->flow.src_port;
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/** When three quarters of the worms' probes were sent; without any, of all flows. */
static uint64_t snapshot_ms(const struct traffic *t)
{
	uint64_t *ms = calloc(t->n + 1, sizeof *ms);
	size_t n = 0;
	bool has_probes = false;
	if (!ms)
		exit(2);
	for (size_t i = 0; i < t->n; i++)
		has_probes |= t->trace[i].is_probe;
	for (size_t i = 0; i < t->n; i++)
		if (t->trace[i].is_probe || !has_probes)
			ms[n++] = t->trace[i].flow.first_ms;
	if (n)
		qsort(ms, n, sizeof *ms, by_number);
	uint64_t now_ms = ms[n * 3 / 4];
	free(ms);
	return now_ms;
}

/** Whether a flow is in the cache at a moment; then it has the packets of the time until then. */
static bool is_cached(struct trace *trace, uint64_t now_ms)
{
	struct flow *f = &trace->flow;
	if (f->first_ms > now_ms || trace->export_ms <= now_ms)
		return false;
	if (f->last_ms > now_ms)
		f->packets =
			1 + (f->packets - 1) * (now_ms - f->first_ms) / (f->last_ms - f->first_ms);
	return true;
}

void observe(struct traffic *t, const struct view *view)
{
	struct dice d = { dice_fixed(view->seed, 0x0b5e, view->sampling) };
	struct traffic seen = {};
	uint64_t now_ms = view->is_snapshot ? snapshot_ms(t) : 0;
	for (size_t i = 0; i < t->n; i++) {
		struct trace trace = t->trace[i];
		struct flow *f = &trace.flow;
		if (view->is_one_way && !is_inside(&f->src))
			continue;
		if (view->is_packets) {
			put_packets(&seen, &trace, &d, view->sampling);
			continue;
		}
		if (view->sampling > 1 && !sample(&trace, &d, view->sampling))
			continue;
		while (f->last_ms - f->first_ms > ACTIVE_MS && f->packets > 1) {
			struct trace part = trace;
			part.flow = cut(f);
			part.export_ms = part.flow.last_ms + dice_below(&d, SWEEP_MS);
			traffic_put(&seen, &part);
		}
		trace.export_ms = expiry_ms(f, &d);
		if (view->is_snapshot && !is_cached(&trace, now_ms))
			continue;
		if (!view->has_flags)
			f->tcp_flags = 0;
		traffic_put(&seen, &trace);
	}
	if (seen.n)
		qsort(seen.trace, seen.n, sizeof *seen.trace, by_expiry);
	traffic_fini(t);
	*t = seen;
}
