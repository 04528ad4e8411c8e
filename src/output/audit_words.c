// SPDX-License-Identifier: Apache-2.0
// The table of words; questions by device.
#include "output/audit_words.h"

#include <string.h>

#define AS_WORDS(name, en, ja) { (en), (ja) },
static const char *const words[N_AUDIT_WORDS][N_LANGS] = { AUDIT_WORDS(AS_WORDS) };

const char *audit_word(enum audit_word w, enum lang lang)
{
	return words[w][lang];
}

static void put(const char **list, size_t *n, const char *command)
{
	for (size_t i = 0; i < *n; i++)
		if (!strcmp(list[i], command))
			return;
	if (*n < AUDIT_COMMANDS_MAX)
		list[(*n)++] = command;
}

struct audit_asks audit_asks_of(const struct audit_report *r, uint32_t device)
{
	struct audit_asks a = {};
	size_t low = 0, high = r->n_questions; // they stand by device
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (r->question[mid].device < device)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < r->n_questions && r->question[low].device == device; low++) {
		const struct question *q = &r->question[low];
		if (q->command && q->wants_another)
			put(a.again, &a.n_again, q->command);
		else if (q->command)
			put(a.first, &a.n_first, q->command);
	}
	return a;
}

static bool are_same(const char *const *a, size_t n_a, const char *const *b, size_t n_b)
{
	bool same = n_a == n_b;
	for (size_t i = 0; same && i < n_a; i++)
		same = !strcmp(a[i], b[i]);
	return same;
}

bool audit_asks_are_same(const struct audit_asks *a, const struct audit_asks *b)
{
	return are_same(a->first, a->n_first, b->first, b->n_first) &&
	       are_same(a->again, a->n_again, b->again, b->n_again);
}

bool audit_is_told(const struct audited_device *d)
{
	return d->n_symptoms + d->n_clear + d->n_unknown > 0;
}
