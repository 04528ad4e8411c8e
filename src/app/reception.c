// SPDX-License-Identifier: Apache-2.0
// Sockets, decoders and the open window, wired together.
#include "app/reception.h"

#include <stdlib.h>

#include "app/clock.h"
#include "app/ingest.h"
#include "base/hash.h"

enum { EVIDENCE_SHARE = 8 };   // of the memory, for each window: one is open, one goes out
enum { ROOM_BYTES = 4 << 20 }; // of buffer: some ten milliseconds, at any rate that can be sent

static void take_flows(void *ctx, const struct flow *flow, size_t n)
{
	struct reception *r = ctx;
	r->counter[COLLECTED_FLOWS] += n;
	evidence_observe(r->open, flow, n);
	twins_see(r->twins, flow, n, r->now_ms);
}

static void take_plain(void *ctx, const struct plains *plain)
{
	struct reception *r = ctx;
	r->counter[COLLECTED_FLOWS] += plain->n;
	evidence_observe_plain(r->open, plain);
	twins_see_plain(r->twins, plain, r->now_ms);
}

static bool load_inventory(struct reception *r, const struct settings *s, struct err *e)
{
	if (!s->inventory[0])
		return true;
	r->inventory = inventory_load(s->inventory, e);
	return r->inventory;
}

static void tap_open(struct reception *r, const struct settings *s)
{
	struct err e = {};
	const struct traffic_outlets to = {
		.templates = r->templates,
		.inventory = r->inventory,
		.sequences = r->sequences,
		.out = &r->batch,
	};
	if (s->interface[0] && !(r->tap = tap_new(s, &to, &e)))
		ingest_tell("collector: %s; what comes by UDP is collected without it", e.text);
}

bool reception_init(struct reception *r, const struct settings *s, const int *socket,
	size_t n_sockets, const struct template_keeper *keeper, struct err *e)
{
	if (n_sockets > SOCKETS_MAX)
		return err_set(e, "more than %d sockets", SOCKETS_MAX);
	r->socket = socket;
	r->n_sockets = n_sockets;
	r->keeper = *keeper;
	r->batch.emit = take_flows;
	r->batch.emit_plain = take_plain;
	r->batch.ctx = r;
	r->key = hash_key();
	r->n_max = s->memory / EVIDENCE_SHARE / sizeof(struct contact) + 1;
	r->room = udp_room_new();
	r->templates = templates_new();
	r->sequences = sequences_new();
	r->open = evidence_new(r->n_max, r->key);
	r->twins = calloc(1, sizeof *r->twins);
	if (!r->room || !r->templates || !r->sequences || !r->open || !r->twins)
		return err_set(e, "no memory");
	r->has_room = true;
	for (size_t i = 0; i < n_sockets; i++) {
		r->has_room &= udp_buffer(socket[i]) >= ROOM_BYTES;
		(void)udp_drops(socket[i], &r->drops[i]);
	}
	if (!load_inventory(r, s, e))
		return false;
	tap_open(r, s);
	return true;
}

void reception_fini(struct reception *r)
{
	tap_free(r->tap);
	free(r->twins);
	evidence_free(r->open);
	sequences_free(r->sequences);
	templates_free(r->templates);
	inventory_free(r->inventory);
	udp_room_free(r->room);
}

static void take_datagram(struct reception *r, const struct udp_datagram *from)
{
	uint64_t n = ++r->counter[COLLECTED_DATAGRAMS];
	r->counter[COLLECTED_BYTES] += from->payload.len;
	r->now_ms = from->received_ms;
	const struct export_format *format = export_recognise(from->payload);
	if (!format) {
		r->counter[COLLECTED_UNKNOWN]++;
		return;
	}
	struct datagram d = {
		.payload = from->payload,
		.exporter = addr_v6((struct bytes){ from->from, sizeof from->from }),
		.at = place_at(0, n),
		.received_ms = from->received_ms,
		.sequences = r->sequences,
		.keeper = &r->keeper,
	};
	if (r->inventory)
		d.sampling = inventory_sampling(r->inventory, &d.exporter);
	export_decode(format, &d, r->templates, &r->batch, &r->trouble);
}

size_t reception_read(struct reception *r, size_t socket, unsigned n_calls)
{
	size_t n_all = 0, n = UDP_BATCH;
	for (unsigned i = 0; i < n_calls && n == UDP_BATCH; i++) {
		const struct udp_datagram *d;
		n = udp_receive(r->socket[socket], r->room, &d);
		for (size_t k = 0; k < n; k++)
			take_datagram(r, &d[k]);
		n_all += n;
	}
	return n_all;
}

size_t reception_tap(struct reception *r, int n_max)
{
	struct err e = {};
	r->now_ms = wall_ms();
	int n = tap_read(r->tap, n_max, &e);
	if (n >= 0)
		return (size_t)n;
	ingest_tell("collector: %s; it is no longer listened on", e.text);
	tap_tell(r->tap, wall_ms(), true, r->counter);
	tap_free(r->tap);
	r->tap = NULL;
	return 0;
}

static void count_drops(struct reception *r)
{
	for (size_t i = 0; i < r->n_sockets; i++) {
		uint32_t now = r->drops[i];
		(void)udp_drops(r->socket[i], &now);
		r->counter[COLLECTED_KERNEL_DROPS] += now - r->drops[i]; // modulo 2^32
		r->drops[i] = now;
	}
}

struct evidence *reception_close(struct reception *r, bool is_last)
{
	if (r->tap)
		tap_tell(r->tap, wall_ms(), is_last, r->counter);
	batch_flush(&r->batch);
	struct evidence *closed = r->open, *next = evidence_new(r->n_max, r->key);
	if (!next)
		return NULL;
	size_t n = evidence_count(closed);
	if (n)
		evidence_expect(next, n + n / 4); // it will be like this one
	r->open = next;
	count_drops(r);
	r->counter[COLLECTED_THINNED] += n * (evidence_thinning(closed) - 1);
	r->counter[COLLECTED_FAULTS] = r->trouble.faulty;
	return closed;
}
