// SPDX-License-Identifier: Apache-2.0
// Numbers with units: a table of units for each sort.
#include "base/quantity.h"

#include <inttypes.h>
#include <stdio.h>

/* The smallest first; each is a multiple of the one before. */
struct unit {
	const char *name;
	uint64_t is;
};

static const struct unit size_unit[] = {
	{ "", 1 },
	{ "K", UINT64_C(1) << 10 },
	{ "M", UINT64_C(1) << 20 },
	{ "G", UINT64_C(1) << 30 },
	{ "T", UINT64_C(1) << 40 },
};

static const struct unit duration_unit[] = {
	{ "ms", 1 },
	{ "s", 1000 },
	{ "min", 60 * 1000 },
	{ "h", 60 * 60 * 1000 },
	{ "d", 24 * 60 * 60 * 1000 },
};

bool number_parse(struct str text, uint64_t *out)
{
	uint64_t v = 0;
	if (text.len == 0 || text.len > 19 || (text.len > 1 && text.ptr[0] == '0'))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(text.ptr[i] - '0');
	}
	*out = v;
	return true;
}

static bool parse(struct str text, const struct unit *unit, size_t n_units, uint64_t *out)
{
	size_t n_digits = 0;
	uint64_t v, product;
	while (n_digits < text.len && text.ptr[n_digits] >= '0' && text.ptr[n_digits] <= '9')
		n_digits++;
	struct str name = { text.ptr + n_digits, text.len - n_digits };
	if (!number_parse((struct str){ text.ptr, n_digits }, &v))
		return false;
	for (size_t i = 0; i < n_units; i++) {
		if (strlen(unit[i].name) != name.len || memcmp(unit[i].name, name.ptr, name.len))
			continue;
		if (__builtin_mul_overflow(v, unit[i].is, &product))
			return false;
		*out = product;
		return true;
	}
	return false;
}

bool size_parse(struct str text, uint64_t *bytes)
{
	return parse(text, size_unit, countof(size_unit), bytes);
}

bool duration_parse(struct str text, uint64_t *ms)
{
	if (text.len == 1 && text.ptr[0] == '0') {
		*ms = 0;
		return true;
	}
	return parse(text, duration_unit, countof(duration_unit), ms);
}

static const char *format(uint64_t v, const struct unit *unit, size_t n_units, char *room)
{
	size_t i = n_units - 1;
	while (i > 0 && (v == 0 || v % unit[i].is))
		i--;
	snprintf(room, QUANTITY_TEXT_BYTES, "%" PRIu64 "%s", v / unit[i].is, unit[i].name);
	return room;
}

const char *size_format(uint64_t bytes, char room[static QUANTITY_TEXT_BYTES])
{
	return format(bytes, size_unit, countof(size_unit), room);
}

const char *duration_format(uint64_t ms, char room[static QUANTITY_TEXT_BYTES])
{
	return format(ms, duration_unit, countof(duration_unit), room);
}
