// SPDX-License-Identifier: Apache-2.0
// A client of HTTP, by libcurl: one request at a time over a connection that is kept.
#ifndef NET_HTTP_CLIENT_H
#define NET_HTTP_CLIENT_H
#include "base/bytes.h"
#include "base/err.h"

enum { HTTP_CLIENT_MAX_BYTES = 64 << 20, HTTP_CLIENT_TIMEOUT_S = 60 };

/** Whom to ask, and as whom; members that are NULL do not apply. */
struct http_client_wish {
	const char *url; // "https://cordon.example.net:8055"; of a unix socket "http://localhost"
	const char *unix_socket; // path
	const char *token;       // sent as Authorization: Bearer
	const char
		*authority; // PEM file of those whose certificates are trusted; NULL: the system's
};

struct http_client_answer {
	long status;
	char *body; // ends with a NUL that is not counted; free() it
	size_t len;
};

struct http_client;

/** Make ready; nothing is connected yet. NULL with `e` filled; free with http_client_free. */
struct http_client *http_client_new(const struct http_client_wish *wish, struct err *e);
void http_client_free(struct http_client *c);

/**
 * Ask and wait for the answer.
 *
 * target  "/api/v1/incidents?limit=10"
 * body    JSON to be sent; `ptr` NULL: none
 * key     of a change that may be sent again, for the header Idempotency-Key; NULL: none
 *
 * Whatever status is an answer. Returns false with `e` filled when there was none; its code is ECONNRESET
 * when the request may have arrived, ECONNREFUSED when it did not.
 */
bool http_client_call(struct http_client *c, const char *method, const char *target,
	struct str body, const char *key, struct http_client_answer *out, struct err *e);

/** Write a text as one part of a target, escaped (RFC 3986, 2.1); false when it does not fit. */
bool http_escape(const char *text, char *room, size_t size);
#endif
