// SPDX-License-Identifier: Apache-2.0
// The one way of a frame: parse, put fragments together, then an export format or a connection.
#include "decode/traffic.h"

#include <stdlib.h>

#include "decode/fragment.h"
#include "decode/session.h"

struct traffic {
	struct traffic_outlets to;
	struct fragments *fragments;
	struct sessions *sessions;
	uint64_t n_counted; // connections that are in the books already
	struct traffic_tally tally;
};

/** A frame that was looked into, while memory for its connection is fetched. */
struct parsed {
	enum packet_sort sort;
	bool has_session;
	uint64_t hash;
	struct packet packet;
};

struct traffic *traffic_new(const struct traffic_outlets *outlets)
{
	struct domain domain = { .id = outlets->id, .version = EXPORTER_INTERFACE };
	struct traffic *t = calloc(1, sizeof *t);
	if (!t)
		return NULL;
	t->to = *outlets;
	t->fragments = fragments_new();
	t->sessions =
		sessions_new(outlets->connections_max, domain_identity(&domain), outlets->out);
	if (t->fragments && t->sessions)
		return t;
	traffic_free(t);
	return NULL;
}

void traffic_free(struct traffic *t)
{
	if (!t)
		return;
	fragments_free(t->fragments);
	sessions_free(t->sessions);
	free(t);
}

/* Returns whether the packet, or the whole that it completes, carried an export datagram. */
static bool read_export(struct traffic *t, const struct packet *p, uint64_t time_ms, place at)
{
	struct packet whole;
	struct udp udp;
	if (p->proto != PROTO_UDP)
		return false;
	if (p->fragment_at || p->has_more) {
		if (!fragments_put(t->fragments, p, &whole))
			return false;
		p = &whole;
	}
	if (packet_to_udp(p, &udp) != FAULT_NONE)
		return false;
	const struct export_format *format = export_recognise(udp.payload);
	if (!format)
		return false;
	if (t->to.is_own && t->to.is_own(t->to.ctx, &udp.dst, udp.dst_port)) {
		t->tally.n_own++;
		return true;
	}
	if (udp.is_cut)
		fault_put(t->to.trouble, FAULT_CUT_PACKET, at, 0);
	struct datagram d = {
		.payload = udp.payload,
		.exporter = udp.src,
		.sampling = inventory_sampling(t->to.inventory, &udp.src),
		.at = at,
		.received_ms = time_ms,
		.sequences = t->to.sequences,
	};
	export_decode(format, &d, t->to.templates, t->to.out, t->to.trouble);
	t->tally.n_exports++;
	return true;
}

static void parse(const struct traffic *t, const struct frame *frame, struct parsed *out)
{
	const struct packet *p = &out->packet;
	out->sort = packet_parse(frame->link_type, frame->bytes, &out->packet);
	out->has_session = out->sort == PACKET_IP && p->has_ports &&
			   (p->proto == PROTO_TCP || p->proto == PROTO_UDP);
	out->hash = out->has_session ? sessions_seek(t->sessions, p) : 0;
}

static void take(struct traffic *t, const struct parsed *d, const struct frame *frame, place at)
{
	uint64_t time_ms = frame->time_ms;
	if (t->tally.n[d->sort]++ == 0 && d->sort == PACKET_UNLINKED) {
		t->tally.unlinked = at;
		t->tally.unlinked_type = frame->link_type;
	}
	if (d->sort == PACKET_UNLINKED ||
		(d->sort == PACKET_IP && read_export(t, &d->packet, time_ms, at)))
		return;
	t->to.trouble->records[KIND_PACKET]++;
	if (d->sort == PACKET_IP)
		sessions_put(t->sessions, &d->packet, d->hash, time_ms, at);
	else if (d->sort == PACKET_DAMAGED)
		fault_put(t->to.trouble, FAULT_PACKET, at, 0);
}

void traffic_put(struct traffic *t, const struct frames *frames, uint16_t source)
{
	struct parsed parsed[FRAMES_MAX];
	for (size_t i = 0; i < frames->n; i++)
		parse(t, &frames->frame[i], &parsed[i]);
	for (size_t i = 0; i < frames->n; i++)
		if (parsed[i].has_session)
			sessions_fetch(t->sessions, parsed[i].hash);
	for (size_t i = 0; i < frames->n; i++)
		take(t, &parsed[i], &frames->frame[i], place_at(source, frames->frame[i].number));
}

static void count_connections(struct traffic *t)
{
	uint64_t n = sessions_count(t->sessions);
	t->to.trouble->records[KIND_CONNECTION] += n - t->n_counted;
	t->n_counted = n;
}

void traffic_flush(struct traffic *t)
{
	sessions_flush(t->sessions);
	count_connections(t);
}

void traffic_tell(struct traffic *t, uint64_t now_ms)
{
	sessions_tell(t->sessions, now_ms);
	count_connections(t);
}

struct traffic_tally traffic_tally(const struct traffic *t)
{
	struct traffic_tally tally = t->tally;
	tally.n_fragmented_lost = fragments_lost(t->fragments);
	tally.n_waiting = sessions_held(t->sessions);
	return tally;
}
