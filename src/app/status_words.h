// SPDX-License-Identifier: Apache-2.0
// What the daemon wrote of itself (status.json), read back and told in words.
#ifndef APP_STATUS_WORDS_H
#define APP_STATUS_WORDS_H
#include <cjson/cJSON.h>

/** What the daemon of a state directory wrote last; NULL when there is nothing. For cJSON_Delete. */
cJSON *status_load(const char *directory);

/** Print exporters, each with whether its silence can be trusted and what its sampling hides. */
void status_print_telemetry(const cJSON *status);

/** Print all of it that people ask for. */
void status_print_all(const cJSON *status);
#endif
