// SPDX-License-Identifier: Apache-2.0
// Who is let in: names that browsers were told, pages that ask, tokens. Pure functions over headers.
#ifndef HTTP_GUARD_H
#define HTTP_GUARD_H
#include "http/router.h"
#include "http/tokens.h"

/** Why a request is refused before any handler sees it: REFUSAL(name, key of its counter, status, text). */
#define REFUSALS(REFUSAL) \
	REFUSAL(TARGET, "target", 400, "this path cannot be read") \
	REFUSAL(HOST, "host", 421, \
		"the Host header names neither this address nor one of 'http-hosts'") \
	REFUSAL(ORIGIN, "origin", 403, "a page of another site asks: the Origin header says so") \
	REFUSAL(SITE, "cross_site", 403, \
		"a page of another site asks: the Sec-Fetch-Site header says so") \
	REFUSAL(TOKEN, "token", 401, "a token is needed: Authorization: Bearer TOKEN") \
	REFUSAL(ROLE, "role", 403, "the token is a viewer's: changes need an operator's") \
	REFUSAL(PATH, "path", 404, "there is nothing at this path") \
	REFUSAL(METHOD, "method", 405, "this path does not take this method") \
	REFUSAL(TYPE, "media_type", 415, "send Content-Type: application/json") \
	REFUSAL(KEY, "key", 400, \
		"Idempotency-Key is a string in quotes, of 1 to 128 printable characters") \
	REFUSAL(LENGTH, "length", 413, "a body holds 64 KiB at most") \
	REFUSAL(BUSY, "busy", 503, "too much is waiting to be sent: ask again in a moment") \
	REFUSAL(STREAMS, "streams", 503, "as many event streams are open as may be")

#define AS_REFUSAL(name, key, status, text) REFUSED_##name,
enum refusal { REFUSALS(AS_REFUSAL) N_REFUSALS, REFUSED_NOT = N_REFUSALS };
#undef AS_REFUSAL

/** Headers that decide; NULL when absent. */
struct http_headers {
	const char *host, *origin, *fetch_site, *fetch_mode, *authorization, *content_type;
	const char *key; // Idempotency-Key
};

enum { HTTP_ADDRESS_BYTES = 64 };

/** Where a connection came in. */
struct http_entrance {
	bool is_unix, has_tls;
	enum http_role anonymous;         // what is allowed without a token
	char address[HTTP_ADDRESS_BYTES]; // of our end, "127.0.0.1" or "[::1]"
	bool is_loopback;                 // "localhost" is a name of it
	uint16_t port;
	const char *const *host; // other names it goes by
	size_t n_hosts;
	const struct tokens *tokens;
};

struct http_client {
	enum http_role role;
	const char *actor; // name of its token; "": none
};

/**
 * Decide about a request by its headers, before its body is read.
 *
 * method  as it came; whatever is not GET or HEAD changes something
 *
 * A page of another site is told by Origin and Sec-Fetch-Site; a name that was pointed at us (DNS
 * rebinding) by Host. Following a link here is no attack, so a GET that navigates passes.
 * Returns REFUSED_NOT with `out` filled, or why it is refused.
 */
enum refusal guard_headers(const struct http_entrance *at, const struct http_headers *h,
	const char *method, struct http_client *out);

/** Whether a client may use a route with these headers. */
enum refusal guard_route(
	const struct route *route, const struct http_headers *h, const struct http_client *client);

unsigned refusal_status(enum refusal r);
const char *refusal_key(enum refusal r);
const char *refusal_text(enum refusal r);
#endif
