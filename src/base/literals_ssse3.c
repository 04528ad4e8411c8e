// SPDX-License-Identifier: Apache-2.0
// The search for literals on x86-64 with SSSE3: 16 places a step.
#if defined(__x86_64__)
#include <immintrin.h>

#include "base/literals_path.h"

#define SSSE3 __attribute__((target("ssse3")))

static bool is_there(void)
{
	return __builtin_cpu_supports("ssse3");
}

SSSE3 static inline __m128i table(const uint8_t bytes[static 16])
{
	return _mm_loadu_si128((const __m128i *)bytes);
}

/* Buckets of the bytes from `text` on, at a place of the window with these tables. */
SSSE3 static inline __m128i buckets(const uint8_t *text, __m128i low, __m128i high)
{
	__m128i nibble = _mm_set1_epi8(15);
	__m128i bytes = _mm_loadu_si128((const __m128i *)text);
	__m128i lows = _mm_and_si128(bytes, nibble);
	__m128i highs = _mm_and_si128(_mm_srli_epi16(bytes, 4), nibble);
	return _mm_and_si128(_mm_shuffle_epi8(low, lows), _mm_shuffle_epi8(high, highs));
}

SSSE3 static size_t scan(const struct literals_window *w, const uint8_t *text, size_t n)
{
	__m128i low0 = table(w->low[0]), high0 = table(w->high[0]);
	__m128i low1 = table(w->low[1]), high1 = table(w->high[1]);
	__m128i low2 = table(w->low[2]), high2 = table(w->high[2]);
	__m128i low3 = table(w->low[3]), high3 = table(w->high[3]);
	for (size_t i = 0; i < n; i += sizeof(__m128i)) {
		__m128i front = _mm_and_si128(
			buckets(text + i, low0, high0), buckets(text + i + 1, low1, high1));
		__m128i back = _mm_and_si128(
			buckets(text + i + 2, low2, high2), buckets(text + i + 3, low3, high3));
		__m128i none = _mm_cmpeq_epi8(_mm_and_si128(front, back), _mm_setzero_si128());
		unsigned some = ~(unsigned)_mm_movemask_epi8(none) & 0xffff;
		if (some)
			return i + (size_t)__builtin_ctz(some);
	}
	return n;
}

const struct literals_path literals_ssse3 = {
	.name = "SSSE3",
	.is_there = is_there,
	.scan = scan,
};
#endif
