// SPDX-License-Identifier: Apache-2.0
// Open addressing by generation, which is drawn at random and so its own hash.
#include "app/log_names.h"

#include <stdlib.h>

void log_names_free(struct log_names *n)
{
	for (size_t i = 0; i < n->room; i++)
		free(n->name[i].path);
	free(n->name);
	free(n->slot);
	*n = (struct log_names){};
}

static uint32_t *slot_of(const struct log_names *n, uint64_t generation)
{
	size_t mask = n->n_slots - 1;
	for (size_t i = generation & mask;; i = (i + 1) & mask)
		if (!n->slot[i] || n->name[n->slot[i] - 1].generation == generation)
			return &n->slot[i];
}

static void slots_fill(struct log_names *n)
{
	memset(n->slot, 0, n->n_slots * sizeof *n->slot);
	for (size_t i = 0; i < n->room; i++)
		if (n->name[i].generation)
			*slot_of(n, n->name[i].generation) = (uint32_t)i + 1;
}

static bool grow(struct log_names *n)
{
	size_t room = n->room ? n->room * 2 : 64;
	room = room < LOG_NAMES_MAX ? room : LOG_NAMES_MAX;
	if (n->n < n->room)
		return true;
	if (n->room == LOG_NAMES_MAX)
		return false;
	size_t n_slots = n->n_slots ? n->n_slots * 2 : 128;
	struct log_name *name = reallocarray(n->name, room, sizeof *name);
	n->name = name ? name : n->name;
	uint32_t *slot = name ? reallocarray(n->slot, n_slots, sizeof *slot) : NULL;
	if (!slot)
		return false;
	n->slot = slot;
	n->n_slots = n_slots;
	memset(n->name + n->room, 0, (room - n->room) * sizeof *name);
	n->room = room;
	slots_fill(n);
	return true;
}

bool log_names_put(struct log_names *n, const struct attack_source *s, uint16_t *number)
{
	uint32_t *slot = n->room ? slot_of(n, s->generation) : NULL;
	if (!slot || !*slot) {
		if (!grow(n))
			return false;
		slot = slot_of(n, s->generation);
		char *path = strndup(s->path.ptr, s->path.len);
		if (!path)
			return false;
		while (n->name[n->next % n->room].generation)
			n->next++;
		size_t i = n->next++ % n->room;
		n->name[i] = (struct log_name){ s->generation, path };
		n->n++;
		*slot = (uint32_t)i + 1;
	}
	*number = (uint16_t)(*slot - 1);
	return true;
}

bool log_names_get(const struct log_names *n, uint16_t number, struct attack_source *out)
{
	if (number >= n->room || !n->name[number].generation)
		return false;
	const char *path = n->name[number].path;
	*out = (struct attack_source){ n->name[number].generation, { path, strlen(path) } };
	return true;
}

void log_names_sweep(struct log_names *n, const bool *is_used)
{
	for (size_t i = 0; i < n->room; i++) {
		if (!n->name[i].generation || is_used[i])
			continue;
		free(n->name[i].path);
		n->name[i] = (struct log_name){};
		n->n--;
	}
	slots_fill(n);
}
