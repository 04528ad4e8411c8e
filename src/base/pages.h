// SPDX-License-Identifier: Apache-2.0
// Large arrays straight from the kernel: zeroed, touched as they are used, on huge pages if there are any.
#ifndef BASE_PAGES_H
#define BASE_PAGES_H
#include <stdbool.h>
#include <stddef.h>

/** Room for `bytes` > 0 zeroes; NULL when there is no memory. Free with pages_free and the same size. */
void *pages_new(size_t bytes);
void pages_free(void *p, size_t bytes);

/**
 * Make room larger. The pages that are there stay, perhaps elsewhere, for new ones have to be cleared
 * first.
 *
 * Returns false, and leaves all as it is, when there is no memory.
 */
bool pages_grow(void *old, size_t bytes, size_t more, void **out);
#endif
