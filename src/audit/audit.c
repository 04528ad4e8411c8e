// SPDX-License-Identifier: Apache-2.0
// What an audit holds, made and freed.
#include "audit/audit.h"

#include <stdlib.h>

#include "audit/phrases.h"

struct audit *audit_new(struct err *e)
{
	struct audit *a = calloc(1, sizeof *a);
	if (a)
		a->phrases = phrases_new();
	if (a && a->phrases)
		return a;
	audit_free(a);
	err_sys(e, "audit");
	return NULL;
}

struct audit *audit_beside(const struct audit *a, struct err *e)
{
	struct audit *b = calloc(1, sizeof *b);
	if (!b) {
		err_sys(e, "audit");
		return NULL;
	}
	b->phrases = a->phrases;
	b->is_borrowing = true;
	return b;
}

void audit_free(struct audit *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->n_sources; i++)
		paper_fini(&a->source[i].paper);
	if (!a->is_borrowing)
		phrases_free(a->phrases);
	facts_free(&a->facts);
	free(a->answer);
	free(a->device);
	free(a->source);
	free(a->order);
	free(a->start);
	free(a->complete);
	free(a);
}
