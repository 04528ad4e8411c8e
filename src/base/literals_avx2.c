// SPDX-License-Identifier: Apache-2.0
// The search for literals on x86-64 with AVX2: 32 places a step.
#if defined(__x86_64__)
#include <immintrin.h>

#include "base/literals_path.h"

#define AVX2 __attribute__((target("avx2")))

static bool is_there(void)
{
	return __builtin_cpu_supports("avx2");
}

AVX2 static inline __m256i both_lanes(const uint8_t table[static 16])
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)table));
}

/* Buckets of the bytes from `text` on, at a place of the window with these tables. */
AVX2 static inline __m256i buckets(const uint8_t *text, __m256i low, __m256i high)
{
	__m256i nibble = _mm256_set1_epi8(15);
	__m256i bytes = _mm256_loadu_si256((const __m256i *)text);
	__m256i lows = _mm256_and_si256(bytes, nibble);
	__m256i highs = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble);
	return _mm256_and_si256(_mm256_shuffle_epi8(low, lows), _mm256_shuffle_epi8(high, highs));
}

AVX2 static size_t scan(const struct literals_window *w, const uint8_t *text, size_t n)
{
	__m256i low0 = both_lanes(w->low[0]), high0 = both_lanes(w->high[0]);
	__m256i low1 = both_lanes(w->low[1]), high1 = both_lanes(w->high[1]);
	__m256i low2 = both_lanes(w->low[2]), high2 = both_lanes(w->high[2]);
	__m256i low3 = both_lanes(w->low[3]), high3 = both_lanes(w->high[3]);
	for (size_t i = 0; i < n; i += sizeof(__m256i)) {
		__m256i front = _mm256_and_si256(
			buckets(text + i, low0, high0), buckets(text + i + 1, low1, high1));
		__m256i back = _mm256_and_si256(
			buckets(text + i + 2, low2, high2), buckets(text + i + 3, low3, high3));
		if (_mm256_testz_si256(front, back))
			continue;
		__m256i none =
			_mm256_cmpeq_epi8(_mm256_and_si256(front, back), _mm256_setzero_si256());
		return i + (size_t)__builtin_ctz(~(unsigned)_mm256_movemask_epi8(none));
	}
	return n;
}

const struct literals_path literals_avx2 = { .name = "AVX2", .is_there = is_there, .scan = scan };
#endif
