// SPDX-License-Identifier: Apache-2.0
// The warden: it looks after plans that a person applied on this machine, within what that person approved.
#ifndef APP_WARDEN_H
#define APP_WARDEN_H
#include "model/settings.h"

/** Whether anything stands that has to be looked after. */
bool warden_is_wanted(const struct settings *s);

/** Run until SIGTERM; a push that has begun is finished. Returns an exit code. */
int warden_run(const struct settings *s);
#endif
