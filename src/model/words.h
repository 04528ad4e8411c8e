// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them: ports, times, spans.
#ifndef MODEL_WORDS_H
#define MODEL_WORDS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PORT_TEXT_BYTES = 32, TIME_TEXT_BYTES = 32 };

/** "tcp/80", "icmp echo", "protocol 47", "tcp, several ports", "not told"; gives `room` back. */
const char *port_format(
	uint8_t proto, uint16_t port, bool has_port, char room[static PORT_TEXT_BYTES]);

/** RFC 3339 in UTC, "2001-08-09T00:11:57Z"; with milliseconds when there are any. */
const char *time_format(uint64_t ms, char room[static TIME_TEXT_BYTES]);
/**
 * Copy a name that somebody else chose, for a terminal: control characters, C1 codes (also as single bytes) and marks that
 * turn the direction of writing become '?'. Cut to `size`; gives `room` back.
 */
const char *plain_format(const char *name, char *room, size_t size);
#endif
