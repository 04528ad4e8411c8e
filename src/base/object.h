// SPDX-License-Identifier: Apache-2.0
// Members of an object of JSON that somebody else wrote.
#ifndef BASE_OBJECT_H
#define BASE_OBJECT_H
#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

/** Members of an object; "" and 0 where there is none. */
const char *text_of(const cJSON *object, const char *key);
uint64_t number_of(const cJSON *object, const char *key);
/** What time_format wrote, to the second, in ms since the Unix epoch; 0 when it is no time. */
uint64_t time_of(const char *text);
bool is_set(const cJSON *object, const char *key);

/** As number_of, with decimals or below 0; NAN where there is none. */
double real_of(const cJSON *object, const char *key);

/** A member as it is; NULL where there is none. */
const cJSON *member_at(const cJSON *object, const char *key);
#endif
