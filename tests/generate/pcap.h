// SPDX-License-Identifier: Apache-2.0
// A classic capture file of UDP datagrams, as one would find them beside a collector.
#ifndef GENERATE_PCAP_H
#define GENERATE_PCAP_H
#include "base/err.h"
#include "model/addr.h"

struct datagram {
	uint64_t time_ms;
	struct addr from;
	uint8_t *payload;
	size_t len, nth;
};

/** Datagrams on their way to one collector; zeroed but for the first two members at the start. */
struct capture {
	struct addr to; // the family of the exporters' addresses too
	uint16_t port;
	struct datagram *datagram;
	size_t n, room;
};

/** Append a copy of the payload. Ends the program when memory is out. */
void capture_put(
	struct capture *c, uint64_t time_ms, const struct addr *from, struct bytes payload);

/** Write all in order of time: Ethernet, IPv4 or IPv6, UDP, with checksums. */
bool capture_write(struct capture *c, const char *path, struct err *e);

void capture_fini(struct capture *c);
#endif
