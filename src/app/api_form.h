// SPDX-License-Identifier: Apache-2.0
// Bodies of requests: one flat JSON object whose keys a table names.
#ifndef APP_API_FORM_H
#define APP_API_FORM_H
#include <cjson/cJSON.h>

#include "app/api.h"

enum field_type { FIELD_TEXT, FIELD_NUMBER, FIELD_TEXTS };
enum { FORM_FIELDS_MAX = 4 };

struct field {
	const char *key;
	enum field_type type;
	bool is_required;
	size_t max; // bytes of a text, or texts of a list
};

struct form {
	const struct field *field;
	size_t n;
};

/** What was read, by the place of the field; NULL and 0 where it is absent. */
struct filled {
	const char *text[FORM_FIELDS_MAX];
	uint64_t number[FORM_FIELDS_MAX];
	const cJSON *texts[FORM_FIELDS_MAX]; // an array of strings
	cJSON *root;
};

/**
 * Read a body.
 *
 * Each key at most once, no others, texts in well-formed UTF-8 and without NUL. Returns false after a
 * problem was filled in, with nothing to free; else free with form_free.
 */
bool form_parse(
	const struct form *form, struct str body, struct filled *out, struct http_answer *answer);
void form_free(struct filled *f);
#endif
