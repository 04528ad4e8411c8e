// SPDX-License-Identifier: Apache-2.0
#include "decode/nfplain.h"

#include "model/names.h"

static size_t shape_of(const struct flow_header *h)
{
	return (le16toh(h->size) / 4u + le16toh(h->n_extensions)) % SHAPES;
}

/* Firewall events, samplers, the way back and IPv6 are for those who walk. */
static bool may_be_plain(const uint8_t *const at[N_SLOTS])
{
	return at[SLOT_GENERIC] && at[SLOT_IPV4] && !at[SLOT_IPV6] && !at[SLOT_COUNTERS] &&
	       !at[SLOT_SAMPLER] && !at[SLOT_FIREWALL];
}

void nfplain_learn(struct nfshapes *s, struct bytes record, const uint8_t *const at[N_SLOTS])
{
	struct flow_header h;
	memcpy(&h, record.ptr, sizeof h);
	uint16_t n = le16toh(h.n_extensions), where = sizeof h;
	if (!may_be_plain(at) || n > SHAPE_EXTENSIONS)
		return;
	struct nfshape new = { .size = h.size, .n_extensions = h.n_extensions };
	for (uint16_t i = 0; i < n; i++) {
		uint16_t head[2];
		memcpy(head, record.ptr + where, sizeof head);
		memcpy(&new.head[i], head, sizeof head);
		new.at[i] = where;
		where = (uint16_t)(where + le16toh(head[1]));
	}
	for (size_t i = 0; i < N_SLOTS; i++)
		new.slot[i] = at[i] ? (uint16_t)(at[i] - record.ptr) : 0;
	s->shape[shape_of(&h)] = new;
}

static bool has_shape(const struct nfshape *s, const struct flow_header *h, struct bytes record)
{
	uint32_t differ =
		(uint32_t)(s->size ^ h->size) | (uint32_t)(s->n_extensions ^ h->n_extensions);
	if (differ || !s->size)
		return false;
	for (size_t i = 0; i < le16toh(s->n_extensions); i++) {
		uint32_t head;
		memcpy(&head, record.ptr + s->at[i], sizeof head);
		differ |= head ^ s->head[i];
	}
	return !differ;
}

static uint32_t ipv4_of(uint32_t ip)
{
	return htobe32(le32toh(ip));
}

bool nfplain_read(const struct nfshapes *shapes, struct bytes record, struct plain *out,
	struct nforigin *from)
{
	struct flow_header h;
	struct generic g;
	struct ipv4 ip;
	struct misc misc = {};
	*from = (struct nforigin){};
	if (record.len < sizeof h)
		return false;
	memcpy(&h, record.ptr, sizeof h);
	const struct nfshape *s = &shapes->shape[shape_of(&h)];
	if (h.flags & (FLAG_EVENT | FLAG_SAMPLED) || !has_shape(s, &h, record))
		return false;
	memcpy(&g, record.ptr + s->slot[SLOT_GENERIC], sizeof g);
	memcpy(&ip, record.ptr + s->slot[SLOT_IPV4], sizeof ip);
	if (s->slot[SLOT_MISC])
		memcpy(&misc, record.ptr + s->slot[SLOT_MISC], offsetof(struct misc, end_reason));
	if (s->slot[SLOT_RECEIVED_IPV4])
		memcpy(&from->ip, record.ptr + s->slot[SLOT_RECEIVED_IPV4], sizeof from->ip);
	from->exporter = le16toh(h.exporter);
	from->version = h.version;
	uint64_t first_ms = le64toh(g.first_ms), last_ms = le64toh(g.last_ms);
	uint64_t packets = le64toh(g.packets), bytes = le64toh(g.bytes);
	*out = (struct plain){
		.src = ipv4_of(ip.src),
		.dst = ipv4_of(ip.dst),
		.src_port = le16toh(g.src_port),
		.dst_port = le16toh(g.dst_port),
		.proto = g.proto,
		.tcp_flags = g.tcp_flags,
		.packets = (uint32_t)packets,
		.bytes = (uint32_t)bytes,
		.input = le32toh(misc.input) & ~NAME_FLAG,
		.first_ms = first_ms,
		.last_ms = last_ms < first_ms ? first_ms : last_ms,
	};
	return ((packets | bytes) <= UINT32_MAX) & (bytes != 0) &
	       (g.forwarding >> 6 != FORWARDING_DROPPED) & (misc.direction != DIRECTION_EGRESS) &
	       plain_fits(out);
}
