// SPDX-License-Identifier: Apache-2.0
// zstd (RFC 8878) through its library, which refuses windows above 128 MiB.
#include <zstd.h>

#include "source/unpack.h"

/* A frame, or a skippable one: tables of the seekable format are such. Section 3.1. */
static bool begins(struct bytes head)
{
	if (head.len < 4)
		return false;
	bool is_frame = !memcmp(head.ptr, "\x28\xb5\x2f\xfd", 4);
	return is_frame || (head.ptr[0] >> 4 == 5 && !memcmp(head.ptr + 1, "\x2a\x4d\x18", 3));
}

static void *state_new(void)
{
	return ZSTD_createDStream();
}

static void state_free(void *state)
{
	ZSTD_freeDStream(state);
}

static bool again(void *state)
{
	return !ZSTD_isError(ZSTD_initDStream(state));
}

static enum unpack_step step(void *state, struct unpack *u)
{
	ZSTD_inBuffer in = { u->in.ptr, u->in.len, 0 };
	ZSTD_outBuffer out = { u->out, u->room, 0 };
	size_t left = ZSTD_decompressStream(state, &out, &in);
	u->in = (struct bytes){ u->in.ptr + in.pos, u->in.len - in.pos };
	u->out += out.pos;
	u->room -= out.pos;
	if (ZSTD_isError(left)) {
		u->why = ZSTD_getErrorName(left);
		return UNPACK_DAMAGED;
	}
	return left == 0 ? UNPACK_END : UNPACK_MORE;
}

const struct packing packing_zstd = {
	.name = "zstd",
	.begins = begins,
	.state_new = state_new,
	.state_free = state_free,
	.again = again,
	.step = step,
};
