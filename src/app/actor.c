// SPDX-License-Identifier: Apache-2.0
// The account by its number.
#include "app/actor.h"

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

void actor_of(uid_t uid, char room[static ACTOR_BYTES])
{
	const struct passwd *p = getpwuid(uid);
	const char *name = p ? p->pw_name : "";
	if (!*name)
		snprintf(room, ACTOR_BYTES, "uid %u", (unsigned)uid);
	else
		snprintf(room, ACTOR_BYTES, "%s%s", strcmp(name, "cordon") ? "" : "user ", name);
}

void actor_get(char room[static ACTOR_BYTES])
{
	actor_of(getuid(), room);
}
