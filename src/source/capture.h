// SPDX-License-Identifier: Apache-2.0
// Capture files (pcap, pcapng) and live capture, some frames at a time.
#ifndef SOURCE_CAPTURE_H
#define SOURCE_CAPTURE_H
#include "model/frame.h"
#include "source/input.h"

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

enum capture_next { CAPTURE_FRAMES, CAPTURE_IDLE, CAPTURE_END, CAPTURE_DAMAGED };

/**
 * The next frames, at least one; they hold until the next call.
 *
 * CAPTURE_IDLE: none came in a while; CAPTURE_DAMAGED: the rest cannot be read, where and why is in `e`.
 */
enum capture_next capture_next(struct capture *c, struct frames *out, struct err *e);

/** Read no more: from now on capture_next gives what was read already, and then the end, or what is not whole. */
void capture_stop(struct capture *c);

/** The number of the first frame whose fraction of a second was none and was left out; 0: there was none. */
uint64_t capture_mistimed(const struct capture *c);

/** What libpcap calls a link type; NULL when it has no name for it. */
const char *capture_link_name(int link_type);

/** For who waits for more than an interface: what becomes readable when frames are there. */
int capture_fd(const struct capture *live);

/**
 * Give the frames that an interface has ready, about `n_max` at most, and never wait.
 *
 * take  gets them one by one; they hold until it returns
 *
 * Returns how many there were; -1 when no more will come, with the reason in `e`.
 */
int capture_drain(struct capture *live, int n_max,
	void (*take)(void *ctx, const struct frames *frames), void *ctx, struct err *e);

/**
 * Frames of an interface that the kernel dropped because nobody took them: a total, modulo 2^32.
 *
 * Returns false, and leaves `out` as it is, when the kernel does not tell.
 */
bool capture_drops(struct capture *live, uint32_t *out);
#endif
