// SPDX-License-Identifier: Apache-2.0
// LZ4 frames through the library's frame interface.
#include <lz4frame.h>

#include "source/unpack.h"

/* A frame, or a skippable one (LZ4 frame format, 1.6). */
static bool begins(struct bytes head)
{
	if (head.len < 4)
		return false;
	bool is_frame = !memcmp(head.ptr, "\x04\x22\x4d\x18", 4);
	return is_frame || (head.ptr[0] >> 4 == 5 && !memcmp(head.ptr + 1, "\x2a\x4d\x18", 3));
}

static void *state_new(void)
{
	LZ4F_dctx *state = NULL;
	return LZ4F_isError(LZ4F_createDecompressionContext(&state, LZ4F_VERSION)) ? NULL : state;
}

static void state_free(void *state)
{
	LZ4F_freeDecompressionContext(state);
}

static bool again(void *state)
{
	LZ4F_resetDecompressionContext(state);
	return true;
}

static enum unpack_step step(void *state, struct unpack *u)
{
	size_t n_in = u->in.len, n_out = u->room;
	size_t left = LZ4F_decompress(state, u->out, &n_out, u->in.ptr, &n_in, NULL);
	if (LZ4F_isError(left)) {
		u->why = LZ4F_getErrorName(left);
		return UNPACK_DAMAGED;
	}
	u->in = (struct bytes){ u->in.ptr + n_in, u->in.len - n_in };
	u->out += n_out;
	u->room -= n_out;
	return left == 0 ? UNPACK_END : UNPACK_MORE;
}

const struct packing packing_lz4 = {
	.name = "lz4",
	.begins = begins,
	.state_new = state_new,
	.state_free = state_free,
	.again = again,
	.step = step,
};
