// SPDX-License-Identifier: Apache-2.0
// libpcap's ring, read in turns, so that sockets beside it have theirs; connections are told by and by.
#include "app/tap.h"

#include <stdlib.h>

#include "source/capture.h"

enum { CONNECTION_SHARE = 8, CONNECTION_BYTES = 144 }; // of the memory; with its place in the table

struct tap {
	const struct settings *settings;
	struct capture *capture;
	struct traffic *traffic;
	struct trouble trouble; // of frames, apart from that of datagrams
	uint64_t n_frames, n_drops;
	uint32_t drops; // as the kernel told last
	struct exporter exporter;
};

/* Whether a datagram to there is received by one of our sockets. */
static bool is_own(void *ctx, const struct addr *dst, uint16_t port)
{
	static const struct addr any6;
	const struct settings *s = ((const struct tap *)ctx)->settings;
	for (size_t i = 0; i < s->n_listeners; i++) {
		const struct listener *l = &s->listener[i];
		bool is_any = addr_eq(&l->address, &any6) ||
			      (addr_is_v4(&l->address) && !addr_low32(&l->address));
		bool is_family = addr_is_v4(&l->address) == addr_is_v4(dst);
		if (l->port == port && (addr_eq(&l->address, dst) || (is_any && is_family)))
			return true;
	}
	return false;
}

struct tap *tap_new(const struct settings *s, const struct traffic_outlets *outlets, struct err *e)
{
	struct tap *t = calloc(1, sizeof *t);
	if (!t) {
		err_set(e, "%s: no memory to listen", s->interface);
		return NULL;
	}
	struct traffic_outlets to = *outlets;
	to.id = tap_domain(s->interface);
	to.connections_max = s->memory / CONNECTION_SHARE / CONNECTION_BYTES + 1;
	to.trouble = &t->trouble;
	to.is_own = is_own;
	to.ctx = t;
	t->settings = s;
	t->exporter.domain = to.id;
	t->exporter.version = EXPORTER_INTERFACE;
	t->traffic = traffic_new(&to);
	t->capture = t->traffic ? capture_live(s->interface, e) : NULL;
	if (!t->traffic)
		err_set(e, "%s: no memory for connections; lower 'memory'", s->interface);
	if (t->capture)
		return t;
	tap_free(t);
	return NULL;
}

void tap_free(struct tap *t)
{
	if (!t)
		return;
	traffic_free(t->traffic);
	capture_close(t->capture);
	free(t);
}

int tap_fd(const struct tap *t)
{
	return capture_fd(t->capture);
}

static void take(void *ctx, const struct frames *frames)
{
	struct tap *t = ctx;
	t->n_frames += frames->n;
	t->exporter.last_ms = frames->frame[frames->n - 1].time_ms;
	if (!t->exporter.first_ms)
		t->exporter.first_ms = t->exporter.last_ms;
	traffic_put(t->traffic, frames, 0);
}

int tap_read(struct tap *t, int n_max, struct err *e)
{
	return capture_drain(t->capture, n_max, take, t, e);
}

void tap_tell(struct tap *t, uint64_t now_ms, bool is_last, uint64_t counter[static N_COLLECTED])
{
	uint32_t drops = t->drops;
	bool is_known = capture_drops(t->capture, &drops);
	t->exporter.gaps += drops != t->drops || !is_known;
	t->n_drops += drops - t->drops; // modulo 2^32
	t->drops = drops;
	if (is_last)
		traffic_flush(t->traffic);
	else
		traffic_tell(t->traffic, now_ms);
	struct traffic_tally tally = traffic_tally(t->traffic);
	counter[COLLECTED_FRAMES] = t->n_frames;
	counter[COLLECTED_FRAME_DROPS] = t->n_drops;
	counter[COLLECTED_FRAMES_UNREAD] = tally.n[PACKET_UNLINKED] + tally.n[PACKET_DAMAGED];
	counter[COLLECTED_CONNECTIONS] = t->trouble.records[KIND_CONNECTION];
	counter[COLLECTED_OWN_EXPORTS] = tally.n_own;
	t->exporter.datagrams = t->n_frames;
	t->exporter.records = t->trouble.records[KIND_CONNECTION];
	t->exporter.missing = t->n_drops;
}

const struct exporter *tap_exporter(const struct tap *t)
{
	return &t->exporter;
}
