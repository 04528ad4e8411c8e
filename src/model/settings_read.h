// SPDX-License-Identifier: Apache-2.0
// What the files that read the settings share: settings.c and settings_*.c, and nobody else.
#ifndef MODEL_SETTINGS_READ_H
#define MODEL_SETTINGS_READ_H
#include "model/setting_values.h"
#include "model/settings.h"

/** What is read so far. The settings come first, so that offsets of their members are its own. */
struct reading {
	struct settings s;
	struct yml_value at[N_SETTINGS];
	struct yml_value listener_at[LISTENERS_MAX], log_at[LOGS_MAX], http_at[HTTP_LISTENERS_MAX],
		alert_at[ALERT_TARGETS_MAX];
};

/** The rows of the table of keys, by enum setting. */
extern const struct yml_key setting_key[N_SETTINGS];

/** Remember where the file says a key; gives the reading back, whose member `into` is. */
struct reading *reading_note(const struct yml_key *key, struct yml_value value, void *into);

/** Readers of keys that are lists. */
yml_fn read_listen, read_http, read_http_hosts, read_logs, read_leases, read_alerts;

/** What can be checked, and placed, when all is read; false with `e`. `name` is the file's. */
bool http_finish(const struct reading *r, struct err *e);
bool logs_place(struct reading *r, const char *name, struct err *e);
bool leases_place(struct reading *r, const char *name, struct err *e);
bool alerts_place(struct reading *r, const char *name, struct err *e);
#endif
