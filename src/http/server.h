// SPDX-License-Identifier: Apache-2.0
// The HTTP server: libmicrohttpd inside somebody else's loop. It never waits, and all that a client can
// make it hold is bounded.
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H
#include "http/guard.h"

enum {
	HTTP_DOORS_MAX = 8,
	HTTP_BODY_MAX = 64 << 10,   // of a request
	HTTP_HEAD_MAX = 16 << 10,   // request line and headers, and what MHD needs beside
	HTTP_CONNECTIONS_MAX = 700, // of each TCP door
	HTTP_ADDRESS_CONNECTIONS_MAX =
		600, // of one client's address, so that some are left for others
	HTTP_LOCAL_CONNECTIONS_MAX = 64, // of the unix socket, so that it is never crowded out
	HTTP_STREAMS_MAX = 512,          // event streams by TCP
	HTTP_HELD_MAX =
		32 << 20, // bytes of bodies and answers that wait; with the unix socket twice
	HTTP_REQUEST_MS = 20 * 1000,   // for a request to come in as a whole
	HTTP_ANSWER_MS = 60 * 1000,    // for an answer to be taken
	HTTP_SILENCE_MS = 30 * 1000,   // without a byte either way
	HTTP_HEARTBEAT_MS = 15 * 1000, // of an event stream that has nothing to tell
};

/** Totals: COUNTER(name, key, what it counts). */
#define HTTP_COUNTERS(COUNTER) \
	COUNTER(CONNECTIONS, "connections", "connections that were accepted") \
	COUNTER(REQUESTS, "requests", "requests that came in whole") \
	COUNTER(UNCHANGED, "unchanged", "answers that the client had already (304)") \
	COUNTER(TIMEOUTS, "timeouts", "connections that were closed for being slow") \
	COUNTER(STREAMS, "streams", "event streams that began") \
	COUNTER(STREAMS_DROPPED, "streams_dropped", \
		"event streams that were closed, for the client did not read")

#define AS_COUNTER(name, key, about) HTTP_##name,
enum http_counter { HTTP_COUNTERS(AS_COUNTER) N_HTTP_COUNTERS };
#undef AS_COUNTER

/** How it stands. */
struct http_health {
	uint64_t counter[N_HTTP_COUNTERS], refused[N_REFUSALS];
	size_t n_connections, n_streams, n_held; // now; the last in bytes
};

/** A socket that listens already; it stays the caller's. */
struct http_door {
	int listener;
	bool is_unix;
	enum http_role anonymous; // what TCP clients may without a token
};

/** What is served. All of it is borrowed for as long as the server lives. */
struct http_site {
	const struct route *route, *page; // pages are looked for where no route has the path
	size_t n_routes, n_pages;
	const struct tokens *tokens;
	const char *const *host; // names clients may call us by, beside addresses
	size_t n_hosts;
	const char *certificate, *key; // PEM, for TLS on TCP doors; NULL: none
	bool is_local_only;            // the unix socket alone is open, until http_server_renew
	void *ctx;
	/** Fill an answer that tells of an error in words (RFC 9457). */
	void (*problem)(void *ctx, unsigned status, const char *detail, struct http_answer *out);
	/** Where a stream begins that last heard `last_id`; NULL: it begins now. */
	uint64_t (*event_begin)(void *ctx, const char *last_id);
	/** Write whole events behind `cursor` and move it; 0: there is none yet. */
	size_t (*event_next)(void *ctx, uint64_t *cursor, char *room, size_t size);
};

struct http_server;

/** Begin to serve. Returns NULL with `e` filled; free with http_server_free, which ends all streams. */
struct http_server *http_server_new(
	const struct http_site *site, const struct http_door *door, size_t n_doors, struct err *e);
void http_server_free(struct http_server *s);

/**
 * Close the TCP doors, with all connections and streams there, and open them anew with another certificate; both texts
 * are borrowed as those of the site are. A client that comes meanwhile waits.
 *
 * Returns false with `e` when one does not open: it stays closed.
 */
bool http_server_renew(
	struct http_server *s, const char *certificate, const char *key, struct err *e);

/** A descriptor for epoll(7) or poll(2): when it can be read, call http_server_run. */
int http_server_fd(const struct http_server *s);

/** How long http_server_run need not be called if nothing comes; -1: for ever. */
int http_server_idle_ms(struct http_server *s);

/** Do what can be done now. */
void http_server_run(struct http_server *s, uint64_t steady_ms);

/** There are new events: streams go on. */
void http_server_announce(struct http_server *s);

const struct http_health *http_server_health(const struct http_server *s);
#endif
