// SPDX-License-Identifier: Apache-2.0
// What stands in front of IP: link layers, tags, labels, and how types name what follows.
#ifndef DECODE_LINK_H
#define DECODE_LINK_H
#include "base/bytes.h"

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

/** Types of what follows, as Ethernet numbers them; none of that is ETHERTYPE_NONE. */
enum ethertype {
	ETHERTYPE_ANY = 0, // IP of the version that its first bits tell
	ETHERTYPE_NONE = 1,
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_TAG = 0x8100, // IEEE 802.1Q
	ETHERTYPE_IPV6 = 0x86dd,
};

/** What link_type_known knows, for people. */
#define LINK_TYPES_KNOWN "Ethernet, raw IP, Linux cooked (both versions) and BSD loopback"

/** Whether frames of this link type can be read. */
bool link_type_known(int link_type);

/**
 * Read the link layer, tags, LLC with SNAP, labels and PPPoE.
 *
 * link_type  one that is known
 *
 * Returns the type of what `r` is then at; ETHERTYPE_ANY was resolved.
 */
uint16_t link_enter(int link_type, struct reader *r);

/** The same for an Ethernet header alone, with its tags, and LLC with SNAP. */
uint16_t ethernet_enter(struct reader *r);
#endif
