// SPDX-License-Identifier: Apache-2.0
// The key of a change that a client may send twice (draft-ietf-httpapi-idempotency-key-header).
#ifndef HTTP_KEY_H
#define HTTP_KEY_H
#include <stdbool.h>

enum { HTTP_KEY_MAX = 128, HTTP_KEY_BYTES = HTTP_KEY_MAX + 1 };

/**
 * Read the Idempotency-Key header: a string of RFC 8941 (3.3.3), in quotes, of 1 to HTTP_KEY_MAX printable
 * characters of ASCII. A key without quotes is taken too, of what a UUID or a token of RFC 9110 consists of,
 * for many clients send it so.
 *
 * Returns false for anything else; `room` is then as it was.
 */
bool key_parse(const char *header, char room[static HTTP_KEY_BYTES]);
#endif
