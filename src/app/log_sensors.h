// SPDX-License-Identifier: Apache-2.0
// Folders of logs as sensors: how far their lines reach without a gap, so that a host of which none tells
// any more can be said to be silent.
#ifndef APP_LOG_SENSORS_H
#define APP_LOG_SENSORS_H
#include "model/incident.h"
#include "model/log_state.h"

enum {
	LOG_SENSORS_MAX = 256,
	LOG_FOLDER_BYTES = 200,
};

/** A folder stands for a server: its files rotate, and one of tomorrow has another name. */
struct log_sensor {
	uint16_t identity;
	struct span heard; // by the times of its lines; until 0: nothing
	uint64_t floor_ms; // something was missing in one of its files: nothing before this counts
	char folder[LOG_FOLDER_BYTES];
};

/** All zero is empty. */
struct log_sensors {
	struct log_sensor sensor[LOG_SENSORS_MAX];
	size_t n;
};

/** By which the folder of a log is known; the same in every run. */
uint16_t log_sensor_identity(struct str path);

/** A log stood so before, and does so now: lines go on what is heard, a gap or an ailment ends it. */
void log_sensors_hear(
	struct log_sensors *s, const struct log_state *before, const struct log_state *now);

/** NULL: none has that identity. */
const struct log_sensor *log_sensor_find(const struct log_sensors *s, uint16_t identity);

/**
 * A Code Red II host sends three probes in eight into its own /16, so of so many there one comes to one of `n`
 * servers whose logs are read; 0 for none.
 */
uint32_t log_sampling(size_t n);
#endif
