// SPDX-License-Identifier: Apache-2.0
// Peers that answered, of several sources at once: each with the first place in order at which it did. That is what
// stands for a peer over all ports (pool_peers).
#ifndef DETECT_ANSWERERS_H
#define DETECT_ANSWERERS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct answerer {
	uint64_t peer, rest; // a number for it; see order_rest
	uint32_t source;     // number plus one; 0: free
};

/** All zero is empty; free with answerers_fini. */
struct answerers {
	struct answerer *slot;
	size_t n_slots, room; // half of the slots are free
};

/** Empty it, and have room for `n`. Returns false when there is no memory. */
bool answerers_begin(struct answerers *a, size_t n);
void answerers_fini(struct answerers *a);

/**
 * A peer of a source answered.
 *
 * peer  the same for no two of its peers, or nearly: of two that are alike only the first one is known
 */
void answerers_put(struct answerers *a, uint32_t source, uint64_t peer, uint64_t rest);
#endif
