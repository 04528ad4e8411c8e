// SPDX-License-Identifier: Apache-2.0
// Two caches of fixed size, eight ways a bucket; the way that was not used for longest gives room.
#include "decode/template.h"

#include <stdlib.h>

#include "base/hash.h"

enum { WAYS = 8, TEMPLATE_BUCKETS = 512, SAMPLER_BUCKETS = 512 };

struct templates {
	uint64_t clock, key;
	struct template template[TEMPLATE_BUCKETS][WAYS];
	struct sampler sampler[SAMPLER_BUCKETS][WAYS];
};

static const struct {
	uint32_t enterprise;
	uint16_t number;
	uint8_t member;
} elements[] = {
#define ELEMENT(enterprise, number, member) { enterprise, number, MEMBER_##member },
#include "decode/elements.def"
#undef ELEMENT
};

struct templates *templates_new(void)
{
	struct templates *t = calloc(1, sizeof *t); // pages are touched as exporters appear
	if (t)
		t->key = hash_key();
	return t;
}

void templates_free(struct templates *t)
{
	free(t);
}

static bool same_domain(const struct domain *a, const struct domain *b)
{
	return a->id == b->id && a->version == b->version && addr_eq(&a->exporter, &b->exporter);
}

static size_t bucket(const struct templates *t, const struct domain *d, uint64_t id, size_t n)
{
	return hash_bytes(d, sizeof *d, t->key ^ id * UINT64_C(0x9e3779b97f4a7c15)) % n;
}

static struct template *find(struct templates *t, const struct domain *d, uint16_t id)
{
	struct template *way = t->template[bucket(t, d, id, TEMPLATE_BUCKETS)];
	for (size_t i = 0; i < WAYS; i++)
		if (way[i].used && way[i].id == id && same_domain(&way[i].domain, d))
			return &way[i];
	return NULL;
}

const struct template *template_get(struct templates *t, const struct domain *d, uint16_t id)
{
	struct template *p = find(t, d, id);
	if (p)
		p->used = ++t->clock;
	return p;
}

struct template *template_put(
	struct templates *t, const struct domain *d, uint16_t id, bool *evicted)
{
	struct template *p = find(t, d, id);
	*evicted = false;
	if (!p) {
		struct template *way = t->template[bucket(t, d, id, TEMPLATE_BUCKETS)];
		p = way;
		for (size_t i = 1; i < WAYS; i++)
			if (way[i].used < p->used)
				p = &way[i];
		*evicted = p->used != 0;
	}
	p->domain = *d;
	p->id = id;
	p->used = ++t->clock;
	p->n_steps = 0;
	p->min_bytes = 0;
	p->is_options = p->varies = p->is_kept = false;
	p->digest = 0;
	return p;
}

void template_del(struct templates *t, const struct domain *d, uint16_t id, bool is_options)
{
	struct template *one = id ? find(t, d, id) : NULL;
	if (one)
		one->used = 0;
	if (id)
		return;
	for (size_t b = 0; b < TEMPLATE_BUCKETS; b++)
		for (struct template *p = t->template[b]; p < t->template[b] + WAYS; p++)
			if (p->used && p->is_options == is_options && same_domain(&p->domain, d))
				p->used = 0;
}

/* Neighbouring fields of fixed size that nobody reads are one step. */
static bool step_add(struct template *p, uint8_t member, uint16_t length)
{
	struct step *last = p->n_steps ? &p->step[p->n_steps - 1] : NULL;
	bool varies = length == STEP_VARIES;
	p->min_bytes += varies ? 1 : length;
	p->varies |= varies;
	if (last && member == MEMBER_SKIP && last->member == MEMBER_SKIP && !varies &&
		last->length != STEP_VARIES && last->length + length < STEP_VARIES) {
		last->length = (uint16_t)(last->length + length);
		return true;
	}
	if (p->n_steps == STEPS_MAX)
		return false;
	p->step[p->n_steps++] = (struct step){ .length = length, .member = member };
	return true;
}

bool template_add(struct template *p, uint32_t enterprise, uint16_t element, uint16_t length)
{
	for (size_t i = 0; i < countof(elements); i++)
		if (elements[i].number == element && elements[i].enterprise == enterprise)
			return step_add(p, elements[i].member, length);
	return step_add(p, MEMBER_SKIP, length);
}

bool template_skip(struct template *p, uint16_t length)
{
	return step_add(p, MEMBER_SKIP, length);
}

static struct sampler *sampler_find(struct templates *t, const struct domain *d, uint64_t id)
{
	struct sampler *way = t->sampler[bucket(t, d, id, SAMPLER_BUCKETS)];
	for (size_t i = 0; i < WAYS; i++)
		if (way[i].used && way[i].id == id && same_domain(&way[i].domain, d))
			return &way[i];
	return NULL;
}

struct sampler *sampler_put(
	struct templates *t, const struct domain *d, uint64_t id, uint32_t interval, bool *evicted)
{
	struct sampler *s = sampler_find(t, d, id);
	bool is_known = s && s->interval == interval && s->is_kept;
	*evicted = false;
	if (!s) {
		struct sampler *way = t->sampler[bucket(t, d, id, SAMPLER_BUCKETS)];
		s = way;
		for (size_t i = 1; i < WAYS; i++)
			if (way[i].used < s->used)
				s = &way[i];
		*evicted = s->used != 0;
	}
	*s = (struct sampler){ .domain = *d,
		.used = ++t->clock,
		.id = id,
		.interval = interval,
		.is_kept = is_known };
	return s;
}

uint32_t sampler_get(struct templates *t, const struct domain *d, uint64_t id)
{
	struct sampler *s = sampler_find(t, d, id);
	if (!s && id != SAMPLER_ANY)
		s = sampler_find(t, d, SAMPLER_ANY);
	if (!s)
		return 0;
	s->used = ++t->clock;
	return s->interval;
}
