// SPDX-License-Identifier: Apache-2.0
// What a worm does may have another cause, which one host's evidence cannot tell apart from it.
#ifndef DETECT_EXCUSE_H
#define DETECT_EXCUSE_H
#include "detect/judge.h"

/**
 * Make suspects of hosts that are accused of what has a likely cause beside a worm:
 * - a few missing flows back among many that came, no more than the `n_lost` that never came of any;
 * - an IPv6 address that nobody ever answered, asked of web servers: its way out may be broken, and browsers go on
 *   over IPv4 (RFC 8305).
 *
 * To be called before findings are ranked.
 */
void excuse_find(struct findings *f, uint64_t n_lost);

/** Make a suspect of a finding, no surer than even; the likelier cause, in words, goes behind its reason. */
[[gnu::format(printf, 2, 3)]] void excuse(struct finding *x, const char *cause, ...);
#endif
