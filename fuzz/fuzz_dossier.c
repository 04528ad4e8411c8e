// SPDX-License-Identifier: Apache-2.0
// Any JSON in place of what the API tells of an incident, as a daemon elsewhere may send it: what is written is JSON of
// one object, a bundle whose ids stand once, an event.
#include <assert.h>
#include <stdlib.h>

#include "app/desk.h"
#include "app/dossier.h"

static cJSON *written(const struct dossier *d, void (*write)(const struct dossier *d, FILE *out))
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	assert(out);
	write(d, out);
	assert(fclose(out) == 0);
	cJSON *root = cJSON_ParseWithLength(text, len);
	assert(root && len > 0 && text[len - 1] == '\n');
	free(text);
	return root;
}

static void try_ids(const cJSON *bundle)
{
	struct texts seen = {};
	const cJSON *object;
	cJSON_ArrayForEach(object, cJSON_GetObjectItemCaseSensitive(bundle, "objects"))
	{
		const char *id = text_of(object, "id"), *type = text_of(object, "type");
		assert(!strncmp(id, type, strlen(type)) && !strncmp(id + strlen(type), "--", 2));
		assert(texts_put(&seen, id));
	}
	texts_fini(&seen);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	cJSON *root = cJSON_ParseWithLength((const char *)data, len);
	struct dossier d = { .incident = cJSON_GetObjectItemCaseSensitive(root, "incident"),
		.hosts = cJSON_GetObjectItemCaseSensitive(root, "hosts"),
		.tlp = len % N_TLPS };
	cJSON *bundle = written(&d, stix_write), *event = written(&d, misp_write);
	try_ids(bundle);
	assert(cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(
		cJSON_GetObjectItemCaseSensitive(event, "Event"), "Attribute")));
	cJSON_Delete(event);
	cJSON_Delete(bundle);
	cJSON_Delete(root);
	return 0;
}
