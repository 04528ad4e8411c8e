// SPDX-License-Identifier: Apache-2.0
// Who holds a port, as far as /proc tells.
#ifndef NET_PORT_OWNER_H
#define NET_PORT_OWNER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The process that has a UDP socket on a port, or a TCP one that listens: "nfcapd (process 812)".
 *
 * Returns false, and leaves `room` alone, when nobody has, or one whose files we may not see.
 */
bool port_owner(uint16_t port, bool is_tcp, char *room, size_t size);
#endif
