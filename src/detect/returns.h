// SPDX-License-Identifier: Apache-2.0
// Whether sampled packets of both ways are told of a network: only then silence says something.
#ifndef DETECT_RETURNS_H
#define DETECT_RETURNS_H
#include "model/contact.h"

/**
 * Of one sampled packet nobody knows whether it was answered: the answer need not be among the sampled. Of
 * many it can be known. As many packets come back as go there, and one in so many of both is looked at.
 *
 * Learned by network (/24 of IPv4) from connections to services outside the own /16 that are no private
 * addresses: a site that exports one way only shows answers from inside, and none from there.
 */
struct returns;

struct returns *returns_new(void); // NULL when there is no memory
void returns_free(struct returns *r);

/** Learn from a sampled contact of TCP to a port below 1024; others teach nothing. */
void returns_learn(struct returns *r, const struct contact *c);

/** Add what another one learned, of other contacts. */
void returns_join(struct returns *r, const struct returns *from);

/** Whether answers from outside to the network of a host are among what is sampled. */
bool returns_seen(const struct returns *r, const struct addr *host);
#endif
