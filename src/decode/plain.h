// SPDX-License-Identifier: Apache-2.0
// The short way of most frames.
#ifndef DECODE_PLAIN_H
#define DECODE_PLAIN_H
#include "decode/packet.h"

/**
 * Read an Ethernet frame that is plain: at most one tag, IPv4 or IPv6 without options, no fragment,
 * no tunnel, a whole header of TCP or UDP.
 *
 * Returns false when it is not: then `out` is undefined, and packet_parse_any tells.
 */
bool plain_parse(struct bytes frame, struct packet *out);
#endif
