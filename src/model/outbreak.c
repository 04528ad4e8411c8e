// SPDX-License-Identifier: Apache-2.0
// An outbreak in words.
#include "model/outbreak.h"

#include <stdio.h>

static const double shared_enough = .5;

const char *outbreak_format(const struct outbreak *o, char room[static OUTBREAK_TEXT_BYTES])
{
	char port[PORT_TEXT_BYTES], time[TIME_TEXT_BYTES], host[ADDR_TEXT_BYTES];
	char since[TIME_TEXT_BYTES + 16] = "", doubling[48] = "", chained[64] = "";
	if (o->since_ms != UINT64_MAX)
		snprintf(since, sizeof since, ", since %s", time_format(o->since_ms, time));
	if (o->doubling_ms > 0 && o->doubling_ms < 120e3)
		snprintf(
			doubling, sizeof doubling, ", doubling every %.0f s", o->doubling_ms / 1e3);
	else if (o->doubling_ms > 0)
		snprintf(doubling, sizeof doubling, ", doubling every %.0f min",
			o->doubling_ms / 60e3);
	if (o->n_chained)
		snprintf(chained, sizeof chained, ", %u reached by another before %s began",
			o->n_chained, o->n_chained == 1 ? "it" : "they");
	snprintf(room, OUTBREAK_TEXT_BYTES, "%u hosts, %s%s%s, first: %s%s%s", o->n_hosts,
		port_format(o->proto, o->port, true, port), since, doubling,
		addr_format(&o->first, host), chained,
		o->shared_targets >= shared_enough ? ", two of them with the same list of targets"
						   : "");
	return room;
}
