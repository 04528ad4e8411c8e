// SPDX-License-Identifier: Apache-2.0
// Any text is an outline or an error with words; and an outline, filled in with whatever, is JSON.
#include <assert.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "output/outline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct err e = {};
	struct outline *o = outline_parse((struct str){ (const char *)data, len }, "f", &e);
	assert(o || e.text[0]);
	if (!o)
		return 0;
	struct notice n = {
		.verdict = VERDICT_WORM, .proto = 6, .has_port = len & 1, .why = "\"}\\\n\xff"
	};
	// What the text has behind its first line, as a stranger might have chosen it.
	const uint8_t *rest = len ? memchr(data, '\n', len) : NULL;
	if (rest)
		snprintf(n.why, sizeof n.why, "%.*s",
			(int)LEAST(len - (size_t)(rest - data), sizeof n.why), rest);
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert(out && outline_write(o, &n, ALERT_FORMAT_OCSF, "1", out));
	fclose(out);
	cJSON *value = cJSON_ParseWithLength(text, size);
	assert(value);
	cJSON_Delete(value);
	free(text);
	outline_free(o);
	return 0;
}
