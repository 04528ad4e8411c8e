// SPDX-License-Identifier: Apache-2.0
// The health of the telemetry beside the board: who reads that a host is silent has to know who listened.
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/incident.h"
#include "app/keeper.h"
#include "model/words.h"

enum { STATUS_BYTES_MAX = 64 << 20, WORDS_BYTES = 480 };

/* What the daemon wrote last; NULL when it never ran here. */
static cJSON *status_load(const struct desk *d)
{
	char *path = NULL, *text = NULL;
	size_t len = 0;
	cJSON *status = NULL;
	FILE *in = asprintf(&path, "%s/" STATUS_FILE, d->state) < 0 ? NULL : fopen(path, "re");
	FILE *copy = in ? open_memstream(&text, &len) : NULL;
	for (int c; copy && len < STATUS_BYTES_MAX && (c = getc(in)) != EOF;)
		putc(c, copy);
	if (copy && fclose(copy) == 0)
		status = cJSON_Parse(text);
	if (in)
		fclose(in);
	free(text);
	free(path);
	return status;
}

static const char *text_in(const cJSON *object, const char *key)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
	return text ? text : "";
}

void telemetry_tell(const struct desk *d)
{
	cJSON *status = status_load(d);
	const cJSON *exporters = cJSON_GetObjectItemCaseSensitive(status, "exporters"), *x;
	char words[WORDS_BYTES];
	if (!cJSON_IsArray(exporters)) {
		cJSON_Delete(status);
		return;
	}
	printf("\ntelemetry, as of %s:\n",
		plain_format(text_in(status, "written"), words, sizeof words));
	if (cJSON_GetArraySize(exporters) == 0)
		puts("  no exporter was heard: nobody's silence can be trusted");
	cJSON_ArrayForEach(x, exporters)
	{
		char name[ADDR_TEXT_BYTES];
		printf("  %-15s  %s\n", plain_format(text_in(x, "exporter"), name, sizeof name),
			plain_format(text_in(x, "silence"), words, sizeof words));
	}
	cJSON_Delete(status);
}

void telemetry_json(const struct desk *d)
{
	cJSON *status = status_load(d), *line = cJSON_CreateObject();
	static const char *const keys[] = { "written", "silence_is_trusted", "exporters" };
	if (status && line && cJSON_AddStringToObject(line, "type", "telemetry")) {
		for (size_t i = 0; i < countof(keys); i++)
			cJSON_AddItemToObject(line, keys[i],
				cJSON_DetachItemFromObjectCaseSensitive(status, keys[i]));
		char *text = cJSON_PrintUnformatted(line);
		if (text)
			puts(text);
		free(text);
	}
	cJSON_Delete(line);
	cJSON_Delete(status);
}
