// SPDX-License-Identifier: Apache-2.0
// Devices that are asked in a group and answer each asker alone.
#ifndef DETECT_DISCOVERY_H
#define DETECT_DISCOVERY_H
#include <stdbool.h>
#include <stdint.h>

/**
 * Whether a UDP port is one of a service whose questions go to a group and whose answers come from there: without a
 * branch, for many at once.
 *
 * SSDP (UPnP Device Architecture 2.0, 1.3.3), WS-Discovery 1.1 (3.1), mDNS (RFC 6762, 6.7), LLMNR (RFC 4795, 2.5).
 */
static inline uint32_t discovery_is_port(uint32_t port)
{
	return (uint32_t)(port == 1900) | (port == 3702) | (port == 5353) | (port == 5355);
}

/**
 * Whether a datagram may answer such a question: the question went to a group, so nothing went to the device, and
 * nothing has to come back. It is one only to a port from which programs ask, for a worm may send from any.
 */
bool discovery_answers(uint32_t src_port, uint32_t dst_port);
#endif
