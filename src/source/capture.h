// SPDX-License-Identifier: Apache-2.0
// Capture files (pcap, pcapng) and live capture, packet by packet, through libpcap.
#ifndef SOURCE_CAPTURE_H
#define SOURCE_CAPTURE_H
#include "source/input.h"

/** One captured frame; `bytes` holds until the next. */
struct frame {
	struct bytes bytes;
	uint64_t number;  // in the file, from 1
	uint64_t time_ms; // when it was captured
	uint32_t length;  // on the wire: more than bytes.len when the capture cut it
};

struct capture;

/**
 * Read a capture from an opened input, whose stream it takes over: closed by capture_close.
 *
 * Returns NULL, with the reason in `e`, when the file header is damaged.
 */
struct capture *capture_open(struct input *take, struct err *e);
void capture_close(struct capture *c);

/**
 * Listen on an interface, promiscuously; nothing is ever sent.
 *
 * Returns NULL, with the reason in `e`: for want of a permission, which one and how to get it.
 */
struct capture *capture_live(const char *interface, struct err *e);

/** The link type of its frames, as the tcpdump group numbers them. */
int capture_link_type(const struct capture *c);

enum capture_next { CAPTURE_FRAME, CAPTURE_IDLE, CAPTURE_END, CAPTURE_DAMAGED };

/** The next frame. CAPTURE_IDLE: none came in a while; CAPTURE_DAMAGED: the rest cannot be read, the reason is in `e`. */
enum capture_next capture_next(struct capture *c, struct frame *out, struct err *e);
#endif
