// SPDX-License-Identifier: Apache-2.0
// Slots of 64 KiB with a bit for each unit of eight bytes, the granularity of fragments.
#include "decode/fragment.h"

#include <stdlib.h>

enum { SLOTS = 32, WHOLE_MAX = 65536, UNITS = WHOLE_MAX / 8 };

struct slot {
	struct addr src, dst;
	uint32_t id;
	uint8_t proto;
	uint64_t used;    // clock of its first part; 0 is free
	uint32_t total;   // bytes of the payload, 0 while the last part is missing
	uint32_t n_units; // that came
	uint8_t came[UNITS / 8];
	uint8_t byte[WHOLE_MAX];
};

struct fragments {
	uint64_t clock, n_lost;
	struct slot slot[SLOTS];
};

struct fragments *fragments_new(void)
{
	return calloc(1, sizeof(struct fragments)); // pages are touched as fragments come
}

void fragments_free(struct fragments *f)
{
	free(f);
}

static bool same_datagram(const struct slot *s, const struct packet *p)
{
	return s->used && s->id == p->fragment_id && s->proto == p->proto &&
	       addr_eq(&s->src, &p->src) && addr_eq(&s->dst, &p->dst);
}

static struct slot *slot_for(struct fragments *f, const struct packet *p)
{
	struct slot *oldest = f->slot;
	for (struct slot *s = f->slot; s < f->slot + SLOTS; s++) {
		if (same_datagram(s, p))
			return s;
		if (s->used < oldest->used)
			oldest = s;
	}
	f->n_lost += oldest->used != 0;
	oldest->src = p->src;
	oldest->dst = p->dst;
	oldest->id = p->fragment_id;
	oldest->proto = p->proto;
	oldest->used = ++f->clock;
	oldest->total = oldest->n_units = 0;
	memset(oldest->came, 0, sizeof oldest->came);
	return oldest;
}

bool fragments_put(struct fragments *f, const struct packet *part, struct packet *whole)
{
	size_t at = part->fragment_at, len = part->ip_payload.len;
	bool is_odd = part->has_more && len % 8; // only the last may end between two units
	if (len == 0 || is_odd || at + len > WHOLE_MAX || part->is_cut) {
		f->n_lost++;
		return false;
	}
	struct slot *s = slot_for(f, part);
	for (size_t i = 0; i < len; i += 8) {
		size_t unit = (at + i) / 8, n = len - i < 8 ? len - i : 8;
		if (s->came[unit / 8] & 1 << unit % 8)
			continue;
		s->came[unit / 8] |= (uint8_t)(1 << unit % 8);
		memcpy(s->byte + at + i, part->ip_payload.ptr + i, n);
		s->n_units++;
	}
	if (!part->has_more && !s->total)
		s->total = (uint32_t)(at + len);
	if (!s->total || s->n_units < (s->total + 7) / 8)
		return false;
	s->used = 0;
	*whole = *part;
	whole->fragment_at = 0;
	whole->has_more = false;
	whole->bytes = s->total;
	whole->ip_payload = (struct bytes){ s->byte, s->total };
	packet_transport(whole);
	return true;
}

uint64_t fragments_lost(const struct fragments *f)
{
	uint64_t n = f->n_lost;
	for (const struct slot *s = f->slot; s < f->slot + SLOTS; s++)
		n += s->used != 0;
	return n;
}
