// SPDX-License-Identifier: Apache-2.0
// The health of the telemetry beside the board: who reads that a host is silent has to know who listened.
#include <stdio.h>
#include <stdlib.h>

#include "app/incident.h"
#include "app/status_words.h"
#include "model/words.h"

void telemetry_tell(const struct desk *d)
{
	if (!d->status)
		return;
	puts("\ntelemetry:");
	status_print_telemetry(d->status);
}

const char *telemetry_lack(const struct desk *d, uint64_t host, char room[static LACK_TEXT_BYTES])
{
	const cJSON *each, *all = cJSON_GetObjectItemCaseSensitive(d->status, "verifying");
	room[0] = '\0';
	cJSON_ArrayForEach(each, all)
	{
		const cJSON *number = cJSON_GetObjectItemCaseSensitive(each, "host");
		const char *lacks =
			cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(each, "lacks"));
		if (lacks && cJSON_IsNumber(number) && number->valuedouble == (double)host)
			plain_format(lacks, room, LACK_TEXT_BYTES);
	}
	return room;
}

void telemetry_json(const struct desk *d)
{
	static const char *const keys[] = { "written", "silence_is_trusted", "exporters" };
	cJSON *line = d->status ? cJSON_CreateObject() : NULL;
	if (!line || !cJSON_AddStringToObject(line, "type", "telemetry")) {
		cJSON_Delete(line);
		return;
	}
	for (size_t i = 0; i < countof(keys); i++)
		cJSON_AddItemToObject(line, keys[i],
			cJSON_Duplicate(
				cJSON_GetObjectItemCaseSensitive(d->status, keys[i]), true));
	char *text = cJSON_PrintUnformatted(line);
	if (text)
		puts(text);
	free(text);
	cJSON_Delete(line);
}
