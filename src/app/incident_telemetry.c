// SPDX-License-Identifier: Apache-2.0
// The health of the telemetry beside the board: who reads that a host is silent has to know who listened.
#include <stdio.h>
#include <stdlib.h>

#include "app/incident.h"
#include "app/status_words.h"

void telemetry_tell(struct desk *d)
{
	cJSON *status = desk_status(d);
	if (status) {
		puts("\ntelemetry:");
		status_print_telemetry(status);
	}
	cJSON_Delete(status);
}

void telemetry_json(struct desk *d)
{
	static const char *const keys[] = { "written", "silence_is_trusted", "exporters" };
	cJSON *status = desk_status(d), *line = status ? cJSON_CreateObject() : NULL;
	if (line && cJSON_AddStringToObject(line, "type", "telemetry")) {
		for (size_t i = 0; i < countof(keys); i++)
			cJSON_AddItemToObject(
				line, keys[i], cJSON_DetachItemFromObject(status, keys[i]));
		char *text = cJSON_PrintUnformatted(line);
		if (text)
			puts(text);
		free(text);
	}
	cJSON_Delete(line);
	cJSON_Delete(status);
}
