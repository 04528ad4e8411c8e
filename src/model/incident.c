// SPDX-License-Identifier: Apache-2.0
// Names of states and events, from the tables in the header.
#include "model/incident.h"

static const struct {
	const char *key;
	bool is_open;
} states[N_STATES] = {
#define AS_ROW(name, key, is_open) [STATE_##name] = { key, is_open },
	STATES(AS_ROW)
#undef AS_ROW
};

static const char *const events[N_EVENTS] = {
#define AS_ROW(name, key) [EVENT_##name] = key,
	EVENTS(AS_ROW)
#undef AS_ROW
};

const char *state_key(enum state s)
{
	return states[s].key;
}

bool state_is_open(enum state s)
{
	return states[s].is_open;
}

bool state_parse(const char *key, enum state *out)
{
	for (enum state s = 0; s < N_STATES; s++)
		if (!strcmp(states[s].key, key)) {
			*out = s;
			return true;
		}
	return false;
}

const char *event_key(enum event_kind k)
{
	return events[k];
}

bool event_parse(const char *key, enum event_kind *out)
{
	for (enum event_kind k = 0; k < N_EVENTS; k++)
		if (!strcmp(events[k], key)) {
			*out = k;
			return true;
		}
	return false;
}
