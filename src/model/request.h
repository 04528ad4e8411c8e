// SPDX-License-Identifier: Apache-2.0
// The request: one line of a web server's log, as every format of them tells it.
#ifndef MODEL_REQUEST_H
#define MODEL_REQUEST_H
#include "base/bytes.h"
#include "model/addr.h"
#include "model/place.h"

/** What a line states. A member whose bit is absent is zero and means "unknown", never "none". */
enum request_has {
	REQUEST_HAS_CLIENT = 1 << 0, // who asked; never guessed: without its bit nobody is accused
	REQUEST_HAS_SERVER = 1 << 1,
	REQUEST_HAS_STATUS = 1 << 2,
	REQUEST_HAS_TIME = 1 << 3,
	REQUEST_LOCAL_TIME = 1 << 4, // the line names no zone: its time is taken as UTC
	REQUEST_MARKED = 1 << 5, // a literal of the set stands in it; only then are the texts given
	REQUEST_ERROR = 1 << 6,  // from an error log: the server turned it away
	REQUEST_PASTED = 1 << 7, // put together from a wrapped or spaced sample
};

/** The texts are views of the line as it was written, nothing decoded; empty: not told. */
struct request {
	struct addr client, server;
	uint64_t time_ms;                     // since the Unix epoch, UTC
	place at;                             // its line
	uint64_t offset;                      // of its first byte in the source, after unpacking
	struct str line;                      // whole, without its end
	struct str method, path, query;       // of "GET /a?b HTTP/1.0": GET, /a and b
	struct str agent, referer, forwarded; // forwarded: X-Forwarded-For
	uint16_t server_port, status;
	uint16_t has; // enum request_has
};

enum { REQUESTS_AHEAD = 64 };

/** Requests on their way from a decoder to whoever reads them; views hold until emit returns. */
struct requests {
	void (*emit)(void *ctx, const struct request *request, size_t n);
	void *ctx;
	size_t n;
	struct request request[REQUESTS_AHEAD];
};

/** Hand on what is there, and empty it. */
static inline void requests_flush(struct requests *r)
{
	if (r->n)
		r->emit(r->ctx, r->request, r->n);
	r->n = 0;
}

/** Room for one more, to be filled at once; what is full is handed on first. */
static inline struct request *requests_next(struct requests *r)
{
	if (r->n == REQUESTS_AHEAD)
		requests_flush(r);
	return &r->request[r->n++];
}
#endif
