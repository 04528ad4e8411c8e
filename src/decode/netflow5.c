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

static struct flow record(struct message *m, uint32_t exporter, uint32_t sampling)
{
	struct reader *r = &m->r;
	struct flow f = { .exporter = exporter, .sampling = sampling, .at = m->at };
	f.src = addr_v4(rd_u32(r));
	f.dst = addr_v4(rd_u32(r));
	rd_bytes(r, 4); // next hop
	f.input = rd_u16(r);
	rd_bytes(r, 2); // output interface
	f.packets = rd_u32(r);
	f.bytes = rd_u32(r);
	f.first_ms = uptime_to_ms(m, rd_u32(r));
	f.last_ms = uptime_to_ms(m, rd_u32(r));
	if (f.last_ms < f.first_ms)
		f.last_ms = f.first_ms;
	f.src_port = rd_u16(r);
	f.dst_port = rd_u16(r);
	rd_bytes(r, 1);
	f.tcp_flags = rd_u8(r);
	f.proto = rd_u8(r);
	rd_bytes(r, 1 + 2 + 2 + 1 + 1 + 2); // ToS, AS numbers, masks, pad
	f.has = FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_PACKETS | FLOW_HAS_BYTES;
	if (f.first_ms)
		f.has |= FLOW_HAS_TIME;
	if (f.tcp_flags) // no TCP segment is without a flag, but many switches export none
		f.has |= FLOW_HAS_FLAGS;
	return f;
}

static void decode(struct message *m)
{
	struct reader *r = &m->r;
	uint16_t announced = rd_u16(r);
	m->uptime_ms = rd_u32(r);
	m->now_ms = rd_u32(r) * UINT64_C(1000);
	m->now_ms += rd_u32(r) / (NS_IN_S / 1000);
	rd_u32(r); // sequence
	m->domain.id = rd_u16(r);
	uint32_t sampling = rd_u16(r) & 0x3fff; // the two bits above are the mode
	if (m->sampling)
		sampling = m->sampling;
	if (r->is_short)
		return message_fault(m, FAULT_SHORT);

	size_t held = rd_left(r) / RECORD_BYTES;
	uint32_t exporter = domain_identity(&m->domain);
	for (size_t i = 0; i < announced && i < held; i++) {
		struct flow f = record(m, exporter, sampling);
		m->trouble->records[KIND_NETFLOW5]++;
		m->trouble->packets += f.packets;
		m->trouble->octets += f.bytes;
		batch_put(m->out, &f);
	}
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
