// SPDX-License-Identifier: Apache-2.0
#include "base/uuid.h"

#include <assert.h>
#include <uuid/uuid.h>

static_assert(UUID_TEXT_BYTES == UUID_STR_LEN);

const char *random_uuid(char room[static UUID_TEXT_BYTES])
{
	uuid_t u;
	uuid_generate_random(u);
	uuid_unparse_lower(u, room);
	return room;
}

const char *named_uuid(
	const char *space, const char *name, size_t len, char room[static UUID_TEXT_BYTES])
{
	uuid_t u, in;
	int is_bad = uuid_parse(space, in);
	assert(!is_bad);
	uuid_generate_sha1(u, in, name, len);
	uuid_unparse_lower(u, room);
	return room;
}
