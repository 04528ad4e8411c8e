// SPDX-License-Identifier: Apache-2.0
// From one flow to what it says of contacts.
#ifndef DETECT_OBSERVE_H
#define DETECT_OBSERVE_H
#include "model/contact.h"

/**
 * Say what a flow tells: that its source opened something, that it answered, or perhaps either.
 *
 * out  the contact it opens, the contact it answers, or both
 *
 * Returns how many of `out` are filled, 0 for what is no contact: groups, other protocols.
 */
unsigned observe(const struct flow *f, struct contact out[static 2]);
#endif
