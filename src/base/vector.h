// SPDX-License-Identifier: Apache-2.0
// Loops over columns, for whichever processor they meet.
#ifndef BASE_VECTOR_H
#define BASE_VECTOR_H

/**
 * A function that is made three times, and picked when the program starts: for processors with AVX-512 (x86-64-v4),
 * with AVX2, and for all others. What it says is the same.
 */
#if defined __x86_64__ && defined __linux__ && !defined __clang__
#define VECTOR_CLONES \
	__attribute__((target_clones("arch=x86-64-v4", "avx2", "default"), optimize("O3")))
#else
#define VECTOR_CLONES
#endif
#endif
