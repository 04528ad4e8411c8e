// SPDX-License-Identifier: Apache-2.0
// A writer of JSON (RFC 8259): commas and escapes are its business, structure is the caller's.
#ifndef OUTPUT_JSON_H
#define OUTPUT_JSON_H
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** Writes one value; `{ .out = f }` begins. */
struct json {
	FILE *out;
	bool needs_comma;
};

void json_open(struct json *j, char bracket);  // '{' or '['
void json_close(struct json *j, char bracket); // '}' or ']'
void json_key(struct json *j, const char *key);
void json_uint(struct json *j, uint64_t v);
void json_bool(struct json *j, bool v);
void json_null(struct json *j);

/** A number with at most this many decimals; what is not finite becomes null. */
void json_real(struct json *j, double v, int decimals);

/** Text; bytes that are not UTF-8 become U+FFFD. NULL becomes null. */
void json_text(struct json *j, const char *text);

/** A member of an object: its key, and text (NULL becomes null) or a number. */
void json_put_text(struct json *j, const char *key, const char *text);
void json_put_uint(struct json *j, const char *key, uint64_t v);

/** A member that is an object or a list, begun. */
void json_put_open(struct json *j, const char *key, char bracket);

/** End of a line of NDJSON. */
void json_end(struct json *j);
#endif
