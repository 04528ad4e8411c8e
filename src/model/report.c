// SPDX-License-Identifier: Apache-2.0
// Places as text.
#include "model/report.h"

#include <stdio.h>

#include "model/words.h"

const char *place_format(const struct report *r, place p, char room[static PLACE_TEXT_BYTES])
{
	char name[270];
	uint16_t s = place_source(p);
	unsigned long long position = place_position(p);
	if (p == PLACE_NONE || s >= r->n_sources)
		snprintf(room, PLACE_TEXT_BYTES, "-");
	else if (position == 0)
		snprintf(room, PLACE_TEXT_BYTES, "%s",
			plain_format(r->source[s], name, sizeof name));
	else
		snprintf(room, PLACE_TEXT_BYTES, "%s%c%llu",
			plain_format(r->source[s], name, sizeof name),
			r->has_packets[s] ? '#' : ':', position);
	return room;
}
