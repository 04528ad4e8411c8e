// SPDX-License-Identifier: Apache-2.0
// Who acts: an account by its name, for logs of what was decided.
#ifndef APP_ACTOR_H
#define APP_ACTOR_H
#include <sys/types.h>

#include "model/incident.h"

/** The name of an account; the word "cordon" is kept for what no person did. */
void actor_of(uid_t uid, char room[static ACTOR_BYTES]);

/** The same of the account that runs this process. */
void actor_get(char room[static ACTOR_BYTES]);
#endif
