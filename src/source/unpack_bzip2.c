// SPDX-License-Identifier: Apache-2.0
// bzip2 through its library.
#include <bzlib.h>
#include <stdlib.h>

#include "source/unpack.h"

static bool begins(struct bytes head)
{
	return head.len >= 4 && !memcmp(head.ptr, "BZh", 3) && head.ptr[3] >= '1' &&
	       head.ptr[3] <= '9';
}

static void *state_new(void)
{
	bz_stream *s = calloc(1, sizeof *s);
	if (s && BZ2_bzDecompressInit(s, 0, 0) == BZ_OK)
		return s;
	free(s);
	return NULL;
}

static void state_free(void *state)
{
	BZ2_bzDecompressEnd(state); // refuses, and does nothing, where a begin had failed
	free(state);
}

static bool again(void *state)
{
	BZ2_bzDecompressEnd(state);
	return BZ2_bzDecompressInit(state, 0, 0) == BZ_OK;
}

static enum unpack_step step(void *state, struct unpack *u)
{
	enum { STEP_BYTES = 1 << 30 }; // its lengths are of 32 bits
	bz_stream *s = state;
	size_t len = u->in.len < STEP_BYTES ? u->in.len : STEP_BYTES;
	size_t room = u->room < STEP_BYTES ? u->room : STEP_BYTES;
	s->next_in = (char *)(uintptr_t)u->in.ptr;
	s->avail_in = (unsigned)len;
	s->next_out = (char *)u->out;
	s->avail_out = (unsigned)room;
	int got = BZ2_bzDecompress(s);
	u->in = (struct bytes){ u->in.ptr + (len - s->avail_in), u->in.len - (len - s->avail_in) };
	u->out += room - s->avail_out;
	u->room -= room - s->avail_out;
	if (got == BZ_OK || got == BZ_STREAM_END)
		return got == BZ_OK ? UNPACK_MORE : UNPACK_END;
	u->why = got == BZ_MEM_ERROR          ? "there is no memory"
		 : got == BZ_DATA_ERROR_MAGIC ? "its header is invalid"
					      : "its checksum is wrong";
	return UNPACK_DAMAGED;
}

const struct packing packing_bzip2 = {
	.name = "bzip2",
	.begins = begins,
	.state_new = state_new,
	.state_free = state_free,
	.again = again,
	.step = step,
};
