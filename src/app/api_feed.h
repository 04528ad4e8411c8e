// SPDX-License-Identifier: Apache-2.0
// Events for streams: the last ones stand ready in a ring, those before come from the log.
#ifndef APP_API_FEED_H
#define APP_API_FEED_H
#include "app/api.h"

enum { FEED_MAX = 512, FEED_EVENT_BYTES = 8 << 10 };

struct feed {
	struct api *api;
	uint64_t newest;       // id of the last event
	uint64_t id[FEED_MAX]; // event n stands in n % FEED_MAX; 0: none
	char *text[FEED_MAX];  // as a stream sends it
	size_t len[FEED_MAX];
};

/** Take an event that is on the disk, and on the board; ids rise by one. */
void feed_put(struct feed *f, const struct board *b, const struct event *ev);
void feed_fini(struct feed *f);

/** Where a stream begins that last heard the event of this id; NULL, or no id: with what comes. */
uint64_t feed_begin(const struct feed *f, const char *last_id);

/** Write whole events behind `cursor` and move it. Returns the bytes; 0: there is none. */
size_t feed_next(struct feed *f, uint64_t *cursor, char *room, size_t size);
#endif
