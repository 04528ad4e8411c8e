// SPDX-License-Identifier: Apache-2.0
// Names of verdicts, targeting strategies and signs, from the tables in the header.
#include "model/finding.h"

#include <stdio.h>

static const struct {
	const char *name, *attack;
	bool is_alarm;
} verdicts[N_VERDICTS] = {
#define AS_ROW(name, key, attack, is_alarm) [VERDICT_##name] = { key, attack, is_alarm },
	VERDICTS(AS_ROW)
#undef AS_ROW
};

static const char *const targetings[N_TARGETINGS] = {
#define AS_ROW(name, key) [TARGETING_##name] = key,
	TARGETINGS(AS_ROW)
#undef AS_ROW
};

static const struct {
	const char *key;
	double nats;
	enum outcome outcome;
	const char *text;
} signs[N_SIGNS] = {
#define AS_ROW(name, key, nats, outcome, text) \
	[SIGN_##name] = { key, nats, OUTCOME_##outcome, text },
	SIGNS(AS_ROW)
#undef AS_ROW
};

const char *finding_port(const struct finding *f, char room[static PORT_TEXT_BYTES])
{
	if (f->n_attacks && !f->has_port && !f->n_exhibits) {
		snprintf(room, PORT_TEXT_BYTES, "http"); // a log that does not tell its port
		return room;
	}
	if (f->proto != PROTO_UNKNOWN)
		return port_format(f->proto, f->port, f->has_port, room);
	snprintf(room, PORT_TEXT_BYTES, f->is_listed ? "not told" : "several ports");
	return room;
}

const char *verdict_name(enum verdict v)
{
	return verdicts[v].name;
}

const char *verdict_attack(enum verdict v)
{
	return verdicts[v].attack;
}

bool verdict_is_alarm(enum verdict v)
{
	return verdicts[v].is_alarm;
}

const char *targeting_name(enum targeting t)
{
	return targetings[t];
}

const char *sign_key(enum sign s)
{
	return signs[s].key;
}

const char *sign_text(enum sign s)
{
	return signs[s].text;
}

double sign_nats(enum sign s)
{
	return signs[s].nats;
}

enum outcome sign_outcome(enum sign s)
{
	return signs[s].outcome;
}
