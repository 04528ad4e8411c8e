// SPDX-License-Identifier: Apache-2.0
// NetFlow version 9 (RFC 3954).
#include "decode/sets.h"

enum { HEADER_BYTES = 20, COUNT_MAX = 8192 };

static const struct set_rules rules = {
	.template_set = 0,
	.options_set = 1,
	.kind = KIND_NETFLOW9,
};

/* The record count of the header is often wrong; the first set tells more. */
static bool recognise(struct bytes payload)
{
	struct reader r = reader_of(payload);
	rd_u16(&r);
	uint16_t n = rd_u16(&r);
	rd_bytes(&r, HEADER_BYTES - 4);
	uint16_t set = rd_u16(&r);
	uint16_t length = rd_u16(&r);
	return !r.is_short && n <= COUNT_MAX && (set < 2 || set > 255) && length >= 4;
}

static void decode(struct message *m)
{
	rd_u16(&m->r); // record count
	m->uptime_ms = rd_u32(&m->r);
	m->now_ms = rd_u32(&m->r) * UINT64_C(1000);
	m->sequence = rd_u32(&m->r);
	m->domain.id = rd_u32(&m->r);
	if (m->r.is_short)
		return message_fault(m, FAULT_SHORT);
	m->has_header = m->has_uptime = true;
	m->units = 1; // it counts datagrams (RFC 3954, 5.1)
	sets_decode(m, &rules, m->r.end);
}

const struct export_format netflow9_format = {
	.name = "netflow9",
	.version = 9,
	.kind = KIND_NETFLOW9,
	.recognise = recognise,
	.decode = decode,
};
