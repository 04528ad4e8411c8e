// SPDX-License-Identifier: Apache-2.0
// A classic capture file of UDP datagrams, as one would find them beside a collector; or of other frames;
// or text.
#ifndef GENERATE_PCAP_H
#define GENERATE_PCAP_H
#include "base/err.h"
#include "model/addr.h"

struct datagram {
	uint64_t time_ms;
	struct addr from;
	uint8_t *payload;
	size_t len, nth;
	size_t wire_bytes; // of a frame that is complete, but for what was cut off; 0: a datagram to wrap
};

/** Datagrams on their way to one collector; zeroed but for the first two members at the start. */
struct capture {
	struct addr to; // the family of the exporters' addresses too
	uint16_t port;
	struct datagram *datagram;
	size_t n, room;
	bool is_text; // payloads one after the other, nothing else
};

/** Append a copy of the payload. Ends the program when memory is out. */
void capture_put(
	struct capture *c, uint64_t time_ms, const struct addr *from, struct bytes payload);

/** As capture_put, of a frame that had `wire_bytes` before it was cut. */
void capture_put_frame(struct capture *c, uint64_t time_ms, struct bytes frame, size_t wire_bytes);

/** Append a copy of some text; from here on the capture is text. */
void capture_put_text(struct capture *c, struct bytes text);

/** Write all in order of time: Ethernet, IPv4 or IPv6, UDP, with checksums. */
bool capture_write(struct capture *c, const char *path, struct err *e);

void capture_fini(struct capture *c);
#endif
