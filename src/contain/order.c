// SPDX-License-Identifier: Apache-2.0
// A rule must stay behind those before it that meet it and do something else, and behind what those must
// stay behind: its party. The party with the most hits a rule goes next. To find the best order is hard
// (1|prec|sum of weighted completion times); this one is at most a small factor from it.
#include "contain/order.h"

#include <stdlib.h>
#include <string.h>

enum { WORD_BITS = 64 };

/* Parties as rows of bits. */
struct parties {
	uint64_t *row, *left; // left: rules that have no place yet
	size_t n_words;
};

static bool has_bit(const uint64_t *row, size_t i)
{
	return row[i / WORD_BITS] >> i % WORD_BITS & 1;
}

static void parties_fill(struct parties *a, const struct policy *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t *row = a->row + i * a->n_words;
		row[i / WORD_BITS] |= UINT64_C(1) << i % WORD_BITS;
		a->left[i / WORD_BITS] |= UINT64_C(1) << i % WORD_BITS;
		for (size_t k = i; k-- > 0;) {
			if (has_bit(row, k) || p->rule[k].action == p->rule[i].action ||
				!box_meets(&p->rule[k].box, &p->rule[i].box, NULL))
				continue;
			for (size_t w = 0; w < a->n_words; w++)
				row[w] |= a->row[k * a->n_words + w];
		}
	}
}

/* Hits of what is left of a party, a rule. */
static double density(const struct parties *a, size_t i, const uint64_t *hits)
{
	size_t n = 0;
	double sum = 0;
	for (size_t w = 0; w < a->n_words; w++)
		for (uint64_t bits = a->row[i * a->n_words + w] & a->left[w]; bits;
			bits &= bits - 1, n++)
			sum += (double)hits[w * WORD_BITS + (size_t)__builtin_ctzll(bits)];
	return sum / (double)n;
}

/* The party goes out, in the order as it was. */
static size_t place(struct parties *a, size_t i, size_t *order)
{
	size_t n = 0;
	for (size_t w = 0; w < a->n_words; w++) {
		uint64_t bits = a->row[i * a->n_words + w] & a->left[w];
		a->left[w] &= ~bits;
		for (; bits; bits &= bits - 1)
			order[n++] = w * WORD_BITS + (size_t)__builtin_ctzll(bits);
	}
	return n;
}

static void order_fill(struct parties *a, size_t n, const uint64_t *hits, size_t *order)
{
	for (size_t done = 0; done < n;) {
		size_t best = n;
		double most = 0;
		for (size_t i = 0; i < n; i++) {
			double d = has_bit(a->left, i) && hits[i] ? density(a, i, hits) : 0;
			if (d > most) {
				most = d;
				best = i;
			}
		}
		for (size_t i = 0; best == n; i++) // nothing left has hits: as it was
			if (has_bit(a->left, i))
				best = i;
		done += place(a, best, order + done);
	}
}

double order_cost(const uint64_t *hits, const size_t *order, size_t n)
{
	double met = 0, all = 0;
	for (size_t i = 0; i < n; i++) {
		double h = (double)hits[order ? order[i] : i];
		met += h * (double)(i + 1);
		all += h;
	}
	return all > 0 ? met / all : 0;
}

bool policy_order(
	const struct policy *p, size_t n, const uint64_t *hits, size_t *order, struct err *e)
{
	struct parties a = { .n_words = n / WORD_BITS + 1 };
	a.row = calloc(n + 1, a.n_words * sizeof *a.row);
	a.left = calloc(a.n_words, sizeof *a.left);
	bool ok = a.row && a.left;
	if (ok) {
		parties_fill(&a, p, n);
		order_fill(&a, n, hits, order);
	} else {
		err_sys(e, "order of rules");
	}
	if (ok && order_cost(hits, order, n) >= order_cost(hits, NULL, n))
		for (size_t i = 0; i < n; i++)
			order[i] = i;
	free(a.row);
	free(a.left);
	return ok;
}
