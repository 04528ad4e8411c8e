// SPDX-License-Identifier: Apache-2.0
// Captured frames of any sort: export datagrams are decoded, all other packets are traffic.
#ifndef DECODE_TRAFFIC_H
#define DECODE_TRAFFIC_H
#include "decode/export.h"
#include "decode/packet.h"
#include "model/frame.h"
#include "model/inventory.h"

struct traffic;

/** Where frames lead to; all of it is kept until traffic_free. */
struct traffic_outlets {
	uint32_t id;            // of whoever captures: flows of its frames carry it
	size_t connections_max; // held at a time
	struct templates *templates;
	const struct inventory *inventory; // for the sampling of exporters; NULL: nothing is known
	struct sequences *sequences;       // of exporters; NULL: nobody counts
	/** Whether exports to there come in by another way, and are passed over here; NULL: none do. */
	bool (*is_own)(void *ctx, const struct addr *dst, uint16_t port);
	void *ctx;
	struct batch *out;
	struct trouble *trouble;
};

/** Begin to read frames. NULL when there is no memory. */
struct traffic *traffic_new(const struct traffic_outlets *outlets);
void traffic_free(struct traffic *t);

/**
 * Read frames.
 *
 * source  what their places name, along with their numbers
 *
 * Fragments wait for the rest of their datagram, connections for traffic_flush. Frames of a link
 * type that is not known are only counted in the tally.
 */
void traffic_put(struct traffic *t, const struct frames *frames, uint16_t source);

/** Hand on the flows of all connections, and count those that are new since the last time. */
void traffic_flush(struct traffic *t);

/** As traffic_flush, of those that are due: see sessions_tell. */
void traffic_tell(struct traffic *t, uint64_t now_ms);

/** What became of all frames so far. */
struct traffic_tally {
	uint64_t n[N_PACKET_SORTS];
	uint64_t n_exports;         // of PACKET_IP, those that completed an export datagram
	uint64_t n_own;             // of PACKET_IP, exports that were passed over
	place unlinked;             // the first of PACKET_UNLINKED
	int unlinked_type;          // its link type
	uint64_t n_fragmented_lost; // datagrams that never became whole
	uint64_t n_waiting;         // connections that traffic_flush would hand on
};
struct traffic_tally traffic_tally(const struct traffic *t);
#endif
