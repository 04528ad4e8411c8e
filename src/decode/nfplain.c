// SPDX-License-Identifier: Apache-2.0
#include "decode/nfplain.h"

#include "base/vector.h"
#include "model/names.h"

/* Records of a run are compared so many bytes at a time. */
enum { WORDS = 4 };
typedef uint64_t words
	__attribute__((vector_size(WORDS * sizeof(uint64_t)), aligned(1), may_alias));

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

/* What all records of a run have in their headers. */
static const struct flow_header alike = {
	.type = UINT16_MAX,
	.size = UINT16_MAX,
	.n_extensions = UINT16_MAX,
	.exporter = UINT16_MAX,
	.flags = FLAG_EVENT | FLAG_SAMPLED,
};

void nfplain_learn(struct nfshapes *s, struct bytes record, const uint8_t *const at[N_SLOTS])
{
	struct flow_header h;
	memcpy(&h, record.ptr, sizeof h);
	uint16_t n = le16toh(h.n_extensions), where = sizeof h;
	if (!may_be_plain(at) || n > SHAPE_EXTENSIONS || record.len > SHAPE_BYTES)
		return;
	struct nfshape new = { .size = h.size, .n_extensions = h.n_extensions };
	memcpy(new.mask, &alike, sizeof alike);
	for (uint16_t i = 0; i < n; i++) {
		uint16_t head[2];
		memcpy(head, record.ptr + where, sizeof head);
		memcpy(&new.head[i], head, sizeof head);
		new.at[i] = where;
		memset(new.mask + where, 0xff, sizeof head);
		where = (uint16_t)(where + le16toh(head[1]));
	}
	for (size_t i = 0; i < N_SLOTS; i++)
		new.slot[i] = at[i] ? (uint16_t)(at[i] - record.ptr) : 0;
	s->shape[shape_of(&h)] = new;
}

static bool has_shape(const struct nfshape *s, const struct flow_header *h, const uint8_t *record)
{
	uint32_t differ =
		(uint32_t)(s->size ^ h->size) | (uint32_t)(s->n_extensions ^ h->n_extensions);
	if (differ || !s->size)
		return false;
	for (size_t i = 0; i < le16toh(s->n_extensions); i++) {
		uint32_t head;
		memcpy(&head, record + s->at[i], sizeof head);
		differ |= head ^ s->head[i];
	}
	return !differ;
}

/*
 * Make the k-th plain flow of a record; returns whether it is one. Members are read where they stand: a copy of the
 * record that is read a moment later makes the processor wait.
 */
static inline bool read_record(
	const struct nfshape *s, const uint8_t *record, struct plains *out, size_t k)
{
	const uint8_t *g = record + s->slot[SLOT_GENERIC], *ip = record + s->slot[SLOT_IPV4];
	const uint8_t *misc = s->slot[SLOT_MISC] ? record + s->slot[SLOT_MISC] : NULL;
	uint64_t first_ms = load_le64(g + offsetof(struct generic, first_ms));
	uint64_t last_ms = load_le64(g + offsetof(struct generic, last_ms));
	uint64_t packets = load_le64(g + offsetof(struct generic, packets));
	uint64_t bytes = load_le64(g + offsetof(struct generic, bytes));
	uint32_t src = htobe32(load_le32(ip + offsetof(struct ipv4, src)));
	uint32_t dst = htobe32(load_le32(ip + offsetof(struct ipv4, dst)));
	uint32_t proto = g[offsetof(struct generic, proto)];
	uint32_t flags = g[offsetof(struct generic, tcp_flags)];
	uint32_t is_dropped = g[offsetof(struct generic, forwarding)] >> 6 == FORWARDING_DROPPED;
	uint32_t is_out = misc && misc[offsetof(struct misc, direction)] == DIRECTION_EGRESS;
	last_ms = last_ms < first_ms ? first_ms : last_ms;
	out->src[k] = src;
	out->dst[k] = dst;
	out->src_port[k] = load_le16(g + offsetof(struct generic, src_port));
	out->dst_port[k] = load_le16(g + offsetof(struct generic, dst_port));
	out->proto[k] = proto;
	out->tcp_flags[k] = flags;
	out->packets[k] = (uint32_t)packets;
	out->bytes[k] = (uint32_t)bytes;
	out->input[k] = misc ? load_le32(misc + offsetof(struct misc, input)) & ~NAME_FLAG : 0;
	out->first_ms[k] = first_ms;
	out->last_ms[k] = last_ms;
	return plain_fits_key(src, dst, proto, flags) & plain_fits_times(first_ms, last_ms) &
	       ((packets | bytes) <= UINT32_MAX) & (packets != 0) & (bytes != 0) & !is_dropped &
	       !is_out;
}

/* Whether a record has the header and the extensions of the first one of its run. */
static inline bool is_alike(const struct nfshape *s, const uint8_t *first, struct bytes left)
{
	words differ = {};
	size_t size = le16toh(s->size);
	for (size_t i = 0; i < size; i += sizeof differ) {
		if (left.len < i + sizeof differ)
			return false;
		differ |= (*(const words *)(first + i) ^ *(const words *)(left.ptr + i)) &
			  *(const words *)(s->mask + i);
	}
	return (differ[0] | differ[1] | differ[2] | differ[3]) == 0;
}

/* The shape of a record that may begin a run; NULL when it may not. */
static const struct nfshape *shape_that_begins(const struct nfshapes *shapes, struct bytes left)
{
	struct flow_header h;
	if (left.len < sizeof h)
		return NULL;
	memcpy(&h, left.ptr, sizeof h);
	const struct nfshape *s = &shapes->shape[shape_of(&h)];
	bool may_begin = le16toh(h.type) == RECORD_FLOW && le16toh(h.size) <= left.len &&
			 !(h.flags & (FLAG_EVENT | FLAG_SAMPLED)) && has_shape(s, &h, left.ptr);
	return may_begin ? s : NULL;
}

static struct nfrun run_of(const struct nfshape *s, const uint8_t *first)
{
	struct flow_header h;
	memcpy(&h, first, sizeof h);
	struct nfrun run = { .exporter = le16toh(h.exporter), .version = h.version };
	if (s->slot[SLOT_RECEIVED_IPV4])
		memcpy(&run.ip, first + s->slot[SLOT_RECEIVED_IPV4], sizeof run.ip);
	return run;
}

VECTOR_CLONES
struct nfrun nfplain_run(
	const struct nfshapes *shapes, struct bytes left, size_t most, struct plains *out)
{
	const struct nfshape *s = shape_that_begins(shapes, left);
	const uint8_t *first = left.ptr;
	if (!s)
		return (struct nfrun){};
	struct nfrun run = run_of(s, first);
	const size_t size = le16toh(s->size);
	for (size_t k = out->n; run.n < most; k++) {
		if ((run.n && !is_alike(s, first, left)) || !read_record(s, left.ptr, out, k))
			break;
		run.n++;
		run.packets += out->packets[k];
		run.octets += out->bytes[k];
		left.ptr += size;
		left.len -= size;
	}
	run.bytes = run.n * size;
	return run;
}
