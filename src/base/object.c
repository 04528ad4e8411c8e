// SPDX-License-Identifier: Apache-2.0
// A member that is missing, or of another type, is as good as none.
#include "base/object.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/day.h"

const char *text_of(const cJSON *object, const char *key)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
	return text ? text : "";
}

uint64_t number_of(const cJSON *object, const char *key)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, key);
	return cJSON_IsNumber(v) && v->valuedouble >= 0 && v->valuedouble < 1e15
		       ? (uint64_t)v->valuedouble
		       : 0;
}

uint64_t time_of(const char *text)
{
	unsigned hour, minute, second;
	int64_t day = strlen(text) < 11 ? -1 : day_parse((struct str){ text, 10 });
	if (day < 0 || sscanf(text + 11, "%2u:%2u:%2u", &hour, &minute, &second) != 3)
		return 0;
	return ((uint64_t)day + hour * 3600 + minute * 60 + second) * 1000;
}

bool is_set(const cJSON *object, const char *key)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, key));
}

double real_of(const cJSON *object, const char *key)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, key);
	return cJSON_IsNumber(v) ? v->valuedouble : NAN;
}

const cJSON *member_at(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}
