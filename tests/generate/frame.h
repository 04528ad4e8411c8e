// SPDX-License-Identifier: Apache-2.0
// One packet as a switch or a capture keeps it: its headers, cut where they end.
#ifndef GENERATE_FRAME_H
#define GENERATE_FRAME_H
#include "generate/wire.h"
#include "model/flow.h"

enum { FRAME_BYTES = 128 }; // room that is enough

/** An address in wire order: 4 or 16 bytes. */
struct bytes frame_addr(const struct addr *a);

/**
 * Write the headers of a packet, a flow of one; without flags, TCP is cut behind the ports.
 *
 * Returns what was written; `wire_bytes` becomes the length of the whole frame, without its checksum.
 */
struct bytes frame_put(struct writer *w, const struct flow *f, bool has_flags, size_t *wire_bytes);
#endif
