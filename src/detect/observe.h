// SPDX-License-Identifier: Apache-2.0
// From one flow to what it says of contacts.
#ifndef DETECT_OBSERVE_H
#define DETECT_OBSERVE_H
#include "model/contact.h"

/**
 * Say what flows tell: that a source opened something, that it answered, or perhaps either.
 *
 * out  room for two contacts a flow: the one it opens, the one it answers, or both
 *
 * Returns how many of `out` are filled; none for what is no contact: groups, other protocols.
 */
size_t observe(const struct flow *flow, size_t n, struct contact *out);
#endif
