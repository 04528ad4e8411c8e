// SPDX-License-Identifier: Apache-2.0
// A merge sort from below, of runs that were sorted by insertion.
#include "detect/order.h"

enum { RUN = 12 };

/* Rarely needed: contacts of one source and port at the same time. */
static bool is_less_in_full(const struct evidence *e, const struct count *a, const struct count *b)
{
	struct contact x, y;
	evidence_get(e, a->number, &x);
	evidence_get(e, b->number, &y);
	return contact_cmp(&x, &y) < 0;
}

static inline bool is_less(const struct evidence *e, const struct count *a, const struct count *b)
{
	if (a->source != b->source)
		return a->source < b->source;
	return a->rest != b->rest ? a->rest < b->rest : is_less_in_full(e, a, b);
}

static void sort_run(struct count *count, size_t n, const struct evidence *e)
{
	for (size_t i = 1; i < n; i++) {
		struct count k = count[i];
		size_t j = i;
		for (; j > 0 && is_less(e, &k, &count[j - 1]); j--)
			count[j] = count[j - 1];
		count[j] = k;
	}
}

static void merge(struct count *to, const struct count *a, size_t n_a, const struct count *b,
	size_t n_b, const struct evidence *e)
{
	const struct count *a_end = a + n_a, *b_end = b + n_b;
	while (a < a_end && b < b_end)
		*to++ = is_less(e, b, a) ? *b++ : *a++;
	while (a < a_end)
		*to++ = *a++;
	while (b < b_end)
		*to++ = *b++;
}

struct count *order_sort(
	struct count *count, struct count *room, size_t n, const struct evidence *e)
{
	for (size_t i = 0; i < n; i += RUN)
		sort_run(count + i, LEAST(n - i, (size_t)RUN), e);
	for (size_t width = RUN; width < n; width *= 2) {
		for (size_t i = 0; i < n; i += 2 * width) {
			size_t n_a = LEAST(n - i, width), n_b = LEAST(n - i - n_a, width);
			merge(room + i, count + i, n_a, count + i + n_a, n_b, e);
		}
		struct count *sorted = room;
		room = count;
		count = sorted;
	}
	return count;
}
