// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them: ports, times, spans.
#ifndef MODEL_WORDS_H
#define MODEL_WORDS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum { PORT_TEXT_BYTES = 32, TIME_TEXT_BYTES = 32 };

/** Whether somebody told that port: of a protocol that has ports, 0 is none (RFC 6335, section 6). */
bool port_is_told(uint8_t proto, uint16_t port);

/**
 * "tcp/80", "icmp echo", "protocol 47", "tcp, several ports", "tcp, port not told", "not told"; gives
 * `room` back.
 */
const char *port_format(
	uint8_t proto, uint16_t port, bool has_port, char room[static PORT_TEXT_BYTES]);

/** Read what port_format writes of a protocol with ports and one port; fills `proto` and `port` only then. */
bool service_parse(const char *text, uint8_t *proto, uint16_t *port);

/** RFC 3339 in UTC, "2001-08-09T00:11:57Z"; with milliseconds when there are any. */
const char *time_format(uint64_t ms, char room[static TIME_TEXT_BYTES]);

/**
 * Read what time_format writes, also without milliseconds, seconds, or time of day, and with a blank in the
 * place of the T; all of it is UTC. Or a duration (quantity.h), which is so long before `now_ms`.
 *
 * Returns whether it was one, and fills `out` only then.
 */
bool time_parse(struct str text, uint64_t now_ms, uint64_t *out);

/**
 * Copy a name that somebody else chose, for a terminal: control characters, C1 codes (also as single bytes) and marks that
 * turn the direction of writing become '?'. Cut to `size`; gives `room` back.
 */
const char *plain_format(const char *name, char *room, size_t size);
#endif
