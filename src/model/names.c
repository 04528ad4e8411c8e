// SPDX-License-Identifier: Apache-2.0
// A small interner: few interfaces have names, so a linear search is the simplest thing that works.
#include "model/names.h"

uint32_t names_put(struct names *names, struct str name)
{
	if (name.len >= NAME_BYTES)
		name.len = NAME_BYTES - 1;
	for (uint32_t i = 0; i < names->n; i++)
		if (!strncmp(names->text[i], name.ptr, name.len) && !names->text[i][name.len])
			return NAME_FLAG | i;
	if (names->n == NAMES_MAX)
		return 0;
	memcpy(names->text[names->n], name.ptr, name.len);
	return NAME_FLAG | names->n++;
}

const char *names_get(const struct names *names, uint32_t number)
{
	uint32_t i = number & ~NAME_FLAG;
	return number & NAME_FLAG && i < names->n ? names->text[i] : NULL;
}
