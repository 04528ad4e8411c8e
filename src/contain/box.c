// SPDX-License-Identifier: Apache-2.0
// Boxes: spans in six fields, met and cut one field after the other.
#include "contain/box.h"

#include "model/flow.h"

static const u128 full = ~(u128)0;
static const u128 mapped_lo = (u128)0xffff << 32, mapped_hi = ((u128)0xffff << 32) | UINT32_MAX;

u128 addr_number(const struct addr *a)
{
	return (u128)load_u64(a->octet) << 64 | load_u64(a->octet + 8);
}

struct addr addr_of_number(u128 n)
{
	struct addr a;
	for (size_t i = sizeof a.octet; i-- > 0; n >>= 8)
		a.octet[i] = (uint8_t)n;
	return a;
}

/* 2^(128 - bits) - 1 */
static u128 host_mask(unsigned bits)
{
	return bits == 0 ? full : ((u128)1 << (128 - bits)) - 1;
}

struct range prefix_span(const struct prefix *p)
{
	u128 lo = addr_number(&p->addr);
	return (struct range){ lo, lo | host_mask(p->bits) };
}

struct range family_span(enum family f)
{
	return f == FAMILY_4 ? (struct range){ mapped_lo, mapped_hi } : (struct range){ 0, full };
}

bool span_prefix(const struct range *s, struct prefix *out)
{
	u128 size = s->hi - s->lo; // less one
	if ((size & (size + 1)) != 0 || (s->lo & size) != 0)
		return false;
	unsigned bits = 128;
	for (u128 left = size; left; left >>= 1)
		bits--;
	*out = (struct prefix){ addr_of_number(s->lo), (uint8_t)bits };
	return true;
}

struct box box_any(void)
{
	return (struct box){ .of = {
				     [DIM_SRC] = { 0, full },
				     [DIM_DST] = { 0, full },
				     [DIM_PROTO] = { 0, UINT8_MAX },
				     [DIM_SPORT] = { 0, UINT16_MAX },
				     [DIM_DPORT] = { 0, UINT16_MAX },
				     [DIM_STATE] = { 0, 1 },
			     } };
}

struct box box_packet(const struct packet *p)
{
	const u128 of[N_DIMS] = { addr_number(&p->src), addr_number(&p->dst), p->proto, p->sport,
		p->dport, p->is_established };
	struct box b;
	for (enum dim d = 0; d < N_DIMS; d++)
		b.of[d] = (struct range){ of[d], of[d] };
	return b;
}

bool span_has(const struct range *outer, const struct range *inner)
{
	return outer->lo <= inner->lo && inner->hi <= outer->hi;
}

bool box_has(const struct box *outer, const struct box *inner)
{
	for (enum dim d = 0; d < N_DIMS; d++)
		if (!span_has(&outer->of[d], &inner->of[d]))
			return false;
	return true;
}

bool box_meets(const struct box *a, const struct box *b, struct box *common)
{
	struct box c;
	for (enum dim d = 0; d < N_DIMS; d++) {
		c.of[d].lo = a->of[d].lo > b->of[d].lo ? a->of[d].lo : b->of[d].lo;
		c.of[d].hi = a->of[d].hi < b->of[d].hi ? a->of[d].hi : b->of[d].hi;
		if (c.of[d].lo > c.of[d].hi)
			return false;
	}
	if (common)
		*common = c;
	return true;
}

size_t box_without(const struct box *a, const struct box *b, struct box out[static 2 * N_DIMS])
{
	struct box rest = *a, common;
	size_t n = 0;
	if (!box_meets(a, b, &common)) {
		out[0] = *a;
		return 1;
	}
	for (enum dim d = 0; d < N_DIMS; d++) {
		struct range s = rest.of[d], c = common.of[d];
		if (s.lo < c.lo) {
			out[n] = rest;
			out[n++].of[d].hi = c.lo - 1;
		}
		if (c.hi < s.hi) {
			out[n] = rest;
			out[n++].of[d].lo = c.hi + 1;
		}
		rest.of[d] = c;
	}
	return n;
}

bool box_is_of(const struct box *b, enum family f)
{
	struct range v4 = family_span(FAMILY_4);
	uint8_t foreign = f == FAMILY_4 ? PROTO_ICMP6 : PROTO_ICMP;
	const struct range *proto = &b->of[DIM_PROTO];
	bool is_in = proto->lo != foreign || proto->hi != foreign;
	for (enum dim d = DIM_SRC; d <= DIM_DST; d++) {
		const struct range *s = &b->of[d];
		bool meets_4 = s->lo <= v4.hi && s->hi >= v4.lo;
		is_in &= f == FAMILY_4 ? meets_4 : !span_has(&v4, s);
	}
	return is_in;
}
