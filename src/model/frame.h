// SPDX-License-Identifier: Apache-2.0
// Captured frames: what a capture yields and the decoder of traffic reads, some at a time.
#ifndef MODEL_FRAME_H
#define MODEL_FRAME_H
#include "base/bytes.h"

enum { LINK_UNTOLD = -1 };

/** One captured frame. */
struct frame {
	struct bytes bytes;
	uint64_t number; // in the capture, from 1
	uint64_t
		time_ms; // when it was captured, since the Unix epoch; 0: the capture does not tell
	uint32_t length; // on the wire: more than bytes.len when the capture cut it
	int link_type;   // as the tcpdump group numbers them; LINK_UNTOLD: nobody told
};

enum { FRAMES_MAX = 32 };

/** Frames in the order of the capture: enough that memory for one is fetched while others are read. */
struct frames {
	size_t n;
	bool is_of_another; // the first of a capture that was appended to the one before
	struct frame frame[FRAMES_MAX];
};
#endif
