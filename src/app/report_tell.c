// SPDX-License-Identifier: Apache-2.0
// Answers of the API have sentences in English; a report has them in its language.
#include <string.h>

#include "app/report.h"
#include "model/sentence.h"

/* Members of answers that are sentences; what else is text are keys, names, and what people wrote. */
static bool is_sentence(const char *key)
{
	static const char *const keys[] = { "first_host_why", "hides", "r_why", "silence",
		"targets_why", "why" };
	for (size_t i = 0; key && i < countof(keys); i++)
		if (!strcmp(keys[i], key))
			return true;
	return false;
}

static void tell_sentences(cJSON *in, enum lang lang)
{
	enum { ROOM = 2048 };
	char room[ROOM];
	cJSON *at;
	cJSON_ArrayForEach(at, in)
	{
		if (cJSON_IsString(at) && is_sentence(at->string))
			cJSON_SetValuestring(
				at, sentence_tell(at->valuestring, lang, room, sizeof room));
		else
			tell_sentences(at, lang);
	}
}

void gathered_tell(struct gathered *g, enum lang lang)
{
	cJSON *const told[] = { g->incidents, g->curve, g->before, g->tree, g->branches, g->map,
		g->exporters };
	for (size_t i = 0; lang != LANG_EN && i < countof(told); i++)
		tell_sentences(told[i], lang);
}
