// SPDX-License-Identifier: Apache-2.0
// UUIDs by libuuid (RFC 4122): those that are drawn, and those that are hashes of a name.
#ifndef BASE_UUID_H
#define BASE_UUID_H
#include <stddef.h>

enum { UUID_TEXT_BYTES = 37 };

/** Draw one; lower case. Gives `room` back. */
const char *random_uuid(char room[static UUID_TEXT_BYTES]);

/**
 * The UUID of a name within a namespace, which is a UUID itself (version 5): the same for the same name, always.
 *
 * Gives `room` back.
 */
const char *named_uuid(
	const char *space, const char *name, size_t len, char room[static UUID_TEXT_BYTES]);
#endif
