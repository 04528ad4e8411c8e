// SPDX-License-Identifier: Apache-2.0
// How far the reading has come, for a person at a terminal.
#ifndef APP_PROGRESS_H
#define APP_PROGRESS_H
#include "source/input.h"

struct progress {
	const struct input *input; // NULL: many files are followed
	int n_files;               // then
	const uint64_t *n_read;    // and of all of them
	uint64_t begin_ms, next_ms;
	uint64_t shown_ms, shown_lines, shown_flows; // at the last look, for the rates
	uint32_t n_calls, calls_a_look;
	bool is_on, is_shown;
};

/** What was seen so far, in all inputs. */
struct progress_seen {
	uint64_t flows, lines, attackers;
};

/** Begin; nothing is shown in the first second, and nothing at all unless `is_on`. The input is kept. */
struct progress progress_begin(const struct input *input, bool is_on);

/** The same for files that are followed, of which there is no end. */
struct progress progress_begin_many(int n_files, const uint64_t *n_read, bool is_on);

/** Tell, a few times a second at most; cheap enough to be called for every record. */
void progress_tell(struct progress *p, struct progress_seen seen);

/** Take the line away; the next telling brings it back. */
void progress_end(struct progress *p);
#endif
