// SPDX-License-Identifier: Apache-2.0
// Order among facts: by device and kind.
#include <stdlib.h>

#include "audit/derive.h"

bool audit_index(struct audit *a)
{
	size_t n_keys = a->n_devices * N_FACT_KINDS, sum = 0;
	free(a->order);
	free(a->start);
	a->order = calloc(a->facts.n + 1, sizeof *a->order);
	a->start = calloc(n_keys + 2, sizeof *a->start);
	if (!a->order || !a->start)
		return false;
	for (size_t i = 0; i < a->facts.n; i++) {
		const struct fact *x = &a->facts.fact[i];
		a->start[audit_answer(a, x)->device * N_FACT_KINDS + x->kind + 2]++;
	}
	for (size_t i = 2; i < n_keys + 2; i++) {
		sum += a->start[i];
		a->start[i] = sum;
	}
	for (size_t i = 0; i < a->facts.n; i++) {
		const struct fact *x = &a->facts.fact[i];
		size_t key = audit_answer(a, x)->device * N_FACT_KINDS + x->kind;
		a->order[a->start[key + 1]++] = (uint32_t)i;
	}
	return true;
}
