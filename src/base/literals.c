// SPDX-License-Identifier: Apache-2.0
// Of each literal, four bytes that are rare in logs stand for it. Where they may stand is found
// with tables by nibble, many places at a time, in the manner of the "Teddy" of Hyperscan (Wang and
// others, NSDI 2019); what was found is compared byte by byte.
#include "base/literals.h"

#include <stdlib.h>

#include "base/literals_path.h"

enum { N_BUCKETS = 8, BYTE_UNIT = 1 << 16 };

struct literal {
	uint8_t len;
	uint8_t window;                  // where its four bytes begin
	uint16_t next;                   // of the same bucket: its index + 1; 0 behind the last
	uint8_t text[LITERAL_MAX_BYTES]; // lower case
};

struct literals {
	const struct literals_path *path;
	struct literals_window window;
	size_t n, window_max;
	uint16_t first[N_BUCKETS]; // as `next`
	struct literal literal[];
};

/*
 * How rare a byte is in logs of web servers: one in 2 to the power of so many, in lower case.
 * Counted in 10,000 lines of a public Apache log (the sample of Elastic); 16 for what it lacks.
 */
static const uint8_t rarity[128] = {
	16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 8, 16, 16, 16, 16, 16,  // controls
	16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, //
	4, 14, 5, 16, 16, 10, 9, 16, 7, 7, 16, 8, 9, 6, 4, 4,           // blank to /
	4, 4, 5, 6, 7, 5, 6, 6, 7, 7, 6, 7, 16, 9, 16, 10,              // 0 to ?
	14, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, // @ to O
	16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 8, 16, 8, 16, 8,    // P to _
	16, 5, 7, 6, 7, 4, 7, 6, 6, 5, 9, 7, 5, 5, 6, 5,                // ` to o
	5, 10, 6, 5, 4, 7, 8, 6, 7, 7, 8, 16, 16, 16, 16, 16,           // p to DEL
};

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/** The nibbles that a bucket takes at each place of the window, as bits. */
struct bucket {
	uint16_t low[LITERALS_WINDOW], high[LITERALS_WINDOW];
};

static void bucket_take(struct bucket *b, size_t place, uint8_t c)
{
	bool is_letter = c >= 'a' && c <= 'z';
	b->low[place] |= (uint16_t)(1 << (c & 15));
	b->high[place] |= (uint16_t)(1 << (c >> 4) | (is_letter ? 1 << ((c & 0xdf) >> 4) : 0));
}

/* The bucket with the four bytes from `window` on; behind the end of a literal stands anything. */
static struct bucket bucket_with(struct bucket b, const struct literal *l, size_t window)
{
	for (size_t place = 0; place < LITERALS_WINDOW; place++) {
		if (window + place < l->len)
			bucket_take(&b, place, l->text[window + place]);
		else
			b.low[place] = b.high[place] = UINT16_MAX;
	}
	return b;
}

/* Of how many bytes in BYTE_UNIT both nibbles are in these sets. */
static unsigned share(unsigned low, unsigned high)
{
	unsigned sum = 0;
	for (unsigned highs = high; highs; highs &= highs - 1)
		for (unsigned lows = low; lows; lows &= lows - 1) {
			unsigned c =
				(unsigned)__builtin_ctz(highs) << 4 | (unsigned)__builtin_ctz(lows);
			sum += c < countof(rarity) ? BYTE_UNIT >> rarity[c] : 1;
		}
	return sum;
}

/* At which share of all places of a log a bucket gives a candidate. */
static double bucket_rate(const struct bucket *b)
{
	double rate = 1;
	for (size_t place = 0; place < LITERALS_WINDOW; place++)
		rate *= (double)share(b->low[place], b->high[place]) / BYTE_UNIT;
	return rate;
}

/* Put a literal into the bucket, with the window, that costs the fewest candidates more. */
static size_t bucket_choose(
	struct bucket bucket[N_BUCKETS], double rate[N_BUCKETS], struct literal *l)
{
	size_t best = 0;
	double least = 2, best_rate = 1;
	size_t n_windows = l->len > LITERALS_WINDOW ? l->len - LITERALS_WINDOW + 1 : 1;
	for (size_t window = 0; window < n_windows; window++) {
		for (size_t i = 0; i < N_BUCKETS; i++) {
			struct bucket with = bucket_with(bucket[i], l, window);
			double with_rate = bucket_rate(&with);
			if (with_rate - rate[i] >= least)
				continue;
			least = with_rate - rate[i];
			best_rate = with_rate;
			best = i;
			l->window = (uint8_t)window;
		}
	}
	bucket[best] = bucket_with(bucket[best], l, l->window);
	rate[best] = best_rate;
	return best;
}

static void fill_window(struct literals_window *w, const struct bucket bucket[N_BUCKETS])
{
	for (size_t place = 0; place < LITERALS_WINDOW; place++) {
		for (size_t c = 0; c < 16; c++)
			for (size_t i = 0; i < N_BUCKETS; i++) {
				w->low[place][c] |= (uint8_t)((bucket[i].low[place] >> c & 1) << i);
				w->high[place][c] |=
					(uint8_t)((bucket[i].high[place] >> c & 1) << i);
			}
		for (size_t c = 0; c < 256; c++)
			w->whole[place][c] = w->low[place][c & 15] & w->high[place][c >> 4];
	}
}

static const struct literals_path *const paths[] = {
#if defined(__x86_64__)
	&literals_avx2,
	&literals_ssse3,
#elif defined(__aarch64__)
	&literals_neon,
#endif
	&literals_scalar,
};

const struct literals_path *literals_path(size_t nth)
{
	return nth < countof(paths) ? paths[nth] : NULL;
}

static const struct literals_path *best_path(void)
{
	size_t i = 0;
	while (!paths[i]->is_there())
		i++;
	return paths[i];
}

struct literals *literals_new(const struct str *literal, size_t n)
{
	struct bucket bucket[N_BUCKETS] = {};
	double rate[N_BUCKETS] = {};
	if (n == 0 || n > LITERALS_MAX)
		return NULL;
	struct literals *l = calloc(1, sizeof *l + n * sizeof *l->literal);
	if (!l)
		return NULL;
	l->path = best_path();
	for (; l->n < n; l->n++) {
		struct literal *to = &l->literal[l->n];
		struct str from = literal[l->n];
		if (from.len < LITERAL_MIN_BYTES || from.len > LITERAL_MAX_BYTES) {
			free(l);
			return NULL;
		}
		to->len = (uint8_t)from.len;
		for (size_t i = 0; i < from.len; i++)
			to->text[i] = lower((uint8_t)from.ptr[i]);
		size_t b = bucket_choose(bucket, rate, to);
		to->next = l->first[b];
		l->first[b] = (uint16_t)(l->n + 1);
		if (to->window > l->window_max)
			l->window_max = to->window;
	}
	fill_window(&l->window, bucket);
	return l;
}

void literals_free(struct literals *l)
{
	free(l);
}

/* The first place from `at` on and before `end` where a window may stand; `end` when there is none. */
static size_t candidate(const struct literals_path *path, const struct literals *l,
	struct bytes text, size_t at, size_t end)
{
	if (text.len - at >= LITERALS_WINDOW) {
		size_t last = text.len - LITERALS_WINDOW + 1; // behind it a window does not fit
		size_t n = ((end < last ? end : last) - at) / LITERALS_STEP * LITERALS_STEP;
		size_t got = path->scan(&l->window, text.ptr + at, n);
		at += got;
		if (got < n)
			return at;
	}
	while (at < end) {
		uint8_t rest[LITERALS_STEP + LITERALS_WINDOW - 1] = {};
		size_t left = text.len - at;
		memcpy(rest, text.ptr + at, left < sizeof rest ? left : sizeof rest);
		size_t got = path->scan(&l->window, rest, LITERALS_STEP);
		at += got;
		if (got < LITERALS_STEP)
			break;
	}
	return at < end ? at : end;
}

/* Buckets whose window may stand at a place. */
static unsigned buckets_at(const struct literals_window *w, struct bytes text, size_t at)
{
	unsigned buckets = UINT8_MAX;
	for (size_t place = 0; place < LITERALS_WINDOW; place++)
		buckets &= w->whole[place][at + place < text.len ? text.ptr[at + place] : 0];
	return buckets;
}

static bool stands_at(const struct literal *l, struct bytes text, size_t at)
{
	if (text.len - at < l->len)
		return false;
	for (size_t i = 0; i < l->len; i++)
		if (lower(text.ptr[at + i]) != l->text[i])
			return false;
	return true;
}

/* Compare with the literals whose window may stand at `at`; keep a hit that is better than `best`. */
static void confirm(const struct literals *l, struct bytes text, size_t from, size_t at,
	struct literal_hit *best)
{
	unsigned buckets = buckets_at(&l->window, text, at);
	for (; buckets; buckets &= buckets - 1) {
		for (size_t i = l->first[__builtin_ctz(buckets)]; i; i = l->literal[i - 1].next) {
			const struct literal *one = &l->literal[i - 1];
			size_t begin = at - one->window;
			if (at - from < one->window || begin > best->at ||
				(begin == best->at && i - 1 > best->index))
				continue;
			if (stands_at(one, text, begin))
				*best = (struct literal_hit){ begin, (unsigned)(i - 1) };
		}
	}
}

bool literals_next_by(const struct literals_path *path, const struct literals *l, struct bytes text,
	size_t from, struct literal_hit *hit)
{
	struct literal_hit best = { SIZE_MAX, 0 };
	size_t end = text.len;
	for (size_t at = from; at < end; at++) {
		at = candidate(path, l, text, at, end);
		if (at == end)
			break;
		confirm(l, text, from, at, &best);
		// a literal that begins earlier may have its window later
		if (best.at != SIZE_MAX && best.at + l->window_max + 1 < end)
			end = best.at + l->window_max + 1;
	}
	if (best.at == SIZE_MAX)
		return false;
	*hit = best;
	return true;
}

bool literals_next(
	const struct literals *l, struct bytes text, size_t from, struct literal_hit *hit)
{
	return literals_next_by(l->path, l, text, from, hit);
}
