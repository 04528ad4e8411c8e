// SPDX-License-Identifier: Apache-2.0
// Sorted prefixes, each knowing the one around it.
#include "model/prefixes.h"

#include <stdlib.h>

void *array_grown(void *array, size_t size, size_t n, size_t *cap)
{
	if (n < *cap)
		return array;
	size_t wanted = *cap ? *cap * 2 : 16;
	void *larger = reallocarray(array, wanted, size);
	if (larger)
		*cap = wanted;
	return larger;
}

bool prefixes_put(struct prefixes *p, const struct slot *slot, struct err *e)
{
	struct slot *room = array_grown(p->slot, sizeof *room, p->n, &p->cap);
	if (!room)
		return err_sys(e, "inventory");
	p->slot = room;
	p->slot[p->n++] = *slot;
	return true;
}

static int slot_order(const void *one, const void *other)
{
	const struct slot *a = one, *b = other;
	int order = addr_cmp(&a->where.addr, &b->where.addr);
	if (!order)
		order = a->where.bits - b->where.bits;
	if (!order)
		order = (a->until_ms > b->until_ms) - (a->until_ms < b->until_ms);
	return order ? order : a->node - b->node;
}

/* The first slot from `i` outwards that holds the address. */
static int32_t holding(const struct prefixes *p, int32_t i, const struct addr *a)
{
	while (i != NO_SLOT && !prefix_has(&p->slot[i].where, a))
		i = p->slot[i].around;
	return i;
}

void prefixes_sort(struct prefixes *p)
{
	if (p->n)
		qsort(p->slot, p->n, sizeof *p->slot, slot_order);
}

/* Keep the first of those that are equal, with the last one's value. */
void prefixes_fold(struct prefixes *p)
{
	size_t n = 0;
	for (size_t i = 0; i < p->n; i++) {
		if (n && prefix_eq(&p->slot[n - 1].where, &p->slot[i].where))
			p->slot[n - 1].value = p->slot[i].value;
		else
			p->slot[n++] = p->slot[i];
	}
	p->n = n;
}

/* Link each prefix to the one around it: the one before it, or one around that. */
void prefixes_link(struct prefixes *p)
{
	for (int32_t i = 0; i < (int32_t)p->n; i++)
		p->slot[i].around = holding(p, i - 1, &p->slot[i].where.addr);
}

/* The longest prefix that holds an address, or NULL. */
const struct slot *prefixes_get(const struct prefixes *p, const struct addr *a)
{
	size_t low = 0, high = p->n;
	// slots below `low` start at or before the address, from `high` on after
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (addr_cmp(&p->slot[middle].where.addr, a) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	int32_t i = holding(p, (int32_t)low - 1, a);
	return i == NO_SLOT ? NULL : &p->slot[i];
}

const struct slot *slot_around(const struct prefixes *p, const struct slot *slot)
{
	return slot->around == NO_SLOT ? NULL : &p->slot[slot->around];
}
