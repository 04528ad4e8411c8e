// SPDX-License-Identifier: Apache-2.0
// IP datagrams put together from their fragments (RFC 791, RFC 8200 section 4.5).
#ifndef DECODE_FRAGMENT_H
#define DECODE_FRAGMENT_H
#include "decode/packet.h"

struct fragments;

/** Room for a few dozen datagrams in parts, all of it at once. NULL when there is no memory. */
struct fragments *fragments_new(void);
void fragments_free(struct fragments *f);

/**
 * Add a fragment.
 *
 * whole  when the last part came: the packet as it was sent; its payload holds until the next put
 *
 * Returns whether `whole` was filled. Of bytes that come twice the first count; the datagram that
 * waited longest gives room to a new one.
 */
bool fragments_put(struct fragments *f, const struct packet *part, struct packet *whole);

/** Datagrams that never became whole, so far dropped or still waiting. */
uint64_t fragments_lost(const struct fragments *f);
#endif
