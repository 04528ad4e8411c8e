// SPDX-License-Identifier: Apache-2.0
// Who acts: the account that runs a command, for logs of what was decided.
#ifndef APP_ACTOR_H
#define APP_ACTOR_H
#include "model/incident.h"

/** The name of the account; the word "cordon" is kept for what no person did. */
void actor_get(char room[static ACTOR_BYTES]);
#endif
