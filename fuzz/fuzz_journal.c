// SPDX-License-Identifier: Apache-2.0
// A journal as some keeper, disk or machine left it: all that is whole comes out, in order, at most as
// many bytes as there are, and what is behind the last of it is a tail. The same reader is at the pipe.
#include <assert.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void take(void *ctx, const struct parcel *p)
{
	uint64_t *n_bytes = ctx;
	assert((unsigned)p->sort < N_PARCELS);
	*n_bytes += PARCEL_HEADER_BYTES + p->body.len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct replay r = { .fd = memfd_create("journal", MFD_CLOEXEC) };
	uint64_t n_bytes = 0;
	assert(r.fd >= 0 && intake_init(&r.intake));
	assert(pwrite(r.fd, data, len, 0) == (ssize_t)len);
	while (replay_some(&r, take, &n_bytes))
		;
	assert(r.n_bytes == len && r.n_whole <= len && n_bytes <= r.n_whole);
	assert(r.is_damaged == (n_bytes < r.n_whole));
	assert(!r.is_damaged || r.damaged_at < r.n_whole);
	replay_close(&r);
	return 0;
}
