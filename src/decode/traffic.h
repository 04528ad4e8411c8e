// SPDX-License-Identifier: Apache-2.0
// Captured frames of any sort: export datagrams are decoded, all other packets are traffic.
#ifndef DECODE_TRAFFIC_H
#define DECODE_TRAFFIC_H
#include "decode/export.h"
#include "decode/packet.h"
#include "model/inventory.h"

struct traffic;

/** Where frames lead to; all of it is kept until traffic_free. */
struct traffic_outlets {
	uint32_t id;            // of whoever captures: flows of its frames carry it
	size_t connections_max; // held at a time
	struct templates *templates;
	const struct inventory *inventory; // for the sampling of exporters; NULL: nothing is known
	struct batch *out;
	struct trouble *trouble;
};

/** Begin to read frames. NULL when there is no memory. */
struct traffic *traffic_new(const struct traffic_outlets *outlets);
void traffic_free(struct traffic *t);

/**
 * Read one frame.
 *
 * link_type  as the tcpdump group numbers them
 * time_ms    when it was captured
 *
 * Returns what it was. Fragments wait for the rest of their datagram, connections for traffic_flush.
 */
enum packet_sort traffic_put(
	struct traffic *t, int link_type, struct bytes frame, uint64_t time_ms, place at);

/** Hand on the flows of all connections, and count those that are new since the last time. */
void traffic_flush(struct traffic *t);

/** Fragmented datagrams that never became whole, so far. */
uint64_t traffic_fragments_lost(const struct traffic *t);
#endif
