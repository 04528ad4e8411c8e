// SPDX-License-Identifier: Apache-2.0
// What the keeper answers to who feeds it: parcels that wait until the pipe takes them.
#ifndef APP_REPLY_H
#define APP_REPLY_H
#include "model/parcel.h"

/** All zero is empty. */
struct reply {
	uint8_t *out;
	size_t n, at; // of it: bytes there are, bytes that are gone
	uint64_t n_parcels;
};

void reply_free(struct reply *r);

/** Begin anew: what waits is not for the next one. */
void reply_begin(struct reply *r);

/** Put a parcel behind what waits; without memory it is left out. */
void reply_put(struct reply *r, enum parcel_sort sort, uint64_t collector, uint64_t epoch,
	struct bytes body);

/** Write what a pipe takes, which is not waited for. */
void reply_send(struct reply *r, int pipe);
#endif
