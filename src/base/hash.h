// SPDX-License-Identifier: Apache-2.0
// Keyed hashing of small keys: XXH3, so that no input can choose its neighbours in a table.
#ifndef BASE_HASH_H
#define BASE_HASH_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define XXH_INLINE_ALL // inlined, the length of a key is a constant
#include <xxhash.h>

/** 64 bits of XXH3 over `len` bytes under a key. */
static inline uint64_t hash_bytes(const void *ptr, size_t len, uint64_t key)
{
	return XXH3_64bits_withSeed(ptr, len, key);
}

/** The same, of two blocks of 16 bytes each. */
static inline uint64_t hash_pair(const void *a, const void *b, uint64_t key)
{
	unsigned char both[32];
	memcpy(both, a, 16);
	memcpy(both + 16, b, 16);
	return XXH3_64bits_withSeed(both, sizeof both, key);
}

/** A key that nobody outside can guess, from the kernel. */
uint64_t hash_key(void);
#endif
