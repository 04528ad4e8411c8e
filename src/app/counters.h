// SPDX-License-Identifier: Apache-2.0
// The counters of the daemon: one table makes status.json, /metrics, the series, and the list in
// cordon-api(7).
#ifndef APP_COUNTERS_H
#define APP_COUNTERS_H
#include <stdio.h>

#include "output/json.h"

struct keeper;

/** A total only grows until the daemon ends; a gauge is what is there now. */
enum counter_type { COUNTER_TOTAL, COUNTER_GAUGE };

/**
 * A counter. In status.json it is `key` in the object `group`, in a series "group.key"; the metric is
 * cordon_GROUP_KEY, of totals with _total, and milliseconds become seconds there.
 */
struct counter {
	const char *group, *key, *about;
	enum counter_type type;
	const char *
		label; // rows of one group that differ in `key` alone are one metric with this label
};

extern const struct counter counters[];
extern const size_t n_counters;
enum { COUNTERS_MAX = 192 };

/** Read all of them, in the order of the table; without an HTTP server its counters are 0. */
void counters_read(const struct keeper *k, uint64_t value[static COUNTERS_MAX]);

/** Write the members of a group into an object that is open. */
void counters_write(const char *group, const uint64_t value[static COUNTERS_MAX], struct json *j);

/** Write all as Prometheus text (exposition format 0.0.4), with those of each exporter. */
void metrics_write(const struct keeper *k, FILE *out);

/** The list of metrics, as mdoc(7). */
void metrics_mdoc(FILE *out);
#endif
