// SPDX-License-Identifier: Apache-2.0
// Of one incident by its list; of all by their rows.
#include "incident/members.h"

const struct member *members_next(struct members *it)
{
	const struct member *m;
	if (it->incident) {
		it->of.board = it->board;
		it->of.incident = it->incident;
		m = member_next(&it->of);
		it->at = it->of.at;
		return m;
	}
	while ((m = board_member(it->board, ++it->at)))
		if (!m->is_moved_away)
			return m;
	return NULL;
}
