// SPDX-License-Identifier: Apache-2.0
// What a line of a configuration may begin with.
#ifndef AUDIT_CONFIG_H
#define AUDIT_CONFIG_H
#include <stdbool.h>

#include "base/bytes.h"

/** Whether a line begins as lines of configurations do; of others nobody knows what they allow. */
bool config_knows(struct str line);
#endif
