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
};

struct traffic *traffic_new(const struct traffic_outlets *outlets)
{
	struct domain domain = { .id = outlets->id, .version = UINT32_MAX };
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
	if (p->proto == PROTO_UDP && (p->fragment_at || p->has_more)) {
		if (!fragments_put(t->fragments, p, &whole))
			return false;
		p = &whole;
	}
	if (packet_to_udp(p, &udp) != FAULT_NONE)
		return false;
	const struct export_format *format = export_recognise(udp.payload);
	if (!format)
		return false;
	if (udp.is_cut)
		fault_put(t->to.trouble, FAULT_CUT_PACKET, at, 0);
	struct datagram d = {
		.payload = udp.payload,
		.exporter = udp.src,
		.sampling = inventory_sampling(t->to.inventory, &udp.src),
		.at = at,
		.received_ms = time_ms,
	};
	export_decode(format, &d, t->to.templates, t->to.out, t->to.trouble);
	return true;
}

enum packet_sort traffic_put(
	struct traffic *t, int link_type, struct bytes frame, uint64_t time_ms, place at)
{
	struct packet p;
	enum packet_sort sort = packet_parse(link_type, frame, &p);
	if (sort == PACKET_IP && read_export(t, &p, time_ms, at))
		return sort;
	t->to.trouble->records[KIND_PACKET]++;
	if (sort == PACKET_IP)
		sessions_put(t->sessions, &p, time_ms, at);
	else if (sort == PACKET_DAMAGED)
		fault_put(t->to.trouble, FAULT_SHORT, at, 0);
	return sort;
}

void traffic_flush(struct traffic *t)
{
	uint64_t n = sessions_count(t->sessions);
	sessions_flush(t->sessions);
	t->to.trouble->records[KIND_CONNECTION] += n - t->n_counted;
	t->n_counted = n;
}

uint64_t traffic_fragments_lost(const struct traffic *t)
{
	return fragments_lost(t->fragments);
}
