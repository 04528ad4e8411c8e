// SPDX-License-Identifier: Apache-2.0
// What a walk over all contacts found is taken again for a while: so who asks often costs little.
#ifndef APP_API_CACHE_H
#define APP_API_CACHE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CACHED_LEAST_MS = 2000, // how long at least
	CACHED_COSTS = 10,      // and as a multiple of what it cost
	CACHED_KEY_BYTES = 160,
};

struct api_cache;

/** NULL when there is no memory. Free with api_cache_free. */
struct api_cache *api_cache_new(void);
void api_cache_free(struct api_cache *c);

/** Whether `key` was found a moment ago; fills the `size` bytes of `out` only then. NULL for a cache has nothing. */
bool api_cache_get(const struct api_cache *c, const char *key, void *out, size_t size);

/** Keep what a walk found that began at a time of the steady clock; the oldest of few makes room. */
void api_cache_put(
	struct api_cache *c, const char *key, uint64_t began_ms, const void *found, size_t size);
#endif
