// SPDX-License-Identifier: Apache-2.0
// How far the reading of one input has come, for a person at a terminal.
#ifndef APP_PROGRESS_H
#define APP_PROGRESS_H
#include "source/input.h"

struct progress {
	const char *name;
	const uint64_t *n_read;
	uint64_t size, begin_ms, next_ms;
	uint32_t n_calls;
	bool is_on, was_shown;
};

/** Begin; nothing is shown in the first second, and nothing at all unless `is_on`. */
struct progress progress_begin(const struct input *input, bool is_on);

/** Tell, a few times a second at most; cheap enough to be called for every record. */
void progress_tell(struct progress *p, uint64_t n_flows);

/** Take the line away. */
void progress_end(const struct progress *p);
#endif
