// SPDX-License-Identifier: Apache-2.0
// Terms as a flat JSON object.
#include "contain/approval.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/quantity.h"
#include "contain/plan.h"

static const char *const keys[N_TERMS] = {
#define AS_KEY(name, key) [TERM_##name] = key,
	TERMS(AS_KEY)
#undef AS_KEY
};

bool approval_write(const struct approval *a, FILE *out)
{
	cJSON *root = cJSON_CreateObject();
	cJSON_AddNumberToObject(root, "schema", 1);
	bool ok = cJSON_AddStringToObject(root, "type", "approval");
	for (enum term t = 0; t < N_TERMS && ok; t++)
		ok = !a->term[t] || cJSON_AddStringToObject(root, keys[t], a->term[t]);
	char *text = ok ? cJSON_PrintUnformatted(root) : NULL;
	ok = text && fprintf(out, "%s\n", text) > 0;
	free(text);
	cJSON_Delete(root);
	return ok;
}

static bool times_read(struct approval *a)
{
	const char *renew = a->term[TERM_RENEW_UNTIL], *each = a->term[TERM_EACH];
	return moment_parse(a->term[TERM_AT], &a->at_ms) &&
	       moment_parse(a->term[TERM_UNTIL], &a->until_ms) &&
	       (!renew || (moment_parse(renew, &a->renew_until_ms) && each &&
				  duration_parse((struct str){ each, strlen(each) }, &a->each_ms) &&
				  a->each_ms > 0));
}

bool approval_parse(const char *line, struct approval *out, struct err *e)
{
	static const enum term needed[] = { TERM_TARGET, TERM_PLAN, TERM_FILTER, TERM_AT,
		TERM_UNTIL };
	struct approval a = { .root = cJSON_ParseWithOpts(line, NULL, true) };
	const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(a.root, "type"));
	bool ok = type && !strcmp(type, "approval");
	for (enum term t = 0; t < N_TERMS && ok; t++) {
		const cJSON *v = cJSON_GetObjectItemCaseSensitive(a.root, keys[t]);
		a.term[t] = cJSON_GetStringValue(v);
		ok = !v || a.term[t];
	}
	for (size_t i = 0; i < countof(needed) && ok; i++)
		ok = a.term[needed[i]];
	if (!ok || !times_read(&a)) {
		cJSON_Delete(a.root);
		return err_set(e, "not an approval: its first line has no target, plan, filter, "
				  "and times");
	}
	*out = a;
	return true;
}

void approval_fini(struct approval *a)
{
	cJSON_Delete(a->root);
	*a = (struct approval){};
}
