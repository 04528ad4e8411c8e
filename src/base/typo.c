// SPDX-License-Identifier: Apache-2.0
// Levenshtein's distance, kept to short words; and names of which only the beginning was typed.
#include "base/typo.h"

enum { TYPO_BYTES = 64, TYPO_EDITS = 2, BEGUN_LEAST = 3 };

/* Levenshtein's distance: letters to insert, drop or change. Long names are far from all others. */
static size_t edits(struct str a, struct str b)
{
	size_t row[TYPO_BYTES + 1];
	if (a.len > TYPO_BYTES || b.len > TYPO_BYTES)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 0; i < a.len; i++) {
		size_t diagonal = row[0];
		row[0] = i + 1;
		for (size_t j = 0; j < b.len; j++) {
			size_t best = diagonal + (a.ptr[i] != b.ptr[j]);
			diagonal = row[j + 1];
			if (best > row[j] + 1)
				best = row[j] + 1;
			if (best > diagonal + 1)
				best = diagonal + 1;
			row[j + 1] = best;
		}
	}
	return row[b.len];
}

/* The only name that begins so, of which more than a letter or two was typed. */
static const char *begun(struct str typed, const char *const *name, size_t n)
{
	const char *found = NULL;
	for (size_t i = 0; i < n; i++) {
		if (!name[i] || strncmp(name[i], typed.ptr, typed.len) != 0)
			continue;
		if (found)
			return NULL;
		found = name[i];
	}
	return typed.len >= BEGUN_LEAST ? found : NULL;
}

/* The name that was probably meant, or NULL: few edits away, and at most half of it wrong. */
const char *typo_nearest(struct str typed, const char *const *name, size_t n)
{
	const char *found = NULL;
	size_t least = TYPO_EDITS + 1;
	for (size_t i = 0; i < n; i++) {
		if (!name[i])
			continue;
		struct str known = { name[i], strlen(name[i]) };
		size_t d = edits(typed, known);
		if (d < least && d * 2 <= known.len) {
			least = d;
			found = name[i];
		}
	}
	return found ? found : begun(typed, name, n);
}
