// SPDX-License-Identifier: Apache-2.0
// Datagrams to random ports of random peers, when no answer could be seen.
#ifndef DETECT_SCATTER_H
#define DETECT_SCATTER_H
#include "detect/case.h"

enum { SCATTER_LEAST = 100 }; // datagrams whose outcome is not known, of which anything is made

/**
 * Look at all datagrams of one source together. A worm that draws the port anew for each peer hits
 * low ports as often as any other, one in 64; no peer-to-peer program has peers there, and no client
 * sends from there. Where the ports are drawn so, and each peer got one packet, SIGN_UNKNOWN becomes
 * SIGN_SCATTERED. Of sampled packets or a list, which are a part, more low ports are asked for; or answers to
 * the source's network, of which it got none: SIGN_SILENT. Then large datagrams do as well as low ports.
 */
void scatter_weigh(const struct suspect *s);
#endif
