// SPDX-License-Identifier: Apache-2.0
// Routes as a table: method, path, who may, what answers. The table is also what the OpenAPI document
// is held against.
#ifndef HTTP_ROUTER_H
#define HTTP_ROUTER_H
#include "http/message.h"

struct route {
	const char *method, *path; // "/incidents/{incident}": braces stand for one part
	enum http_role role;
	const char
		*answer; // schema of the answer, by its name in the OpenAPI document; NULL: no JSON
	const char *body;  // of what is sent; NULL: nothing
	http_handler *run; // NULL: the stream of events
};

enum route_found { ROUTE_FOUND, ROUTE_NO_PATH, ROUTE_NO_METHOD };

enum { ALLOW_TEXT_BYTES = 64 };

/**
 * Find the route of a request.
 *
 * out      the route, and what its braces stand for
 * allow    the methods that the path has, "GET, HEAD", when it has not this one
 *
 * HEAD is answered as GET.
 */
enum route_found route_find(const struct route *route, size_t n, const char *method,
	const struct http_target *target, const struct route **out,
	const char *capture[static HTTP_CAPTURES_MAX], char allow[static ALLOW_TEXT_BYTES]);
#endif
