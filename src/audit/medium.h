// SPDX-License-Identifier: Apache-2.0
// What a name of an interface tells: of which sort it is, and whether two names mean the same.
#ifndef AUDIT_MEDIUM_H
#define AUDIT_MEDIUM_H
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/** "broadcast", "multipoint", "point-to-point", "none" (Null, Loopback); NULL when nobody knows. */
const char *medium_of(struct str interface);

/** Whether it has a duplex of its own. */
bool medium_has_duplex(struct str interface);

/** Gi0/1, Gig 0/1, GigabitEthernet0/1 and gigabitethernet0/1 are one. */
bool interface_eq(struct str a, struct str b);

/** A number that names which are one share; for order, not for proof. */
uint64_t interface_key(struct str name);
#endif
