// SPDX-License-Identifier: Apache-2.0
// The stream over a packed one: what all packings have in common.
#include "source/unpack.h"

#include <errno.h>
#include <stdlib.h>

enum { PACKED_BYTES = 128 << 10, ROOM_BYTES = 128 << 10, MAGIC_BYTES = 4 };

struct unpacking {
	const struct packing *packing;
	void *state;
	FILE *packed;
	struct unpack_damage *damage;
	uint64_t n_taken, n_out; // packed bytes from the stream, unpacked bytes given
	struct bytes left;       // of `in`, not yet unpacked
	bool is_between, is_over;
	uint8_t in[PACKED_BYTES];
	char room[ROOM_BYTES]; // of the stream above
};

/* Nothing more is unpacked; the first reason of all is kept. */
static void stop(struct unpacking *u, const char *why)
{
	u->is_over = true;
	if (u->damage->packing)
		return;
	*u->damage = (struct unpack_damage){
		.packing = u->packing,
		.why = why,
		.at = u->n_taken - u->left.len,
		.n_out = u->n_out,
	};
}

/* More packed bytes behind those that are left. Returns false when there are none. */
static bool refill(struct unpacking *u)
{
	memmove(u->in, u->left.ptr, u->left.len);
	size_t n = feof(u->packed)
			   ? 0
			   : fread(u->in + u->left.len, 1, sizeof u->in - u->left.len, u->packed);
	u->left = (struct bytes){ u->in, u->left.len + n };
	u->n_taken += n;
	return n > 0;
}

/* Behind an end: the beginning of more data, nothing, or something else. Zeroes are padding. */
static void go_on(struct unpacking *u)
{
	for (;;) {
		if (u->left.len < MAGIC_BYTES && !refill(u) && u->left.len == 0) {
			u->is_over = true;
			return;
		}
		if (u->left.ptr[0] != 0)
			break;
		u->left.ptr++;
		u->left.len--;
	}
	if (!u->packing->begins(u->left))
		stop(u, "something else follows");
	else if (!u->packing->again(u->state))
		stop(u, "there is no memory");
	u->is_between = false;
}

/* One step within data; input is added only when all that was given has been used. */
static size_t step(struct unpacking *u, uint8_t *room, size_t len)
{
	struct unpack now = { .in = u->left, .out = room, .room = len };
	enum unpack_step got = u->packing->step(u->state, &now);
	bool has_moved = now.in.len != u->left.len || now.room != len;
	u->left = now.in;
	u->n_out += len - now.room;
	if (got == UNPACK_END)
		u->is_between = true;
	else if (got == UNPACK_DAMAGED)
		stop(u, now.why);
	else if (!has_moved && !refill(u))
		stop(u, ferror(u->packed) ? "it cannot be read" : "it ends too early");
	return len - now.room;
}

static ssize_t unpacking_read(void *cookie, char *room, size_t len)
{
	struct unpacking *u = cookie;
	size_t n = 0;
	while (n < len && !u->is_over) {
		if (u->is_between)
			go_on(u);
		else
			n += step(u, (uint8_t *)room + n, len - n);
	}
	return (ssize_t)n;
}

static int unpacking_close(void *cookie)
{
	struct unpacking *u = cookie;
	int failed = fclose(u->packed);
	u->packing->state_free(u->state);
	free(u);
	return failed;
}

FILE *unpack_open(const struct packing *packing, FILE *take, struct unpack_damage *damage)
{
	cookie_io_functions_t io = { .read = unpacking_read, .close = unpacking_close };
	struct unpacking *u = malloc(sizeof *u);
	void *state = u ? packing->state_new() : NULL;
	FILE *f = state ? fopencookie(u, "r", io) : NULL;
	if (!f) {
		if (state)
			packing->state_free(state);
		free(u);
		fclose(take);
		errno = ENOMEM;
		return NULL;
	}
	u->packing = packing;
	u->state = state;
	u->packed = take;
	u->damage = damage;
	u->n_taken = u->n_out = 0;
	u->left = (struct bytes){ u->in, 0 };
	u->is_between = u->is_over = false;
	setvbuf(f, u->room, _IOFBF, sizeof u->room);
	return f;
}
