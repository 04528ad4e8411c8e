// SPDX-License-Identifier: Apache-2.0
// NetFlow v5 (Cisco, "NetFlow Export Datagram Format", version 5 tables).
#include "decode/export.h"

enum { NS_IN_S = 1000000000 };
enum { HEADER_BYTES = 24, RECORD_BYTES = 48, RECORDS_MAX = 30, EARLIEST_S = 757382400 }; // 1994

static bool recognise(struct bytes payload)
{
	struct reader r = reader_of(payload);
	rd_u16(&r);
	uint16_t n = rd_u16(&r);
	rd_u32(&r); // uptime
	uint32_t unix_s = rd_u32(&r);
	uint32_t unix_ns = rd_u32(&r);
	bool fits = payload.len == HEADER_BYTES + n * (size_t)RECORD_BYTES;
	return !r.is_short && n >= 1 && n <= RECORDS_MAX &&
	       (fits || (unix_s >= EARLIEST_S && unix_ns < NS_IN_S));
}

/* Where the fields of a record begin; the rest is next hop, output, ToS, AS numbers, masks. */
enum {
	AT_SRC = 0,
	AT_DST = 4,
	AT_INPUT = 12,
	AT_PACKETS = 16,
	AT_OCTETS = 20,
	AT_FIRST = 24,
	AT_LAST = 28,
	AT_SRC_PORT = 32,
	AT_DST_PORT = 34,
	AT_FLAGS = 37,
	AT_PROTO = 38,
};

/* A record as a plain flow; returns whether it is one. */
static inline bool plain_record(
	const struct message *m, const uint8_t *at, uint32_t exporter, struct plain *p)
{
	uint64_t first_ms = uptime_to_ms(m, load_u32(at + AT_FIRST));
	uint64_t last_ms = uptime_to_ms(m, load_u32(at + AT_LAST));
	memcpy(&p->src, at + AT_SRC, sizeof p->src);
	memcpy(&p->dst, at + AT_DST, sizeof p->dst);
	p->src_port = load_u16(at + AT_SRC_PORT);
	p->dst_port = load_u16(at + AT_DST_PORT);
	p->proto = at[AT_PROTO];
	p->tcp_flags = at[AT_FLAGS];
	p->packets = load_u32(at + AT_PACKETS);
	p->bytes = load_u32(at + AT_OCTETS);
	p->first_ms = first_ms;
	p->last_ms = last_ms < first_ms ? first_ms : last_ms;
	p->at = m->at;
	p->exporter = exporter;
	p->input = load_u16(at + AT_INPUT);
	return plain_fits(p);
}

static void record(
	struct message *m, const uint8_t *at, uint32_t exporter, uint32_t sampling, struct flow *f)
{
	uint64_t first_ms = uptime_to_ms(m, load_u32(at + AT_FIRST));
	uint64_t last_ms = uptime_to_ms(m, load_u32(at + AT_LAST));
	unsigned has = FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_PACKETS | FLOW_HAS_BYTES;
	flow_init(f);
	f->src = addr_v4(load_u32(at + AT_SRC));
	f->dst = addr_v4(load_u32(at + AT_DST));
	f->first_ms = first_ms;
	f->last_ms = last_ms < first_ms ? first_ms : last_ms;
	f->packets = load_u32(at + AT_PACKETS);
	f->bytes = load_u32(at + AT_OCTETS);
	f->at = m->at;
	f->exporter = exporter;
	f->sampling = sampling;
	f->input = load_u16(at + AT_INPUT);
	f->src_port = load_u16(at + AT_SRC_PORT);
	f->dst_port = load_u16(at + AT_DST_PORT);
	f->proto = at[AT_PROTO];
	f->tcp_flags = at[AT_FLAGS];
	has |= first_ms ? FLOW_HAS_TIME : 0;
	has |= f->tcp_flags ? FLOW_HAS_FLAGS
			    : 0; // no segment is without, but many switches tell none
	f->has = (uint16_t)has;
}

static void decode(struct message *m)
{
	struct reader *r = &m->r;
	uint16_t announced = rd_u16(r);
	m->uptime_ms = rd_u32(r);
	m->now_ms = rd_u32(r) * UINT64_C(1000);
	m->now_ms += rd_u32(r) / (NS_IN_S / 1000);
	m->sequence = rd_u32(r);
	m->domain.id = rd_u16(r);
	uint32_t sampling = rd_u16(r) & 0x3fff; // the two bits above are the mode
	if (m->sampling)
		sampling = m->sampling;
	if (r->is_short)
		return message_fault(m, FAULT_SHORT);
	m->has_header = m->has_uptime = true;
	m->units = announced;
	m->sampling_told = sampling;

	size_t held = rd_left(r) / RECORD_BYTES;
	uint32_t exporter = domain_identity(&m->domain);
	size_t n = announced < held ? announced : held;
	bool may_be_plain = m->out->emit_plain && sampling <= 1;
	uint64_t packets = 0, octets = 0;
	for (const uint8_t *at = rd_bytes(r, n * RECORD_BYTES).ptr, *end = at + n * RECORD_BYTES;
		at < end; at += RECORD_BYTES) {
		packets += load_u32(at + AT_PACKETS);
		octets += load_u32(at + AT_OCTETS);
		if (may_be_plain && plain_record(m, at, exporter, batch_plain(m->out)))
			batch_keep_plain(m->out);
		else
			record(m, at, exporter, sampling, batch_next(m->out));
	}
	m->trouble->packets += packets;
	m->trouble->octets += octets;
	m->trouble->records[KIND_NETFLOW5] += n;
	if (announced > held)
		message_fault(m, FAULT_COUNT);
	else if (rd_left(r))
		message_fault(m, FAULT_TRAILING);
}

const struct export_format netflow5_format = {
	.name = "netflow5",
	.version = 5,
	.kind = KIND_NETFLOW5,
	.recognise = recognise,
	.decode = decode,
};
