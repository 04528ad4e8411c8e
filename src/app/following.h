// SPDX-License-Identifier: Apache-2.0
// What the files behind --follow share.
#ifndef APP_FOLLOWING_H
#define APP_FOLLOWING_H
#include <time.h>

#include "app/detect.h"
#include "app/progress.h"
#include "app/told.h"
#include "detect/attack_save.h"
#include "model/words.h"
#include "source/follow.h"

struct following {
	struct run *run;
	const struct detect_options *o;
	struct follow *follow;
	struct told *told;
	struct progress progress;
	struct attack_loader loader;
	uint16_t *source_now; // by its number in the state, plus one; NULL: nothing is loaded
	uint64_t told_ms, cost_ms, saved_ms, save_cost_ms;
	uint64_t n_bytes;
	bool has_news, has_unsaved, has_told, is_full, cannot_save;
};

/** Milliseconds of a clock; and what the wall says, to the second, in words; gives `room` back. */
uint64_t following_clock_ms(clockid_t clock);
const char *following_now(char room[static TIME_TEXT_BYTES]);

/** Write the state; a place that refuses is told once, and tried again. */
void following_save(struct following *w);

/** Take up what the last run knew. Contacts are not among it, but what was told of them is. */
bool following_load(struct following *w, struct err *e);
#endif
