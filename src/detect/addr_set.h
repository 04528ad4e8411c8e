// SPDX-License-Identifier: Apache-2.0
// A set of addresses that is emptied again and again: emptying costs nothing.
#ifndef DETECT_ADDR_SET_H
#define DETECT_ADDR_SET_H
#include "model/addr.h"

/** All zero is empty. */
struct addr_set {
	struct addr *addr;
	uint32_t *turn; // in which an entry was put; of another turn it is free
	uint32_t now;
	size_t n, room;
};

/** Forget all. */
void addr_set_clear(struct addr_set *s);

/** Put an address; false when it is there already, or when there is no memory to remember it. */
bool addr_set_put(struct addr_set *s, const struct addr *a);

void addr_set_fini(struct addr_set *s);
#endif
