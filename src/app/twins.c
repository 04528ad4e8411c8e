// SPDX-License-Identifier: Apache-2.0
// A table in which flows replace each other: a part of the pairs is seen, none is seen where there is none.
#include "app/twins.h"

#include "base/hash.h"
#include "decode/export.h"

enum { TWIN_S = 120 };

/* Which flows are remembered has to be the same for all exporters, and cheap to ask. */
static bool is_chosen(const struct flow *f)
{
	uint32_t mix = addr_low32(&f->src) ^ addr_low32(&f->dst) ^ f->src_port ^ f->dst_port;
	return (mix ^ mix >> 8) % TWIN_SHARE == 0;
}

static uint32_t key_of(const struct flow *f)
{
	uint64_t ports = (uint64_t)f->proto << 32 | (uint64_t)f->src_port << 16 | f->dst_port;
	return (uint32_t)hash_pair(&f->src, &f->dst, ports);
}

void twins_see(struct twins *t, const struct flow *flow, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct flow *f = &flow[i];
		if (!f->exporter || !is_chosen(f))
			continue;
		uint32_t key = key_of(f), at_s = (uint32_t)(f->last_ms / 1000);
		uint16_t exporter = (uint16_t)f->exporter;
		struct twin *s = &t->slot[key % TWIN_SLOTS];
		uint32_t apart_s = s->at_s > at_s ? s->at_s - at_s : at_s - s->at_s;
		if (s->key == key && s->exporter != exporter && apart_s <= TWIN_S) {
			t->n[exporter]++;
			t->n[s->exporter]++;
			*s = (struct twin){}; // a pair is counted once
		} else {
			*s = (struct twin){ key, at_s, exporter };
		}
	}
}

uint64_t twins_count(const struct twins *t, const struct exporter *x)
{
	struct domain d = { x->address, x->domain, x->version };
	return (uint64_t)t->n[(uint16_t)domain_identity(&d)] * TWIN_SHARE;
}
