// SPDX-License-Identifier: Apache-2.0
// The key of the hash comes from the kernel.
#include "base/hash.h"

#include <sys/random.h>
#include <time.h>

uint64_t hash_key(void)
{
	uint64_t key;
	if (getrandom(&key, sizeof key, 0) == sizeof key)
		return key;
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_nsec * UINT64_C(0x9e3779b97f4a7c15);
}
