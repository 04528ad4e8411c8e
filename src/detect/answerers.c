// SPDX-License-Identifier: Apache-2.0
#include "detect/answerers.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_MIN = 64 };

bool answerers_begin(struct answerers *a, size_t n)
{
	a->n_slots = SLOTS_MIN;
	while (a->n_slots < 2 * n)
		a->n_slots *= 2;
	if (a->n_slots > a->room) {
		free(a->slot);
		a->slot = malloc(a->n_slots * sizeof *a->slot);
		a->room = a->slot ? a->n_slots : 0;
	}
	if (a->slot)
		memset(a->slot, 0, a->n_slots * sizeof *a->slot);
	return a->slot;
}

void answerers_fini(struct answerers *a)
{
	free(a->slot);
	*a = (struct answerers){};
}

void answerers_put(struct answerers *a, uint32_t source, uint64_t peer, uint64_t rest)
{
	size_t mask = a->n_slots - 1, i = peer & mask;
	for (; a->slot[i].source; i = (i + 1) & mask)
		if (a->slot[i].peer == peer && a->slot[i].source == source + 1) {
			a->slot[i].rest = rest < a->slot[i].rest ? rest : a->slot[i].rest;
			return;
		}
	a->slot[i] = (struct answerer){ peer, rest, source + 1 };
}
