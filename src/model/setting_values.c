// SPDX-License-Identifier: Apache-2.0
// A value is read as text first, so that what is wrong with it can be said with what was written.
#include "model/setting_values.h"

#include <stdio.h>

#include "base/quantity.h"

bool setting_text(const struct yml_key *key, struct yml_value value, char *into, struct err *e)
{
	struct str text;
	if (!yml_text(key, value, &text, e))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if ((uint8_t)text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
			return yml_expected(e, value, key->expects);
	if (text.len >= key->max)
		return yml_fail(e, value, "longer than %zu bytes", (size_t)key->max - 1);
	memcpy(into, text.ptr, text.len);
	into[text.len] = '\0';
	return true;
}

bool setting_path(const struct yml_key *key, struct yml_value value, char *path, struct err *e)
{
	if (!setting_text(key, value, path, e))
		return false;
	if (path[0] == '~' && (path[1] == '/' || path[1] == '\0'))
		return yml_fail(e, value, "'~' is the shell's: write the folder out");
	return true;
}

/* What has a unit. */
struct measure {
	const char *what, *units;
	bool (*parse)(struct str text, uint64_t *out);
	const char *(*format)(uint64_t v, char room[static QUANTITY_TEXT_BYTES]);
};

static bool read_measure(const struct measure *m, const struct yml_key *key, struct yml_value value,
	uint64_t *out, struct err *e)
{
	char what[96], least[QUANTITY_TEXT_BYTES], most[QUANTITY_TEXT_BYTES];
	uint64_t v;
	struct str text;
	snprintf(what, sizeof what, "a %s from %s to %s (units %s)", m->what,
		m->format(key->min, least), m->format(key->max, most), m->units);
	const struct yml_key row = { .name = key->name, .expects = what };
	if (!yml_text(&row, value, &text, e))
		return false;
	if (!m->parse(text, &v) || v < key->min || v > key->max)
		return yml_expected(e, value, what);
	*out = v;
	return true;
}

bool setting_size(const struct yml_key *key, struct yml_value value, uint64_t *out, struct err *e)
{
	static const struct measure size = { "size", SIZE_UNITS, size_parse, size_format };
	return read_measure(&size, key, value, out, e);
}

bool setting_duration(
	const struct yml_key *key, struct yml_value value, uint64_t *out, struct err *e)
{
	static const struct measure duration = { "duration", DURATION_UNITS, duration_parse,
		duration_format };
	return read_measure(&duration, key, value, out, e);
}

bool setting_path_place(
	char *path, size_t size, struct yml_value at, const char *name, struct err *e)
{
	char placed[SETTING_PATH_MAX];
	const char *slash = strrchr(name, '/');
	if (!at.doc || path[0] == '/' || !slash)
		return true;
	int n = snprintf(placed, size, "%.*s%s", (int)(slash + 1 - name), name, path);
	if (n < 0 || (size_t)n >= size)
		return yml_fail(
			e, at, "with the folder of this file longer than %zu bytes", size - 1);
	memcpy(path, placed, (size_t)n + 1);
	return true;
}
