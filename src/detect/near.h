// SPDX-License-Identifier: Apache-2.0
// Neighbours stay neighbours: hosts of one network are met together, so what is kept of them is too.
#ifndef DETECT_NEAR_H
#define DETECT_NEAR_H
#include <endian.h>

#include "base/hash.h"
#include "model/addr.h"

/**
 * A hash of an address: anything for its network of 256, and one after the other inside it. A table by
 * it has the hosts of a site in a few cache lines, and two hosts of one network never collide.
 */
static inline uint64_t near_hash(const struct addr *a, uint64_t key)
{
	uint64_t half[2];
	memcpy(half, a, sizeof half);
	half[1] &= htobe64(~UINT64_C(0xff));
	return hash_bytes(half, sizeof half, key) + a->octet[15];
}
#endif
