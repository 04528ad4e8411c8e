// SPDX-License-Identifier: Apache-2.0
// A few results by name.
#include "app/api_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/clock.h"
#include "model/contact.h"

enum { ENTRIES = 8 };

struct api_cache {
	struct entry {
		char key[CACHED_KEY_BYTES];
		void *found; // NULL: free
		size_t size;
		uint64_t made_ms, until_ms; // by the steady clock
	} entry[ENTRIES];
};

struct api_cache *api_cache_new(void)
{
	return calloc(1, sizeof(struct api_cache));
}

void api_cache_free(struct api_cache *c)
{
	for (size_t i = 0; c && i < ENTRIES; i++)
		free(c->entry[i].found);
	free(c);
}

static bool is_it(const struct entry *e, const char *key, size_t size)
{
	return e->found && e->size == size && !strcmp(e->key, key);
}

bool api_cache_get(const struct api_cache *c, const char *key, void *out, size_t size)
{
	uint64_t now_ms = steady_ms();
	for (size_t i = 0; c && i < ENTRIES; i++)
		if (is_it(&c->entry[i], key, size) && now_ms < c->entry[i].until_ms) {
			memcpy(out, c->entry[i].found, size);
			return true;
		}
	return false;
}

void api_cache_put(
	struct api_cache *c, const char *key, uint64_t began_ms, const void *found, size_t size)
{
	uint64_t now_ms = steady_ms();
	if (!c || strlen(key) >= CACHED_KEY_BYTES)
		return;
	struct entry *e = &c->entry[0];
	for (size_t i = 1; i < ENTRIES && !is_it(e, key, size); i++)
		if (is_it(&c->entry[i], key, size) || c->entry[i].made_ms < e->made_ms)
			e = &c->entry[i];
	void *copy = malloc(size);
	if (!copy)
		return;
	free(e->found);
	*e = (struct entry){ .found = memcpy(copy, found, size),
		.size = size,
		.made_ms = now_ms,
		.until_ms = now_ms +
			    MOST((now_ms - began_ms) * CACHED_COSTS, (uint64_t)CACHED_LEAST_MS) };
	snprintf(e->key, sizeof e->key, "%s", key);
}
