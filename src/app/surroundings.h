// SPDX-License-Identifier: Apache-2.0
// What a child opened before it went into its sandbox, and cannot open again: folders, an interface.
#ifndef APP_SURROUNDINGS_H
#define APP_SURROUNDINGS_H
#include "model/settings.h"

/** What logs lie in: folders named, and those of files named, also behind a link; a file in the root. */
struct log_folders {
	char *path[2 * LOGS_MAX];
	size_t n;
};

/** Look for them; what is not there is left out. Free with log_folders_free. */
void log_folders_get(const struct settings *s, struct log_folders *out);
void log_folders_free(struct log_folders *f);

/** The same for alerts: the folders that their files lie in, and those of certificates. */
void alert_folders_get(
	const struct settings *s, struct log_folders *writes, struct log_folders *reads);

/** Whether what stands in `path` would be read as a log: it lies in a folder of logs, or below. */
bool log_is_above(const char *log, const char *path);

/**
 * A number that changes when folders of logs came, went, or are others now; when the interface did.
 * Then a child has to begin anew to see them.
 */
uint64_t surroundings_of_logs(const struct settings *s);
uint64_t surroundings_of_alerts(const struct settings *s);
uint64_t surroundings_of_interface(const struct settings *s);

/** Whether an interface is there, and up. */
bool interface_is_up(const char *name);
#endif
