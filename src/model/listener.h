// SPDX-License-Identifier: Apache-2.0
// A listener: an address and a port.
#ifndef MODEL_LISTENER_H
#define MODEL_LISTENER_H
#include "model/addr.h"

enum { LISTENER_TEXT_BYTES = ADDR_TEXT_BYTES + 8 };

struct listener {
	struct addr address; // :: or 0.0.0.0 for all of a family
	uint16_t port;       // the format is told by content, not by port
};

/**
 * Read "127.0.0.1:2055" or "[::1]:4739"; no name, no group, no port 0.
 *
 * Returns whether it was one, and fills `out` only then.
 */
bool listener_parse(struct str text, struct listener *out);

/** "127.0.0.1:2055", "[::1]:4739"; gives `room` back. */
const char *listener_format(const struct listener *l, char room[static LISTENER_TEXT_BYTES]);

/** Whether nobody but this machine can reach it: 127.0.0.0/8, ::1. */
bool listener_is_local(const struct listener *l);
#endif
