// SPDX-License-Identifier: Apache-2.0
// Sorted pointers: files are few, and come seldom.
#include "app/log_roll.h"

#include <stdlib.h>

void log_roll_free(struct log_roll *r)
{
	while (r->n)
		log_roll_drop(r, r->n - 1);
	free(r->entry);
	*r = (struct log_roll){};
}

/* Where the entry stands, or would. */
static size_t seek(const struct log_roll *r, uint64_t dev, uint64_t ino, bool *is_there)
{
	size_t from = 0, to = r->n;
	while (from < to) {
		size_t mid = from + (to - from) / 2;
		const struct log_state *s = &r->entry[mid]->state;
		if (s->dev < dev || (s->dev == dev && s->ino < ino))
			from = mid + 1;
		else
			to = mid;
	}
	const struct log_state *s = from < r->n ? &r->entry[from]->state : NULL;
	*is_there = s && s->dev == dev && s->ino == ino;
	return from;
}

struct log_entry *log_roll_find(const struct log_roll *r, uint64_t dev, uint64_t ino)
{
	bool is_there;
	size_t i = seek(r, dev, ino, &is_there);
	return is_there ? r->entry[i] : NULL;
}

struct log_entry *log_roll_at(struct log_roll *r, uint64_t dev, uint64_t ino)
{
	bool is_there;
	size_t i = seek(r, dev, ino, &is_there);
	if (is_there)
		return r->entry[i];
	if (r->n == r->room) {
		size_t room = r->room ? 2 * r->room : 16;
		struct log_entry **more = reallocarray(r->entry, room, sizeof *more);
		if (!more)
			return NULL;
		r->entry = more;
		r->room = room;
	}
	struct log_entry *x = calloc(1, sizeof *x);
	if (!x)
		return NULL;
	x->state = (struct log_state){ .dev = dev, .ino = ino };
	memmove(&r->entry[i + 1], &r->entry[i], (r->n++ - i) * sizeof *r->entry);
	r->entry[i] = x;
	return x;
}

void log_roll_drop(struct log_roll *r, size_t i)
{
	struct log_entry *x = r->entry[i];
	free((void *)(uintptr_t)x->state.path.ptr);
	free(x->text);
	free(x);
	r->n--;
	memmove(&r->entry[i], &r->entry[i + 1], (r->n - i) * sizeof *r->entry);
}

bool log_entry_set(struct log_entry *x, const struct log_state *state)
{
	char *path = strndup(state->path.ptr ? state->path.ptr : "", state->path.len);
	if (!path)
		return false;
	free((void *)(uintptr_t)x->state.path.ptr);
	x->state = *state;
	x->state.path.ptr = path;
	return true;
}
