// SPDX-License-Identifier: Apache-2.0
// The join of two contacts, and their order.
#include "model/contact.h"

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

int contact_cmp(const struct contact *a, const struct contact *b)
{
	int c = addr_cmp(&a->src, &b->src);
	c = c ? c : COMPARE(a->proto, b->proto);
	c = c ? c : COMPARE(a->port, b->port);
	c = c ? c : COMPARE(a->first_ms, b->first_ms);
	c = c ? c : COMPARE(a->at, b->at);
	return c ? c : addr_cmp(&a->dst, &b->dst);
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t greatest(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

void contact_join(struct contact *a, const struct contact *b)
{
	a->first_ms = least(a->first_ms, b->first_ms);
	a->last_ms = greatest(a->last_ms, b->last_ms);
	a->at = least(a->at, b->at);
	a->answer_at = least(a->answer_at, b->answer_at);
	a->tries |= b->tries;
	a->saw |= b->saw;
	a->exporter = (uint32_t)least(a->exporter, b->exporter);
	a->input = (uint32_t)greatest(a->input, b->input);
	a->size_min = (uint32_t)least(a->size_min, b->size_min);
	a->size_max = (uint32_t)greatest(a->size_max, b->size_max);
	a->packets_min = (uint32_t)least(a->packets_min, b->packets_min);
	a->packets_max = (uint32_t)greatest(a->packets_max, b->packets_max);
}
