// SPDX-License-Identifier: Apache-2.0
// Open addressing, half full at most; what was put in an earlier turn is as good as free.
#include "detect/addr_set.h"

#include <stdlib.h>

#include "base/hash.h"

enum { ROOM_MIN = 64 };

void addr_set_clear(struct addr_set *s)
{
	s->n = 0;
	if (++s->now)
		return;
	if (s->room) // the turns began anew: an old one must not pass for this
		memset(s->turn, 0, s->room * sizeof *s->turn);
	s->now = 1;
}

void addr_set_fini(struct addr_set *s)
{
	free(s->addr);
	free(s->turn);
	*s = (struct addr_set){};
}

/* The entry of an address: its own, or the free one where it belongs. */
static size_t find(const struct addr_set *s, const struct addr *a)
{
	size_t i = hash_bytes(a, sizeof *a, 0) & (s->room - 1);
	while (s->turn[i] == s->now && !addr_eq(&s->addr[i], a))
		i = (i + 1) & (s->room - 1);
	return i;
}

static bool grow(struct addr_set *s)
{
	struct addr_set more = { .room = s->room ? s->room * 2 : ROOM_MIN, .n = s->n };
	more.now = s->now ? s->now : 1;
	more.addr = malloc(more.room * sizeof *more.addr);
	more.turn = calloc(more.room, sizeof *more.turn);
	if (!more.addr || !more.turn) {
		addr_set_fini(&more);
		return false;
	}
	for (size_t i = 0; i < s->room; i++)
		if (s->turn[i] == s->now) {
			size_t k = find(&more, &s->addr[i]);
			more.addr[k] = s->addr[i];
			more.turn[k] = more.now;
		}
	addr_set_fini(s);
	*s = more;
	return true;
}

bool addr_set_put(struct addr_set *s, const struct addr *a)
{
	if (s->n * 2 >= s->room && !grow(s))
		return false;
	size_t i = find(s, a);
	if (s->turn[i] == s->now)
		return false;
	s->addr[i] = *a;
	s->turn[i] = s->now;
	s->n++;
	return true;
}
