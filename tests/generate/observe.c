// SPDX-License-Identifier: Apache-2.0
// What a router's flow cache makes of the traffic, and when it tells.
#include "generate/observe.h"
#include <stdlib.h>

enum { INACTIVE_MS = 15000, ACTIVE_MS = 30 * 60000, SWEEP_MS = 1000 };

/** The flags of one packet out of `n` of an opened and closed connection. */
static uint8_t packet_flags(uint8_t all, uint64_t nth, uint64_t n)
{
	if ((all & ~(TCP_RST | TCP_ACK)) == 0 || all == TCP_SYN)
		return all;
	uint8_t one = nth == 0 ? all & (TCP_SYN | TCP_ACK) : all & (TCP_ACK | TCP_PSH);
	return nth == n - 1 ? one | (all & TCP_FIN) : one;
}

/** Keep one of `sampling` packets; returns whether any is left. */
static bool sample(struct flow *f, struct dice *d, uint32_t sampling)
{
	uint64_t n = 0;
	uint8_t flags = 0;
	for (uint64_t i = 0; i < f->packets; i++)
		if (!dice_below(d, sampling)) {
			n++;
			flags |= packet_flags(f->tcp_flags, i, f->packets);
		}
	if (!n)
		return false;
	f->bytes = f->bytes / f->packets * n;
	f->packets = n;
	f->tcp_flags = flags;
	return true;
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

void observe(struct traffic *t, const struct view *view)
{
	struct dice d = { dice_fixed(view->seed, 0x0b5e, view->sampling) };
	struct traffic seen = {};
	for (size_t i = 0; i < t->n; i++) {
		struct trace trace = t->trace[i];
		struct flow *f = &trace.flow;
		if (view->is_one_way && !is_inside(&f->src))
			continue;
		if (view->sampling > 1 && !sample(f, &d, view->sampling))
			continue;
		while (f->last_ms - f->first_ms > ACTIVE_MS && f->packets > 1) {
			struct trace part = trace;
			part.flow = cut(f);
			part.export_ms = part.flow.last_ms + dice_below(&d, SWEEP_MS);
			traffic_put(&seen, &part);
		}
		trace.export_ms = expiry_ms(f, &d);
		if (!view->has_flags)
			f->tcp_flags = 0;
		traffic_put(&seen, &trace);
	}
	if (seen.n)
		qsort(seen.trace, seen.n, sizeof *seen.trace, by_expiry);
	traffic_fini(t);
	*t = seen;
}
