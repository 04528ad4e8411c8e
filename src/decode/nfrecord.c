// SPDX-License-Identifier: Apache-2.0
// Layouts are facts from nfdump's public headers (nfxV3.h, exporter.h, id.h of nfdump 1.7): each
// struct below is the front part of one of them, read in place.
#include "decode/nfrecord.h"

#include <endian.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "decode/export.h"

enum { RECORD_OLD_FLOW = 1, RECORD_EXPORTER = 7, RECORD_FLOW_16 = 10, RECORD_FLOW = 11 };
enum { RECORD_SAMPLER = 15, EXTENSION_HEADER_BYTES = 4 };
enum { FLAG_EVENT = 1, FLAG_SAMPLED = 2 };
enum { EVENT_CREATED = 1, EVENT_DENIED = 3, FORWARDING_DROPPED = 2, DIRECTION_EGRESS = 1 };

struct record_header {
	uint16_t type, size; // the size counts the header
};

struct flow_header {
	uint16_t type, size, n_extensions;
	uint8_t engine_type, engine;
	uint16_t exporter; // number of an exporter record
	uint8_t flags, version;
};
static_assert(sizeof(struct flow_header) == 12);

struct exporter_record {
	uint16_t type, size;
	uint32_t version;
	uint64_t ip[2]; // as two numbers, IPv4 in the low half of the second
	uint16_t family, number;
	uint32_t id;
};
static_assert(sizeof(struct exporter_record) == 32);

struct sampler_record {
	uint16_t type, size, exporter, algorithm;
	uint64_t id;
	uint32_t n_taken, n_skipped; // so many packets in a row are looked at, so many are not
};
static_assert(sizeof(struct sampler_record) == 24);

struct generic {
	uint64_t first_ms, last_ms, received_ms, packets, bytes;
	uint16_t src_port, dst_port;
	uint8_t proto, tcp_flags, forwarding, tos;
};
static_assert(sizeof(struct generic) == 48);

struct ipv4 {
	uint32_t src, dst;
};

struct ipv6 {
	uint64_t src[2], dst[2];
};

struct misc {
	uint32_t input, output;
	uint8_t src_mask, dst_mask, direction, dst_tos, biflow_direction, end_reason;
};

struct counters {
	uint64_t flows, packets, bytes; // of the way back, or of the way out
};

struct sampler_info {
	uint64_t id;
};

/* Cisco NSEL; its tail is not needed. */
struct firewall {
	uint64_t event_ms;
	uint32_t connection;
	uint16_t extended_event;
	uint8_t event;
};

/* Extensions that are read: EXTENSION(name, number in the file, bytes that must be there). */
#define EXTENSIONS(EXTENSION) \
	EXTENSION(GENERIC, 1, sizeof(struct generic)) \
	EXTENSION(IPV4, 2, sizeof(struct ipv4)) \
	EXTENSION(IPV6, 3, sizeof(struct ipv6)) \
	EXTENSION(MISC, 4, offsetof(struct misc, end_reason)) \
	EXTENSION(COUNTERS, 5, sizeof(struct counters)) \
	EXTENSION(RECEIVED_IPV4, 12, 4) \
	EXTENSION(SAMPLER, 18, sizeof(struct sampler_info)) \
	EXTENSION(FIREWALL, 19, offsetof(struct firewall, event) + 1)

#define AS_SLOT(name, number, bytes) SLOT_##name,
enum slot { SLOT_SKIP, EXTENSIONS(AS_SLOT) N_SLOTS };
#undef AS_SLOT

enum { N_NUMBERS = 64 };

static const uint8_t slots[N_NUMBERS] = {
#define AS_ROW(name, number, bytes) [number] = SLOT_##name,
	EXTENSIONS(AS_ROW)
#undef AS_ROW
};

static const uint8_t least_bytes[N_SLOTS] = {
#define AS_ROW(name, number, bytes) [SLOT_##name] = bytes,
	EXTENSIONS(AS_ROW)
#undef AS_ROW
};

/* `n_taken` 0: nothing is known. */
struct rate {
	uint32_t n_taken, n_skipped;
};

/* Samplers that hold for a whole exporter, the strongest first; ids as in the file. */
enum scope { SCOPE_OVERWRITE, SCOPE_GENERIC, SCOPE_DEFAULT, N_SCOPES };
static const int64_t scope_ids[N_SCOPES] = { -3, -1, -2 };

struct teller {
	uint32_t identity;  // 0: not used yet
	uint32_t inventory; // what the inventory says of its sampling
	struct rate rate[N_SCOPES];
};

struct selector {
	uint64_t id;
	struct rate rate;
	uint16_t exporter;
};

enum { N_TELLERS = UINT16_MAX + 1, SELECTORS_MAX = 256 };

struct nfrecords {
	const struct inventory *inventory;
	uint64_t n; // flow records so far
	uint16_t source;
	uint16_t n_selectors;
	struct selector selector[SELECTORS_MAX];
	struct teller teller[N_TELLERS];
};

/* One flow record on its way: where its extensions are. */
struct record {
	struct flow_header header;
	const uint8_t *at[N_SLOTS]; // NULL: it has none
};

struct nfrecords *nfrecords_new(uint16_t source, const struct inventory *inventory)
{
	struct nfrecords *d = calloc(1, sizeof *d);
	if (d) {
		d->source = source;
		d->inventory = inventory;
	}
	return d;
}

void nfrecords_free(struct nfrecords *d)
{
	free(d);
}

static struct addr addr_of_pair(const uint64_t pair[2])
{
	uint64_t wire[2] = { htobe64(le64toh(pair[0])), htobe64(le64toh(pair[1])) };
	struct addr a;
	memcpy(&a, wire, sizeof a);
	return a;
}

/* IPv4 in the mapped form, in two stores. */
static inline struct addr addr_of_v4(uint32_t ip)
{
	uint32_t wire[4] = { [2] = htobe32(0xffff), [3] = htobe32(le32toh(ip)) };
	struct addr a;
	memcpy(&a, wire, sizeof a);
	return a;
}

static void exporter_record(struct nfrecords *d, struct bytes record)
{
	struct exporter_record r;
	if (record.len < sizeof r)
		return;
	memcpy(&r, record.ptr, sizeof r);
	struct teller *t = &d->teller[le16toh(r.number)];
	struct domain domain = {
		.exporter = le16toh(r.family) == AF_INET
				    ? addr_of_v4(htole32((uint32_t)le64toh(r.ip[1])))
				    : addr_of_pair(r.ip),
		.id = le32toh(r.id),
		.version = le32toh(r.version),
	};
	t->inventory = inventory_sampling(d->inventory, &domain.exporter);
	if (!t->identity)
		t->identity = domain_identity(&domain);
}

/* The number of an exporter that the file does not introduce stands for it. */
static uint32_t identity_of(struct teller *t, const struct record *r)
{
	if (t->identity)
		return t->identity;
	struct domain domain = { .id = r->header.exporter, .version = r->header.version };
	uint32_t ip = 0;
	if (r->at[SLOT_RECEIVED_IPV4])
		memcpy(&ip, r->at[SLOT_RECEIVED_IPV4], sizeof ip);
	domain.exporter = addr_of_v4(ip);
	return t->identity = domain_identity(&domain);
}

static struct selector *selector_get(struct nfrecords *d, uint16_t exporter, uint64_t id)
{
	for (size_t i = 0; i < d->n_selectors; i++)
		if (d->selector[i].id == id && d->selector[i].exporter == exporter)
			return &d->selector[i];
	return NULL;
}

static void sampler_record(struct nfrecords *d, struct bytes record)
{
	struct sampler_record r;
	if (record.len < sizeof r)
		return;
	memcpy(&r, record.ptr, sizeof r);
	uint16_t exporter = le16toh(r.exporter);
	uint64_t id = le64toh(r.id);
	struct rate rate = { le32toh(r.n_taken), le32toh(r.n_skipped) };
	if (rate.n_taken == 0)
		return;
	for (enum scope s = 0; s < N_SCOPES; s++)
		if (id == (uint64_t)scope_ids[s]) {
			d->teller[exporter].rate[s] = rate;
			return;
		}
	struct selector *room = selector_get(d, exporter, id);
	if (!room && d->n_selectors < SELECTORS_MAX)
		room = &d->selector[d->n_selectors++];
	if (room)
		*room = (struct selector){ .id = id, .rate = rate, .exporter = exporter };
}

/* The rate nfcapd went by when it wrote a record: overwrite, the record's own, generic, default. */
static struct rate rate_of(struct nfrecords *d, const struct teller *t, const struct record *r)
{
	struct sampler_info info;
	if (!t->rate[SCOPE_OVERWRITE].n_taken && r->at[SLOT_SAMPLER]) {
		memcpy(&info, r->at[SLOT_SAMPLER], sizeof info);
		const struct selector *own =
			selector_get(d, le16toh(r->header.exporter), le64toh(info.id));
		if (own)
			return own->rate;
	}
	for (enum scope s = 0; s < N_SCOPES; s++)
		if (t->rate[s].n_taken)
			return t->rate[s];
	return (struct rate){};
}

/* nfcapd rounds down when it multiplies: so up on the way back. */
static uint64_t as_exported(uint64_t v, struct rate rate)
{
	uint64_t total = (uint64_t)rate.n_taken + rate.n_skipped;
	return (uint64_t)(((unsigned __int128)v * rate.n_taken + total - 1) / total);
}

static void undo_sampling(
	struct nfrecords *d, const struct teller *t, const struct record *r, struct flow *f)
{
	struct rate rate = rate_of(d, t, r);
	f->sampling = 2; // the flag alone: some packets were left out, at least every other
	if (rate.n_taken) {
		f->packets = as_exported(f->packets, rate);
		f->bytes = as_exported(f->bytes, rate);
		uint64_t interval = ((uint64_t)rate.n_taken + rate.n_skipped) / rate.n_taken;
		f->sampling = interval > UINT32_MAX ? UINT32_MAX : (uint32_t)interval;
	}
}

static void fill_generic(const struct record *r, struct flow *f)
{
	struct generic g;
	memcpy(&g, r->at[SLOT_GENERIC], sizeof g);
	f->first_ms = le64toh(g.first_ms);
	f->last_ms = le64toh(g.last_ms);
	if (f->last_ms < f->first_ms)
		f->last_ms = f->first_ms;
	f->packets = le64toh(g.packets);
	f->bytes = le64toh(g.bytes);
	f->src_port = le16toh(g.src_port);
	f->dst_port = le16toh(g.dst_port);
	f->proto = g.proto;
	f->tcp_flags = g.tcp_flags;
	f->has = FLOW_HAS_PROTO | FLOW_HAS_PORTS;
	f->has |= g.tcp_flags ? FLOW_HAS_FLAGS : 0;
	f->has |= f->first_ms ? FLOW_HAS_TIME : 0;
	f->has |= g.forwarding >> 6 == FORWARDING_DROPPED ? FLOW_DROPPED : 0;
}

static bool fill_addresses(const struct record *r, struct flow *f)
{
	if (r->at[SLOT_IPV4]) {
		struct ipv4 v4;
		memcpy(&v4, r->at[SLOT_IPV4], sizeof v4);
		f->src = addr_of_v4(v4.src);
		f->dst = addr_of_v4(v4.dst);
		return true;
	}
	if (r->at[SLOT_IPV6]) {
		struct ipv6 v6;
		memcpy(&v6, r->at[SLOT_IPV6], sizeof v6);
		f->src = addr_of_pair(v6.src);
		f->dst = addr_of_pair(v6.dst);
		return true;
	}
	return false;
}

/*
 * The second pair of counters is the way back of a biflow, or the same packets on their way out
 * (elements 23, 24): the file does not say which. Events and marked biflows mean the way back; so
 * do counts of packets that differ, in a record that has both.
 */
static void fill_outcome(const struct record *r, struct flow *f)
{
	struct misc misc = {};
	struct firewall firewall = {};
	struct counters back = {};
	if (r->at[SLOT_MISC])
		memcpy(&misc, r->at[SLOT_MISC], offsetof(struct misc, end_reason));
	if (r->at[SLOT_FIREWALL] && r->header.flags & FLAG_EVENT)
		memcpy(&firewall, r->at[SLOT_FIREWALL], offsetof(struct firewall, event) + 1);
	f->input = le32toh(misc.input) & ~UINT32_C(0x80000000);
	f->has |= misc.direction == DIRECTION_EGRESS ? FLOW_EGRESS : 0;
	f->has |= firewall.event == EVENT_DENIED ? FLOW_DROPPED : 0;
	if (!r->at[SLOT_COUNTERS])
		return;
	memcpy(&back, r->at[SLOT_COUNTERS], sizeof back);
	uint64_t packets = le64toh(back.packets), bytes = le64toh(back.bytes);
	bool is_biflow = firewall.event || misc.biflow_direction;
	bool has_both = f->packets && packets && f->packets != packets;
	if ((packets || bytes) && (is_biflow || has_both))
		f->has |= FLOW_ANSWERED;
	else if (!packets && !bytes && is_biflow && firewall.event != EVENT_CREATED)
		f->has |= FLOW_UNANSWERED;   // a "flow created" event cannot know yet
	else if (!f->packets && !f->bytes) { // only the way out was counted
		f->packets = packets;
		f->bytes = bytes;
	}
}

/* Returns whether the extensions lie inside the record. */
static bool find_extensions(struct bytes record, struct record *out)
{
	*out = (struct record){};
	if (record.len < sizeof out->header)
		return false;
	memcpy(&out->header, record.ptr, sizeof out->header);
	const uint8_t *at = record.ptr + sizeof out->header, *end = record.ptr + record.len;
	for (uint16_t i = le16toh(out->header.n_extensions); i > 0; i--) {
		uint16_t head[2]; // number, length with these two
		if ((size_t)(end - at) < sizeof head)
			return false;
		memcpy(head, at, sizeof head);
		uint16_t number = le16toh(head[0]), length = le16toh(head[1]);
		if (length < EXTENSION_HEADER_BYTES || length > end - at)
			return false;
		uint8_t slot = number < N_NUMBERS ? slots[number] : SLOT_SKIP;
		if (length - EXTENSION_HEADER_BYTES >= least_bytes[slot])
			out->at[slot] = at + EXTENSION_HEADER_BYTES;
		at += length;
	}
	return true;
}

static enum fault flow_record(
	struct nfrecords *d, struct bytes record, struct batch *out, struct trouble *trouble)
{
	struct record r;
	d->n++;
	if (!find_extensions(record, &r))
		return FAULT_RECORD;
	trouble->records[KIND_NFCAPD]++;
	if (!r.at[SLOT_GENERIC])
		return FAULT_NONE;
	if (out->n == BATCH_FLOWS)
		batch_flush(out);
	struct flow *f = &out->flow[out->n];
	struct teller *t = &d->teller[le16toh(r.header.exporter)];
	*f = (struct flow){ .at = place_at(d->source, d->n) };
	fill_generic(&r, f);
	bool is_counted = f->packets || f->bytes;
	fill_outcome(&r, f);
	if (r.header.flags & FLAG_SAMPLED)
		undo_sampling(d, t, &r, f);
	if (t->inventory)
		f->sampling = t->inventory;
	trouble->packets += is_counted ? f->packets : 0; // not what is counted on the way out
	trouble->octets += is_counted ? f->bytes : 0;
	f->has |= f->packets ? FLOW_HAS_PACKETS : 0; // firewalls count none
	f->has |= f->bytes ? FLOW_HAS_BYTES : 0;
	f->exporter = identity_of(t, &r);
	out->n += fill_addresses(&r, f);
	return FAULT_NONE;
}

static enum fault any_record(
	struct nfrecords *d, struct bytes record, struct batch *out, struct trouble *trouble)
{
	struct record_header h;
	memcpy(&h, record.ptr, sizeof h);
	switch (le16toh(h.type)) {
	case RECORD_FLOW:
		return flow_record(d, record, out, trouble);
	case RECORD_EXPORTER:
		exporter_record(d, record);
		return FAULT_NONE;
	case RECORD_SAMPLER:
		sampler_record(d, record);
		return FAULT_NONE;
	case RECORD_OLD_FLOW:
	case RECORD_FLOW_16:
		d->n++;
		return FAULT_LAYOUT;
	default:
		return FAULT_NONE;
	}
}

/* Length of the record that begins here; 0 when it cannot be one. */
static size_t record_bytes(struct bytes left)
{
	struct record_header h;
	if (left.len < sizeof h)
		return 0;
	memcpy(&h, left.ptr, sizeof h);
	uint16_t size = le16toh(h.size);
	return size < sizeof h || size > left.len ? 0 : size;
}

void nfrecords_decode(
	struct nfrecords *d, const struct block *block, struct batch *out, struct trouble *trouble)
{
	struct bytes left = block->bytes;
	uint64_t offset = block->offset;
	uint32_t n = 0;
	for (size_t size; (size = record_bytes(left)) > 0; n++) {
		enum fault f = any_record(d, (struct bytes){ left.ptr, size }, out, trouble);
		fault_put(trouble, f, place_at(d->source, d->n), offset);
		left.ptr += size;
		left.len -= size;
		offset += block->is_packed ? 0 : size;
	}
	enum fault end = block->fault;
	if (end == FAULT_NONE && left.len) // where the next record begins, nobody knows
		end = FAULT_RECORD;
	else if (end == FAULT_NONE && n != block->n_records)
		end = FAULT_COUNT;
	fault_put(trouble, end, place_at(d->source, d->n + 1), offset);
}
