// SPDX-License-Identifier: Apache-2.0
// A table in which flows replace each other: a part of the pairs is seen, none is seen where there is none.
// To look costs more than to receive, so it is looked closely only where there is something to be seen.
#include "app/twins.h"

#include "base/hash.h"
#include "decode/export.h"

enum { TWIN_S = 120, MS_IN_S = 1000 };
enum { SHARE = 16, SHARE_OF_NONE = 512 }; // one flow in this many; as long as no pair was seen

/*
 * Which flows are remembered has to be the same for all exporters, and cheap to ask. Those of a thin
 * share are among those of a dense one.
 */
static bool is_chosen(uint32_t mix, uint32_t share)
{
	return ((mix ^ mix >> 8) & (share - 1)) == 0;
}

static uint32_t mix_of(const struct flow *f)
{
	return addr_low32(&f->src) ^ addr_low32(&f->dst) ^ f->src_port ^ f->dst_port;
}

static uint32_t key_of(const struct flow *f)
{
	uint64_t ports = (uint64_t)f->proto << 32 | (uint64_t)f->src_port << 16 | f->dst_port;
	return (uint32_t)hash_pair(&f->src, &f->dst, ports);
}

/* Whether somebody else spoke lately than who did last: what one exporter tells alone has no twin. */
static bool has_others(struct twins *t, bool differs, uint32_t last, uint64_t now_s)
{
	t->speaker = last;
	if (differs)
		t->alone_s = now_s + TWIN_S;
	return now_s < t->alone_s;
}

static uint32_t share_now(const struct twins *t, uint64_t now_s)
{
	return now_s < t->dense_s ? SHARE : SHARE_OF_NONE;
}

static void see(struct twins *t, const struct flow *f, uint32_t share, uint64_t now_s)
{
	uint32_t key = key_of(f), at_s = (uint32_t)(f->last_ms / MS_IN_S);
	uint16_t exporter = (uint16_t)f->exporter;
	struct twin *s = &t->slot[key % TWIN_SLOTS];
	uint32_t apart_s = s->at_s > at_s ? s->at_s - at_s : at_s - s->at_s;
	if (s->key != key || s->exporter == exporter || apart_s > TWIN_S) {
		*s = (struct twin){ key, at_s, exporter };
		return;
	}
	t->n[exporter] += share;
	t->n[s->exporter] += share;
	t->dense_s = now_s + TWIN_S;
	*s = (struct twin){}; // a pair is counted once
}

void twins_see(struct twins *t, const struct flow *flow, size_t n, uint64_t now_ms)
{
	uint64_t now_s = now_ms / MS_IN_S;
	uint32_t differs = 0, first = t->speaker ? t->speaker : n ? flow->exporter : 0;
	for (size_t i = 0; i < n; i++)
		differs |= flow[i].exporter ^ first;
	if (n == 0 || !has_others(t, differs, flow[n - 1].exporter, now_s))
		return;
	uint32_t share = share_now(t, now_s);
	for (size_t i = 0; i < n; i++)
		if (is_chosen(mix_of(&flow[i]), share) && flow[i].exporter)
			see(t, &flow[i], share, now_s);
}

void twins_see_plain(struct twins *t, const struct plains *plain, uint64_t now_ms)
{
	uint64_t now_s = now_ms / MS_IN_S;
	uint32_t differs = 0, first = t->speaker ? t->speaker : plain->exporter[0];
	for (size_t i = 0; i < plain->n; i++)
		differs |= plain->exporter[i] ^ first;
	if (plain->n == 0 || !has_others(t, differs, plain->exporter[plain->n - 1], now_s))
		return;
	uint32_t share = share_now(t, now_s);
	for (size_t i = 0; i < plain->n; i++) {
		uint32_t mix = be32toh(plain->src[i] ^ plain->dst[i]) ^ plain->src_port[i] ^
			       plain->dst_port[i];
		if (!is_chosen(mix, share) || !plain->exporter[i])
			continue;
		struct plain row = plains_get(plain, i);
		struct flow f = plain_flow(&row);
		see(t, &f, share, now_s);
	}
}

uint64_t twins_count(const struct twins *t, const struct exporter *x)
{
	struct domain d = { x->address, x->domain, x->version };
	return t->n[(uint16_t)domain_identity(&d)];
}
