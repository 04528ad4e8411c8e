// SPDX-License-Identifier: Apache-2.0
// A packed stream, read in two ways: with room for much and for a few bytes. Both end, and give the
// same. The first byte picks the packing, the second the small room.
#include <assert.h>
#include <stdlib.h>

#include "source/unpack.h"

enum { MOST = 1 << 20, LARGE = 65536 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static size_t read_all(const struct packing *packing, struct bytes packed, size_t step,
	uint8_t *room, struct unpack_damage *damage)
{
	size_t n = 0, got;
	FILE *in = fmemopen((void *)(uintptr_t)packed.ptr, packed.len, "rb");
	assert(in);
	FILE *file = unpack_open(packing, in, damage);
	assert(file);
	setvbuf(file, NULL, _IONBF, 0);
	for (; n + step <= MOST && (got = fread(room + n, 1, step, file)) > 0; n += got)
		;
	assert(!ferror(file));
	fclose(file);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct packing *const packings[] = { &packing_gzip, &packing_bzip2,
		&packing_zstd, &packing_lz4 };
	static uint8_t large[MOST], small[MOST];
	struct unpack_damage a = {}, b = {};
	if (len < 3)
		return 0;
	const struct packing *packing = packings[data[0] % countof(packings)];
	struct bytes packed = { data + 2, len - 2 };
	size_t step = 1 + data[1] % 64;
	size_t n_large = read_all(packing, packed, LARGE, large, &a);
	size_t n_small = read_all(packing, packed, step, small, &b);
	bool is_whole = n_large + LARGE <= MOST && n_small + step <= MOST;
	if (is_whole) {
		assert(!a.packing == !b.packing);
		assert(a.packing || n_large == n_small);
	}
	assert(a.at <= packed.len && b.at <= packed.len);
	assert(!memcmp(large, small, n_large < n_small ? n_large : n_small));
	return 0;
}
