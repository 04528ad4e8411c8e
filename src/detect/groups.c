// SPDX-License-Identifier: Apache-2.0
// A counting sort by a hash of the source. Only numbers are moved: what is noted of a contact takes six times the
// room, and is made where it is used.
#include "detect/groups.h"

#include <stdlib.h>

#include "base/pages.h"

enum { GROUP_CONTACTS = 256, RUN = 256 };

static size_t bytes_of(const struct groups *g)
{
	return (evidence_count(g->evidence) + 1) * sizeof *g->number;
}

bool groups_init(struct groups *g, const struct evidence *e)
{
	*g = (struct groups){ .evidence = e, .n = 1 };
	while (g->n * GROUP_CONTACTS < evidence_count(e))
		g->n *= 2;
	g->group = pages_new(bytes_of(g));
	g->number = pages_new(bytes_of(g));
	for (size_t half = 0; half < N_HALVES; half++)
		g->end[half] = calloc(g->n, sizeof *g->end[half]);
	return g->group && g->number && g->end[0] && g->end[1];
}

void groups_settle(struct groups *g)
{
	pages_free(g->group, bytes_of(g));
	g->group = NULL;
}

void groups_fini(struct groups *g)
{
	groups_settle(g);
	pages_free(g->number, bytes_of(g));
	for (size_t half = 0; half < N_HALVES; half++)
		free(g->end[half]);
	*g = (struct groups){};
}

size_t groups_middle(const struct groups *g)
{
	return evidence_count(g->evidence) / N_HALVES;
}

/* Who makes one large has no other gain of it. The upper part of a product depends on all of the source. */
static inline uint32_t group_of(const struct groups *g, uint64_t source)
{
	uint64_t product = source * UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)((product >> 32) * g->n >> 32);
}

void groups_count(struct groups *g, size_t from, size_t to)
{
	uint64_t source[RUN];
	for (size_t n, middle = groups_middle(g); from < to; from += n) {
		size_t *count = g->end[from >= middle];
		n = LEAST((from < middle ? LEAST(to, middle) : to) - from, (size_t)RUN);
		evidence_sources(g->evidence, from, n, source);
		for (size_t i = 0; i < n; i++)
			count[g->group[from + i] = group_of(g, source[i])]++;
	}
}

/* From how many there are to where each part of a group begins. */
void groups_lay_out(struct groups *g)
{
	size_t begin = 0;
	for (size_t group = 0; group < g->n; group++)
		for (size_t half = 0; half < N_HALVES; half++) {
			size_t n = g->end[half][group];
			g->end[half][group] = begin;
			begin += n;
		}
}

/* The ends move from where each part begins to where they belong. */
void groups_put(struct groups *g, size_t half)
{
	size_t *end = g->end[half], to = half ? evidence_count(g->evidence) : groups_middle(g);
	for (size_t i = half ? groups_middle(g) : 0; i < to; i++)
		g->number[end[g->group[i]]++] = (uint32_t)i;
}
