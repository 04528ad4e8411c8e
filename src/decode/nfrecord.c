// SPDX-License-Identifier: Apache-2.0
// A record is walked extension by extension, unless the one before it had the same.
#include "decode/nfrecord.h"

#include <stdlib.h>

#include "decode/nfexporter.h"
#include "decode/nfplain.h"

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

struct nfrecords {
	struct nfexporters *exporters;
	struct nfshapes shapes;
	uint64_t n;          // flow records so far
	uint64_t n_in_block; // records of the block that goes on
	uint16_t source;
};

/* One flow record on its way: where its extensions are. */
struct record {
	struct flow_header header;
	const uint8_t *at[N_SLOTS]; // NULL: it has none
};

struct nfrecords *nfrecords_new(uint16_t source, const struct inventory *inventory)
{
	struct nfrecords *d = calloc(1, sizeof *d);
	if (!d)
		return NULL;
	d->source = source;
	d->exporters = nfexporters_new(inventory);
	if (d->exporters)
		return d;
	free(d);
	return NULL;
}

void nfrecords_free(struct nfrecords *d)
{
	if (!d)
		return;
	nfexporters_free(d->exporters);
	free(d);
}

/* nfcapd rounds down when it multiplies: so up on the way back. */
static uint64_t as_exported(uint64_t v, struct nfrate rate)
{
	uint64_t total = (uint64_t)rate.n_taken + rate.n_skipped;
	return (uint64_t)(((unsigned __int128)v * rate.n_taken + total - 1) / total);
}

static void undo_sampling(const struct nfexporters *e, const struct record *r, struct flow *f)
{
	uint64_t selector = 0;
	if (r->at[SLOT_SAMPLER])
		memcpy(&selector, r->at[SLOT_SAMPLER], sizeof selector);
	selector = le64toh(selector);
	struct nfrate rate = nfexporters_rate(
		e, le16toh(r->header.exporter), r->at[SLOT_SAMPLER] ? &selector : NULL);
	f->sampling = 2; // the flag alone: some packets were left out, at least every other
	if (rate.n_taken) {
		f->packets = as_exported(f->packets, rate);
		f->bytes = as_exported(f->bytes, rate);
		uint64_t interval = ((uint64_t)rate.n_taken + rate.n_skipped) / rate.n_taken;
		f->sampling = interval < UINT32_MAX ? (uint32_t)interval : UINT32_MAX;
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
		f->src = nfaddr_v4(v4.src);
		f->dst = nfaddr_v4(v4.dst);
		return true;
	}
	if (r->at[SLOT_IPV6]) {
		struct ipv6 v6;
		memcpy(&v6, r->at[SLOT_IPV6], sizeof v6);
		f->src = nfaddr_v6(v6.src);
		f->dst = nfaddr_v6(v6.dst);
		return true;
	}
	return false;
}

/* Interface and direction; returns whether the record says it is a biflow. */
static bool fill_misc(const struct record *r, struct flow *f)
{
	struct misc misc = {};
	if (r->at[SLOT_MISC])
		memcpy(&misc, r->at[SLOT_MISC], offsetof(struct misc, end_reason));
	f->input = le32toh(misc.input) & ~UINT32_C(0x80000000);
	f->has |= misc.direction == DIRECTION_EGRESS ? FLOW_EGRESS : 0;
	return misc.biflow_direction;
}

/* The event of a firewall, 0 when the record is none; what it cannot know, see record.c. */
static uint8_t fill_event(const struct record *r, struct flow *f)
{
	struct firewall firewall = {};
	if (r->at[SLOT_FIREWALL] && r->header.flags & FLAG_EVENT)
		memcpy(&firewall, r->at[SLOT_FIREWALL], offsetof(struct firewall, event) + 1);
	bool is_leftover =
		firewall.event == EVENT_DENIED && le16toh(firewall.extended_event) == EVENT_NOT_SYN;
	if (firewall.event == EVENT_CREATED || is_leftover)
		f->has |= FLOW_PENDING;
	else if (firewall.event == EVENT_DENIED)
		f->has |= FLOW_DROPPED;
	return firewall.event;
}

/*
 * The second pair of counters is the way back of a biflow, or the same packets on their way out
 * (elements 23, 24): the file does not say which. Events and marked biflows mean the way back; so
 * do counts of packets that differ, in a record that has both.
 */
static void fill_outcome(const struct record *r, struct flow *f)
{
	bool is_marked = fill_misc(r, f);
	uint8_t event = fill_event(r, f);
	if (!r->at[SLOT_COUNTERS])
		return;
	struct counters second;
	memcpy(&second, r->at[SLOT_COUNTERS], sizeof second);
	uint64_t packets = le64toh(second.packets), bytes = le64toh(second.bytes);
	bool has_answer = packets || bytes;
	if (is_marked || event) {
		if (has_answer)
			f->has |= FLOW_ANSWERED;
		else if (!(f->has & FLOW_PENDING))
			f->has |= FLOW_UNANSWERED;
	} else if (f->packets && packets && f->packets != packets) {
		f->has |= FLOW_ANSWERED;
	} else if (!f->packets && !f->bytes) { // only the way out was counted
		f->packets = packets;
		f->bytes = bytes;
	}
}

/* Returns whether the extensions lie inside the record. */
static bool find_extensions(struct bytes record, struct record *out)
{
	bytes_clear(out->at, sizeof out->at);
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

static uint32_t identity_of(struct nfexporters *e, const struct record *r)
{
	uint32_t ip = 0;
	if (r->at[SLOT_RECEIVED_IPV4])
		memcpy(&ip, r->at[SLOT_RECEIVED_IPV4], sizeof ip);
	return nfexporters_identity(e, le16toh(r->header.exporter), r->header.version, ip);
}

/* Records like those before them, as many in a row as can go the short way. */
static struct nfrun plain_records(
	struct nfrecords *d, struct bytes left, struct batch *out, struct trouble *trouble)
{
	struct flow_header h;
	if (!out->emit_plain || left.len < sizeof h)
		return (struct nfrun){};
	memcpy(&h, left.ptr, sizeof h);
	if (nfexporters_inventory(d->exporters, le16toh(h.exporter)) > 1)
		return (struct nfrun){};
	struct plains *to = batch_plain(out, 1);
	struct nfrun run = nfplain_run(&d->shapes, left, PLAINS - to->n, to);
	if (run.n == 0)
		return run;
	uint32_t exporter = nfexporters_identity(d->exporters, run.exporter, run.version, run.ip);
	for (size_t i = 0; i < run.n; i++) {
		to->at[to->n + i] = place_at(d->source, d->n + 1 + i);
		to->exporter[to->n + i] = exporter;
	}
	to->n += run.n;
	d->n += run.n;
	trouble->records[KIND_NFCAPD] += run.n;
	trouble->packets += run.packets;
	trouble->octets += run.octets;
	return run;
}

static enum fault flow_record(
	struct nfrecords *d, struct bytes record, struct batch *out, struct trouble *trouble)
{
	struct record r;
	d->n++;
	if (!find_extensions(record, &r))
		return FAULT_RECORD;
	nfplain_learn(&d->shapes, record, r.at);
	trouble->records[KIND_NFCAPD]++;
	if (!r.at[SLOT_GENERIC])
		return FAULT_NONE;
	if (out->n == BATCH_FLOWS)
		batch_flush(out);
	struct flow *f = &out->flow[out->n];
	flow_init(f);
	f->at = place_at(d->source, d->n);
	fill_generic(&r, f);
	bool is_counted = f->packets || f->bytes;
	fill_outcome(&r, f);
	if (r.header.flags & FLAG_SAMPLED)
		undo_sampling(d->exporters, &r, f);
	uint32_t sampling = nfexporters_inventory(d->exporters, le16toh(r.header.exporter));
	f->sampling = sampling ? sampling : f->sampling;
	trouble->packets += is_counted ? f->packets : 0; // not what is counted on the way out
	trouble->octets += is_counted ? f->bytes : 0;
	f->has |= f->packets ? FLOW_HAS_PACKETS : 0; // firewalls count none
	f->has |= f->bytes ? FLOW_HAS_BYTES : 0;
	f->exporter = identity_of(d->exporters, &r);
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
		nfexporters_learn(d->exporters, record);
		return FAULT_NONE;
	case RECORD_SAMPLER:
		nfexporters_learn_sampler(d->exporters, record);
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
	struct nfrecords *d, struct block *block, struct batch *out, struct trouble *trouble)
{
	struct bytes *left = &block->bytes;
	if (block->is_of_another)
		nfexporters_forget(d->exporters);
	for (size_t size; (size = record_bytes(*left)) > 0;) {
		struct nfrun run = plain_records(d, *left, out, trouble);
		if (run.n == 0) {
			enum fault f =
				any_record(d, (struct bytes){ left->ptr, size }, out, trouble);
			fault_put(trouble, f, place_at(d->source, d->n), block->offset);
			run.n = 1;
			run.bytes = size;
		}
		d->n_in_block += run.n;
		left->ptr += run.bytes;
		left->len -= run.bytes;
		block->offset += block->is_packed ? 0 : run.bytes;
	}
	if (block->goes_on)
		return;
	enum fault end = block->fault;
	if (end == FAULT_NONE && left->len) // where the next record begins, nobody knows
		end = FAULT_RECORD;
	else if (end == FAULT_NONE && d->n_in_block != block->n_records)
		end = FAULT_COUNT;
	fault_put(trouble, end, place_at(d->source, d->n + 1), block->offset);
	d->n_in_block = 0;
}
