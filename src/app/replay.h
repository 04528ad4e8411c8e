// SPDX-License-Identifier: Apache-2.0
// A journal as it is read again, a piece at a time: what is cut off at its end or damaged inside costs
// that alone.
#ifndef APP_REPLAY_H
#define APP_REPLAY_H
#include "app/intake.h"

struct replay {
	int fd; // -1: not open
	struct intake intake;
	uint64_t n_bytes;    // that were read
	uint64_t n_whole;    // up to the end of the last whole parcel
	uint64_t damaged_at; // where the first thing stands that is none and is followed by one
	bool is_damaged;
};

/** What a parcel of it says; the body is a view, gone with the next piece. */
typedef void replay_fn(void *ctx, const struct parcel *p);

/** Returns false with `e`; replay_close in either case. */
bool replay_open(struct replay *r, const char *path, struct err *e);
void replay_close(struct replay *r);

/** Take about 2 MB more. Returns false at the end; what is behind `n_whole` then was cut off. */
bool replay_some(struct replay *r, replay_fn *take, void *ctx);

/** The key of the evidence a journal was written from; 0 when it does not say. */
uint64_t replay_key(const char *path);
#endif
