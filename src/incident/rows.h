// SPDX-License-Identifier: Apache-2.0
// Rows of the board, to change: for the files that apply events, and for nobody else.
#ifndef INCIDENT_ROWS_H
#define INCIDENT_ROWS_H
#include <stdlib.h>

#include "incident/board.h"
#include "incident/body.h"

/* Asked first where one event needs several rows, so that it gets all of them or none. */
static inline bool has_room(struct board *b, const struct table *t, uint32_t max)
{
	if (t->n < max)
		return true;
	b->is_full = true;
	return err_set(&b->why, "no room on the board for more than %u rows", t->n);
}

/* Make room for one more row; its reference is the number of rows afterwards. */
static inline void *row_new(struct board *b, struct table *t, size_t size, uint32_t max)
{
	if (t->n == t->room) {
		uint32_t room = t->room ? t->room * 2 : 64;
		void *more = t->room < max ? realloc(t->row, room * size) : NULL;
		if (!more) {
			b->is_full = true;
			err_set(&b->why, "no room on the board for more than %u rows", t->n);
			return NULL;
		}
		t->row = more;
		t->room = room;
	}
	void *row = (char *)t->row + t->n++ * size;
	memset(row, 0, size);
	return row;
}

#define ROW_NEW(b, table, type, max) ((type *)row_new(b, &(b)->table, sizeof(type), max))

static inline struct incident_row *incident_of(struct board *b, uint64_t incident)
{
	return (struct incident_row *)board_incident(b, incident);
}

static inline struct host_row *host_of(struct board *b, uint64_t host)
{
	return (struct host_row *)board_host(b, host);
}

/**
 * Note that a host has an address, by an event of a time: from `since_ms` on, and until `until_ms`.
 *
 * Where nobody tells since when, it is since the one before had it last. Who had it until then has it no
 * longer. What the host has already is made more precise: its MAC address, its name, its end.
 *
 * Returns false with the reason in `why` of the board, which is then as before.
 */
bool tenure_put(struct board *b, uint64_t host, uint64_t at_ms, const struct body *body);

/** Note that a member came to a state. Where there is no room, that is not told of it later. */
void stay_put(struct board *b, struct member *m, const struct stay *stay);

/** Note what a look at the containment of a member found, if it differs from the one before. */
void check_put(struct board *b, struct member *m, uint64_t at_ms, bool works, const char *what);

/** A member goes on in place of another: what each went through becomes one history. */
void history_join(struct board *b, struct member *to, const struct member *from);
#endif
