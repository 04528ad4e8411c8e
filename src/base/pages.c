// SPDX-License-Identifier: Apache-2.0
#include "base/pages.h"

#include <sys/mman.h>

void *pages_new(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	madvise(p, bytes, MADV_HUGEPAGE); // spares most TLB misses
	return p;
}

void pages_free(void *p, size_t bytes)
{
	if (p)
		munmap(p, bytes);
}

bool pages_grow(void *old, size_t bytes, size_t more, void **out)
{
	void *p = mremap(old, bytes, more, MREMAP_MAYMOVE);
	if (p == MAP_FAILED)
		return false;
	madvise(p, more, MADV_HUGEPAGE);
	*out = p;
	return true;
}
