// SPDX-License-Identifier: Apache-2.0
// The keeper's end of the pipe: bytes in, whole parcels out, and what went wrong in between.
#ifndef APP_INTAKE_H
#define APP_INTAKE_H
#include "model/parcel.h"

struct intake {
	uint8_t *room;
	size_t at, end;                     // of what was read and not yet taken
	bool is_lost;                       // what stands at `at` is no parcel; already counted
	uint64_t collector, epoch, number;  // of the last parcel; epoch 0: none yet
	uint64_t first_epoch, first_number; // of the first one
	uint64_t n_parcels, n_broken, n_missing, n_epochs;
};

/** Make ready; returns false when there is no memory. */
bool intake_init(struct intake *in);
void intake_fini(struct intake *in);

/**
 * Read what is there, as far as there is room. What intake_next gave is gone then.
 *
 * Returns whether anything came.
 */
bool intake_read(struct intake *in, int pipe);

/**
 * As intake_read, of a socket, where all stays until intake_settle: whoever dies in between leaves it
 * to the next one, from the begin of a parcel on.
 */
bool intake_peek(struct intake *in, int pipe);

/** Take what intake_next gave out of the pipe. Returns whether there was any. */
bool intake_settle(struct intake *in, int pipe);

/** Whether a parcel stands there that has not come to its end. */
bool intake_is_partial(const struct intake *in);

/**
 * Up to where another reader took the pipe before: what stands between and our first parcel is
 * missing.
 */
void intake_follow(struct intake *in, uint64_t epoch, uint64_t number);

/**
 * The next whole parcel; false when more has to be read first.
 *
 * A collector may die in the middle of a parcel, and so may a keeper. What is no parcel is passed
 * over up to the next one, and so is a parcel that waits for its end while a HELLO stands in it:
 * no collector says that but at its begin. Either counts once as broken; numbers that were jumped
 * over count as missing.
 */
bool intake_next(struct intake *in, struct parcel *out);
#endif
