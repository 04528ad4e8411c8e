// SPDX-License-Identifier: Apache-2.0
// The one place that knows which hash function we use.
#include "base/hash.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t hash_bytes(const void *ptr, size_t len, uint64_t key)
{
	return XXH3_64bits_withSeed(ptr, len, key);
}

uint64_t hash_pair(const void *a, const void *b, uint64_t key)
{
	unsigned char both[32];
	memcpy(both, a, 16);
	memcpy(both + 16, b, 16);
	return XXH3_64bits_withSeed(both, sizeof both, key);
}

uint64_t hash_key(void)
{
	uint64_t key;
	if (getrandom(&key, sizeof key, 0) == sizeof key)
		return key;
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_nsec * UINT64_C(0x9e3779b97f4a7c15);
}
