// SPDX-License-Identifier: Apache-2.0
// Datagrams of which one in so many was looked at: none of many was answered.
#ifndef DETECT_SILENT_H
#define DETECT_SILENT_H
#include "detect/case.h"

/** Peers from which on their silence is no chance: one in 10^7 where one in five lives, 1 in 500 of one in ten. */
enum { SILENT_PEERS = 100 };

/**
 * How many peers answered a source on ports `low` to `high` of a protocol, though no packet of the source
 * to them was among the sampled.
 */
size_t silent_answers(const struct suspect *s, uint8_t proto, uint16_t low, uint16_t high);

/** Whether so few of `n_asked` peers answered that nobody lives there: one in 50. */
bool silent_is(size_t n_asked, size_t n_answered);

/**
 * Look at sampled datagrams of one source to one port, in a network to which answers are seen: where nobody
 * answered, SIGN_UNKNOWN becomes SIGN_SILENT.
 */
void silent_weigh(const struct suspect *s, const struct key_slice *k);
#endif
