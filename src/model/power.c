// SPDX-License-Identifier: Apache-2.0
// Names of the sorts of telemetry.
#include "model/power.h"

static const struct {
	const char *key, *text;
} telemetries[N_TELEMETRIES] = {
#define AS_ROW(name, key, sign, is_told, text) [TELEMETRY_##name] = { key, text },
	TELEMETRIES(AS_ROW)
#undef AS_ROW
};

const char *telemetry_key(enum telemetry t)
{
	return telemetries[t].key;
}

const char *telemetry_text(enum telemetry t)
{
	return telemetries[t].text;
}
