// SPDX-License-Identifier: Apache-2.0
// A request that was let in, and the answer to it.
#ifndef HTTP_MESSAGE_H
#define HTTP_MESSAGE_H
#include <sys/types.h>

#include "http/key.h"
#include "http/target.h"

/** What a client may do; each may what the one before may. */
enum http_role { HTTP_NOBODY, HTTP_VIEWER, HTTP_OPERATOR };

enum { HTTP_CAPTURES_MAX = 2 };

struct http_request {
	const char *method; // "GET", also for HEAD
	const struct http_target *target;
	const char *capture[HTTP_CAPTURES_MAX]; // parts of the path that the route leaves open
	struct str body;
	enum http_role role;
	const char *actor; // name of the token; "" when there is none
	const char *key;   // of a change that may come twice; "": none
	uid_t uid;         // who is at the other end of a unix socket; (uid_t)-1: not told
	bool takes_gzip;
};

/** `body` comes from malloc and belongs to whoever has the answer; other texts outlive it. */
struct http_answer {
	unsigned status;
	const char *type; // media type
	char *body;
	size_t len;
	const char *encoding; // "gzip", or NULL: as it is
	const char *policy; // Content-Security-Policy of a page; NULL: nothing may be loaded by it
	char etag[24];      // the server's
};

typedef void http_handler(void *ctx, const struct http_request *q, struct http_answer *out);
#endif
