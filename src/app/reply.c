// SPDX-License-Identifier: Apache-2.0
// It is bounded by what is kept: a process asks for that once, when it begins.
#include "app/reply.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/clock.h"

void reply_free(struct reply *r)
{
	free(r->out);
	*r = (struct reply){};
}

void reply_begin(struct reply *r)
{
	r->n = r->at = 0;
	r->n_parcels = 0;
}

void reply_put(struct reply *r, enum parcel_sort sort, uint64_t collector, uint64_t epoch,
	struct bytes body)
{
	size_t more = PARCEL_HEADER_BYTES + body.len;
	uint8_t *out = realloc(r->out, r->n + more);
	if (!out)
		return;
	r->out = out;
	struct parcel p = {
		.sort = sort,
		.collector = collector,
		.epoch = epoch,
		.number = ++r->n_parcels,
		.sent_ms = wall_ms(),
		.body = body,
	};
	r->n += parcel_encode(&p, out + r->n, more);
}

void reply_send(struct reply *r, int pipe)
{
	while (r->at < r->n) {
		ssize_t n = write(pipe, r->out + r->at, r->n - r->at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return;
		r->at += (size_t)n;
	}
	r->at = r->n = 0;
}
