// SPDX-License-Identifier: Apache-2.0
// What follows from facts, and whether they agree with each other.
#ifndef AUDIT_DERIVE_H
#define AUDIT_DERIVE_H
#include "audit/audit.h"

/** Make one device of those of one name, unless they contradict; facts were indexed, and are to be
 * indexed again. False without memory. */
bool audit_join(struct audit *a);

/** Put the facts of each device and kind together; again after facts were added. */
bool audit_index(struct audit *a);

/** Add the facts nat-host: of each list of translations, who has most. */
void audit_nat_hosts(struct audit *a);

/** Say of each ARP entry whether it lies outside; after routes were derived. Unknown without memory. */
void audit_arps_outside(struct audit *a);

/** Say of each CEF how its adjacencies compare with the hosts that ARP shows; after the lists that are
 * whole were noted. */
void audit_connected_hosts(const struct audit *a);

/** Mark answers in which a sum does not hold, and add a fact `check` for each. */
void audit_check(struct audit *a);

/** Note what each device showed whole; after the checks. False without memory. */
bool audit_note_complete(struct audit *a);
#endif
