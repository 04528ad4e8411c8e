// SPDX-License-Identifier: Apache-2.0
// The traffic itself, as tcpdump keeps it: each packet, cut behind its headers.
#include "generate/export.h"
#include "generate/frame.h"

static void write_all(const struct export *x, const struct dialect *)
{
	for (size_t i = 0; i < x->n; i++) {
		uint8_t room[FRAME_BYTES];
		struct writer w = writer_of(room, sizeof room);
		size_t wire_bytes = 0;
		struct bytes frame = frame_put(&w, &x->trace[i].flow, x->has_flags, &wire_bytes);
		capture_put_frame(x->out, x->trace[i].export_ms, frame, wire_bytes);
	}
}

const struct format packets_format = { "packets", .carries_ipv6 = true, .is_packets = true,
	.max_sampling = 1, .write = write_all };
