// SPDX-License-Identifier: Apache-2.0
// Files of a spool sort by name as by number.
#include "app/spool_files.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/hash.h"

#define SPOOL_SUFFIX ".spool"

bool spool_number_parse(const char *text, uint64_t *out)
{
	uint64_t v = 0;
	for (size_t i = 0; i < SPOOL_NUMBER_CHARS; i++) {
		if (text[i] < '0' || text[i] > '9' || __builtin_mul_overflow(v, 10, &v) ||
			__builtin_add_overflow(v, (uint64_t)(text[i] - '0'), &v))
			return false;
	}
	*out = v;
	return v > 0;
}

const char *spool_path(const char *folder, uint64_t first, char room[static SPOOL_PATH_BYTES])
{
	snprintf(room, SPOOL_PATH_BYTES, "%s/%020" PRIu64 SPOOL_SUFFIX, folder, first);
	return room;
}

static bool is_file(const char *name, uint64_t *first)
{
	return strlen(name) > SPOOL_NUMBER_CHARS &&
	       !strcmp(name + SPOOL_NUMBER_CHARS, SPOOL_SUFFIX) && spool_number_parse(name, first);
}

struct spool_files spool_files_of(const char *folder, uint64_t number)
{
	struct spool_files f = {};
	uint64_t first;
	DIR *d = opendir(folder);
	for (struct dirent *x; d && (x = readdir(d));) {
		if (!is_file(x->d_name, &first))
			continue;
		f.oldest = f.n == 0 || first < f.oldest ? first : f.oldest;
		f.newest = first > f.newest ? first : f.newest;
		if (first <= number)
			f.holding = first > f.holding ? first : f.holding;
		else
			f.behind = !f.behind || first < f.behind ? first : f.behind;
		f.n++;
	}
	if (d)
		closedir(d);
	return f;
}

const char *spool_position_path(
	const char *folder, const struct alert_target *t, char room[static SPOOL_PATH_BYTES])
{
	uint64_t name = hash_bytes(t->to, strlen(t->to), (uint64_t)t->type);
	snprintf(room, SPOOL_PATH_BYTES, "%s/%016" PRIx64 ".position", folder, name);
	return room;
}
