// SPDX-License-Identifier: Apache-2.0
// What members went through: their states over time, and what looks at their containment found.
#include <stdio.h>

#include "incident/rows.h"

void stay_put(struct board *b, struct member *m, const struct stay *stay)
{
	struct stay *row = ROW_NEW(b, stay, struct stay, STAYS_MAX);
	if (!row)
		return;
	row->from_ms =
		stay->from_ms; // by members: the row was cleared, and so stays what lies between them
	row->state = stay->state;
	row->is_vouched = stay->is_vouched;
	row->is_dated = stay->is_dated;
	struct stay *last = (struct stay *)board_stay(b, m->last_stay);
	*(last ? &last->next : &m->first_stay) = b->stay.n;
	m->last_stay = b->stay.n;
}

void check_put(struct board *b, struct member *m, uint64_t at_ms, bool works, const char *what)
{
	const struct check *last = board_check(b, m->first_check);
	char text[CHECK_TEXT_BYTES] = {};
	snprintf(text, sizeof text, "%s", what ? what : "");
	if (last && last->works == works && !strcmp(last->what, text))
		return;
	struct check *row = ROW_NEW(b, check, struct check, CHECKS_MAX);
	if (!row)
		return;
	row->at_ms = at_ms;
	row->works = works;
	row->next = m->first_check;
	memcpy(row->what, text, sizeof row->what);
	m->first_check = b->check.n;
}

/* Of two beginnings the earlier counts; the states are those of the one that goes on. */
static void stays_join(struct board *b, struct member *to, const struct member *from)
{
	struct stay *mine = (struct stay *)board_stay(b, to->first_stay);
	const struct stay *other = board_stay(b, from->first_stay);
	if (!mine) {
		to->first_stay = from->first_stay;
		to->last_stay = from->last_stay;
	} else if (other && other->is_dated >= mine->is_dated &&
		   (other->from_ms < mine->from_ms || !mine->is_dated)) {
		mine->from_ms = other->from_ms;
		mine->is_dated = other->is_dated;
	}
}

void history_join(struct board *b, struct member *to, const struct member *from)
{
	stays_join(b, to, from);
	uint32_t at = to->first_check;
	struct check *last = NULL;
	for (struct check *c; (c = (struct check *)board_check(b, at)); at = c->next)
		last = c;
	*(last ? &last->next : &to->first_check) = from->first_check;
}
