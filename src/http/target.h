// SPDX-License-Identifier: Apache-2.0
// The target of a request (RFC 9112, 3.2.1): a path in decoded segments, and the parameters behind it.
#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H
#include "base/bytes.h"
#include "base/err.h"

enum { TARGET_BYTES_MAX = 2048, TARGET_SEGMENTS_MAX = 8, TARGET_PARAMETERS_MAX = 12 };

/** All texts end with a NUL and are well-formed UTF-8 without control characters. */
struct http_target {
	size_t n_segments, n_parameters;
	const char *segment[TARGET_SEGMENTS_MAX]; // "/api/v1" has two; "/" none
	const char *name[TARGET_PARAMETERS_MAX], *value[TARGET_PARAMETERS_MAX];
	char room[TARGET_BYTES_MAX + 1];
};

/**
 * Take a target apart.
 *
 * raw  as the request line has it; not kept
 *
 * What could be read in two ways is refused: a segment that is empty, "." or "..", an escape that is
 * none, a NUL, a parameter that stands twice. An escaped slash is a letter like others. Returns false
 * with `e` filled.
 */
bool target_parse(const char *raw, struct http_target *out, struct err *e);

/** The value of a parameter; NULL when it is not there. */
const char *target_get(const struct http_target *t, const char *name);

/** Whether a text can stand in a target: well-formed UTF-8 without control characters. */
bool target_is_plain(const char *text);
#endif
