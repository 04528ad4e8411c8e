// SPDX-License-Identifier: Apache-2.0
// Captured frames: from the link layer up to the UDP payload.
#ifndef DECODE_PACKET_H
#define DECODE_PACKET_H
#include "model/addr.h"
#include "model/trouble.h"

/** Link types of capture files, as the tcpdump group numbers them. */
enum link_type {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_RAW_BSD = 12,
	LINK_RAW_OPENBSD = 14,
	LINK_RAW = 101,
	LINK_LOOP = 108,
	LINK_SLL = 113,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_SLL2 = 276,
};

/** A UDP datagram inside a frame. `payload` is a view into the frame. */
struct udp {
	struct addr src, dst;
	uint16_t src_port, dst_port;
	struct bytes payload;
	bool is_cut; // the capture kept less than the datagram announces
};

/** Whether frames of this link type can be read. */
bool link_type_known(int link_type);

/**
 * Find the UDP datagram of a frame.
 *
 * Returns FAULT_NONE and fills `out`; FAULT_NO_EXPORT when the frame carries something else;
 * FAULT_FRAGMENT for a part of a datagram; FAULT_SHORT when its headers are cut.
 */
enum fault packet_udp(int link_type, struct bytes frame, struct udp *out);
#endif
