// SPDX-License-Identifier: Apache-2.0
// The exhibits of one source over all its ports, one a peer.
#ifndef DETECT_POOL_H
#define DETECT_POOL_H
#include "detect/case.h"

enum { SCANNER_PORTS = 20 };

#define POOLED_RATE .05 // of failing first contacts, over all ports

void pool_by_peer(struct exhibit *x, size_t n);
void pool_by_time(struct exhibit *x, size_t n);

/**
 * Leave one exhibit a peer, in order of time: an answer on any port clears it, else the strongest sign
 * stays. They have to be sorted by peer. Returns how many are left.
 */
size_t pool_peers(struct exhibit *x, size_t n);

/** Different ports. */
size_t pool_ports(const struct exhibit *x, size_t n);

/** What failed on other ports than the one where most did. */
size_t pool_beside(const struct exhibit *x, size_t n);

/**
 * Whether a datagram went to a new port of each of many peers, and nobody answered: Witty. A scanner comes
 * back to its peers, and a peer-to-peer program finds some that live.
 */
bool pool_is_scattered(const struct exhibit *x, size_t n);
#endif
